//! Storage that fails: it is said, nothing is thanked for, and what is owed is recorded later.

use pingyi::domain::{About, Leaving, Level, Record};
use pingyi::terminal::flow::{Ask, Event, Page, SAVE_PATIENCE_MS, Screen, Upkeep, UpkeepAct};

use super::{Storage, Terminal};

fn is_paused(terminal: &Terminal) -> bool {
    matches!(terminal.screen(), Screen::Paused(_))
}

#[test]
fn records_that_storage_did_not_take_are_recorded_in_their_order_once_it_does() {
    let mut terminal = Terminal::open();
    terminal.storage = Storage::Fails;
    terminal.begin();
    assert!(is_paused(&terminal));
    terminal.finish();
    terminal.ask(Ask::SignOff(Leaving::EndOfDay));
    let owed = terminal.kinds();
    assert_eq!(owed.len(), 3);
    terminal.pass(60_000);
    assert!(is_paused(&terminal));
    terminal.kinds();
    terminal.storage = Storage::Works;
    terminal.pass(3_000);
    assert_eq!(terminal.kinds(), owed);
    terminal.pass(60_000);
    assert!(matches!(terminal.screen(), Screen::OffDuty));
    let silent = Record::Silent { asked_ms: 30_000, cut: false };
    assert_eq!(terminal.kinds(), [silent], "whoever was served was asked in the end");
}

#[test]
fn a_prompt_that_storage_interrupts_is_shown_again() {
    let mut terminal = Terminal::open();
    terminal.begin();
    terminal.storage = Storage::Fails;
    terminal.finish();
    assert!(is_paused(&terminal), "the end of the service is not recorded");
    terminal.storage = Storage::Works;
    terminal.pass(3_000);
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    // An answer that is not saved is asked for again.
    terminal.storage = Storage::Fails;
    terminal.send(Event::Rated(Level::Dissatisfied));
    assert!(is_paused(&terminal));
    terminal.storage = Storage::Works;
    terminal.pass(3_000);
    let Screen::Prompt(prompt) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
    assert_eq!(prompt.service.id, "s1");
}

#[test]
fn what_stands_durably_is_not_taken_from_whoever_reads_it() {
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(Level::Satisfied));
    terminal.storage = Storage::Fails;
    terminal.begin();
    assert!(matches!(terminal.screen(), Screen::Thanks(_)), "the receipt stays");
    terminal.send(Event::Done);
    assert!(is_paused(&terminal), "and only then it is said");
    terminal.records();
    terminal.storage = Storage::Works;
    terminal.pass(3_000);
    assert_eq!(terminal.kinds(), [Record::Begun]);
    assert!(terminal.is_home());
}

#[test]
fn what_is_owed_is_recorded_at_the_end_of_the_visit_where_storage_works_again() {
    let mut terminal = Terminal::open();
    terminal.send(Event::Rated(Level::Satisfied));
    terminal.storage = Storage::Fails;
    terminal.begin();
    terminal.storage = Storage::Works;
    terminal.records();
    terminal.send(Event::Done);
    assert!(terminal.is_home());
    assert_eq!(terminal.kinds(), [Record::Begun]);
}

#[test]
fn a_service_whose_ticket_could_not_be_kept_has_begun_all_the_same() {
    let mut terminal = Terminal::open();
    terminal.storage = Storage::Fails;
    let begun = terminal.begun("vaccine", "A013");
    terminal.send(begun);
    terminal.storage = Storage::Works;
    terminal.notes.clear();
    terminal.pass(3_000);
    assert_eq!(terminal.notes[0].record, Record::Begun);
    assert!(terminal.notes[0].personal.is_empty(), "personal data does not wait in memory");
}

#[test]
fn a_complaint_that_is_not_saved_gets_no_number() {
    for storage in [Storage::Fails, Storage::Hangs] {
        let mut terminal = Terminal::open();
        terminal.storage = storage;
        terminal.send(Event::Opened(Page::Complaint));
        terminal.send(Event::About(About::Other));
        terminal.send(Event::ComplaintContinued);
        terminal.send(Event::ComplaintContinued);
        assert!(!matches!(terminal.screen(), Screen::Filed(_)));
        terminal.pass(SAVE_PATIENCE_MS);
        assert!(is_paused(&terminal), "{:?}", terminal.screen());
    }
}

#[test]
fn storage_that_never_comes_back_is_not_asked_more_than_every_three_seconds() {
    let mut terminal = Terminal::open();
    terminal.storage = Storage::Fails;
    terminal.begin();
    let (mut timeouts, until) = (0, terminal.now + 3_600_000);
    while let Some(deadline) = terminal.state.deadline().filter(|deadline| *deadline <= until) {
        terminal.now = deadline;
        terminal.send(Event::Timeout);
        timeouts += 1;
    }
    assert_eq!(timeouts, 1_200);
}

#[test]
fn the_technician_is_let_in_while_storage_fails_and_the_pause_goes_on_after() {
    let mut terminal = Terminal::open();
    terminal.storage = Storage::Fails;
    terminal.send(Event::Rated(Level::Satisfied));
    assert!(is_paused(&terminal));
    (0..7).for_each(|_| terminal.send(Event::ClockTapped));
    terminal.types(super::MAINTENANCE_PIN);
    terminal.send(Event::Upkeep(UpkeepAct::SelfTest));
    terminal.pass(10_000);
    let screen = terminal.screen();
    assert!(matches!(screen, Screen::Upkeep(Upkeep::Tested(_))), "it is not recorded: {screen:?}");
    terminal.send(Event::Back);
    terminal.send(Event::Upkeep(UpkeepAct::Leave));
    assert!(is_paused(&terminal), "storage still fails");
    terminal.storage = Storage::Works;
    terminal.records();
    terminal.pass(3_000);
    assert!(terminal.is_home());
    assert!(matches!(terminal.kinds().as_slice(), [Record::SelfTest(_)]));
}
