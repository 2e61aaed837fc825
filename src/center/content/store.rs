//! Makes the signed bundle of a window and keeps the newest versions of it.

mod board;
mod close;
mod figures;
mod files;
mod guide;
mod read;
mod unit;

use crate::center::db::{Db, Row, Tx, params};
use crate::center::ledger::{Error, Recorder};
use crate::chain::{Keypair, Signature, content_bytes};
use crate::domain::{Behaviour, Bundle, FieldKey, Item, Wall, WindowId};

use self::read::odd;
use self::unit::{Counter, Unit};

pub use self::close::{close_day, last_closed};

/// How many versions of a window's bundle are kept; the acts in the center's journal name them all.
const KEPT: i64 = 10;

/// A bundle as it is kept and sent.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The bundle's bytes.
    pub bundle: Vec<u8>,
    /// The center's signature over them, bound to the window.
    pub signature: Signature,
}

/// Whoever publishes.
pub struct Publisher<'a> {
    /// The center's key.
    pub key: &'a Keypair,
    /// The center's own journal.
    pub recorder: &'a Recorder,
    /// The address citizens reach with their phones, if there is one.
    pub public_url: Option<&'a str>,
    /// What personal data is sealed to.
    pub field_keys: &'a [FieldKey],
    /// Who publishes.
    pub person: &'a str,
    /// When, in milliseconds UTC.
    pub now: i64,
}

/// The newest bundle of a window.
///
/// # Errors
/// When the database cannot be read.
pub async fn newest(db: &Db, window: &WindowId) -> Result<Option<Signed>, Error> {
    let sql = "select bundle, signature from contents where window_id = $1
               order by content_version desc limit 1";
    let row = db.read_one(sql, params![window.as_str()]).await?;
    row.map(|row| {
        Ok(Signed {
            bundle: row.bytes("bundle")?.to_vec(),
            signature: Signature(row.array("signature")?),
        })
    })
    .transpose()
}

/// Publishes what the registry says of every window; a window with nothing new keeps its version.
/// Gives how many windows got a new one.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn publish_all(tx: &mut Tx, publisher: &Publisher<'_>) -> Result<usize, Error> {
    let sql = "select distinct unit_id from windows order by unit_id";
    let mut published = 0;
    for row in tx.read(sql, params![]).await? {
        published += publish_unit(tx, publisher, row.text("unit_id")?).await?;
    }
    Ok(published)
}

/// The same for the windows of one unit.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn publish_unit(
    tx: &mut Tx,
    publisher: &Publisher<'_>,
    unit: &str,
) -> Result<usize, Error> {
    let unit = Unit::gather(tx, unit, publisher.now).await?;
    let mut published = 0;
    for counter in &unit.windows {
        published += usize::from(publish(tx, publisher, &unit, counter).await?);
    }
    Ok(published)
}

async fn publish(
    tx: &mut Tx,
    publisher: &Publisher<'_>,
    unit: &Unit,
    counter: &Counter,
) -> Result<bool, Error> {
    let window = &counter.label.window;
    let sql = "select content_version, bundle from contents where window_id = $1
               order by content_version desc limit 1";
    let last = tx.read_one(sql, params![window.as_str()]).await?;
    let last =
        last.map(|row| Ok::<_, Error>((row.int("content_version")?, read(&row)?))).transpose()?;
    let version = last.as_ref().map_or(1, |(version, _)| version + 1);
    let bundle = bundle(publisher, unit, counter, version);
    if let Some((_, Some(before))) = last {
        let same = Bundle { version: before.version, made_at: before.made_at, ..bundle.clone() };
        if same == before {
            return Ok(false);
        }
    }
    let bytes = serde_json::to_vec(&bundle).map_err(|_| odd("bundle"))?;
    if bytes.len() > Bundle::MOST_BYTES {
        let size = bytes.len() >> 20;
        let told =
            format!("the content of window {window} has {size} MiB, more than a terminal takes");
        return Err(crate::center::db::Error::Refused(told).into());
    }
    let center = publisher.key.public().center_id();
    let signature = publisher.key.sign(&content_bytes(center, window, &bytes));
    let sql = "insert into contents (window_id, content_version, made_at, bundle, signature)
               values ($1, $2, $3, $4, $5)";
    let values = params![window.as_str(), version, publisher.now, bytes, signature.0];
    tx.run(sql, values).await?;
    let sql = "delete from contents where window_id = $1 and content_version <= $2";
    tx.run(sql, params![window.as_str(), version - KEPT]).await?;
    let detail = serde_json::json!({ "window": window, "version": version });
    publisher.recorder.record(tx, publisher.person, "content_published", detail).await?;
    Ok(true)
}

fn read(row: &Row) -> Result<Option<Bundle>, Error> {
    Ok(serde_json::from_slice(row.bytes("bundle")?).ok())
}

fn bundle(publisher: &Publisher<'_>, unit: &Unit, counter: &Counter, version: i64) -> Bundle {
    let window = counter.label.window.as_str();
    let on_duty = counter.on_duty.as_deref();
    let on_duty = on_duty.and_then(|no| unit.staff.iter().find(|m| m.badge.employee_no == no));
    let promised = on_duty.map(|member| &member.commitments).filter(|own| !own.is_empty());
    let (month, figures) =
        unit.published.of_window(window, |month| unit.board.settled(window, month));
    let items = unit.items.iter().map(|(item, windows)| Item {
        here: windows.iter().any(|id| id == window),
        ..item.clone()
    });
    let others = unit.windows.iter().filter(|other| other.label.window != counter.label.window);
    Bundle {
        version,
        made_at: publisher.now,
        public_url: publisher.public_url.map(str::to_owned),
        office: unit.office.clone(),
        window: counter.label.clone(),
        on_duty: on_duty.map(|member| member.badge.clone()),
        commitments: promised.unwrap_or(&unit.commitments).clone(),
        supervision_lines: unit.lines.clone(),
        staff: unit.staff.clone(),
        office_commitments: unit.commitments.clone(),
        office_letter: unit.letter.clone(),
        other_windows: others.map(|other| other.label.clone()).collect(),
        items: items.collect(),
        tags: unit.board.tags.clone(),
        complaint_tags: unit.board.complaint_tags.clone(),
        notices: unit.board.notices.clone(),
        slides: unit.board.slides.clone(),
        wall: Wall {
            month,
            figures,
            rectifications: unit.board.rectifications(window),
            bulletins: unit.board.bulletins.clone(),
        },
        behaviour: Behaviour { training: counter.training, ..unit.behaviour.clone() },
        field_keys: publisher.field_keys.to_vec(),
        files: unit.files.0.clone(),
    }
}
