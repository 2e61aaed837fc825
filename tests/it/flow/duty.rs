//! Who is on duty: signed on, handed over, away, signed off, ended at closing time.

use pingyi::domain::{Leaving, Means, Record};
use pingyi::terminal::flow::{Ask, Desk, DeskAct, Event, Outcome, Proof, Screen};

use super::{DAY, MINUTE, Terminal};

fn on(by: Means) -> Record {
    Record::SignedOn { by }
}

fn off(why: Leaving) -> Record {
    Record::SignedOff { why }
}

#[test]
fn a_person_signs_on_by_pin_card_or_system_and_the_entry_says_which() {
    let pin = Proof::Pin("246810".to_owned());
    for (proof, means) in
        [(pin, Means::Pin), (Proof::Card, Means::Card), (Proof::System, Means::System)]
    {
        let mut terminal = Terminal::closed();
        assert!(matches!(terminal.screen(), Screen::OffDuty));
        assert_eq!(terminal.sign_on("0317", proof), Outcome::Done);
        assert!(terminal.is_home());
        assert_eq!(terminal.records(), [(on(means), "0317".to_owned(), String::new())]);
    }
}

#[test]
fn on_the_pad_the_number_comes_first_and_then_the_pin() {
    let mut terminal = Terminal::closed();
    terminal.send(Event::StaffAsked);
    terminal.types("0317");
    assert!(matches!(terminal.screen(), Screen::Desk(Desk::Pin { .. })));
    terminal.types("246810");
    assert!(terminal.is_home());
    assert_eq!(terminal.kinds(), [on(Means::Pin)]);
    // Whoever is on duty need not type the number again.
    terminal.send(Event::StaffAsked);
    terminal.types("246810");
    assert!(matches!(terminal.screen(), Screen::Desk(Desk::Menu)));
    assert!(terminal.records().is_empty());
}

#[test]
fn a_pin_of_sixteen_digits_can_be_typed() {
    let mut terminal = Terminal::closed();
    terminal.send(Event::StaffAsked);
    terminal.types("0317");
    for _ in 0..20 {
        terminal.send(Event::Pad(pingyi::terminal::flow::Key::Character('1')));
    }
    let Screen::Desk(Desk::Pin { digits, .. }) = terminal.screen() else { panic!() };
    assert_eq!(digits.len(), 16);
}

#[test]
fn a_hand_over_ends_one_shift_and_begins_the_other() {
    let mut terminal = Terminal::open();
    assert_eq!(terminal.sign_on("0999", Proof::Card), Outcome::Done);
    let service = String::new;
    assert_eq!(
        terminal.records(),
        [
            (off(Leaving::HandedOver), "0317".to_owned(), service()),
            (on(Means::Card), "0999".to_owned(), service())
        ]
    );
    // On the pad whoever takes over types the own number.
    terminal.send(Event::StaffAsked);
    terminal.send(Event::Desk(DeskAct::HandOver));
    terminal.types("0317");
    terminal.types("246810");
    assert_eq!(terminal.kinds(), [off(Leaving::HandedOver), on(Means::Pin)]);
    assert_eq!(terminal.state.shown_staff(), Some("0317"));
    // The same person again changes nothing.
    assert_eq!(terminal.sign_on("0317", Proof::System), Outcome::Done);
    assert!(terminal.records().is_empty());
}

#[test]
fn a_short_absence_has_a_reason_the_office_knows_and_an_end() {
    let mut terminal = Terminal::open();
    let away = |why: &str, minutes| Ask::Away { why: why.to_owned(), minutes };
    for (ask, outcome) in [
        (away("golf", 10), Outcome::Unknown),
        (away("meeting", 0), Outcome::Unknown),
        (away("meeting", 481), Outcome::Unknown),
        (away("meeting", 15), Outcome::Done),
    ] {
        assert_eq!(terminal.ask(ask.clone()), outcome, "{ask:?}");
    }
    assert!(matches!(terminal.screen(), Screen::Away));
    assert_eq!(terminal.kinds(), [Record::Away { why: "meeting".to_owned(), minutes: 15 }]);
    terminal.pass(14 * MINUTE);
    terminal.send(Event::Touched);
    terminal.send(Event::Minute { day: DAY, minute: 524 });
    assert_eq!(terminal.state.back_in_minutes(), Some(2));
    assert_eq!(terminal.ask(Ask::BackToWork), Outcome::Done);
    assert!(terminal.is_home());
    assert_eq!(terminal.kinds(), [Record::Back]);
    assert_eq!(terminal.ask(Ask::BackToWork), Outcome::Done);
    assert!(terminal.records().is_empty(), "whoever is there comes back only once");
}

