//! The terminal.
pub mod content;
pub mod identity;
pub mod journal;
pub mod uplink;
