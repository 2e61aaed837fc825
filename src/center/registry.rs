//! Units, departments, windows, staff and terminals: who serves where, and with which device.

mod office;
mod pages;
pub mod rules;
pub mod store;

pub use office::import_office;
pub use pages::routes;
pub use store::enrolment;

use super::db;

/// Why something of the registry was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such window, terminal or code.
    #[error("no such {0}")]
    Unknown(&'static str),
    /// Not in this state; the sentence is for the officer.
    #[error("{0}")]
    Refused(&'static str),
    /// What is stored cannot be read, or there is no random source.
    #[error("{0}")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The center's own journal.
    #[error(transparent)]
    Ledger(#[from] super::ledger::Error),
}
