//! The terminal as a pure state machine: events in, effects out. No clock, no file, no random
//! source.
//!
//! A state never holds the level that was tapped: it leaves with [`Effect::Save`] and is
//! forgotten. So whatever is drawn from a state, and whenever it changes, is the same for all
//! three levels.

mod aside;
mod browse;
mod desk;
mod duty;
mod effect;
mod event;
mod known;
mod memory;
mod rest;
mod rules;
mod screens;
mod service;
mod upkeep;
mod visit;

use std::collections::BTreeMap;

pub use desk::{AWAY_MINUTES, Desk, Message};
pub use effect::{Effect, Outcome, Secret, Sound};
pub use event::{Ask, Call, DeskAct, Event, GuideAct, Key, Page, Proof};
pub use known::{Known, is_shown};
pub use memory::{Absence, Lockout, Memory, Service, Shift};
pub use rules::{Look, Rules};
pub use screens::{
    ChangeOffer, Cleaning, Complaint, Contact, Filed, Given, Guide, Paused, Phone, Probe, Saving,
    Screen, Slides, TappedOn, Thanks,
};
pub use service::{Prompt, Public};
pub use upkeep::{TOUCH_CELLS, Upkeep, UpkeepAct};

use self::service::{Asked, Pending};
use super::journal::{Answer, Note};
use crate::domain::{Language, Record};
use crate::settings::terminal::TextSize;
use crate::wire::Standing;

/// A save that takes longer is called failed: nobody waits at a counter without a word.
pub const SAVE_PATIENCE_MS: i64 = 5_000;
/// How often storage that failed is tried again.
pub const PROBE_EVERY_MS: i64 = 3_000;

/// What a person who sets the terminal up compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// Of the terminal's key, in groups.
    pub fingerprint: String,
    /// The request stands at the center and waits for a person.
    pub waiting: bool,
}

/// Names one effect, so that a reply meets what it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// Everything that decides what a person sees.
#[derive(Clone, Debug)]
pub struct State {
    rules: Rules,
    look: Look,
    screen: Screen,
    facts: Facts,
    memory: Memory,
    /// What the local interface tells of a finished service.
    asked: Option<Asked>,
    /// A prompt that waits until the screen is free.
    pending: Option<Pending>,
    /// Records whose reply is out, and those that storage did not take.
    recording: BTreeMap<Ticket, Note>,
    owed: Vec<Note>,
    /// Storage has failed, and has taken nothing since.
    fails: bool,
    /// PIN checks whose reply is out.
    checking: BTreeMap<Ticket, duty::Attempt>,
    /// Taps on the clock in a row, and the last of them.
    clock_taps: (u32, i64),
    touched_at: i64,
    tickets: u64,
    now: i64,
    effects: Vec<Effect>,
}

/// What is true outside of any visit.
#[derive(Clone, Debug)]
struct Facts {
    enrolment: Option<Enrolment>,
    ready: bool,
    /// Once there is content.
    known: Option<Box<Known>>,
    standing: Standing,
    /// The local day as yyyymmdd and the minute of it; 0 until the clock was read.
    day: i64,
    minute: u32,
}

impl State {
    /// A terminal that knows nothing yet.
    #[must_use]
    pub fn new(rules: Rules) -> State {
        State {
            look: rules.look,
            rules,
            screen: Screen::Blank,
            facts: Facts {
                enrolment: None,
                ready: false,
                known: None,
                standing: Standing::Active,
                day: 0,
                minute: 0,
            },
            memory: Memory::default(),
            asked: None,
            pending: None,
            recording: BTreeMap::new(),
            owed: Vec::new(),
            fails: false,
            checking: BTreeMap::new(),
            clock_taps: (0, 0),
            touched_at: 0,
            tickets: 0,
            now: 0,
            effects: Vec::new(),
        }
    }

    /// What is on the screen.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// In which language, size and contrast.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The language that the switch goes to next; nothing where there is only one.
    #[must_use]
    pub fn next_language(&self) -> Option<Language> {
        let languages = &self.rules.languages;
        let here = languages.iter().position(|each| *each == self.look.language);
        let next = here.map_or(0, |here| (here + 1) % languages.len().max(1));
        languages.get(next).copied().filter(|next| *next != self.look.language)
    }

