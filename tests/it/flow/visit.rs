//! The visit, as a table of states and events.

use pingyi::domain::Level;
use pingyi::settings::terminal::{Language, TextSize};
use pingyi::terminal::flow::{self, Ask, Effect, Enrolment, Event, Proof, Screen, State, Ticket};
use pingyi::terminal::journal::Answer;
use pingyi::wire::Standing;

use crate::sample;

/// A terminal with a hand on its clock.
struct Desk {
    state: State,
    now: i64,
    ticket: Ticket,
}

impl Desk {
    fn new() -> Desk {
        Desk { state: State::new(sample::rules()), now: 1_000_000, ticket: Ticket::default() }
    }

    fn send(&mut self, event: Event) -> Vec<Effect> {
        let (state, effects) = flow::step(self.state.clone(), event, self.now);
        self.state = state;
        for effect in &effects {
            if let Effect::Save { ticket, .. } = effect {
                self.ticket = *ticket;
            }
        }
        effects
    }

    fn answer(&mut self, level: Level) -> Answer {
        match self.send(Event::Rated(level)).as_slice() {
            [Effect::Save { answer, .. }] => answer.clone(),
            other => panic!("no save: {other:?}"),
        }
    }

    fn saved(&mut self) {
        self.send(Event::Saved { ticket: self.ticket, saved: sample::saved(1), opinion: None });
    }

    fn failed(&mut self) {
        self.send(Event::SaveFailed { ticket: self.ticket });
    }

    fn after(&mut self, millis: i64) -> Vec<Effect> {
        self.now += millis;
        self.send(Event::Timeout)
    }

    fn name(&self) -> &'static str {
        match self.state.screen() {
            Screen::Blank => "blank",
            Screen::NotEnrolled(_) => "not-enrolled",
            Screen::NoContent => "no-content",
            Screen::Home => "home",
            Screen::Saving(_) => "saving",
            Screen::Thanks(_) => "thanks",
            Screen::Change { .. } => "change",
            Screen::Paused(_) => "paused",
            Screen::Retired => "retired",
            other => panic!("{other:?}"),
        }
    }

    /// A desk brought to the state of that name, by events alone.
    fn at(name: &str) -> Desk {
        let mut desk = Desk::new();
        let enrolment = Enrolment { fingerprint: "4F7A 90C2".to_owned(), waiting: true };
        match name {
            "blank" => return desk,
            "not-enrolled" => {
                desk.send(Event::NotEnrolled(enrolment));
                return desk;
            }
            _ => {}
        }
        desk.send(Event::Ready { memory: sample::memory("0317") });
        if name == "no-content" {
            return desk;
        }
        desk.send(Event::Content(sample::known()));
        if name == "home" {
            return desk;
        }
        desk.answer(Level::Satisfied);
        match name {
            "saving" => {}
            "paused" => desk.failed(),
            "paused-late" => drop(desk.after(flow::SAVE_PATIENCE_MS)),
            _ => desk.saved(),
        }
        match name {
            "change" => drop(desk.send(Event::ChangeAsked)),
            "saving-change" | "thanks-final" => {
                desk.send(Event::ChangeAsked);
                desk.answer(Level::Basic);
            }
            "retired" => {
                desk.send(Event::Done);
                desk.send(Event::Standing(Standing::Revoked));
            }
            _ => {}
        }
        if name == "thanks-final" {
            desk.saved();
        }
        desk
    }

    fn happen(&mut self, event: &str) {
        match event {
            "rated" => drop(self.send(Event::Rated(Level::Dissatisfied))),
            "change" => drop(self.send(Event::ChangeAsked)),
            "done" => drop(self.send(Event::Done)),
            "saved" => self.saved(),
            "failed" => self.failed(),
            "stray" => {
                let ticket = Ticket::default();
                drop(self.send(Event::Saved { ticket, saved: sample::saved(9), opinion: None }));
            }
            "writes" => drop(self.send(Event::Probed { writes: true })),
            "fails" => drop(self.send(Event::Probed { writes: false })),
            "early" => drop(self.after(0)),
            "late" => drop(self.after(3_600_000)),
            "content" => drop(self.send(Event::Content(sample::known()))),
            "retire" => drop(self.send(Event::Standing(Standing::Retiring))),
            "active" => drop(self.send(Event::Standing(Standing::Active))),
            other => panic!("no event {other}"),
        }
    }
}

