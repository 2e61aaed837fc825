//! The screens, each with all that its picture needs and nothing else.

use super::desk::Desk;
use super::service::Prompt;
use super::upkeep::Upkeep;
use super::{Enrolment, Ticket};
use crate::domain::About;
use crate::terminal::journal::Saved;

/// What is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Nothing is known yet.
    Blank,
    /// The center does not know this terminal.
    NotEnrolled(Enrolment),
    /// Enrolled, but nothing to show.
    NoContent,
    /// Nobody is on duty: what the office promises, and where to go instead.
    OffDuty,
    /// 暂停服务: the person on duty is away for a short while.
    Away,
    /// Waits for a tap.
    Home,
    /// Nobody has touched it for a while: slides.
    Idle(Slides),
    /// The service is finished: asks for a rating.
    Prompt(Prompt),
    /// The tap is on its way to the disk; the picture is still the one that was tapped.
    Saving(Saving),
    /// Saved.
    Thanks(Thanks),
    /// The three buttons again; the answer stands until another one is saved.
    Change {
        /// To go back to.
        thanks: Thanks,
        /// When the visit ends without another tap.
        until: i64,
    },
    /// A phone number is typed.
    Phone {
        /// What it is left with.
        given: Given,
        /// The pad.
        phone: Phone,
    },
    /// The code that opens a page on one's own phone.
    Opinion(Given),
    /// 办事指南
    Guide(Guide),
    /// 承诺书
    Letter,
    /// 公示墙
    Wall,
    /// 投诉建议, being filled in.
    Complaint(Complaint),
    /// The complaint is on its way to the disk.
    Filing {
        /// Of the record.
        ticket: Ticket,
        /// When it is called failed.
        until: i64,
        /// What is shown meanwhile.
        complaint: Complaint,
    },
    /// The complaint is saved.
    Filed(Filed),
    /// Touches do nothing while somebody wipes the glass.
    Cleaning(Cleaning),
    /// The pad of the person on duty.
    Desk(Desk),
    /// The technician's.
    Upkeep(Upkeep),
    /// 评价暂停: storage does not take writes.
    Paused(Paused),
    /// Out of service.
    Retired,
}

/// The idle screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slides {
    /// The place of the slide: notices first, then pictures, then what was put right.
    pub slide: usize,
    pub(super) next_at: i64,
}

/// A tap that waits for its reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    pub(super) ticket: Ticket,
    pub(super) tapped_at: i64,
    pub(super) staff: String,
    pub(super) service: String,
    pub(super) item: String,
    pub(super) tags: Vec<usize>,
    /// What was on the screen when the level was tapped, and still is.
    pub tapped_on: TappedOn,
}

/// Where a level was tapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TappedOn {
    /// On home.
    Home,
    /// On the prompt.
    Prompt(Prompt),
    /// On the change screen.
    Change,
}

/// The thank-you.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thanks {
    /// The entry, with its receipt code.
    pub saved: Saved,
    /// Whether the answer may still be changed.
    pub change: Option<ChangeOffer>,
    /// The places of the tags chosen.
    pub tags: Vec<usize>,
    /// Whether a phone number was left.
    pub contact: Contact,
    /// Where an opinion may be written.
    pub opinion: Option<String>,
    /// Who was rated: a correction is for the same person, whoever is on duty by now.
    pub(super) staff: String,
    pub(super) service: String,
    pub(super) item: String,
    pub(super) until: i64,
}

/// The countdown on the change button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeOffer {
    /// What the button says; at least 1.
    pub seconds: u32,
    pub(super) next_at: i64,
}

/// A complaint that is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The entry; its receipt code is the number to ask after it.
    pub saved: Saved,
    /// Whether a phone number was left.
    pub contact: Contact,
    /// Where its text may be written.
    pub opinion: Option<String>,
}

/// What stands durably, and may be added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A rating.
    Rating(Thanks),
    /// A complaint.
    Complaint(Filed),
    /// A complaint that is filed together with the number.
    Draft(Complaint),
}

/// How far a phone number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// None was left.
    #[default]
    None,
    /// On its way to the disk.
    Saving(Ticket),
    /// Saved.
    Left,
}

/// A phone number that is being typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Phone {
    /// The digits so far.
    pub digits: String,
    /// The person agrees to be called.
    pub consent: bool,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({} digits, consent {})", self.digits.len(), self.consent)
    }
}

/// The guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guide {
    /// Only this department's items.
    pub department: Option<usize>,
    /// Only items whose initials begin so.
    pub letter: Option<char>,
    /// The id of the item that is shown.
    pub chosen: Option<String>,
    /// The code to take along is shown.
    pub take_away: bool,
}

/// A complaint that is being filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// What it is about, once that was chosen.
    pub about: Option<About>,
    /// The places of the categories chosen.
    pub tags: Vec<usize>,
    /// The categories are behind: a phone number may be left, or none.
    pub asks_contact: bool,
}

/// The glass is wiped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleaning {
    /// Seconds left.
    pub seconds: u32,
    pub(super) next_at: i64,
}

/// Storage fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paused {
    /// A save that was given up while its reply is still out.
    pub(super) late: Option<Saving>,
    pub(super) probe: Probe,
}

/// One probe at a time: storage that hangs is not asked again before it has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The reply is out.
    Asked,
    /// The next one.
    At(i64),
}

impl Screen {
    /// Whether somebody is in the middle of a visit, which nothing but a tap or time ends.
    pub(super) fn is_visit(&self) -> bool {
        use Screen::{Change, Filed, Filing, Opinion, Phone, Prompt, Saving, Thanks};
        matches!(
            self,
            Prompt(_)
                | Saving(_)
                | Thanks(_)
                | Change { .. }
                | Phone { .. }
                | Opinion(_)
                | Filing { .. }
                | Filed(_)
        )
    }

    /// Whether it stands by itself, and gives way to whatever is true now.
    pub(super) fn is_rest(&self) -> bool {
        use Screen::{Away, Blank, Home, Idle, NoContent, NotEnrolled, OffDuty, Retired};
        matches!(
            self,
            Blank | NotEnrolled(_) | NoContent | OffDuty | Away | Home | Idle(_) | Retired
        )
    }

    /// Whether it ends when nobody touches it for a while.
    pub(super) fn is_left_when_quiet(&self) -> bool {
        use Screen::{Complaint, Desk, Filed, Guide, Letter, Opinion, Phone, Wall};
        if let Screen::Upkeep(upkeep) = self {
            // The daily test begins when nobody has been here for long, and ends by itself.
            return !matches!(upkeep, Upkeep::Testing { .. });
        }
        matches!(
            self,
            Complaint(_)
                | Desk(_)
                | Filed(_)
                | Guide(_)
                | Letter
                | Opinion(_)
                | Phone { .. }
                | Wall
        )
    }
}
