//! The public pages (公示墙): a receipt's answer, an opinion from a phone, where a complaint stands,
//! the guide to take away, and what a window publishes. Nobody logs in, no script is needed.
//!
//! An opinion is sealed before its first write; this slice never opens one.

mod limits;
mod pages;
pub mod rules;
pub mod store;

use std::sync::Arc;

pub use pages::routes;

use super::db::Db;
use super::ledger::Recorder;
use super::web::Front;
use crate::clock::Clock;
use crate::domain::FieldKey;

/// What the public pages need.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The center's clock.
    pub clock: Arc<dyn Clock>,
    /// The center's own journal.
    pub recorder: Recorder,
    /// The public halves of the keys that personal data is sealed to.
    pub field_keys: Vec<FieldKey>,
    /// How the center is reached.
    pub front: Front,
}
