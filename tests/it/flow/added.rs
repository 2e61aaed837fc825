//! What a citizen adds: tags, a phone number, an opinion; and complaints with their numbers.

use pingyi::domain::{About, Field, Level, Record};
use pingyi::terminal::flow::{Contact, Event, Given, Key, Page, Screen};

use super::{Known, Storage, Terminal, answers, known};
use crate::sample;

const PHONE: &str = "13800138000";

fn reasons(to: u64, tags: &[&str]) -> Record {
    Record::Reasons { to, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

fn thanked(level: Level) -> Terminal {
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(level));
    terminal
}

/// A complaint about the window, with its categories chosen.
fn complaining(known: Known) -> Terminal {
    let mut terminal = Terminal::with(known).signed_on("0317");
    terminal.send(Event::Opened(Page::Complaint));
    terminal.send(Event::ComplaintContinued);
    let Screen::Complaint(complaint) = terminal.screen() else { panic!() };
    assert!(complaint.about.is_none(), "it must be about something");
    terminal.send(Event::About(About::Window));
    for place in [1, 0, 1, 1, 9] {
        terminal.send(Event::TagToggled(place));
    }
    terminal.send(Event::ComplaintContinued);
    terminal
}

#[test]
fn tags_are_recorded_once_at_the_end_of_the_visit_however_it_ends() {
    let ends: [(&str, fn(&mut Terminal)); 5] = [
        ("done", |terminal| terminal.send(Event::Done)),
        ("time", |terminal| terminal.pass(20_000)),
        ("on the change screen", |terminal| {
            terminal.send(Event::ChangeAsked);
            terminal.pass(20_000);
        }),
        ("on the phone pad", |terminal| {
            terminal.send(Event::PhoneAsked);
            terminal.pass(60_000);
        }),
        ("at the code", |terminal| {
            terminal.send(Event::OpinionAsked);
            terminal.pass(60_000);
        }),
    ];
    for (name, end) in ends {
        let mut terminal = thanked(Level::Satisfied);
        for place in [2, 0, 1, 0, 7] {
            terminal.send(Event::TagToggled(place));
        }
        assert!(terminal.records().is_empty(), "{name}: not before the end");
        end(&mut terminal);
        assert!(terminal.is_home(), "{name}: {:?}", terminal.screen());
        assert_eq!(terminal.notes[0].to, Some(sample::saved(terminal.seq - 1)));
        assert_eq!(terminal.notes[0].staff, "0317");
        assert_eq!(terminal.kinds(), [reasons(terminal.seq - 1, &["crowded", "quick"])], "{name}");
        terminal.pass(600_000);
        assert!(terminal.kinds().is_empty(), "{name}: once");
    }
}

#[test]
fn tags_are_kept_through_a_change_and_added_to_the_answer_that_counts() {
    let mut terminal = thanked(Level::Satisfied);
    terminal.send(Event::TagToggled(0));
    terminal.send(Event::ChangeAsked);
    terminal.send(Event::Rated(Level::Basic));
    let Screen::Thanks(thanks) = terminal.screen() else { panic!() };
    assert_eq!(thanks.tags, [0]);
    terminal.send(Event::Done);
    assert_eq!(terminal.kinds(), [reasons(terminal.seq - 1, &["clear"])]);
}

#[test]
fn other_content_does_not_make_other_tags_of_those_that_were_chosen() {
    let mut terminal = thanked(Level::Satisfied);
    terminal.send(Event::TagToggled(0));
    let other = Known { tags: vec!["slow".to_owned()], ..known() };
    terminal.send(Event::Content(Box::new(other)));
    terminal.send(Event::Done);
    assert_eq!(terminal.kinds(), []);
}

#[test]
fn whoever_chooses_nothing_adds_nothing() {
    for level in Level::ALL {
        let mut terminal = thanked(level);
        terminal.send(Event::TagToggled(1));
        terminal.send(Event::TagToggled(1));
        terminal.send(Event::Done);
        assert!(terminal.records().is_empty());
    }
}

#[test]
fn the_thank_you_stays_as_long_as_anew_with_each_tag() {
    let mut terminal = thanked(Level::Basic);
    for _ in 0..4 {
        terminal.pass(19_000);
        terminal.send(Event::TagToggled(0));
    }
    assert!(matches!(terminal.screen(), Screen::Thanks(_)));
    terminal.pass(20_000);
    assert!(terminal.is_home());
}

#[test]
fn a_phone_number_is_left_only_whole_and_with_consent() {
    let mut terminal = thanked(Level::Satisfied);
    terminal.send(Event::PhoneAsked);
    terminal.types(PHONE);
    assert!(terminal.records().is_empty(), "nobody has agreed");
    terminal.send(Event::Pad(Key::Clear));
    terminal.send(Event::ConsentToggled);
    terminal.types("138001");
    assert!(terminal.records().is_empty(), "too short");
    terminal.types("38000999");
    let Screen::Thanks(thanks) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!(thanks.contact, Contact::Left);
    let note = terminal.notes.pop().unwrap();
    assert_eq!(note.record, Record::Contact { to: 2 });
    assert_eq!(note.personal, [(Field::Phone, "138001380009".to_owned())], "twelve at most");
    terminal.send(Event::PhoneAsked);
    assert!(matches!(terminal.screen(), Screen::Phone { .. }), "it may be corrected");
}

#[test]
fn where_numbers_cannot_be_sealed_none_is_asked_for() {
    let mut terminal = Terminal::with(Known { phone: false, ..known() }).signed_on("0317");
    terminal.send(Event::Rated(Level::Satisfied));
    terminal.send(Event::PhoneAsked);
    assert!(matches!(terminal.screen(), Screen::Thanks(_)));
    let mut terminal = complaining(Known { phone: false, ..known() });
    assert!(matches!(terminal.screen(), Screen::Filed(_)), "{:?}", terminal.screen());
    assert!(terminal.notes[0].personal.is_empty());
    terminal.records();
}

#[test]
fn a_number_that_storage_did_not_take_is_not_said_to_be_left() {
    let mut terminal = thanked(Level::Satisfied);
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::ConsentToggled);
    terminal.storage = Storage::Hangs;
    terminal.types(PHONE);
    let Screen::Thanks(thanks) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert!(matches!(thanks.contact, Contact::Saving(_)));

    let mut terminal = thanked(Level::Satisfied);
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::ConsentToggled);
    terminal.storage = Storage::Fails;
    terminal.types(PHONE);
    let Screen::Thanks(thanks) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!(thanks.contact, Contact::None, "it may be tried again");
}

