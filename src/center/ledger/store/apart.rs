//! What is kept beside the log: branches, gaps, quarantine, flags.

use super::signed;
use crate::center::db::{Tx, Value, params};
use crate::center::ledger::Error;
use crate::chain::{Batch, Gap, Signature};
use crate::domain::TerminalId;

pub(super) async fn branch_ends_before(tx: &mut Tx, batch: &Batch) -> Result<bool, Error> {
    let header = &batch.header;
    let sql = "select branch_id from branches
               where terminal_id = $1 and incarnation = $2 and last_seq = $3 and head = $4 limit 1";
    let values = params![
        header.terminal.as_str(),
        header.incarnation.0,
        signed(header.first.saturating_sub(1)),
        header.previous.0
    ];
    Ok(tx.read_one(sql, values).await?.is_some())
}

/// Stores a batch apart; the same one twice is stored once. Tells whether it was new.
///
/// # Errors
/// When the database does not take it.
pub async fn add_branch(
    tx: &mut Tx,
    batch: &Batch,
    received_at: i64,
    reason: &str,
) -> Result<bool, Error> {
    let header = &batch.header;
    let sql = "insert into branches (terminal_id, incarnation, first_seq, last_seq, previous, head,
                   received_at, signed, signature, body, reason)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing";
    let values = params![
        header.terminal.as_str(),
        header.incarnation.0,
        signed(header.first),
        signed(header.last),
        header.previous.0,
        header.head.0,
        received_at,
        batch.signed.as_str(),
        batch.signature.0,
        batch.entry_lines().into_bytes(),
        reason
    ];
    Ok(tx.run(sql, values).await? > 0)
}

/// Records that a terminal no longer keeps entries the center asked for.
///
/// # Errors
/// When the database does not take it.
pub async fn add_gap(
    tx: &mut Tx,
    gap: &Gap,
    statement: &str,
    signature: &Signature,
    received_at: i64,
) -> Result<(), Error> {
    let sql = "insert into gaps (terminal_id, incarnation, first_seq, last_seq, resume_head,
                   received_at, statement, signature)
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    let values = params![
        gap.terminal.as_str(),
        gap.incarnation.0,
        signed(gap.first),
        signed(gap.last),
        gap.head.0,
        received_at,
        statement,
        signature.0
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Keeps what a revoked terminal sent, unread and uncounted.
///
/// # Errors
/// When the database does not take it.
pub async fn quarantine(
    tx: &mut Tx,
    terminal: &TerminalId,
    bytes: &[u8],
    received_at: i64,
) -> Result<(), Error> {
    let sql = "insert into quarantine (terminal_id, received_at, bytes) values ($1, $2, $3)";
    tx.run(sql, params![terminal.as_str(), received_at, bytes]).await?;
    Ok(())
}

/// Something odd that was accepted all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The entry it is about, if it is about one in the log.
    pub leaf: Option<u64>,
    /// The terminal it is about.
    pub terminal: TerminalId,
    /// Which rule.
    pub rule: &'static str,
    /// What was found.
    pub evidence: String,
}

/// Raises flags.
///
/// # Errors
/// When the database does not take them.
pub async fn raise(tx: &mut Tx, flags: &[Flag], raised_at: i64) -> Result<(), Error> {
    let sql = "insert into flags (leaf, terminal_id, rule, evidence, raised_at)
               values ($1, $2, $3, $4, $5)";
    let row = |flag: &Flag| -> Vec<Value> {
        let leaf = flag.leaf.map(signed);
        params![leaf, flag.terminal.as_str(), flag.rule, flag.evidence.as_str(), raised_at]
    };
    if !flags.is_empty() {
        tx.run_many(sql, flags.iter().map(row).collect()).await?;
    }
    Ok(())
}
