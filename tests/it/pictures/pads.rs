//! Pads, desks and tests: what a finger tells there.

use std::cell::RefCell;
use std::rc::Rc;

use pingyi_ui::{Desk, DeskAct, Screen, TouchTest, Upkeep, UpkeepAct};
use slint::ComponentHandle;

use super::office::{self, Language};
use super::stage::{Mode, SIZES, Stage};
use super::walk::{Scene, Target};

type Log = Rc<RefCell<Vec<String>>>;

fn target<'a>(scene: &'a Scene, label: &str) -> &'a Target {
    let found = scene.targets.iter().find(|target| target.label == label);
    found.unwrap_or_else(|| panic!("{label} can be touched"))
}

/// A stage with an ordinary office, whose pads write down what they are told.
fn stage() -> (Stage, Log) {
    let stage = Stage::new();
    stage.fill(&office::ordinary(Language::Chinese));
    let log = Log::default();
    let kiosk = stage.kiosk();
    let (typed, erased, cleared, confirmed) = (log.clone(), log.clone(), log.clone(), log.clone());
    kiosk.on_typed(move |character| typed.borrow_mut().push(character.into()));
    kiosk.on_erased(move || erased.borrow_mut().push("erased".into()));
    kiosk.on_cleared(move || cleared.borrow_mut().push("cleared".into()));
    kiosk.on_confirmed(move || confirmed.borrow_mut().push("confirmed".into()));
    (stage, log)
}

fn tap(stage: &Stage, labels: &[&str]) {
    let scene = Scene::of(&stage.app);
    labels.iter().for_each(|label| stage.tap(target(&scene, label).place));
}

#[test]
fn every_pad_tells_its_digits_and_how_they_are_mended() {
    let (stage, log) = stage();
    for screen in [Screen::Phone, Screen::SignOn, Screen::UpkeepPin] {
        log.borrow_mut().clear();
        stage.set(Mode::plain(SIZES[0]), screen);
        let go = if screen == Screen::SignOn { "下一步" } else { "确定" };
        tap(&stage, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "删除", "清空", go]);
        let told = log.borrow().join(" ");
        assert_eq!(told, "0 1 2 3 4 5 6 7 8 9 erased cleared confirmed", "{screen:?}");
    }
}

#[test]
fn the_code_is_typed_on_thirty_two_keys_without_the_letters_that_look_like_digits() {
    let (stage, log) = stage();
    for size in [SIZES[0], SIZES[3]] {
        log.borrow_mut().clear();
        stage.set(Mode::plain(size), Screen::Enrol);
        let keys: Vec<String> =
            "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().map(String::from).collect();
        let labels: Vec<&str> = keys.iter().map(String::as_str).collect();
        tap(&stage, &labels);
        assert_eq!(*log.borrow(), keys);
        let scene = Scene::of(&stage.app);
        for absent in ["I", "L", "O", "U"] {
            assert!(scene.targets.iter().all(|target| target.label != absent), "{absent}");
        }
    }
}

#[test]
fn a_phone_number_needs_consent_and_the_consent_is_told() {
    let (stage, _) = stage();
    let count = Rc::new(RefCell::new(0));
    let counter = count.clone();
    stage.kiosk().on_consent_toggled(move || *counter.borrow_mut() += 1);
    stage.set(Mode::plain(SIZES[0]), Screen::Phone);
    tap(&stage, &["同意仅用于本次回访，办结后删除"]);
    assert_eq!(*count.borrow(), 1);
}

#[test]
fn a_pin_is_never_readable_on_the_screen() {
    let (stage, _) = stage();
    stage.fill(&office::longest(Language::Chinese));
    for screen in [Screen::SignOn, Screen::UpkeepPin] {
        stage.set(Mode::plain(SIZES[0]), screen);
        let scene = Scene::of(&stage.app);
        assert!(scene.shows("密码"));
        assert!(!scene.texts.iter().any(|words| words.text.contains('●')), "dots are drawn");
    }
}

#[test]
fn the_desk_tells_each_act() {
    let (stage, log) = stage();
    let told = log.clone();
    stage.app.global::<Desk>().on_act(move |act| told.borrow_mut().push(format!("{act:?}")));
    stage.set(Mode::plain(SIZES[0]), Screen::Desk);
    tap(
        &stage,
        &["开始服务", "服务办结", "选择事项", "暂停服务", "交接", "清洁屏幕", "离岗", "下班"],
    );
    let acts = [
        DeskAct::Begin,
        DeskAct::Finish,
        DeskAct::NameItem,
        DeskAct::GoAway,
        DeskAct::HandOver,
        DeskAct::Clean,
        DeskAct::SignOff,
        DeskAct::EndOfDay,
    ];
    assert_eq!(*log.borrow(), acts.map(|act| format!("{act:?}")));
}

#[test]
fn the_way_to_the_desk_is_in_the_bar_and_maintenance_only_behind_the_clock() {
    let (stage, log) = stage();
    let (asked, gesture) = (log.clone(), log.clone());
    stage.app.global::<Desk>().on_asked(move || asked.borrow_mut().push("desk".into()));
    stage.app.global::<Upkeep>().on_gesture(move || gesture.borrow_mut().push("gesture".into()));
    for size in SIZES {
        stage.set(Mode::plain(size), Screen::Home);
        let scene = Scene::of(&stage.app);
        let clock = scene.targets.iter().find(|target| target.label.contains("已联网"));
        stage.tap(clock.expect("the clock can be tapped").place);
        tap(&stage, &["工作台，林晓慧"]);
    }
    assert_eq!(*log.borrow(), ["gesture", "desk"].repeat(4));
}

#[test]
fn maintenance_tells_each_act() {
    let (stage, log) = stage();
    let told = log.clone();
    stage.app.global::<Upkeep>().on_act(move |act| told.borrow_mut().push(format!("{act:?}")));
    stage.set(Mode::plain(SIZES[0]), Screen::Upkeep);
    tap(
        &stage,
        &[
            "按键自检",
            "触摸测试",
            "屏幕测试",
            "清洁屏幕",
            "切换语言",
            "重新启动",
            "退出维护",
            "‹ 返回",
        ],
    );
    let acts = [
        UpkeepAct::ButtonTest,
        UpkeepAct::TouchTest,
        UpkeepAct::ScreenTest,
        UpkeepAct::Clean,
        UpkeepAct::Language,
        UpkeepAct::Restart,
        UpkeepAct::Leave,
        UpkeepAct::Leave,
    ];
    assert_eq!(*log.borrow(), acts.map(|act| format!("{act:?}")));
}

#[test]
fn a_finger_that_strokes_the_glass_touches_every_cell_on_its_way() {
    let (stage, log) = stage();
    let told = log.clone();
    let upkeep = stage.app.global::<Upkeep>();
    upkeep.on_cell_touched(move |cell| told.borrow_mut().push(cell.to_string()));
    upkeep.set_touch(TouchTest { columns: 8, rows: 5, ..upkeep.get_touch() });
    stage.set(Mode::plain(SIZES[0]), Screen::TouchTest);
    let first = stage.place((0.0, 0.0), (160.0, 160.0));
    stage.drag(first, 640.0, 40);
    assert_eq!(log.borrow().join(" "), "0 8 16 24 32");
}
