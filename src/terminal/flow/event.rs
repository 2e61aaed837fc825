//! What happens to a terminal.

use super::known::Known;
use super::upkeep::UpkeepAct;
use super::{Enrolment, Ticket};
use crate::domain::{About, Leaving, Level, SelfTest};
use crate::terminal::journal::Saved;
use crate::wire::Standing;

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
    /// A tag after a rating, or a category of a complaint, by its place.
    TagToggled(usize),
    /// The citizen wants to leave a phone number.
    PhoneAsked,
    /// The citizen wants to write on their own phone.
    OpinionAsked,
    /// A page was opened from home.
    Opened(Page),
    /// Something was chosen in the guide.
    Guide(GuideAct),
    /// What a complaint is about.
    About(About),
    /// From the categories of a complaint on to the contact, and from there to its number.
    ComplaintContinued,
    /// One step back.
    Back,
    /// A key of a pad.
    Pad(Key),
    /// The consent to be called was given or taken back.
    ConsentToggled,
    /// The language switch was tapped.
    LanguageToggled,
    /// The text size switch was tapped.
    TextSizeToggled,
    /// The contrast switch was tapped.
    ContrastToggled,
    /// The person on duty, or one who wants to be, opens the pad.
    StaffAsked,
    /// Something was chosen at the desk of the person on duty.
    Desk(DeskAct),
    /// The clock was tapped: often enough in a row it is the technician's hidden gesture.
    ClockTapped,
    /// Something was chosen in maintenance.
    Upkeep(UpkeepAct),
    /// Something was asked for from outside: queue system, counter key, card.
    Asked {
        /// To be answered with [`super::Effect::Reply`]; nothing where nobody waits.
        call: Option<Call>,
        /// What.
        ask: Ask,
    },
    /// The answer is durable.
    Saved {
        /// Of the save.
        ticket: Ticket,
        /// Where it stands.
        saved: Saved,
        /// Where the citizen may write an opinion, if there is such a place.
        opinion: Option<String>,
    },
    /// The answer is not saved and never will be.
    SaveFailed {
        /// Of the save.
        ticket: Ticket,
    },
    /// A record is durable.
    Recorded {
        /// Of the effect.
        ticket: Ticket,
        /// Where it stands.
        saved: Saved,
        /// Where the citizen may write the text of a complaint.
        opinion: Option<String>,
    },
    /// A record is not saved.
    RecordFailed {
        /// Of the effect.
        ticket: Ticket,
    },
    /// The reply to [`super::Effect::Probe`].
    Probed {
        /// Whether storage takes writes again.
        writes: bool,
    },
    /// The reply to [`super::Effect::CheckPin`].
    PinChecked {
        /// Of the check.
        ticket: Ticket,
        /// Whether it was the right one.
        right: bool,
    },
    /// The reply to [`super::Effect::SelfTest`].
    SelfTested(SelfTest),
    /// The center does not take the one-time code.
    CodeRefused,
    /// The center does not know this terminal yet.
    NotEnrolled(Enrolment),
    /// Enrolled, and the journal is open.
    Ready {
        /// What was remembered before the last stop.
        memory: Option<String>,
    },
    /// There is content to show; it may be newer content.
    Content(Box<Known>),
    /// Characters of the content that no font here can show.
    Unshowable {
        /// Where they stand.
        place: String,
        /// The characters.
        characters: String,
    },
    /// What the office has decided of this terminal.
    Standing(Standing),
    /// The wall clock shows another minute.
    Minute {
        /// The local day, as yyyymmdd.
        day: i64,
        /// Minutes since local midnight.
        minute: u32,
    },
    /// The instant of [`super::State::deadline`] has come.
    Timeout,
}

impl Event {
    /// Whether somebody stands at the terminal.
    pub(super) fn is_touch(&self) -> bool {
        !matches!(
            self,
            Event::Asked { .. }
                | Event::Saved { .. }
                | Event::SaveFailed { .. }
                | Event::Recorded { .. }
                | Event::RecordFailed { .. }
                | Event::Probed { .. }
                | Event::PinChecked { .. }
                | Event::SelfTested(_)
                | Event::CodeRefused
                | Event::NotEnrolled(_)
                | Event::Ready { .. }
                | Event::Content(_)
                | Event::Unshowable { .. }
                | Event::Standing(_)
                | Event::Minute { .. }
                | Event::Timeout
        )
    }
}

/// A key of one of the terminal's own pads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A digit, or a letter of the enrolment pad.
    Character(char),
    /// Takes the last one away.
    Erase,
    /// Takes all away.
    Clear,
    /// Complete.
    Enter,
}

/// A page that is opened from home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// 办事指南
    Guide,
    /// 投诉建议
    Complaint,
    /// 公示墙
    Wall,
    /// 承诺书 of the person on duty; of the office where nobody is or there is none.
    Letter,
}

/// What is done in the guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuideAct {
    /// An item, by its id.
    Choose(String),
    /// Only items of the department with this place among the departments; nothing for all.
    Department(Option<usize>),
    /// Only items whose initials begin with this letter; nothing for all.
    Letter(Option<char>),
    /// The code to take along is shown, or put away.
    TakeAway,
}

/// What the person on duty does at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskAct {
    /// A service begins.
    Begin,
    /// The service ends.
    Finish,
    /// The list of items is opened.
    NameItem,
    /// The service is this item, by its id.
    Item(String),
    /// The choice of a short absence is opened.
    AwayAsked,
    /// Its reason, by its place.
    AwayReason(usize),
    /// How long it is expected to take, by its place in [`super::desk::AWAY_MINUTES`].
    AwayMinutes(usize),
    /// The absence begins.
    AwayConfirmed,
    /// The absence is over.
    BackToWork,
    /// Somebody else takes over: the pad asks for who.
    HandOver,
    /// Signs off.
    SignOff,
    /// Signs off for the day.
    EndOfDay,
    /// The screen is to be cleaned.
    Clean,
}

/// Names a call of the local interface that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call(pub u64);

/// What is asked for from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Somebody signs on.
    SignOn {
        /// Who.
        employee_no: String,
        /// What proves it.
        proof: Proof,
    },
    /// The person on duty signs off.
    SignOff(Leaving),
    /// A short absence.
    Away {
        /// The id of the reason.
        why: String,
        /// How long it is expected to take.
        minutes: u32,
    },
    /// The absence is over.
    BackToWork,
    /// A service begins; one that is open is finished by it.
    Begin {
        /// Its name.
        service: String,
        /// The id of the item; empty when it is not known.
        item: String,
        /// The ticket of the queue, to be sealed; empty without one.
        ticket: String,
    },
    /// The open service turns out to be this item.
    NameItem(String),
    /// The service ends.
    Finish,
}

/// What proves who signs on.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A PIN, still to be checked.
    Pin(String),
    /// A card that was found to be the person's.
    Card,
    /// The word of a system that may sign people on.
    System,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Proof::Pin(_) => "Pin(secret)",
            Proof::Card => "Card",
            Proof::System => "System",
        })
    }
}
