//! The visit as a pure state machine: events in, effects out. No clock, no file, no random source.
//!
//! A state never holds the level that was tapped: it leaves with [`Effect::Save`] and is
//! forgotten. So whatever is drawn from a state, and whenever it changes, is the same for all
//! three levels.

mod visit;

pub use visit::{ChangeOffer, Paused, Probe, Saving, Screen, Thanks};

use super::journal::{Answer, Saved};
use crate::domain::Level;
use crate::settings;
use crate::settings::terminal::{Language, TextSize};
use crate::wire::Standing;

/// A save that takes longer is called failed: nobody waits at a counter without a word.
pub const SAVE_PATIENCE_MS: i64 = 5_000;
/// How often storage that failed is tried again.
pub const PROBE_EVERY_MS: i64 = 3_000;

/// The settings that the visit follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long an answer may be changed.
    pub change_seconds: u32,
    /// How long the thank-you stays.
    pub thanks_seconds: u32,
    /// How long after the last touch language and text size go back to `look`.
    pub idle_reset_seconds: u32,
    /// Language and text size that a visitor finds.
    pub look: Look,
}

/// What a visitor may switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The language.
    pub language: Language,
    /// The text size.
    pub text: TextSize,
}

impl From<&settings::terminal::Screen> for Rules {
    fn from(screen: &settings::terminal::Screen) -> Rules {
        Rules {
            change_seconds: screen.change_seconds,
            thanks_seconds: screen.thanks_seconds,
            idle_reset_seconds: screen.idle_reset_seconds,
            look: Look { language: screen.language, text: screen.text },
        }
    }
}

/// What a person who sets the terminal up compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// Of the terminal's key, in groups.
    pub fingerprint: String,
    /// The request stands at the center and waits for a person.
    pub waiting: bool,
}

/// Names one save, so that a reply meets the tap it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticket(u64);

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A finger came or moved, anywhere.
    Touched,
    /// A level was tapped.
    Rated(Level),
    /// The citizen wants to change the answer.
    ChangeAsked,
    /// 完成, or back from changing.
    Done,
    /// The language switch was tapped.
    LanguageToggled,
    /// The text size switch was tapped.
    TextSizeToggled,
    /// The answer is durable.
    Saved {
        /// Of the save.
        ticket: Ticket,
        /// Where it stands.
        saved: Saved,
    },
    /// The answer is not saved and never will be.
    SaveFailed {
        /// Of the save.
        ticket: Ticket,
    },
    /// The reply to [`Effect::Probe`].
    Probed {
        /// Whether storage takes writes again.
        writes: bool,
    },
    /// The center does not know this terminal yet.
    NotEnrolled(Enrolment),
    /// Enrolled, and the journal is open.
    Ready,
    /// There is content to show; it may be newer content.
    Content {
        /// The number of the person on duty; empty when nobody is.
        staff: String,
    },
    /// What the office has decided of this terminal.
    Standing(Standing),
    /// The instant of [`State::deadline`] has come.
    Timeout,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Save the answer; reply with [`Event::Saved`] or [`Event::SaveFailed`].
    Save {
        /// To be given back with the reply.
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
    /// Try whether storage takes writes; reply with [`Event::Probed`].
    Probe,
}

/// Everything that decides what a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    rules: Rules,
    look: Look,
    screen: Screen,
    facts: Facts,
    touched_at: i64,
    tickets: u64,
}

/// What is true outside of any visit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Facts {
    enrolment: Option<Enrolment>,
    ready: bool,
    /// The person on duty, once there is content.
    staff: Option<String>,
    standing: Standing,
}

impl State {
    /// A terminal that knows nothing yet.
    #[must_use]
    pub fn new(rules: Rules) -> State {
        State {
            look: rules.look,
            rules,
            screen: Screen::Blank,
            facts: Facts { enrolment: None, ready: false, staff: None, standing: Standing::Active },
            touched_at: 0,
            tickets: 0,
        }
    }

