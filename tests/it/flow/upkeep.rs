//! The technician: seven taps and a PIN, the tests, the one-time code.

use pingyi::domain::{Level, Record, SelfTest};
use pingyi::terminal::flow::{
    Enrolment, Event, Key, Message, Page, Screen, State, TOUCH_CELLS, Upkeep, UpkeepAct,
};

use super::{DAY, MAINTENANCE_PIN, MINUTE, Terminal};
use crate::sample;

fn knock(terminal: &mut Terminal, taps: usize, apart: i64) {
    for _ in 0..taps {
        terminal.now += apart;
        terminal.send(Event::ClockTapped);
    }
}

/// Past the PIN.
fn let_in() -> Terminal {
    let mut terminal = Terminal::open();
    knock(&mut terminal, 7, 300);
    terminal.types(MAINTENANCE_PIN);
    assert!(matches!(terminal.screen(), Screen::Upkeep(Upkeep::Overview)));
    terminal
}

fn upkeep(terminal: &Terminal) -> &Upkeep {
    let Screen::Upkeep(upkeep) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    upkeep
}

fn passed() -> SelfTest {
    SelfTest { passed: true, sizes: [(1, 1); 3], micros: [1; 3], fault: String::new() }
}

#[test]
fn seven_quick_taps_on_the_clock_lead_to_the_pin_and_no_fewer_and_no_slower() {
    for (taps, apart, opens) in
        [(7, 300, true), (7, 1_000, true), (6, 300, false), (40, 1_001, false)]
    {
        let mut terminal = Terminal::open();
        knock(&mut terminal, taps, apart);
        let is_open = matches!(terminal.screen(), Screen::Upkeep(Upkeep::Pin { .. }));
        assert_eq!(is_open, opens, "{taps} taps, {apart} apart");
    }
    // Not from the middle of a visit.
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(Level::Satisfied));
    knock(&mut terminal, 7, 10);
    assert!(matches!(terminal.screen(), Screen::Thanks(_)));
}

#[test]
fn nothing_but_the_pin_opens_maintenance() {
    let mut terminal = Terminal::open();
    for act in [
        UpkeepAct::SelfTest,
        UpkeepAct::TouchTest,
        UpkeepAct::Cell(0),
        UpkeepAct::Colours,
        UpkeepAct::Clean,
        UpkeepAct::Enrol,
        UpkeepAct::Restart,
        UpkeepAct::Leave,
    ] {
        terminal.send(Event::Upkeep(act));
        assert!(terminal.is_home(), "{act:?} on home");
    }
    knock(&mut terminal, 7, 300);
    for act in [UpkeepAct::SelfTest, UpkeepAct::Restart, UpkeepAct::TouchTest, UpkeepAct::Clean] {
        terminal.send(Event::Upkeep(act));
        assert!(matches!(upkeep(&terminal), Upkeep::Pin { .. }), "{act:?} at the PIN");
    }
    for pin in ["", "97531", "000000", "246810"] {
        terminal.types(pin);
        assert!(matches!(upkeep(&terminal), Upkeep::Pin { .. }), "{pin}");
        terminal.send(Event::Pad(Key::Clear));
    }
    assert!(terminal.done.is_empty());
    terminal.types(MAINTENANCE_PIN);
    assert!(matches!(upkeep(&terminal), Upkeep::Overview));
}

#[test]
fn five_wrong_pins_close_maintenance_for_a_while_and_are_reported() {
    let mut terminal = Terminal::open();
    knock(&mut terminal, 7, 300);
    (0..5).for_each(|_| terminal.types("000000"));
    assert_eq!(terminal.kinds(), [Record::LockedOut { tries: 5, seconds: 60 }]);
    terminal.types(MAINTENANCE_PIN);
    assert!(matches!(upkeep(&terminal), Upkeep::Pin { said: Message::LockedOut(60), .. }));
    terminal.pass(60_000);
    knock(&mut terminal, 7, 300);
    terminal.types(MAINTENANCE_PIN);
    assert!(matches!(upkeep(&terminal), Upkeep::Overview));
}

#[test]
fn without_a_pin_in_the_settings_maintenance_stays_closed() {
    let mut terminal = Terminal::open();
    let rules = pingyi::terminal::flow::Rules { maintenance: false, ..sample::rules() };
    terminal.state = State::new(rules);
    terminal.send(Event::Ready { memory: sample::memory("0317") });
    terminal.send(Event::Content(Box::new(super::known())));
    knock(&mut terminal, 7, 300);
    terminal.types(MAINTENANCE_PIN);
    let Upkeep::Pin { said, digits } = upkeep(&terminal) else { panic!() };
    assert_eq!((*said, digits.as_str()), (Message::Closed, ""));
}

#[test]
fn maintenance_is_left_when_nobody_touches_it() {
    let mut terminal = let_in();
    terminal.pass(60_000);
    assert!(terminal.is_home());
    terminal.send(Event::Upkeep(UpkeepAct::Restart));
    assert!(terminal.done.is_empty());
    let mut terminal = let_in();
    terminal.send(Event::Upkeep(UpkeepAct::Restart));
    assert_eq!(terminal.done, ["restarts"]);
}

