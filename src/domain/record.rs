//! What a terminal records beside ratings: the duty ledger, services, what a citizen adds.

use serde::{Deserialize, Serialize};

/// The member `record` of a private line. What a newer program records is read as
/// [`Record::Unknown`], kept and not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Record {
    /// The person of the entry's `staff` is on duty from now on.
    SignedOn {
        /// How they proved who they are.
        by: Means,
    },
    /// The person of the entry's `staff` is no longer on duty.
    SignedOff {
        /// Why.
        why: Leaving,
    },
    /// A short absence (暂停服务).
    Away {
        /// The id of the reason.
        why: String,
        /// How long it is expected to take.
        minutes: u32,
    },
    /// The absence is over.
    Back,
    /// The entry's `service` begins, for its `item` where that is known.
    Begun,
    /// The entry's `service` turns out to be its `item`.
    ItemNamed,
    /// The entry's `service` is finished.
    Finished {
        /// How long it took, in milliseconds by the monotonic clock.
        took_ms: i64,
    },
    /// Nobody rated the entry's `service`: silence, never a level.
    Silent {
        /// How long the prompt stood, in milliseconds.
        asked_ms: i64,
        /// The next service cut it short.
        cut: bool,
    },
    /// Tags chosen with a rating.
    Reasons {
        /// The seq of the rating, in the same incarnation.
        to: u64,
        /// The ids of the tags.
        tags: Vec<String>,
    },
    /// A phone number, sealed apart, given with consent.
    Contact {
        /// The seq of the rating or complaint, in the same incarnation.
        to: u64,
    },
    /// A complaint or suggestion; its number is the entry's receipt code.
    Complaint {
        /// What it is about.
        about: About,
        /// The ids of the categories.
        tags: Vec<String>,
        /// No contact was left.
        anonymous: bool,
    },
    /// The buttons were tested.
    SelfTest(SelfTest),
    /// Too many wrong PINs for the person of the entry's `staff`.
    LockedOut {
        /// Wrong tries in a row.
        tries: u32,
        /// How long the person is locked out on this terminal.
        seconds: u32,
    },
    /// Characters that no font here can show.
    Unshowable {
        /// The characters.
        characters: String,
        /// Where they stand, such as `staff 0317`.
        place: String,
    },
    /// Written by a newer program.
    #[serde(other)]
    Unknown,
}

/// How somebody signed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Employee number and PIN.
    Pin,
    /// A card.
    Card,
    /// The queue or business system, by a token that may do so without the PIN.
    System,
}

/// Why a shift ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// Signed off.
    SignedOff,
    /// Somebody else signed on (交接).
    HandedOver,
    /// Signed off for the day (下班).
    EndOfDay,
    /// Still open after closing time: ended by the terminal, and marked.
    PastClosing,
}

/// What a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// This window and its service.
    Window,
    /// The office.
    Office,
    /// Something else.
    Other,
}

/// A self-test of the three level buttons, driven from the window's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfTest {
    /// All three reacted, equal in size, within one frame of each other.
    pub passed: bool,
    /// Width and height of each button in pixels, in their order.
    pub sizes: [(u32, u32); 3],
    /// From the event to the answer handed to the journal, in microseconds, in their order.
    pub micros: [u64; 3],
    /// What was not as it should be; empty when it passed.
    pub fault: String,
}
