//! Stand-in until the uplink arrives.
use std::sync::Arc;

use super::content::Content;
use super::journal::Journal;
use crate::wire;

/// What the uplink tells the screen.
pub enum Notice {
    /// No key is confirmed yet.
    NotEnrolled {
        /// In groups.
        fingerprint: String,
        /// The request stands at the center.
        waiting: bool,
    },
    /// Enrolled; the journal is open.
    Ready(Journal),
    /// New content.
    Content(Arc<Content>),
    /// The way to the center.
    Link {
        /// It answers.
        online: bool,
        /// Why not.
        trouble: Trouble,
    },
    /// What the office decided.
    Standing(wire::Standing),
}

/// What is wrong with the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// No answer.
    NoCenter,
    /// It refuses.
    Refused,
}