/// A dot is the screen where it was.
const TABLE: &str = "
state          rated   change  done    saved   failed  stray   writes  fails   early   late    content     retire   active
blank          .       .       .       .       .       .       .       .       .       .       .           retired  .
not-enrolled   .       .       .       .       .       .       .       .       .       .       .           retired  .
no-content     .       .       .       .       .       .       .       .       .       .       home        retired  .
home           saving  .       .       .       .       .       .       .       .       .       .           retired  .
saving         .       .       .       thanks  paused  .       .       .       .       paused  .           .        .
thanks         .       change  home    .       .       .       .       .       .       home    .           .        .
change         saving  .       thanks  .       .       .       .       .       .       home    .           .        .
saving-change  .       .       .       thanks  paused  .       .       .       .       paused  .           .        .
thanks-final   .       .       home    .       .       .       .       .       .       home    .           .        .
paused         .       .       .       .       .       .       home    .       .       .       .           retired  .
paused-late    .       .       .       thanks  .       .       home    .       .       .       .           retired  .
retired        .       .       .       .       .       .       .       .       .       .       .           .        home
";

#[test]
fn every_event_in_every_state_leads_where_the_table_says() {
    let mut lines = TABLE.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let head = lines.next().unwrap();
    for line in lines {
        for (event, expected) in head.iter().zip(&line).skip(1) {
            let mut desk = Desk::at(line[0]);
            let before = desk.name();
            assert!(line[0].starts_with(before), "{} is made as {before}", line[0]);
            desk.happen(event);
            let expected = if *expected == "." { before } else { expected };
            assert_eq!(desk.name(), expected, "{} + {event}", line[0]);
        }
    }
}

#[test]
fn a_second_tap_while_saving_saves_nothing() {
    let mut desk = Desk::at("saving");
    for level in Level::ALL {
        assert!(desk.send(Event::Rated(level)).is_empty());
    }
}

#[test]
fn after_the_tap_the_state_is_the_same_for_every_level() {
    let state_after = |level| {
        let mut desk = Desk::at("home");
        assert_eq!(desk.answer(level).level, level);
        let saving = desk.state.clone();
        desk.now += 7;
        desk.saved();
        (saving, desk.state)
    };
    let [first, second, third] = Level::ALL.map(state_after);
    let told = |states| format!("{states:?}");
    assert_eq!(told(&first), told(&second));
    assert_eq!(told(&second), told(&third));
}

#[test]
fn the_change_button_counts_down_and_goes() {
    let mut desk = Desk::at("thanks");
    let mut seen = Vec::new();
    while let Screen::Thanks(thanks) = desk.state.screen() {
        seen.push(thanks.change.map_or(0, |offer| offer.seconds));
        desk.now = desk.state.deadline().unwrap();
        assert!(desk.send(Event::Timeout).is_empty());
    }
    assert_eq!(seen, [5, 4, 3, 2, 1, 0]);
    assert_eq!(desk.name(), "home");
    assert_eq!(desk.now - Desk::at("thanks").now, 20_000);
}

#[test]
fn a_correction_names_the_entry_and_the_person_first_rated_and_is_the_last() {
    let mut desk = Desk::at("thanks");
    let proof = Proof::System;
    let ask = Ask::SignOn { employee_no: "0999".to_owned(), proof };
    desk.send(Event::Asked { call: None, ask });
    desk.send(Event::ChangeAsked);
    let answer = desk.answer(Level::Dissatisfied);
    assert_eq!(answer.corrects, Some(sample::saved(1)));
    assert_eq!((answer.level, answer.staff.as_str()), (Level::Dissatisfied, "0317"));
    desk.saved();
    desk.send(Event::ChangeAsked);
    assert_eq!(desk.name(), "thanks");
    desk.send(Event::Done);
    let answer = desk.answer(Level::Satisfied);
    assert_eq!((answer.corrects, answer.staff.as_str()), (None, "0999"));
}

