//! Services: begun, finished, asked about, rated or left in silence.

use pingyi::domain::{Field, Level, Record};
use pingyi::terminal::flow::{Ask, DeskAct, Event, Outcome, Proof, Screen};

use super::{Terminal, known};

fn silent(asked_ms: i64, cut: bool) -> Record {
    Record::Silent { asked_ms, cut }
}

#[test]
fn a_service_is_begun_named_finished_and_asked_about() {
    let mut terminal = Terminal::open();
    let begun = terminal.begun("", "");
    terminal.send(begun);
    terminal.pass(90_000);
    assert_eq!(terminal.ask(Ask::NameItem("nothing".to_owned())), Outcome::Unknown);
    assert_eq!(terminal.ask(Ask::NameItem("permit".to_owned())), Outcome::Done);
    assert_eq!(terminal.finish(), Outcome::Done);
    assert_eq!(terminal.finish(), Outcome::NoService);
    let items: Vec<_> = terminal.notes.iter().map(|note| note.item.clone()).collect();
    assert_eq!(items, ["", "permit", "permit"]);
    let who = || ("0317".to_owned(), "s1".to_owned());
    let expected = [Record::Begun, Record::ItemNamed, Record::Finished { took_ms: 90_000 }];
    assert_eq!(terminal.records(), expected.map(|record| (record, who().0, who().1)));
    let Screen::Prompt(prompt) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!((prompt.service.id.as_str(), prompt.seconds), ("s1", (30, 30)));
    assert_eq!(terminal.done, ["asks"]);
    terminal.send(Event::Rated(Level::Basic));
    let answer = terminal.answers.pop().unwrap();
    assert_eq!((answer.staff.as_str(), answer.service.as_str()), ("0317", "s1"));
    assert_eq!((answer.item.as_str(), answer.level), ("permit", Level::Basic));
    assert!(terminal.records().is_empty(), "a rating is no silence");
}

#[test]
fn an_unknown_item_begins_nothing() {
    let mut terminal = Terminal::open();
    let begin = |item: &str| Ask::Begin {
        service: "s9".to_owned(),
        item: item.to_owned(),
        ticket: String::new(),
    };
    assert_eq!(terminal.ask(begin("nothing")), Outcome::Unknown);
    assert!(terminal.state.service().is_none() && terminal.records().is_empty());
    assert_eq!(terminal.ask(begin("vaccine")), Outcome::Done);
    assert_eq!(terminal.kinds(), [Record::Begun]);
    // A system that heard no answer asks again.
    assert_eq!(terminal.ask(begin("vaccine")), Outcome::Done);
    assert!(terminal.records().is_empty(), "nothing begins twice");
}

#[test]
fn the_person_on_duty_begins_and_finishes_on_the_pad() {
    let mut terminal = Terminal::open();
    terminal.at_desk(DeskAct::Begin);
    assert!(terminal.is_home());
    terminal.at_desk(DeskAct::NameItem);
    terminal.send(Event::Desk(DeskAct::Item("permit".to_owned())));
    terminal.send(Event::Desk(DeskAct::Finish));
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    assert_eq!(
        terminal.kinds(),
        [Record::Begun, Record::ItemNamed, Record::Finished { took_ms: 0 }]
    );
    // Behind no PIN nothing of the desk is done.
    let mut terminal = Terminal::open();
    for act in [DeskAct::Begin, DeskAct::SignOff, DeskAct::EndOfDay, DeskAct::Clean] {
        terminal.send(Event::Desk(act));
    }
    assert!(terminal.is_home() && terminal.records().is_empty());
}

#[test]
fn silence_is_recorded_as_silence() {
    let mut terminal = Terminal::open();
    terminal.begin();
    terminal.finish();
    terminal.records();
    terminal.pass(29_999);
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    terminal.pass(1);
    assert!(terminal.is_home());
    let expected = (silent(30_000, false), "0317".to_owned(), "s1".to_owned());
    assert_eq!(terminal.records(), [expected]);
    assert!(terminal.answers.is_empty(), "no level is made up");
}

#[test]
fn the_prompt_stands_five_seconds_before_the_next_service_cuts_it() {
    for (begins_after, cut_after) in [(0, 5_000), (2_000, 5_000), (4_999, 5_000), (9_000, 9_000)] {
        let mut terminal = Terminal::open();
        terminal.begin();
        terminal.finish();
        terminal.pass(begins_after);
        terminal.begin();
        terminal.records();
        if begins_after < cut_after {
            terminal.pass(cut_after - begins_after - 1);
            assert!(matches!(terminal.screen(), Screen::Prompt(_)), "{begins_after}");
            terminal.pass(1);
            let expected = (silent(cut_after, true), "0317".to_owned(), "s1".to_owned());
            assert_eq!(terminal.records(), [expected]);
        }
        assert!(terminal.is_home(), "{begins_after}: {:?}", terminal.screen());
    }
}

