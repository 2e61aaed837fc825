//! The self-test of the three buttons, driven through the real screen from the window's events.

use pingyi::domain::{Record, SelfTest};
use pingyi::terminal::flow::{self, Event, Upkeep, UpkeepAct};

use super::{Counter, MAINTENANCE_PIN};

/// A counter whose technician has been let in.
fn opened() -> Counter {
    let mut counter = Counter::new();
    counter.sign_on("0317");
    for _ in 0..7 {
        counter.step(Event::ClockTapped);
    }
    for digit in MAINTENANCE_PIN.chars() {
        counter.tap(&digit.to_string());
    }
    counter.step(Event::Pad(flow::Key::Enter));
    counter.settle();
    assert!(matches!(counter.state.screen(), flow::Screen::Upkeep(Upkeep::Overview)));
    counter
}

/// The test, from its begin to what it found.
fn tested(counter: &mut Counter) -> SelfTest {
    counter.step(Event::Upkeep(UpkeepAct::SelfTest));
    for _ in 0..50 {
        counter.settle();
        if let flow::Screen::Upkeep(Upkeep::Tested(test)) = counter.state.screen() {
            return test.clone();
        }
        counter.draw();
        counter.pass(16);
    }
    panic!("no result: {:?}", counter.state.screen());
}

impl Counter {
    fn draw(&self) {
        let mut buffer = vec![slint::Rgb8Pixel::default(); 1280 * 800];
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut buffer, 1280);
        });
    }
}

#[test]
fn three_equal_buttons_pass_and_the_test_is_an_entry_and_no_rating() {
    let mut counter = opened();
    let test = tested(&mut counter);
    assert!(test.sizes.iter().all(|size| *size == test.sizes[0] && size.0 > 300), "{test:?}");
    // Whether three debug builds of a tap take the same time within a frame is this machine's load.
    assert!(test.passed || test.fault.contains("一帧"), "{test:?}");
    assert!(test.micros.iter().all(|micros| *micros > 0));
    counter.settle();
    let entries = counter.entries();
    assert!(entries.iter().all(|(_, private)| private.level.is_none()));
    let (_, last) = entries.last().unwrap();
    assert_eq!(last.record, Some(Record::SelfTest(test)));
}

#[test]
fn a_button_that_is_smaller_than_the_others_fails() {
    let mut counter = opened();
    counter.bend = |row, place| {
        if row == 2 {
            (place.x, place.width) = (place.x + 20.0, place.width - 40.0);
        }
    };
    let test = tested(&mut counter);
    assert!(!test.passed);
    assert!(test.fault.contains("大小"), "{test:?}");
}

#[test]
fn a_button_that_lies_where_another_should_be_fails() {
    let mut counter = opened();
    counter.bend = |row, place| {
        if row == 1 {
            place.x -= place.width + 24.0;
        }
    };
    let test = tested(&mut counter);
    assert!(!test.passed);
    assert!(test.fault.contains("第 2 个"), "{test:?}");
}

#[test]
fn by_the_clock_the_buttons_are_tested_once_and_then_take_taps_as_before() {
    let mut counter = Counter::new();
    counter.sign_on("0317");
    let tests = |counter: &Counter| {
        let entries = counter.entries();
        let of_tests =
            entries.iter().filter(|(_, line)| matches!(line.record, Some(Record::SelfTest(_))));
        of_tests.count()
    };
    counter.pass(10 * 60_000);
    assert_eq!(tests(&counter), 1);
    counter.pass(60 * 60_000);
    assert_eq!(tests(&counter), 1);
    counter.step(Event::Touched);
    counter.tap("满意");
    assert!(matches!(counter.state.screen(), flow::Screen::Thanks(_)));
}

#[test]
fn buttons_that_never_answer_fail_and_the_next_tap_is_a_citizens() {
    let mut counter = opened();
    counter.bend = |_, place| place.y = 1.0;
    counter.step(Event::Upkeep(UpkeepAct::SelfTest));
    counter.settle();
    counter.pass(10_000);
    let flow::Screen::Upkeep(Upkeep::Tested(test)) = counter.state.screen() else { panic!() };
    assert_eq!((test.passed, test.fault.as_str()), (false, "按键没有反应"));
    counter.step(Event::Upkeep(UpkeepAct::Leave));
    counter.settle();
    counter.tap("不满意");
    assert!(matches!(counter.state.screen(), flow::Screen::Thanks(_)));
    counter.is_honest();
}