#[test]
fn whoever_leaves_the_change_screen_keeps_the_answer() {
    let mut desk = Desk::at("change");
    desk.now += 2_500;
    desk.send(Event::Done);
    let Screen::Thanks(thanks) = desk.state.screen() else { panic!("{}", desk.name()) };
    assert_eq!((thanks.saved.seq, thanks.change.map(|offer| offer.seconds)), (1, Some(3)));

    let mut desk = Desk::at("change");
    desk.now += 5_000;
    desk.send(Event::Done);
    let Screen::Thanks(thanks) = desk.state.screen() else { panic!("{}", desk.name()) };
    assert_eq!(thanks.change, None);
}

#[test]
fn a_tap_at_the_instant_of_a_timeout_wins_if_it_comes_first() {
    let at_the_end = |name: &str| {
        let mut desk = Desk::at(name);
        desk.now += 20_000;
        desk
    };
    let mut desk = at_the_end("change");
    assert_eq!(desk.answer(Level::Basic).level, Level::Basic);
    desk.send(Event::Timeout);
    assert_eq!(desk.name(), "saving");

    let mut desk = at_the_end("change");
    desk.send(Event::Timeout);
    assert_eq!(desk.name(), "home", "the timeout came first: the tap rates anew");

    let mut desk = at_the_end("thanks");
    desk.send(Event::ChangeAsked);
    assert_eq!(desk.name(), "change", "the button was still there");

    let mut desk = Desk::at("saving");
    desk.now += flow::SAVE_PATIENCE_MS;
    desk.saved();
    desk.send(Event::Timeout);
    assert_eq!(desk.name(), "thanks");
}

#[test]
fn a_late_reply_thanks_only_whoever_is_still_there() {
    let mut desk = Desk::at("paused-late");
    desk.now += 14_999;
    desk.saved();
    assert_eq!(desk.name(), "thanks");

    let mut desk = Desk::at("paused-late");
    desk.now += 15_000;
    desk.saved();
    assert_eq!(desk.name(), "home", "saved, but nobody else is thanked for it");

    let mut desk = Desk::at("paused-late");
    desk.failed();
    desk.saved();
    assert_eq!(desk.name(), "paused");
}

#[test]
fn failed_storage_is_probed_every_three_seconds_one_probe_at_a_time() {
    let mut desk = Desk::at("paused");
    for _ in 0..3 {
        assert_eq!(desk.state.deadline(), Some(desk.now + 3_000));
        assert!(desk.after(2_999).is_empty());
        assert!(matches!(desk.after(1).as_slice(), [Effect::Probe]));
        assert_eq!(desk.state.deadline(), None);
        assert!(desk.after(60_000).is_empty(), "the first probe has not been answered");
        desk.send(Event::Probed { writes: false });
    }
    desk.send(Event::Probed { writes: true });
    assert_eq!(desk.name(), "home");
}

#[test]
fn language_and_text_size_go_back_a_minute_after_the_last_touch() {
    let mut desk = Desk::at("home");
    assert_eq!(desk.state.deadline(), None);
    desk.send(Event::LanguageToggled);
    desk.send(Event::TextSizeToggled);
    let look = desk.state.look();
    assert_eq!((look.language, look.text), (Language::ENGLISH, TextSize::Large));
    desk.now += 50_000;
    desk.send(Event::Touched);
    desk.after(59_999);
    assert_eq!(desk.state.look(), look);
    assert_eq!(desk.state.deadline(), Some(desk.now + 1));
    desk.after(1);
    assert_eq!(desk.state.look(), sample::rules().look);
    assert_eq!(desk.state.deadline(), None);
}

#[test]
fn the_look_stays_for_the_whole_visit() {
    let mut desk = Desk::at("home");
    desk.send(Event::LanguageToggled);
    desk.answer(Level::Basic);
    desk.now += 120_000;
    desk.saved();
    desk.after(5_000);
    assert_eq!(desk.state.look().language, Language::ENGLISH);
    desk.after(20_000);
    assert_eq!((desk.name(), desk.state.look().language), ("home", Language::ENGLISH));
    desk.send(Event::Timeout);
    assert_eq!(desk.state.look().language, Language::CHINESE);
}

#[test]
fn a_retired_terminal_finishes_the_visit_first() {
    let mut desk = Desk::at("change");
    desk.send(Event::Standing(Standing::Retired));
    desk.answer(Level::Basic);
    desk.saved();
    assert_eq!(desk.name(), "thanks");
    desk.send(Event::Done);
    assert_eq!(desk.name(), "retired");
    assert!(desk.send(Event::Rated(Level::Basic)).is_empty());
}