    /// Who is on duty.
    #[must_use]
    pub fn shift(&self) -> Option<&Shift> {
        self.memory.shift.as_ref()
    }

    /// The open service.
    #[must_use]
    pub fn service(&self) -> Option<&Service> {
        self.memory.service.as_ref()
    }

    /// The employee number of the person whose badge is shown: of a visit in progress that person
    /// whom it is about, whoever is on duty by now.
    #[must_use]
    pub fn shown_staff(&self) -> Option<&str> {
        match &self.screen {
            Screen::Prompt(prompt) => Some(&prompt.staff),
            Screen::Saving(saving) => Some(&saving.staff),
            _ => self.memory.shift.as_ref().map(|shift| shift.staff.as_str()),
        }
    }

    /// Whether ratings are for practice.
    #[must_use]
    pub fn is_training(&self) -> bool {
        self.behaviour().training
    }

    /// The local day as yyyymmdd; 0 until the clock was read.
    #[must_use]
    pub fn day(&self) -> i64 {
        self.facts.day
    }

    /// Whole seconds from the last event until an instant, at least 0.
    #[must_use]
    pub fn seconds_until(&self, at: i64) -> u32 {
        u32::try_from((at - self.now + 999) / 1_000).unwrap_or(0)
    }

    fn behaviour(&self) -> crate::domain::Behaviour {
        self.facts.known.as_ref().map(|known| known.behaviour.clone()).unwrap_or_default()
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Records something of the person on duty and the open service.
    fn record(&mut self, record: Record) -> Ticket {
        let note = Note {
            staff: self.memory.shift.as_ref().map(|s| s.staff.clone()).unwrap_or_default(),
            ..Note::new(record)
        };
        self.record_note(note)
    }

    fn record_note(&mut self, note: Note) -> Ticket {
        let note = Note { training: self.is_training(), ..note };
        let ticket = self.ticket();
        self.recording.insert(ticket, note.clone());
        self.effects.push(Effect::Record { ticket, note, memory: self.memory.written() });
        ticket
    }

    /// Where a terminal stands when nobody is in the middle of something.
    fn rest(&self) -> Screen {
        match (&self.facts.enrolment, &self.memory.shift) {
            _ if self.facts.standing != Standing::Active => Screen::Retired,
            (Some(enrolment), _) if !self.facts.ready => Screen::NotEnrolled(enrolment.clone()),
            _ if !self.facts.ready => Screen::Blank,
            _ if self.facts.known.is_none() => Screen::NoContent,
            (_, None) => Screen::OffDuty,
            (_, Some(shift)) if shift.away.is_some() => Screen::Away,
            (_, Some(_)) => Screen::Home,
        }
    }

    /// Goes where a terminal stands, unless a prompt has waited for this.
    fn leave(&mut self) {
        self.screen = self.rest();
        if self.fails || !self.owed.is_empty() {
            self.screen = Screen::Paused(Paused { late: None, probe: Probe::Asked });
            self.effects.push(Effect::Probe);
        }
        self.show_pending();
    }

    /// A fact has changed: whatever stands by itself gives way to it; a visit is finished first,
    /// and failing storage stays told.
    fn settle(&mut self) {
        let rest = self.rest();
        let goes = match &self.screen {
            Screen::Paused(_) | Screen::Upkeep(_) => rest == Screen::Retired,
            screen if screen.is_visit() => false,
            screen => screen.is_rest() || rest == Screen::Retired,
        };
        let same_rest = matches!(self.screen, Screen::Idle(_)) && is_calm(&rest);
        if goes && !same_rest {
            self.screen = rest;
        }
        self.show_pending();
    }

    fn save(&mut self, saving: Saving, answer: Answer) {
        self.effects.push(Effect::Save { ticket: saving.ticket, answer });
        self.screen = Screen::Saving(saving);
    }
}

/// The next state, and what is to be done, after one event at the monotonic instant `now`.
///
/// Events count in the order they arrive: a tap that arrives before the timeout wins, even when
/// its instant has passed.
#[must_use]
pub fn step(mut state: State, event: Event, now: i64) -> (State, Vec<Effect>) {
    state.now = now;
    if event.is_touch() {
        state.touched_at = now;
    }
    state.happen(event);
    state.tell(now);
    let effects = std::mem::take(&mut state.effects);
    (state, effects)
}

impl State {
    fn happen(&mut self, event: Event) {
        if matches!(self.screen, Screen::Cleaning(_)) && event.is_touch() {
            return;
        }
        match event {
            Event::Touched => self.woken(),
            Event::Rated(level) => self.rated(level),
            Event::ChangeAsked => self.change_asked(),
            Event::Done => self.done(),
            Event::TagToggled(place) => self.tag_toggled(place),
            Event::PhoneAsked => self.phone_asked(),
            Event::OpinionAsked => self.opinion_asked(),
            Event::Opened(page) => self.opened(page),
            Event::Guide(act) => self.guide(act),
            Event::About(about) => self.about(about),
            Event::ComplaintContinued => self.complaint_continued(),
            Event::Back => self.back(),
            Event::Pad(key) => self.pad(key),
            Event::ConsentToggled => self.consent_toggled(),
            Event::LanguageToggled => {
                self.look.language = self.next_language().unwrap_or(self.look.language);
            }
            Event::TextSizeToggled => self.look.text = other_size(self.look.text),
            Event::ContrastToggled => self.look.contrast = !self.look.contrast,
            Event::StaffAsked => self.staff_asked(),
            Event::Desk(act) => self.desk(act),
            Event::ClockTapped => self.clock_tapped(),
            Event::Upkeep(act) => self.upkeep(act),
            Event::Asked { call, ask } => self.asked(call, ask),
            Event::Timeout => self.timeout(),
            other => self.learn(other),
        }
    }