#[test]
fn nothing_of_a_phone_number_is_in_what_might_be_logged_or_remembered() {
    let mut terminal = thanked(Level::Satisfied);
    terminal.storage = Storage::Hangs;
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::ConsentToggled);
    for digit in PHONE.chars() {
        terminal.send(Event::Pad(Key::Character(digit)));
        let told = format!("{:?}", terminal.state);
        assert!(!told.contains("138") && !told.contains("8000"), "{told}");
    }
    terminal.send(Event::Pad(Key::Enter));
    let told = format!("{:?}{:?}{}", terminal.state, terminal.notes, terminal.memory);
    assert!(!told.contains(PHONE) && !told.contains("8000"), "{told}");
    assert_eq!(terminal.notes.last().unwrap().personal.len(), 1);
}

#[test]
fn after_the_tap_all_pages_of_a_visit_are_the_same_for_every_level() {
    let pages = |level: Option<Level>| {
        let mut terminal = Terminal::open();
        terminal.send(Event::Rated(level.unwrap_or(Level::Basic)));
        let mut told = Vec::new();
        for event in [
            Event::TagToggled(1),
            Event::PhoneAsked,
            Event::Back,
            Event::OpinionAsked,
            Event::Back,
            Event::ChangeAsked,
            Event::Back,
        ] {
            terminal.now += 137;
            terminal.send(event);
            told.push(format!("{:?} {:?}", terminal.state, terminal.state.deadline()));
        }
        told
    };
    let [first, rest @ ..] = answers().map(pages);
    for other in rest {
        assert_eq!(other, first);
    }
}

#[test]
fn the_code_for_an_opinion_is_shown_and_put_away() {
    let mut terminal = thanked(Level::Dissatisfied);
    terminal.send(Event::OpinionAsked);
    assert!(matches!(terminal.screen(), Screen::Opinion(Given::Rating(_))));
    terminal.pass(30_000);
    terminal.send(Event::Back);
    let Screen::Thanks(thanks) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!((thanks.change, thanks.saved.seq), (None, 2));
    terminal.pass(20_000);
    assert!(terminal.is_home());
}

#[test]
fn an_anonymous_complaint_is_numbered_and_its_text_may_follow() {
    let mut terminal = complaining(known());
    let Screen::Complaint(complaint) = terminal.screen() else { panic!() };
    assert!(complaint.asks_contact);
    terminal.send(Event::ComplaintContinued);
    let Screen::Filed(filed) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!((filed.contact, filed.opinion.as_deref()), (Contact::None, Some("https://o")));
    let note = terminal.notes.pop().unwrap();
    let tags = ["attitude", "fees"].map(str::to_owned).into();
    let about = About::Window;
    // The category tapped three times stands; the last tap put it after the other.
    assert_eq!(note.record, Record::Complaint { about, tags, anonymous: true });
    assert!(note.numbered && note.personal.is_empty());
    terminal.pass(60_000);
    assert!(terminal.is_home());
}

#[test]
fn a_number_is_filed_with_the_complaint_or_added_to_it_later() {
    let mut terminal = complaining(known());
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::Back);
    assert!(matches!(terminal.screen(), Screen::Complaint(_)), "nothing is lost by going back");
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::ConsentToggled);
    terminal.types(PHONE);
    let Screen::Filed(filed) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!(filed.contact, Contact::Left);
    let note = terminal.notes.pop().unwrap();
    assert!(matches!(note.record, Record::Complaint { anonymous: false, .. }));
    assert_eq!(note.personal, [(Field::Phone, PHONE.to_owned())]);

    let mut terminal = complaining(known());
    terminal.send(Event::ComplaintContinued);
    let filed_as = terminal.seq;
    terminal.send(Event::PhoneAsked);
    terminal.send(Event::ConsentToggled);
    terminal.types(PHONE);
    let note = terminal.notes.pop().unwrap();
    assert_eq!(note.record, Record::Contact { to: filed_as });
    assert_eq!(note.to, Some(sample::saved(filed_as)));
    assert!(matches!(terminal.screen(), Screen::Filed(_)));
}
