//! The append-only record of all journals, and the tree over it (RFC 6962).
//!
//! A batch is kept as it came; an entry's leaf is its batch's first leaf plus its place. Nothing
//! here counts anything: what is counted is a projection (see `intake`).

pub mod acts;
pub mod rules;
pub mod store;

pub use acts::Recorder;
pub use store::Log;

use super::db;
use crate::chain;

/// Why the ledger did not take something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Bytes in the database that are not what was written.
    #[error("the ledger is damaged: {0}")]
    Damaged(#[from] chain::Error),
    /// The operating system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
}

impl Error {
    /// The same transaction may succeed when it is done again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Error::Db(error) if error.is_retryable())
    }
}
