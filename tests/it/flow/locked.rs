//! Wrong PINs: five lock a person out on this terminal for a growing time, and are reported.

use pingyi::domain::Record;
use pingyi::terminal::flow::{Desk, Event, Message, Outcome, Proof, Screen};

use super::{MINUTE, Terminal};

fn wrong() -> Proof {
    Proof::Pin("000000".to_owned())
}

fn right() -> Proof {
    Proof::Pin("246810".to_owned())
}

/// Five wrong tries, of a person who is known here or is not.
fn mistype_five_times(terminal: &mut Terminal, who: &str) {
    for _ in 0..4 {
        assert_eq!(terminal.sign_on(who, wrong()), Outcome::WrongPin);
    }
    assert!(terminal.records().is_empty());
    assert_eq!(terminal.sign_on(who, wrong()), Outcome::LockedOut(60));
}

#[test]
fn five_wrong_tries_lock_a_person_out_and_an_unknown_number_is_no_other() {
    for who in ["0317", "9876"] {
        let mut terminal = Terminal::closed();
        mistype_five_times(&mut terminal, who);
        let locked = Record::LockedOut { tries: 5, seconds: 60 };
        assert_eq!(terminal.records(), [(locked, who.to_owned(), String::new())]);
        // Until then not even the right one is tried.
        terminal.pass(59_000);
        assert_eq!(terminal.sign_on(who, right()), Outcome::LockedOut(1));
        assert_eq!(terminal.sign_on("0999", Proof::Card), Outcome::Done, "others are not locked");
    }
}

#[test]
fn each_further_wrong_try_locks_for_twice_as_long_up_to_an_hour() {
    let mut terminal = Terminal::closed();
    mistype_five_times(&mut terminal, "0317");
    let mut waits = vec![60];
    for _ in 0..7 {
        terminal.pass(i64::from(waits[waits.len() - 1]) * 1_000);
        let Outcome::LockedOut(seconds) = terminal.sign_on("0317", wrong()) else { panic!() };
        waits.push(seconds);
    }
    assert_eq!(waits, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    assert_eq!(terminal.kinds().len(), 8, "each is reported");
    terminal.pass(3_600_000);
    assert_eq!(terminal.sign_on("0317", right()), Outcome::Done);
    assert_eq!(terminal.sign_on("0317", wrong()), Outcome::WrongPin, "the count begins anew");
}

#[test]
fn a_power_cut_neither_shortens_a_lockout_nor_gives_more_tries() {
    let mut terminal = Terminal::closed();
    for _ in 0..4 {
        terminal.sign_on("0317", wrong());
        terminal = terminal.restarted();
    }
    assert_eq!(terminal.sign_on("0317", wrong()), Outcome::LockedOut(60));
    terminal.pass(30_000);
    let mut again = terminal.restarted();
    assert_eq!(again.sign_on("0317", right()), Outcome::LockedOut(60));
    again.pass(MINUTE);
    assert_eq!(again.sign_on("0317", right()), Outcome::Done);
}

#[test]
fn a_card_does_not_open_what_wrong_pins_have_locked_but_a_system_that_may_does() {
    let mut terminal = Terminal::closed();
    mistype_five_times(&mut terminal, "0317");
    assert_eq!(terminal.sign_on("0317", Proof::Card), Outcome::LockedOut(60));
    assert_eq!(terminal.sign_on("0317", Proof::System), Outcome::Done);
    assert_eq!(terminal.sign_on("9876", Proof::Card), Outcome::Unknown);
    assert_eq!(terminal.sign_on("9876", Proof::System), Outcome::Unknown);
}

#[test]
fn the_pad_says_the_same_for_an_unknown_number_and_never_which_was_wrong() {
    let said = |who: &str| {
        let mut terminal = Terminal::closed();
        terminal.send(Event::StaffAsked);
        terminal.types(who);
        let mut heard = Vec::new();
        for _ in 0..6 {
            terminal.types("000000");
            let Screen::Desk(Desk::Pin { said, digits, .. }) = terminal.screen() else { panic!() };
            assert!(digits.is_empty());
            heard.push(*said);
        }
        heard
    };
    let known = said("0317");
    assert_eq!(known, said("9876"));
    assert_eq!(known[..4], [Message::Wrong; 4]);
    assert_eq!(known[4..], [Message::LockedOut(60); 2]);
}

#[test]
fn a_pin_is_in_no_text_that_might_be_logged() {
    let mut terminal = Terminal::closed();
    terminal.send(Event::StaffAsked);
    terminal.types("0317");
    for digit in "246810".chars() {
        terminal.send(Event::Pad(pingyi::terminal::flow::Key::Character(digit)));
    }
    assert!(!format!("{:?}", terminal.state).contains("246810"));
    assert!(!format!("{:?}", right()).contains("246810"));
    assert!(!terminal.memory.contains("246810"));
}
