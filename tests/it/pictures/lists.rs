//! Long lists: two hundred items that scroll, a panel to find one, pages that are read to their end.

use std::cell::RefCell;
use std::rc::Rc;

use pingyi_ui::Screen;

use super::office::{self, Language};
use super::shows::choices;
use super::stage::{Mode, SIZES, Stage};
use super::walk::{Scene, Target};

const DOWN: &str = "往下看";

fn target<'a>(scene: &'a Scene, label: &str) -> &'a Target {
    let found = scene.targets.iter().find(|target| target.label == label);
    found.unwrap_or_else(|| panic!("{label} can be touched"))
}

/// A guide of so many items, named by their number.
fn guide(count: usize) -> Stage {
    let stage = Stage::new();
    fill(&stage, count);
    stage
}

fn fill(stage: &Stage, count: usize) {
    stage.fill(&office::ordinary(Language::Chinese));
    stage.kiosk().set_items(choices((0..count).map(|at| format!("事项 {at}"))));
    stage.set(Mode::plain(SIZES[0]), Screen::Guide);
}

fn rows(scene: &Scene) -> Vec<usize> {
    let number = |target: &Target| target.label.strip_prefix("事项 ")?.parse().ok();
    scene.targets.iter().filter_map(number).collect()
}

#[test]
fn every_item_of_two_hundred_is_reached_and_told_by_its_row() {
    let stage = guide(200);
    let told = Rc::new(RefCell::new(Vec::new()));
    let log = told.clone();
    stage.kiosk().on_item_chosen(move |row| log.borrow_mut().push(row));
    let mut seen = [false; 200];
    for _ in 0..60 {
        let scene = Scene::of(&stage.app);
        rows(&scene).into_iter().for_each(|row| seen[row] = true);
        stage.tap(target(&scene, DOWN).place);
    }
    assert_eq!(seen.iter().position(|seen| !seen), None, "an item that is never seen");
    let scene = Scene::of(&stage.app);
    stage.tap(target(&scene, "事项 199").place);
    assert_eq!(*told.borrow(), [199]);
}

#[test]
fn only_the_rows_in_sight_exist() {
    let stage = guide(7);
    let few = rows(&Scene::of(&stage.app)).len();
    fill(&stage, 200);
    let many = rows(&Scene::of(&stage.app)).len();
    assert!(many <= few + 1, "{many} rows of 200, {few} of 7");
}

#[test]
fn two_hundred_items_scroll_at_thirty_frames_a_second_on_one_core() {
    const FRAMES: u32 = 60;
    let stage = guide(200);
    let list = target(&Scene::of(&stage.app), "事项 3").place;
    stage.picture();
    let before = cpu_time();
    stage.drag(list, -400.0, FRAMES);
    let each = (cpu_time() - before) / FRAMES;
    assert!(each.as_millis() < 33, "{each:?} a frame");
}

/// What this thread has computed, whatever else the machine does meanwhile.
fn cpu_time() -> std::time::Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel counts");
    let nanos = stat.split(' ').next().and_then(|first| first.parse().ok());
    std::time::Duration::from_nanos(nanos.expect("a count of nanoseconds"))
}

#[test]
fn a_finger_that_scrolls_chooses_nothing() {
    let stage = guide(200);
    let told = Rc::new(RefCell::new(0));
    let count = told.clone();
    stage.kiosk().on_item_chosen(move |_| *count.borrow_mut() += 1);
    let place = target(&Scene::of(&stage.app), "事项 3").place;
    stage.drag(place, -300.0, 20);
    let scene = Scene::of(&stage.app);
    assert!(!rows(&scene).contains(&0), "the list has moved");
    assert_eq!(*told.borrow(), 0);
}

#[test]
fn the_panel_finds_by_letter_and_by_department_and_nothing_in_it_is_cut() {
    let stage = Stage::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let (letters, departments) = (told.clone(), told.clone());
    stage.kiosk().on_letter_chosen(move |row| letters.borrow_mut().push(format!("letter {row}")));
    stage.kiosk().on_department_chosen(move |row| {
        departments.borrow_mut().push(format!("department {row}"))
    });
    for size in SIZES {
        for large in [false, true] {
            let mode = Mode { large, ..Mode::plain(size) };
            stage.fill(&office::longest(Language::Chinese));
            stage.kiosk().set_item_open(false);
            stage.set(mode, Screen::Guide);
            stage.tap(target(&Scene::of(&stage.app), "查找").place);
            let scene = Scene::of(&stage.app);
            assert_eq!(scene.faults(), Vec::<String>::new(), "at {}", mode.name());
            stage.tap(target(&scene, "C").place);
        }
    }
    assert_eq!(*told.borrow(), ["letter 2"; 8]);
    stage.fill(&office::ordinary(Language::Chinese));
    stage.set(Mode::plain(SIZES[0]), Screen::Guide);
    stage.tap(target(&Scene::of(&stage.app), "查找").place);
    stage.tap(target(&Scene::of(&stage.app), "检验科").place);
    assert_eq!(told.borrow().last().map(String::as_str), Some("department 2"));
}

#[test]
fn all_forty_fees_can_be_read() {
    let stage = Stage::new();
    for size in SIZES {
        stage.fill(&office::longest(Language::Chinese));
        stage.set(Mode::plain(size), Screen::Guide);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..60 {
            let scene = Scene::of(&stage.app);
            let fees = scene.texts.iter().filter(|words| words.text.ends_with("元/件"));
            seen.extend(fees.map(|words| words.text.clone()));
            let down = scene.targets.iter().filter(|target| target.label == DOWN);
            let last = down.max_by(|a, b| a.place.origin.x.total_cmp(&b.place.origin.x));
            stage.tap(last.expect("a long item can be turned").place);
        }
        assert_eq!(seen.len(), 40, "at {size:?}");
    }
}

#[test]
fn the_wall_shows_what_was_put_right_then_bulletins_then_notices() {
    let stage = Stage::new();
    let sample = office::ordinary(Language::Chinese);
    for size in SIZES {
        stage.fill(&sample);
        stage.set(Mode::plain(size), Screen::Wall);
        for (tab, words) in [
            ("通报", "2026 年 9 月群众评议情况通报"),
            ("通知", "流感疫苗到货通知"),
            ("您提 · 我改", "等候时间太长"),
        ] {
            stage.tap(target(&Scene::of(&stage.app), tab).place);
            let scene = Scene::of(&stage.app);
            assert!(scene.shows(words), "{words} at {size:?}");
            assert_eq!(scene.faults(), Vec::<String>::new(), "{tab} at {size:?}");
        }
    }
}