#[test]
fn a_prompt_that_is_set_to_be_cut_earlier_still_stands_five_seconds() {
    let mut known = known();
    known.behaviour.prompt_least_seconds = 1;
    let mut terminal = Terminal::with(known).signed_on("0317");
    terminal.begin();
    terminal.finish();
    terminal.begin();
    terminal.pass(4_999);
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    terminal.send(Event::Rated(Level::Dissatisfied));
    assert_eq!(terminal.answers[0].service, "s1", "a tap is for the service that is asked about");
}

#[test]
fn beginning_while_one_is_open_finishes_that_one() {
    let mut terminal = Terminal::open();
    for _ in 0..3 {
        terminal.begin();
        terminal.pass(1_000);
    }
    let finished = Record::Finished { took_ms: 1_000 };
    let told: Vec<_> = terminal.records().into_iter().map(|(record, _, id)| (record, id)).collect();
    let s = |number: u32| format!("s{number}");
    assert_eq!(
        told,
        [
            (Record::Begun, s(1)),
            (finished.clone(), s(1)),
            (Record::Begun, s(2)),
            (finished, s(2)),
            (Record::Begun, s(3)),
        ]
    );
    // The first has its least time; only then is the second asked about, and cut in turn.
    let mut asked = Vec::new();
    while let Screen::Prompt(prompt) = terminal.screen() {
        asked.push(prompt.service.id.clone());
        terminal.pass(1_000);
    }
    asked.dedup();
    assert_eq!(asked, ["s1", "s2"]);
    assert_eq!(terminal.kinds(), [silent(5_000, true), silent(5_000, true)]);
}

#[test]
fn a_service_that_two_others_have_overtaken_is_silent_without_having_been_asked_about() {
    let mut terminal = Terminal::open();
    for _ in 0..4 {
        terminal.begin();
    }
    let silences = terminal.records().into_iter().filter(|(record, ..)| *record == silent(0, true));
    let ids: Vec<_> = silences.map(|(_, _, id)| id).collect();
    assert_eq!(ids, ["s2"], "s1 stands there, s3 waits");
}

#[test]
fn whoever_has_rated_before_the_end_is_not_asked() {
    let mut terminal = Terminal::open();
    terminal.begin();
    terminal.send(Event::Rated(Level::Satisfied));
    assert_eq!(terminal.answers[0].service, "s1");
    terminal.pass(30_000);
    terminal.records();
    assert_eq!(terminal.finish(), Outcome::Done);
    assert!(terminal.is_home());
    terminal.pass(60_000);
    assert_eq!(terminal.kinds(), [Record::Finished { took_ms: 30_000 }]);
}

#[test]
fn a_service_that_ends_during_a_visit_is_asked_about_after_it() {
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(Level::Satisfied)); // about nothing in particular
    terminal.begin();
    terminal.finish();
    assert!(matches!(terminal.screen(), Screen::Thanks(_)));
    terminal.send(Event::Done);
    let Screen::Prompt(prompt) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!(prompt.service.id, "s1");
}

#[test]
fn a_prompt_that_waited_into_the_next_service_is_cut_after_its_least_time() {
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(Level::Satisfied));
    terminal.begin();
    terminal.finish();
    terminal.begin();
    terminal.send(Event::Done);
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    terminal.pass(5_000);
    assert!(terminal.is_home());
    assert_eq!(terminal.kinds().last(), Some(&silent(5_000, true)));
}

#[test]
fn the_prompt_is_about_whoever_served_even_after_a_hand_over() {
    let mut terminal = Terminal::open();
    terminal.begin();
    terminal.sign_on("0999", Proof::System);
    assert_eq!(terminal.state.shown_staff(), Some("0317"));
    terminal.send(Event::Rated(Level::Dissatisfied));
    assert_eq!(terminal.answers[0].staff, "0317");
    terminal.send(Event::Done);
    assert_eq!(terminal.state.shown_staff(), Some("0999"));
}

#[test]
fn a_ticket_is_personal_and_kept_only_where_it_can_be_sealed() {
    for seals in [true, false] {
        let mut terminal = Terminal::with(super::Known { ticket: seals, ..known() });
        terminal.sign_on("0317", Proof::System);
        terminal.notes.clear();
        let begun = terminal.begun("vaccine", "A013");
        terminal.send(begun);
        let expected = if seals { vec![(Field::Ticket, "A013".to_owned())] } else { Vec::new() };
        assert_eq!(terminal.notes[0].personal, expected);
        assert!(!terminal.memory.contains("A013"));
        assert!(!format!("{:?}{:?}", terminal.state, terminal.notes).contains("A013"));
    }
}

#[test]
fn at_a_terminal_for_practice_every_answer_and_note_says_so() {
    for training in [true, false] {
        let mut known = known();
        known.behaviour.training = training;
        let mut terminal = Terminal::with(known);
        terminal.sign_on("0317", Proof::System);
        terminal.begin();
        terminal.finish();
        terminal.send(Event::Rated(Level::Satisfied));
        terminal.send(Event::TagToggled(0));
        terminal.send(Event::Done);
        terminal.sign_on("0999", Proof::Card);
        assert!(terminal.notes.len() >= 5 && terminal.answers.len() == 1);
        assert!(terminal.notes.iter().all(|note| note.training == training));
        assert!(terminal.answers.iter().all(|answer| answer.training == training));
    }
}