    /// What is on the screen.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// In which language and size.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The one instant, in monotonic milliseconds, at which [`Event::Timeout`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        let idle =
            (!self.screen.is_visit() && self.look != self.rules.look).then(|| self.reset_at());
        self.screen.deadline().into_iter().chain(idle).min()
    }

    fn reset_at(&self) -> i64 {
        self.touched_at + millis(self.rules.idle_reset_seconds)
    }

    /// Where a terminal stands when nobody is in the middle of something.
    fn rest(&self) -> Screen {
        match (&self.facts.enrolment, &self.facts.staff) {
            _ if self.facts.standing != Standing::Active => Screen::Retired,
            (Some(enrolment), _) if !self.facts.ready => Screen::NotEnrolled(enrolment.clone()),
            _ if !self.facts.ready => Screen::Blank,
            (_, None) => Screen::NoContent,
            (_, Some(_)) => Screen::Home,
        }
    }

    /// A fact has changed: a visit in progress is finished first, and failing storage stays told.
    fn settle(&mut self) {
        let rest = self.rest();
        let paused = matches!(self.screen, Screen::Paused(_)) && rest != Screen::Retired;
        if !self.screen.is_visit() && !paused {
            self.screen = rest;
        }
    }

    fn save(&mut self, level: Level, staff: String, corrects: Option<Saved>, now: i64) -> Effect {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let correction = corrects.is_some();
        self.screen =
            Screen::Saving(Saving { ticket, tapped_at: now, staff: staff.clone(), correction });
        Effect::Save { ticket, answer: Answer { corrects, ..Answer::new(level, &staff) } }
    }

    fn thank(&mut self, saving: Saving, saved: Saved, now: i64) {
        let offered = !saving.correction && self.rules.change_seconds > 0;
        self.screen = Screen::Thanks(Thanks {
            saved,
            staff: saving.staff,
            change: offered.then(|| ChangeOffer::new(self.rules.change_seconds, now)),
            until: now + millis(self.rules.thanks_seconds),
        });
    }
}

/// The next state, and what is to be done, after one event at the monotonic instant `now`.
///
/// Events count in the order they arrive: a tap that arrives before the timeout wins, even when
/// its instant has passed.
#[must_use]
pub fn step(mut state: State, event: Event, now: i64) -> (State, Vec<Effect>) {
    let mut effects = Vec::new();
    if event.is_touch() {
        state.touched_at = now;
    }
    match event {
        Event::Touched => {}
        Event::Rated(level) => effects.extend(state.rated(level, now)),
        Event::ChangeAsked => state.change_asked(now),
        Event::Done => state.done(now),
        Event::LanguageToggled => state.look.language = other_language(state.look.language),
        Event::TextSizeToggled => state.look.text = other_size(state.look.text),
        Event::Saved { ticket, saved } => state.saved(ticket, saved, now),
        Event::SaveFailed { ticket } => state.save_failed(ticket, now),
        Event::Probed { writes } => state.probed(writes, now),
        Event::NotEnrolled(enrolment) => {
            state.facts.enrolment = Some(enrolment);
            state.settle();
        }
        Event::Ready => {
            state.facts.ready = true;
            state.settle();
        }
        Event::Content { staff } => {
            state.facts.staff = Some(staff);
            state.settle();
        }
        Event::Standing(standing) => {
            state.facts.standing = standing;
            state.settle();
        }
        Event::Timeout => effects.extend(state.timeout(now)),
    }
    (state, effects)
}

impl Event {
    fn is_touch(&self) -> bool {
        matches!(
            self,
            Event::Touched
                | Event::Rated(_)
                | Event::ChangeAsked
                | Event::Done
                | Event::LanguageToggled
                | Event::TextSizeToggled
        )
    }
}

fn other_language(language: Language) -> Language {
    match language {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    }
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
