//! What a queue or business system can ask of the terminal, and what the terminal answers.

use tokio::sync::oneshot;

use crate::domain::Leaving;
use crate::settings::Secret;

/// Something to be done, and whom to tell.
#[derive(Debug)]
pub struct Call {
    /// What is to be done.
    pub act: Act,
    /// Takes the answer. It must be given at once and depend only on what the person on duty and
    /// other systems did: neither it nor its time may tell whether, or how, a citizen rated.
    pub reply: oneshot::Sender<Result<(), Refusal>>,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody comes on duty; whoever is on duty hands over to them.
    SignOn {
        /// The number on the badge.
        employee_no: String,
        /// The PIN, to be checked; without one the system has made sure who it is.
        pin: Option<Secret>,
    },
    /// The person on duty leaves.
    SignOff {
        /// For the day or not.
        why: Leaving,
    },
    /// A short absence begins.
    Away {
        /// The id of the reason.
        why: String,
        /// The estimate, 1 to 240.
        minutes: u32,
    },
    /// The absence is over.
    Back,
    /// A service begins; one that is open is finished by it.
    Begin {
        /// The queue's ticket: it tells a person apart, so it is a secret.
        ticket: Option<Secret>,
        /// The id of the item.
        item: Option<String>,
    },
    /// What the open service turns out to be.
    NameItem {
        /// The id of the item.
        item: String,
    },
    /// The open service is finished.
    Finish,
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The terminal has no journal yet, or is retired.
    NotReady,
    /// Maintenance, cleaning or a test is under way.
    NotNow,
    /// It could not be stored.
    NotSaved,
    /// The employee number is not one of this unit, has no PIN, or the PIN is another: one answer
    /// for all three, so that numbers cannot be tried out.
    WrongPin,
    /// The employee number is not one of this unit; only for systems that need no PIN.
    UnknownPerson,
    /// Too many wrong PINs.
    LockedOut {
        /// For so long.
        seconds: u32,
    },
    /// Nobody is on duty.
    NobodyOnDuty,
    /// The person on duty is away.
    Away,
    /// The person on duty is not away.
    NotAway,
    /// No service is open.
    NoService,
    /// The content has no such item.
    UnknownItem,
    /// The content has no such reason of absence.
    UnknownReason,
}
