//! What the local interface is told: the same whether and however somebody rated.

use pingyi::domain::Level;
use pingyi::terminal::flow::{Event, Public};

use super::{Terminal, answers};

/// A service from its begin on, and what is told after its end.
fn told(answer: Option<Level>, before_the_end: bool, adds: bool) -> Vec<(i64, Public)> {
    let mut terminal = Terminal::open();
    terminal.begin();
    assert_eq!(terminal.state.public(), Public::Serving);
    if before_the_end {
        if let Some(level) = answer {
            terminal.send(Event::Rated(level));
            assert_eq!(terminal.state.public(), Public::Serving);
        }
        terminal.pass(60_000);
    } else {
        terminal.pass(60_000);
    }
    terminal.finish();
    if !before_the_end && let Some(level) = answer {
        terminal.send(Event::Rated(level));
        if adds {
            terminal.send(Event::TagToggled(1));
            terminal.send(Event::ChangeAsked);
            terminal.send(Event::Rated(Level::Basic));
            terminal.send(Event::Done);
        }
    }
    terminal.told_for(60)
}

#[test]
fn it_is_told_the_same_for_every_level_silence_and_a_rating_before_the_end() {
    let expected = [(0, Public::Asking), (30, Public::Done), (35, Public::Idle)];
    for answer in answers() {
        for before_the_end in [false, true] {
            for adds in [false, true] {
                let told = told(answer, before_the_end, adds);
                assert_eq!(told, expected, "{answer:?} before {before_the_end} adds {adds}");
            }
        }
    }
}

#[test]
fn it_is_told_the_same_when_the_next_service_begins_at_once() {
    let told = |answer: Option<Level>| {
        let mut terminal = Terminal::open();
        terminal.begin();
        terminal.finish();
        if let Some(level) = answer {
            terminal.send(Event::Rated(level));
        }
        terminal.begin();
        let mut told = terminal.told_for(10);
        terminal.finish();
        told.extend(terminal.told_for(60));
        told
    };
    let expected = told(None);
    for answer in answers() {
        assert_eq!(told(answer), expected, "{answer:?}");
    }
}