#[test]
fn the_touch_test_is_over_when_every_cell_was_touched_or_after_a_minute() {
    let cells = TOUCH_CELLS.0 * TOUCH_CELLS.1;
    let mut terminal = let_in();
    terminal.send(Event::Upkeep(UpkeepAct::TouchTest));
    for cell in (1..cells).chain([1, cells, usize::MAX]) {
        terminal.send(Event::Upkeep(UpkeepAct::Cell(cell)));
    }
    let Upkeep::Touch { touched, .. } = upkeep(&terminal) else { panic!() };
    assert_eq!(touched.len(), cells - 1);
    terminal.send(Event::Upkeep(UpkeepAct::Cell(0)));
    assert!(matches!(upkeep(&terminal), Upkeep::Overview));
    terminal.send(Event::Upkeep(UpkeepAct::TouchTest));
    terminal.pass(30_000);
    terminal.send(Event::Touched);
    terminal.pass(30_000);
    assert!(matches!(upkeep(&terminal), Upkeep::Overview));
}

#[test]
fn five_colours_are_shown_one_after_the_other() {
    let mut terminal = let_in();
    for place in 0..5 {
        terminal.send(Event::Upkeep(UpkeepAct::Colours));
        assert_eq!(*upkeep(&terminal), Upkeep::Colour(place));
    }
    terminal.send(Event::Upkeep(UpkeepAct::Colours));
    assert_eq!(*upkeep(&terminal), Upkeep::Overview);
}

#[test]
fn the_one_time_code_is_typed_refused_and_typed_again() {
    let mut terminal = Terminal::closed();
    terminal.state = State::new(sample::rules());
    let enrolment = |waiting| Enrolment { fingerprint: "4F7A".to_owned(), waiting };
    terminal.send(Event::NotEnrolled(enrolment(false)));
    terminal.send(Event::Upkeep(UpkeepAct::Enrol));
    terminal.types("TOOSHORT");
    assert!(terminal.done.is_empty());
    terminal.send(Event::Pad(Key::Clear));
    let code = "ABCD".repeat(9);
    terminal.types(&format!("{code}XX"));
    terminal.types("Y");
    assert_eq!(terminal.done, [format!("enrols {code}")], "once, and no longer than it is");
    assert!(!format!("{:?}", terminal.state).contains("ABCD"));
    terminal.send(Event::CodeRefused);
    let Upkeep::Enrol { code, sent, refused } = upkeep(&terminal) else { panic!() };
    assert_eq!((code.as_str(), *sent, *refused), ("", false, true));
    terminal.send(Event::NotEnrolled(enrolment(true)));
    assert!(matches!(terminal.screen(), Screen::NotEnrolled(Enrolment { waiting: true, .. })));
    terminal.send(Event::Upkeep(UpkeepAct::Enrol));
    assert!(matches!(terminal.screen(), Screen::NotEnrolled(_)), "it waits for a person");
}

#[test]
fn the_buttons_are_tested_once_a_day_from_seven_on_when_nobody_is_there() {
    let mut terminal = Terminal::open();
    let minute = |terminal: &mut Terminal, day, minute| {
        terminal.send(Event::Minute { day, minute });
        terminal.pass(MINUTE);
        std::mem::take(&mut terminal.done).len()
    };
    terminal.pass(10 * MINUTE);
    let day = DAY + 1;
    assert_eq!(minute(&mut terminal, day, 419), 0, "too early");
    terminal.send(Event::Touched);
    terminal.pass(59_000);
    assert_eq!(minute(&mut terminal, day, 420), 0, "somebody was here a moment ago");
    terminal.send(Event::Opened(Page::Wall));
    terminal.pass(1_000);
    assert_eq!(minute(&mut terminal, day, 421), 0, "somebody reads");
    terminal.pass(MINUTE);
    terminal.records();
    assert_eq!(minute(&mut terminal, day, 423), 1);
    let none = SelfTest {
        passed: false,
        sizes: [(0, 0); 3],
        micros: [0; 3],
        fault: "按键没有反应".into(),
    };
    assert_eq!(terminal.kinds(), [Record::SelfTest(none)], "a test without a result has failed");
    assert_eq!(minute(&mut terminal, day, 424), 0, "once");
    let mut again = terminal.restarted();
    again.pass(10 * MINUTE);
    assert_eq!(minute(&mut again, day, 440), 0, "and not after each restart");
    assert_eq!(minute(&mut again, day + 1, 440), 1, "but the next day");
}

#[test]
fn a_test_begun_by_the_clock_has_its_time_and_ends_at_home() {
    let mut terminal = Terminal::open();
    terminal.pass(110_000);
    terminal.send(Event::Minute { day: DAY + 1, minute: 421 });
    terminal.records();
    terminal.pass(9_000);
    assert!(matches!(upkeep(&terminal), Upkeep::Testing { by_hand: false, .. }));
    terminal.send(Event::Rated(Level::Satisfied));
    assert!(terminal.answers.is_empty(), "what a test taps is never a rating");
    terminal.send(Event::SelfTested(passed()));
    assert!(!matches!(terminal.screen(), Screen::Upkeep(_)), "{:?}", terminal.screen());
    assert_eq!(terminal.kinds(), [Record::SelfTest(passed())]);
    terminal.send(Event::SelfTested(passed()));
    assert!(terminal.kinds().is_empty(), "a result that comes late is none");
}

#[test]
fn a_test_begun_by_hand_shows_its_result() {
    let mut terminal = let_in();
    terminal.records();
    terminal.send(Event::Upkeep(UpkeepAct::SelfTest));
    assert_eq!(terminal.done, ["tests"]);
    terminal.send(Event::Back);
    assert!(matches!(upkeep(&terminal), Upkeep::Testing { by_hand: true, .. }));
    terminal.send(Event::SelfTested(passed()));
    assert_eq!(*upkeep(&terminal), Upkeep::Tested(passed()));
    assert_eq!(terminal.kinds(), [Record::SelfTest(passed())]);
    terminal.send(Event::Back);
    assert_eq!(*upkeep(&terminal), Upkeep::Overview);
}
