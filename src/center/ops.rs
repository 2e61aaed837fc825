//! What an operator does to the whole center: backup, restore, the new epoch that follows.

use super::db::{Db, params};
use super::ledger::store::signed;
use super::ledger::{Error, Log, Recorder};
use crate::chain::{CenterId, Tree};

/// Why and by whom a center was restored.
#[derive(Clone, Copy, Debug)]
pub struct Restoration<'a> {
    /// The person who restores.
    pub person: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When, in milliseconds UTC.
    pub now: i64,
}

/// Opens a new epoch of the log, after the database was replaced by a backup. Its first leaves name
/// the old one: origin, size, root, reason and person. Terminals see the new number and offer again
/// everything that they keep. Gives the number.
///
/// The number is the second of the restoration, so two restorations of one backup never share one.
///
/// # Errors
/// When the database cannot be written; then nothing has changed.
pub async fn open_epoch(
    db: &Db,
    recorder: &Recorder,
    center: CenterId,
    restoration: Restoration<'_>,
) -> Result<u64, Error> {
    let Restoration { person, reason, now } = restoration;
    let mut tx = db.begin().await?;
    let old = Log::load(&mut tx).await?;
    let (size, root) = (old.tree.size(), old.tree.root());
    let origin = format!("{center}/{}", old.epoch);
    let sql = "insert into epochs (epoch, opened_at, origin, base, size, root, reason, person)
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let seconds = u64::try_from(now / 1000).unwrap_or(0);
    let mut log = Log {
        epoch: seconds.max(old.epoch + 1),
        base: old.next_leaf(),
        tree: Tree::default(),
        journal: None,
    };
    let values = params![
        signed(log.epoch),
        now,
        origin.as_str(),
        signed(old.base),
        signed(size),
        root.0,
        reason,
        person
    ];
    tx.run(sql, values).await?;
    let detail = serde_json::json!({
        "epoch": log.epoch, "origin": origin, "size": size, "root": root, "reason": reason,
    });
    recorder.record_epoch(&mut tx, (&mut log, old.journal), person, detail).await?;
    log.save(&mut tx).await?;
    tx.commit().await?;
    Ok(log.epoch)
}
