//! What intake reads and writes of a terminal's row.

use std::collections::HashMap;

use crate::center::db::{Db, Error, Tx, params};
use crate::center::ledger::store::signed;
use crate::chain::PublicKey;
use crate::domain::{TerminalId, WindowId};
use crate::wire::{Heartbeat, Standing};

/// A terminal that the center knows.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub key: PublicKey,
    pub window: WindowId,
    pub standing: Standing,
}

fn odd(column: &str) -> Error {
    Error::Column {
        column: column.into(),
        wanted: "what the registry writes",
        found: "something else",
    }
}

/// Finds a terminal by its name.
pub(super) async fn find(db: &Db, terminal: &TerminalId) -> Result<Option<Known>, Error> {
    let sql = "select public_key, window_id, status from terminals where terminal_id = $1";
    let Some(row) = db.read_one(sql, params![terminal.as_str()]).await? else { return Ok(None) };
    Ok(Some(Known {
        key: PublicKey::try_from(row.bytes("public_key")?).map_err(|_| odd("public_key"))?,
        window: row.text("window_id")?.parse().map_err(|_| odd("window_id"))?,
        standing: row.text("status")?.parse().map_err(|_| odd("status"))?,
    }))
}

/// What is decided of each terminal; read by the clerk in its own transaction, so that nothing
/// counts that comes after a revocation.
pub(super) async fn standings(
    tx: &mut Tx,
    terminals: Vec<TerminalId>,
) -> Result<HashMap<TerminalId, Standing>, Error> {
    let sql = "select status from terminals where terminal_id = $1";
    let keys = terminals.iter().map(|terminal| params![terminal.as_str()]).collect();
    let rows = tx.read_many(sql, keys).await?;
    let mut standings = HashMap::with_capacity(terminals.len());
    for (terminal, rows) in terminals.into_iter().zip(rows) {
        let row = rows.first().ok_or_else(|| odd("terminal_id"))?;
        standings.insert(terminal, row.text("status")?.parse().map_err(|_| odd("status"))?);
    }
    Ok(standings)
}

/// The first letters of a text, without those that a database does not take.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

/// Notes what a heartbeat tells. A retiring terminal that has sent everything is retired by it;
/// gives the standing after that.
pub(super) async fn hear(
    tx: &mut Tx,
    terminal: &TerminalId,
    beat: &Heartbeat,
    now: i64,
) -> Result<Standing, Error> {
    let sql = "update terminals set last_contact_at = $2, version = $3, backlog = $4,
                   oldest_unsent_at = $5, clock_offset_ms = $6, content_version = $7, trouble = $8,
                   status = case when status = 'retiring' and cast($4 as bigint) = 0 then 'retired' else status end
               where terminal_id = $1 returning status";
    let values = params![
        terminal.as_str(),
        now,
        plain(&beat.version),
        signed(beat.backlog),
        beat.oldest_unsent_at,
        now.saturating_sub(beat.at.wall),
        beat.content_version,
        plain(&beat.trouble)
    ];
    let row = tx.read_one(sql, values).await?.ok_or_else(|| odd("terminal_id"))?;
    row.text("status")?.parse().map_err(|_| odd("status"))
}
