//! What terminals show: gathered from the registry, signed, kept by version; and the close of day.

pub mod rules;
pub mod store;

use std::sync::Arc;
use std::time::Duration;

use super::db::Db;
use super::ledger::{Error, Recorder};
use crate::chain::Keypair;
use crate::clock::Clock;
use crate::domain::{Day, FieldKey};

/// How often it looks whether a day is over.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Closes each day when it is over.
pub struct Closer {
    /// The database.
    pub db: Db,
    /// The center's key.
    pub key: Keypair,
    /// The center's own journal.
    pub recorder: Recorder,
    /// The center's clock.
    pub clock: Arc<dyn Clock>,
    /// See [`store::Publisher`].
    pub public_url: Option<String>,
    /// See [`store::Publisher`].
    pub field_keys: Vec<FieldKey>,
}

impl Closer {
    /// Closes yesterday, unless that is done; gives the day that was closed.
    ///
    /// # Errors
    /// When the database fails; then it is due again.
    pub async fn close_if_due(&self) -> Result<Option<Day>, Error> {
        let now = self.clock.now().wall;
        let Some(day) = rules::due(store::last_closed(&self.db).await?, now) else {
            return Ok(None);
        };
        self.close(day).await?;
        Ok(Some(day))
    }

    /// Closes a day that is over; doing so again does no harm. Gives how many windows got new
    /// content.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(&self, day: Day) -> Result<usize, Error> {
        let publisher = store::Publisher {
            key: &self.key,
            recorder: &self.recorder,
            public_url: self.public_url.as_deref(),
            field_keys: &self.field_keys,
            person: "close of day",
            now: self.clock.now().wall,
        };
        let windows = store::close_day(&self.db, &publisher, day).await?;
        tracing::info!(%day, windows, "the day is closed");
        Ok(windows)
    }

    /// Does so for ever.
    pub async fn run(self) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        loop {
            tick.tick().await;
            if let Err(error) = self.close_if_due().await {
                tracing::error!(%error, "the day cannot be closed; it is tried again");
            }
        }
    }
}