    /// Replies and facts.
    fn learn(&mut self, event: Event) {
        match event {
            Event::Saved { ticket, saved, opinion } => self.saved(ticket, saved, opinion),
            Event::SaveFailed { ticket } => self.save_failed(ticket),
            Event::Recorded { ticket, saved, opinion } => self.recorded(ticket, saved, opinion),
            Event::RecordFailed { ticket } => self.record_failed(ticket),
            Event::Probed { writes } => self.probed(writes),
            Event::PinChecked { ticket, right } => self.pin_checked(ticket, right),
            Event::SelfTested(test) => self.self_tested(test),
            Event::CodeRefused => self.code_refused(),
            Event::NotEnrolled(enrolment) => {
                let waiting = enrolment.waiting;
                self.facts.enrolment = Some(enrolment);
                if waiting {
                    self.taken_in();
                }
                self.settle();
            }
            Event::Ready { memory } => {
                self.facts.ready = true;
                self.touched_at = self.now;
                self.memory = Memory::read(memory.as_deref(), self.now);
                self.settle();
            }
            Event::Content(known) => {
                if self.facts.known.is_none() {
                    // Slides do not begin before anybody could have touched anything.
                    self.touched_at = self.now;
                }
                self.forget_tags(&known);
                self.facts.known = Some(known);
                self.settle();
            }
            Event::Standing(standing) => {
                self.facts.standing = standing;
                self.settle();
            }
            Event::Unshowable { place, characters } => {
                self.record_note(Note::new(Record::Unshowable { characters, place }));
            }
            Event::Minute { day, minute } => self.minute(day, minute),
            _ => {}
        }
    }
}

/// Whether slides may stand in for it.
fn is_calm(screen: &Screen) -> bool {
    matches!(screen, Screen::Home | Screen::OffDuty | Screen::Away)
}

fn other_size(text: TextSize) -> TextSize {
    match text {
        TextSize::Normal => TextSize::Large,
        TextSize::Large => TextSize::Normal,
    }
}

fn millis(seconds: u32) -> i64 {
    i64::from(seconds) * 1_000
}
