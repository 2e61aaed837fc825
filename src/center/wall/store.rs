//! What the public pages read, and the opinions that they keep.

use serde::Deserialize;

use crate::center::db::{Db, Error, Row, Tx, params};
use crate::center::ledger::store::signed;
use crate::chain::PublicKey;
use crate::chain::field::Sealed;
use crate::chain::token::Token;
use crate::domain::{
    Day, Item, Office, ReceiptCode, SupervisionLine, TerminalId, Text, Wall, WindowId, WindowLabel,
};
use crate::wire::Standing;

/// Receipts that may bear one code: it is drawn without asking, so two windows may have drawn it.
const ALIKE: i64 = 4;

fn odd(column: &str) -> Error {
    Error::Column {
        column: column.into(),
        wanted: "what the center writes",
        found: "something else",
    }
}

/// What stands on a window's plate, and whose window it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plate {
    /// The window.
    pub window: String,
    /// Its number.
    pub number: String,
    /// What it serves.
    pub name: Text,
    /// The unit's name.
    pub unit: Text,
}

/// The columns of a plate; `$1` of the query that joins them is its own affair.
const PLATE: &str = "w.number, w.name, w.name_en, u.name as unit_name, u.name_en as unit_name_en";

fn plate(window: &str, row: &Row) -> Result<Plate, Error> {
    let text = |column: &str| Ok::<_, Error>(row.opt_text(column)?.unwrap_or_default());
    Ok(Plate {
        window: window.to_owned(),
        number: text("number")?.to_owned(),
        name: Text::new(text("name")?, text("name_en")?),
        unit: Text::new(text("unit_name")?, text("unit_name_en")?),
    })
}

/// The terminal that a token names.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Its key.
    pub key: PublicKey,
    /// What is decided of it.
    pub standing: Standing,
    /// How far its clock was behind at its last heartbeat, in milliseconds.
    pub clock_offset: Option<i64>,
    /// Where it stands.
    pub plate: Plate,
}

/// Finds the terminal that a token names.
///
/// # Errors
/// When the database fails.
pub async fn sender(db: &Db, terminal: &TerminalId) -> Result<Option<Sender>, Error> {
    let sql = format!(
        "select t.window_id, t.public_key, t.status, t.clock_offset_ms, {PLATE}
         from terminals t left join windows w on w.window_id = t.window_id
                          left join units u on u.unit_id = w.unit_id
         where t.terminal_id = $1"
    );
    let Some(row) = db.read_one(&sql, params![terminal.as_str()]).await? else { return Ok(None) };
    Ok(Some(Sender {
        key: PublicKey::try_from(row.bytes("public_key")?).map_err(|_| odd("public_key"))?,
        standing: row.text("status")?.parse().map_err(|_| odd("status"))?,
        clock_offset: row.opt_int("clock_offset_ms")?,
        plate: plate(row.text("window_id")?, &row)?,
    }))
}

/// Whether an opinion was kept for a token, and when the token was first seen, if that was noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// When its opinion arrived.
    pub received_at: Option<i64>,
    /// When it was first seen.
    pub seen_at: Option<i64>,
}

/// What is known of a token that was shown before.
///
/// # Errors
/// When the database fails.
pub async fn used(db: &Db, token: &Token) -> Result<Used, Error> {
    let sql = "select cast(max(received_at) as bigint) as received_at,
                      cast(max(seen_at) as bigint) as seen_at
               from (select received_at, null as seen_at from opinions
                     where terminal_id = $1 and incarnation = $2 and seq = $3
                     union all
                     select null as received_at, seen_at from opinion_sights
                     where terminal_id = $1 and incarnation = $2 and seq = $3) known";
    let values = params![token.terminal.as_str(), token.incarnation.0, signed(token.seq)];
    let Some(row) = db.read_one(sql, values).await? else { return Ok(Used::default()) };
    Ok(Used { received_at: row.opt_int("received_at")?, seen_at: row.opt_int("seen_at")? })
}

/// Notes when a token was first seen, once.
///
/// # Errors
/// When the database fails.
pub async fn note_sight(db: &Db, token: &Token, now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let sql = "insert into opinion_sights (terminal_id, incarnation, seq, seen_at)
               values ($1, $2, $3, $4) on conflict (terminal_id, incarnation, seq) do nothing";
    let values = params![token.terminal.as_str(), token.incarnation.0, signed(token.seq), now];
    tx.run(sql, values).await?;
    tx.commit().await
}

/// An opinion whose words were sealed before.
#[derive(Clone, Debug)]
pub struct Opinion<'a> {
    /// The entry that it belongs to.
    pub token: &'a Token,
    /// The window of its terminal.
    pub window: &'a str,
    /// When it arrived.
    pub received_at: i64,
    /// The words.
    pub text: &'a Sealed,
    /// The phone number, where one was given.
    pub phone: Option<&'a Sealed>,
}

