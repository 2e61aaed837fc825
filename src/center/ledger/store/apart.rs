//! What is kept beside the log: branches, gaps, sealed fields, quarantine, flags.

use std::collections::HashSet;

use super::{signed, unsigned};
use crate::center::db::{Tx, Value, params};
use crate::center::ledger::Error;
use crate::chain::{Batch, Gap, Hash, Header, Signature};
use crate::domain::TerminalId;

/// Whether the terminal has stated as gone what this batch holds.
pub(super) async fn is_over_gap(tx: &mut Tx, batch: &Batch) -> Result<bool, Error> {
    let Header { terminal, incarnation, first, last, .. } = &batch.header;
    let sql = "select first_seq from gaps where terminal_id = $1 and incarnation = $2
                   and first_seq <= $3 and last_seq >= $4 limit 1";
    let values = params![terminal.as_str(), incarnation.0, signed(*last), signed(*first)];
    Ok(tx.read_one(sql, values).await?.is_some())
}

/// Whether a branch holds the entry that the batch follows.
pub(super) async fn branch_holds(tx: &mut Tx, batch: &Batch) -> Result<bool, Error> {
    let Header { first, previous, .. } = &batch.header;
    let before = first.saturating_sub(1);
    let held = held(tx, IN_BRANCHES, batch, (before, before)).await?;
    Ok(held.contains(&(before, *previous)))
}

const IN_LOG: &str = "select first_seq, last_seq, previous, body from batches
    where terminal_id = $1 and incarnation = $2 and first_seq <= $3 and last_seq >= $4";

const IN_BRANCHES: &str = "select first_seq, last_seq, previous, body from branches
    where terminal_id = $1 and incarnation = $2 and first_seq <= $3 and last_seq >= $4";

/// Seq and hash of every entry of this journal that `sql` finds between two seqs.
async fn held(
    tx: &mut Tx,
    sql: &str,
    batch: &Batch,
    (first, last): (u64, u64),
) -> Result<HashSet<(u64, Hash)>, Error> {
    let Header { terminal, incarnation, .. } = &batch.header;
    let values = params![terminal.as_str(), incarnation.0, signed(last), signed(first)];
    let mut held = HashSet::new();
    for row in tx.read(sql, values).await? {
        let mut hash = Hash::try_from(row.bytes("previous")?)?;
        let text = std::str::from_utf8(row.bytes("body")?).unwrap_or_default();
        let entries = Batch::read_entries(text)?;
        // Only the last of them count; those before stood there already.
        let after = unsigned(row.int("last_seq")?) + 1;
        for (seq, entry) in (after - entries.len() as u64..).zip(entries) {
            hash = entry.hash(&hash);
            if (first..=last).contains(&seq) {
                held.insert((seq, hash));
            }
        }
    }
    Ok(held)
}

/// How many entries at the beginning of a batch are held by log or branches already. `hashes` are
/// the batch's own.
async fn known(tx: &mut Tx, batch: &Batch, hashes: &[Hash]) -> Result<usize, Error> {
    let Header { first, last, .. } = batch.header;
    let mut all = held(tx, IN_LOG, batch, (first, last)).await?;
    all.extend(held(tx, IN_BRANCHES, batch, (first, last)).await?);
    let own = (first..).zip(hashes).take_while(|(seq, hash)| all.contains(&(*seq, **hash)));
    Ok(own.count())
}

/// Stores apart what log and branches do not hold of a batch. Tells whether there was anything.
/// `hashes` are the batch's own.
///
/// # Errors
/// When the database does not take it.
pub async fn add_branch(
    tx: &mut Tx,
    batch: &Batch,
    hashes: &[Hash],
    received_at: i64,
    reason: &str,
) -> Result<bool, Error> {
    let known = known(tx, batch, hashes).await?;
    if known == hashes.len() {
        return Ok(false);
    }
    let header = &batch.header;
    let sql = "insert into branches (terminal_id, incarnation, first_seq, last_seq, previous, head,
                   received_at, signed, signature, body, reason)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing";
    let values = params![
        header.terminal.as_str(),
        header.incarnation.0,
        signed(header.first + known as u64),
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

/// Bytes that are kept of one revoked terminal: whoever holds its key shall not fill the disk.
const QUARANTINE_LIMIT: i64 = 16 << 20;

/// Keeps what a revoked terminal sent, unread and uncounted, up to a limit.
///
/// # Errors
/// When the database does not take it.
pub async fn quarantine(
    tx: &mut Tx,
    terminal: &TerminalId,
    bytes: &[u8],
    received_at: i64,
) -> Result<(), Error> {
    let sql = "select cast(coalesce(sum(length(bytes)), 0) as bigint) as kept from quarantine
               where terminal_id = $1";
    let kept = tx.read_one(sql, params![terminal.as_str()]).await?;
    if kept.is_some_and(|row| row.int("kept").is_ok_and(|kept| kept >= QUARANTINE_LIMIT)) {
        return Ok(());
    }
    let sql = "insert into quarantine (terminal_id, received_at, bytes) values ($1, $2, $3)";
    tx.run(sql, params![terminal.as_str(), received_at, bytes]).await?;
    Ok(())
}

pub(super) const ADD_SEALED: &str = "insert into sealed_fields (terminal_id, incarnation, seq,
        field, entry_hash, ciphertext, received_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";

/// The rows of a batch's sealed fields; `hashes` are its own.
pub(super) fn sealed<'a>(
    batch: &'a Batch,
    hashes: &'a [Hash],
    received_at: i64,
) -> impl Iterator<Item = Vec<Value>> + 'a {
    let Header { terminal, incarnation, first, .. } = &batch.header;
    batch.sealed.iter().filter_map(move |sealed| {
        let place = usize::try_from(sealed.seq.checked_sub(*first)?).ok()?;
        let hash = hashes.get(place)?;
        Some(params![
            terminal.as_str(),
            incarnation.0,
            signed(sealed.seq),
            sealed.field.as_str(),
            hash.0,
            sealed.ciphertext.as_slice(),
            received_at
        ])
    })
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
