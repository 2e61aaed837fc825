//! What a finger does, and what is seen of it.

use std::{cell::RefCell, rc::Rc};

use pingyi_ui::{Level, Screen};

use super::office::Language;
use super::stage::{Mode, SIZES, Stage};
use super::walk::{Scene, Target};

fn target<'a>(scene: &'a Scene, label: &str) -> &'a Target {
    scene
        .targets
        .iter()
        .find(|target| target.label == label)
        .unwrap_or_else(|| panic!("{label} can be touched"))
}

#[test]
fn the_three_answers_are_equal_in_size_and_stand_in_their_order() {
    let stage = Stage::new();
    for screen in [Screen::Home, Screen::Change] {
        stage.set(Mode::plain(SIZES[0]), screen);
        let scene = Scene::of(&stage.app);
        let places = ["满意", "基本满意", "不满意"].map(|label| target(&scene, label).place);
        assert!(
            places
                .windows(2)
                .all(|pair| pair[0].size == pair[1].size && pair[0].origin.x < pair[1].origin.x)
        );
    }
}

#[test]
fn a_tap_tells_its_level_once_and_also_while_saving() {
    let stage = Stage::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let log = told.clone();
    stage.kiosk().on_rated(move |level| log.borrow_mut().push(level));
    stage.set(Mode::plain(SIZES[0]), Screen::Home);
    stage.kiosk().set_saving(true);
    let scene = Scene::of(&stage.app);
    for label in ["满意", "基本满意", "不满意"] {
        stage.tap(target(&scene, label).place);
    }
    assert_eq!(*told.borrow(), [Level::Satisfied, Level::Basic, Level::Dissatisfied]);
}

#[test]
fn a_finger_is_seen_in_the_same_frame_and_leaves_no_trace() {
    let stage = Stage::new();
    stage.set(Mode::plain(SIZES[0]), Screen::Home);
    let idle = stage.picture();
    let scene = Scene::of(&stage.app);
    for label in ["满意", "基本满意", "不满意"] {
        let place = target(&scene, label).place;
        stage.press(place);
        assert!(stage.picture().as_bytes() != idle.as_bytes(), "{label} answers the finger");
        stage.release(place);
        assert!(stage.picture().as_bytes() == idle.as_bytes(), "{label} is as before");
    }
}

#[test]
fn a_person_is_noticed() {
    let stage = Stage::new();
    let count = Rc::new(RefCell::new(0));
    let counter = count.clone();
    stage.kiosk().on_touched(move || *counter.borrow_mut() += 1);
    stage.set(Mode::plain(SIZES[0]), Screen::Home);
    let scene = Scene::of(&stage.app);
    let before = *count.borrow();
    stage.tap(target(&scene, "基本满意").place);
    assert!(*count.borrow() > before);
}

#[test]
fn the_words_change_with_the_language_at_once_and_back() {
    let stage = Stage::new();
    let plain = Mode::plain(SIZES[0]);
    for (language, words) in [
        (Language::Chinese, "请评价本次服务"),
        (Language::English, "Please rate this service"),
        (Language::Chinese, "请评价本次服务"),
    ] {
        stage.set(Mode { language, ..plain }, Screen::Home);
        assert!(Scene::of(&stage.app).shows(words), "{words}");
    }
}

#[test]
fn when_the_time_to_change_is_over_nothing_else_moves() {
    let stage = Stage::new();
    stage.set(Mode::plain(SIZES[0]), Screen::Thanks);
    let before = target(&Scene::of(&stage.app), "完成").place;
    stage.kiosk().set_change_seconds(0);
    stage.tick();
    let scene = Scene::of(&stage.app);
    assert_eq!(target(&scene, "完成").place, before);
    assert!(!scene.shows("选错了"));
}