/// Keeps an opinion, unless there is one for its token or its terminal was revoked meanwhile; tells
/// whether it did.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &mut Tx, opinion: &Opinion<'_>) -> Result<bool, Error> {
    let Opinion { token, window, received_at, text, phone } = opinion;
    let sql = "select status from terminals where terminal_id = $1 and status <> 'revoked'";
    if tx.read_one(sql, params![token.terminal.as_str()]).await?.is_none() {
        return Ok(false);
    }
    let sql = "insert into opinions (terminal_id, incarnation, seq, window_id, received_at,
                   opinion, opinion_commitment, phone, phone_commitment)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               on conflict (terminal_id, incarnation, seq) do nothing";
    let values = params![
        token.terminal.as_str(),
        token.incarnation.0,
        signed(token.seq),
        *window,
        *received_at,
        &text.ciphertext,
        text.committed.commitment.0,
        phone.map(|phone| &phone.ciphertext),
        phone.map(|phone| phone.committed.commitment.0)
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// A rating that arrived with a receipt's code. Nothing here depends on its level, nor on whether
/// it was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The local day of the tap.
    pub day: Day,
    /// Where.
    pub plate: Plate,
    /// Whether it counts: a second rating of one service and one for practice are kept alone.
    pub is_counted: bool,
}

/// What arrived with a receipt's code.
///
/// # Errors
/// When the database fails.
pub async fn receipt(db: &Db, code: &ReceiptCode) -> Result<Vec<Arrived>, Error> {
    let sql = format!(
        "select r.day, r.window_id, cast(max(r.counted) as bigint) as counted, {PLATE}
         from ratings r left join windows w on w.window_id = r.window_id
                        left join units u on u.unit_id = w.unit_id
         where r.receipt = $1
         group by r.day, r.window_id, w.number, w.name, w.name_en, u.name, u.name_en
         order by r.day desc, r.window_id limit $2"
    );
    let read = |row: &Row| {
        Ok(Arrived {
            day: Day::from_number(row.int("day")?).ok_or_else(|| odd("day"))?,
            plate: plate(row.text("window_id")?, row)?,
            is_counted: row.int("counted")? != 0,
        })
    };
    db.read(&sql, params![code.compact(), ALIKE]).await?.iter().map(read).collect()
}

/// A complaint or suggestion of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The local day on which it was written.
    pub day: Day,
    /// Where.
    pub plate: Plate,
    /// It was written for practice.
    pub is_training: bool,
}

/// What the register holds under a number; like a receipt's code it may have been drawn twice.
///
/// # Errors
/// When the database fails.
pub async fn complaints(db: &Db, number: &ReceiptCode) -> Result<Vec<Complaint>, Error> {
    let sql = format!(
        "select c.day, c.window_id, c.training, {PLATE}
         from complaints c left join windows w on w.window_id = c.window_id
                           left join units u on u.unit_id = w.unit_id
         where c.number = $1 order by c.leaf desc limit $2"
    );
    let read = |row: &Row| {
        Ok(Complaint {
            day: Day::from_number(row.int("day")?).ok_or_else(|| odd("day"))?,
            plate: plate(row.text("window_id")?, row)?,
            is_training: row.int("training")? != 0,
        })
    };
    db.read(&sql, params![number.compact(), ALIKE]).await?.iter().map(read).collect()
}

/// What a window's newest bundle says to the public. PINs and pictures are read over.
#[derive(Clone, Debug, Deserialize)]
pub struct Published {
    /// The unit.
    pub office: Office,
    /// The window.
    pub window: WindowLabel,
    /// Complaint lines.
    #[serde(default)]
    pub supervision_lines: Vec<SupervisionLine>,
    /// What the unit does for people.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Results, what was put right, bulletins.
    #[serde(default)]
    pub wall: Wall,
}

/// What was last published at a window.
///
/// # Errors
/// When the database fails.
pub async fn published(db: &Db, window: &WindowId) -> Result<Option<Published>, Error> {
    let sql = "select bundle from contents where window_id = $1
               order by content_version desc limit 1";
    let row = db.read_one(sql, params![window.as_str()]).await?;
    row.map(|row| serde_json::from_slice(row.bytes("bundle")?).map_err(|_| odd("bundle")))
        .transpose()
}

/// A service item as a window of its unit last published it, with the unit's name.
///
/// # Errors
/// When the database fails.
pub async fn item(db: &Db, id: &str) -> Result<Option<(Text, Item)>, Error> {
    let sql = "select c.window_id from items i join windows w on w.unit_id = i.unit_id
                                   join contents c on c.window_id = w.window_id
               where i.item_id = $1 order by c.made_at desc, c.window_id limit 1";
    let Some(row) = db.read_one(sql, params![id]).await? else { return Ok(None) };
    let window = row.text("window_id")?.parse().map_err(|_| odd("window_id"))?;
    let Some(Published { office, items, .. }) = published(db, &window).await? else {
        return Ok(None);
    };
    Ok(items.into_iter().find(|item| item.id == id).map(|item| (office.name, item)))
}
