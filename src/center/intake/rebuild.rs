//! Counts everything anew from the ledger alone (invariant 8).

use super::projection::{self, Arrived, Projection};
use super::rules::{Reading, Source};
use crate::center::db::Db;
use crate::center::ledger::store::{Kept, Sheet};
use crate::center::ledger::{Error, acts, store};
use crate::chain::Batch;

/// Batches a step: a few thousand entries in memory at a time.
const STEP: u64 = 200;

/// What was counted before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Entries read from the ledger.
    pub entries: u64,
    /// Ratings counted before.
    pub rated_before: u64,
    /// Ratings counted now.
    pub rated_after: u64,
    /// Every roll-up is what it was.
    pub is_equal: bool,
}

/// Throws away what is counted and counts it anew, in one transaction.
///
/// # Errors
/// When the ledger cannot be read or the counts not be written; then nothing has changed.
pub async fn run(db: &Db, now: i64) -> Result<Outcome, Error> {
    let mut tx = db.begin().await?;
    let before = projection::fingerprint(&mut tx).await?;
    projection::clear(&mut tx).await?;
    // Nothing is added to the ledger: whatever is looked up stands in it.
    let mut sheet = Sheet::open(&mut tx, Vec::new()).await?;
    let (mut leaf, mut entries) = (0, 0);
    loop {
        let step = store::batches_from(&mut tx, leaf, STEP).await?;
        let mut counts = Projection::default();
        let read = |kept: &Kept| kept.entries.iter().map(|kept| kept.entry.read()).collect();
        let readings: Vec<Vec<Reading>> = step.iter().map(read).collect();
        let batches = step.iter().map(|kept| &kept.terminal);
        let batches = batches.zip(readings.iter().map(Vec::as_slice));
        counts.prepare(&mut tx, batches).await?;
        for (kept, readings) in step.iter().zip(&readings) {
            leaf = kept.entries.last().map_or(leaf, |last| last.leaf) + 1;
            entries += kept.entries.len() as u64;
            if kept.terminal.as_str() == acts::CENTER {
                continue;
            }
            let sent = Batch::header_of(&kept.signed)?.sent;
            let source = Source {
                terminal: &kept.terminal,
                incarnation: kept.incarnation,
                sent,
                received_at: kept.received_at,
            };
            let arrived = kept.entries.iter().zip(readings);
            let arrived = arrived.map(|(entry, reading)| Arrived {
                leaf: entry.leaf,
                seq: entry.seq,
                reading,
            });
            counts.take(&mut tx, &mut sheet, &source, arrived.collect()).await?;
        }
        counts.write_without_flags(&mut tx, now).await?;
        if step.is_empty() {
            break;
        }
    }
    let after = projection::fingerprint(&mut tx).await?;
    tx.commit().await?;
    let is_equal = before == after;
    Ok(Outcome { entries, rated_before: before.0, rated_after: after.0, is_equal })
}
