//! What happens when nobody touches the terminal, and what the touch that ends it does.

use pingyi::domain::{About, Level, Record};
use pingyi::terminal::flow::{DeskAct, Event, GuideAct, Key, Known, Page, Screen};

use super::{MINUTE, Storage, Terminal, known};

/// Content whose slides begin after two minutes.
fn sliding() -> Known {
    let mut known = known();
    known.behaviour.idle_seconds = 120;
    known
}

#[test]
fn pages_are_left_a_minute_after_the_last_touch_and_nothing_is_recorded() {
    let ways: [(&str, &[Event]); 7] = [
        ("guide", &[Event::Opened(Page::Guide)]),
        ("letter", &[Event::Opened(Page::Letter)]),
        ("wall", &[Event::Opened(Page::Wall)]),
        ("complaint", &[Event::Opened(Page::Complaint), Event::About(About::Office)]),
        ("sign on", &[Event::StaffAsked]),
        ("pad", &[Event::StaffAsked, Event::Pad(Key::Character('2'))]),
        ("language", &[Event::Opened(Page::Wall), Event::LanguageToggled]),
    ];
    for (name, events) in ways {
        let mut terminal = Terminal::open();
        events.iter().for_each(|event| terminal.send(event.clone()));
        terminal.pass(50_000);
        terminal.send(Event::Touched);
        terminal.pass(59_999);
        assert!(!terminal.is_home(), "{name}");
        terminal.pass(2);
        assert!(terminal.is_home(), "{name}: {:?}", terminal.screen());
        assert_eq!(terminal.state.look(), crate::sample::rules().look);
        assert!(terminal.records().is_empty(), "{name}");
    }
}

#[test]
fn pages_go_back_step_by_step() {
    let mut terminal = Terminal::open();
    terminal.send(Event::Opened(Page::Guide));
    let choose = |id: &str| Event::Guide(GuideAct::Choose(id.to_owned()));
    terminal.send(choose("nothing"));
    terminal.send(Event::Guide(GuideAct::TakeAway));
    let guide = |terminal: &Terminal| match terminal.screen() {
        Screen::Guide(guide) => (guide.chosen.clone(), guide.take_away, guide.letter),
        other => panic!("{other:?}"),
    };
    assert_eq!(guide(&terminal), (None, false, None));
    terminal.send(Event::Guide(GuideAct::Letter(Some('Y'))));
    terminal.send(choose("permit"));
    terminal.send(Event::Guide(GuideAct::TakeAway));
    let permit = Some("permit".to_owned());
    assert_eq!(guide(&terminal), (permit.clone(), true, Some('Y')));
    terminal.send(Event::Back);
    assert_eq!(guide(&terminal), (permit, false, Some('Y')));
    terminal.send(Event::Back);
    assert_eq!(guide(&terminal), (None, false, Some('Y')), "the list as it was filtered");
    terminal.send(Event::Back);
    assert!(terminal.is_home());
}

#[test]
fn without_a_touch_slides_go_by_and_only_those_of_today() {
    let mut terminal = Terminal::with(sliding()).signed_on("0317");
    terminal.pass(120_000);
    let mut places = Vec::new();
    for _ in 0..5 {
        let Screen::Idle(slides) = terminal.screen() else { panic!("{:?}", terminal.screen()) };
        places.push(slides.slide);
        terminal.pass(12_000);
    }
    assert_eq!(places, [0, 2, 0, 2, 0], "the second begins in years");
}

#[test]
fn the_touch_that_wakes_is_not_a_rating() {
    let mut terminal = Terminal::with(sliding()).signed_on("0317");
    terminal.pass(120_000);
    terminal.send(Event::Rated(Level::Satisfied));
    assert!(terminal.answers.is_empty());
    terminal.send(Event::Touched);
    assert!(terminal.is_home());
    assert!(terminal.answers.is_empty() && terminal.records().is_empty());
}

#[test]
fn slides_do_not_stand_in_the_way_of_a_service() {
    let mut terminal = Terminal::with(sliding()).signed_on("0317");
    terminal.pass(120_000);
    terminal.begin();
    assert!(terminal.is_home(), "whoever is served sees by whom");
    terminal.pass(60 * MINUTE);
    assert!(terminal.is_home(), "and goes on seeing it");
    terminal.finish();
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
    terminal.pass(30_000);
    assert!(matches!(terminal.screen(), Screen::Idle(_)));
}

#[test]
fn where_there_is_nothing_to_show_nothing_goes_by() {
    for known in [known(), Known { slides: Vec::new(), ..sliding() }] {
        let mut terminal = Terminal::with(known).signed_on("0317");
        assert_eq!(terminal.state.deadline(), None);
        terminal.pass(600 * MINUTE);
        assert!(terminal.is_home());
    }
}

#[test]
fn while_the_glass_is_wiped_touches_do_nothing_for_thirty_seconds() {
    let mut terminal = Terminal::open();
    terminal.at_desk(DeskAct::Clean);
    let mut seen = Vec::new();
    while let Screen::Cleaning(cleaning) = terminal.screen() {
        seen.push(cleaning.seconds);
        for event in [
            Event::Touched,
            Event::Rated(Level::Dissatisfied),
            Event::Opened(Page::Guide),
            Event::StaffAsked,
            Event::LanguageToggled,
            Event::Back,
            Event::Done,
            Event::ClockTapped,
        ] {
            terminal.send(event);
        }
        terminal.pass(1_000);
    }
    assert_eq!(seen, (1..=30).rev().collect::<Vec<_>>());
    assert!(terminal.is_home());
    assert!(terminal.answers.is_empty() && terminal.records().is_empty());
}

#[test]
fn a_service_that_ends_while_the_glass_is_wiped_is_asked_about_then() {
    let mut terminal = Terminal::open();
    terminal.begin();
    terminal.at_desk(DeskAct::Clean);
    terminal.finish();
    assert!(matches!(terminal.screen(), Screen::Cleaning(_)));
    terminal.pass(30_000);
    assert!(matches!(terminal.screen(), Screen::Prompt(_)));
}

#[test]
fn an_opened_terminal_that_nobody_touches_wakes_no_more_often_than_slides_go_by() {
    let mut terminal = Terminal::with(sliding()).signed_on("0317");
    let mut timeouts = 0;
    let until = terminal.now + 24 * 60 * MINUTE;
    while let Some(deadline) = terminal.state.deadline().filter(|deadline| *deadline <= until) {
        assert!(deadline > terminal.now || timeouts == 0, "never at once again");
        terminal.now = terminal.now.max(deadline);
        terminal.send(Event::Timeout);
        timeouts += 1;
    }
    // Slides begin, and each stands twelve seconds.
    assert!(timeouts <= 1 + 24 * 3_600 / 12, "{timeouts} timeouts");
    assert_eq!(terminal.kinds(), [] as [Record; 0]);
    assert!(terminal.storage == Storage::Works);
}