#[test]
fn at_the_desk_the_absence_is_chosen_by_its_places() {
    let mut terminal = Terminal::open();
    terminal.at_desk(DeskAct::AwayAsked);
    for act in [DeskAct::AwayReason(9), DeskAct::AwayMinutes(3), DeskAct::AwayConfirmed] {
        terminal.send(Event::Desk(act));
    }
    assert_eq!(terminal.kinds(), [Record::Away { why: "meeting".to_owned(), minutes: 20 }]);
    // The next citizen's service brings the person back.
    terminal.begin();
    assert_eq!(terminal.kinds(), [Record::Back, Record::Begun]);
}

#[test]
fn signing_off_finishes_the_open_service_first() {
    for (act, why) in
        [(DeskAct::SignOff, Leaving::SignedOff), (DeskAct::EndOfDay, Leaving::EndOfDay)]
    {
        let mut terminal = Terminal::open();
        terminal.begin();
        terminal.records();
        terminal.pass(3_000);
        terminal.at_desk(act);
        assert_eq!(terminal.kinds(), [Record::Finished { took_ms: 3_000 }, off(why)]);
        let Screen::Prompt(prompt) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
        assert_eq!(prompt.staff, "0317", "the citizen is still asked about this person");
        terminal.pass(40_000);
        assert!(matches!(terminal.screen(), Screen::OffDuty));
        assert_eq!(terminal.ask(Ask::SignOff(Leaving::SignedOff)), Outcome::NobodyOnDuty);
    }
}

/// A sign-on at a minute, then the clock: whether the terminal ended the shift.
const CLOSING: [(u32, i64, u32, bool); 6] = [
    (510, DAY, 1_079, false),
    (510, DAY, 1_080, true),
    (510, DAY, 1_300, true),
    (1_090, DAY, 1_300, false), // signed on after closing: somebody works late
    (1_090, DAY + 1, 1, true),
    (510, DAY + 1, 480, true),
];

#[test]
fn a_shift_past_closing_or_of_another_day_is_ended_and_marked() {
    for (signed_on, day, minute, ended) in CLOSING {
        let mut terminal = Terminal::closed();
        terminal.send(Event::Minute { day: DAY, minute: signed_on });
        let mut terminal = terminal.signed_on("0317");
        terminal.send(Event::Minute { day, minute });
        let expected = if ended { vec![off(Leaving::PastClosing)] } else { Vec::new() };
        assert_eq!(terminal.kinds(), expected, "{signed_on} {day} {minute}");
        assert_eq!(terminal.state.shift().is_none(), ended);
    }
}

#[test]
fn a_shift_and_an_open_service_survive_a_restart() {
    let mut terminal = Terminal::open();
    terminal.begin();
    let mut again = terminal.restarted();
    assert!(again.is_home());
    assert_eq!(again.state.service().map(|service| service.id.as_str()), Some("s1"));
    assert_eq!(again.finish(), Outcome::Done);
    assert_eq!(again.kinds(), [Record::Finished { took_ms: -1 }], "nobody knows how long it took");
}

#[test]
fn nothing_is_begun_where_nobody_is_on_duty_or_nothing_is_ready() {
    let mut terminal = Terminal::closed();
    let begin = Ask::Begin { service: "s1".to_owned(), item: String::new(), ticket: String::new() };
    assert_eq!(terminal.ask(begin.clone()), Outcome::NobodyOnDuty);
    terminal.send(Event::Standing(pingyi::wire::Standing::Retired));
    assert_eq!(terminal.ask(begin), Outcome::OutOfService);
    assert_eq!(terminal.sign_on("0317", Proof::System), Outcome::OutOfService);
    assert!(terminal.records().is_empty());
}
