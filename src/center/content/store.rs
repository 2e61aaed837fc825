//! Makes the signed bundle of a window and keeps every version of it.

use std::collections::BTreeMap;

use data_encoding::BASE64;

use crate::center::db::{Db, Row, Tx, params};
use crate::center::ledger::{Error, Recorder};
use crate::chain::{Keypair, Signature, content_bytes};
use crate::domain::{
    Badge, Behaviour, Bundle, Commitment, Office, SupervisionLine, Text, Wall, WindowId,
    WindowLabel,
};

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
    let rows = tx.read("select window_id from windows order by window_id", params![]).await?;
    let mut published = 0;
    for row in rows {
        let wrong = |_| odd("window_id");
        let window: WindowId = row.text("window_id")?.parse().map_err(wrong)?;
        published += usize::from(publish(tx, publisher, &window).await?);
    }
    Ok(published)
}

async fn publish(tx: &mut Tx, publisher: &Publisher<'_>, window: &WindowId) -> Result<bool, Error> {
    let sql = "select content_version, bundle from contents where window_id = $1
               order by content_version desc limit 1";
    let last = tx.read_one(sql, params![window.as_str()]).await?;
    let last =
        last.map(|row| Ok::<_, Error>((row.int("content_version")?, read(&row)?))).transpose()?;
    let version = last.as_ref().map_or(1, |(version, _)| version + 1);
    let bundle = gather(tx, publisher, window, version).await?;
    if let Some((_, Some(before))) = last {
        let same = Bundle { version: before.version, made_at: before.made_at, ..bundle.clone() };
        if same == before {
            return Ok(false);
        }
    }
    let bytes = serde_json::to_vec(&bundle).map_err(|_| odd("bundle"))?;
    let center = publisher.key.public().center_id();
    let signature = publisher.key.sign(&content_bytes(center, window, &bytes));
    let sql = "insert into contents (window_id, content_version, made_at, bundle, signature)
               values ($1, $2, $3, $4, $5)";
    let values = params![window.as_str(), version, publisher.now, bytes, signature.0];
    tx.run(sql, values).await?;
    let detail = serde_json::json!({ "window": window, "version": version });
    publisher.recorder.record(tx, publisher.person, "content_published", detail).await?;
    Ok(true)
}

fn read(row: &Row) -> Result<Option<Bundle>, Error> {
    Ok(serde_json::from_slice(row.bytes("bundle")?).ok())
}

fn odd(column: &str) -> Error {
    let (wanted, found) = ("what the registry writes", "something else");
    crate::center::db::Error::Column { column: column.into(), wanted, found }.into()
}

fn text(row: &Row, zh: &str, en: &str) -> Result<Text, Error> {
    Ok(Text::new(row.text(zh)?, row.text(en)?))
}

async fn gather(
    tx: &mut Tx,
    publisher: &Publisher<'_>,
    window: &WindowId,
    version: i64,
) -> Result<Bundle, Error> {
    let sql = "select w.number, w.name, w.name_en, w.unit_id, w.employee_no,
                      u.name as unit_name, u.name_en as unit_name_en, u.short_name
               from windows w join units u on u.unit_id = w.unit_id where w.window_id = $1";
    let row = tx.read_one(sql, params![window.as_str()]).await?.ok_or_else(|| odd("unit_id"))?;
    let unit = row.text("unit_id")?;
    let on_duty = match row.opt_text("employee_no")? {
        Some(employee_no) => badge(tx, employee_no).await?,
        None => None,
    };
    let commitments = match &on_duty {
        Some(badge) => {
            let own = commitments(tx, unit, &badge.employee_no).await?;
            if own.is_empty() { commitments_of_office(tx, unit).await? } else { own }
        }
        None => commitments_of_office(tx, unit).await?,
    };
    Ok(Bundle {
        version,
        made_at: publisher.now,
        public_url: publisher.public_url.map(str::to_owned),
        office: Office {
            name: text(&row, "unit_name", "unit_name_en")?,
            short_name: row.text("short_name")?.to_owned(),
        },
        window: WindowLabel {
            window: window.clone(),
            number: row.text("number")?.to_owned(),
            name: text(&row, "name", "name_en")?,
            place: Text::default(),
            hours: Text::default(),
        },
        on_duty,
        commitments,
        supervision_lines: supervision_lines(tx, unit).await?,
        staff: Vec::new(),
        office_commitments: Vec::new(),
        office_letter: None,
        other_windows: Vec::new(),
        items: Vec::new(),
        tags: Vec::new(),
        complaint_tags: Vec::new(),
        notices: Vec::new(),
        slides: Vec::new(),
        wall: Wall::default(),
        behaviour: Behaviour::default(),
        field_keys: Vec::new(),
        files: BTreeMap::new(),
    })
}

async fn badge(tx: &mut Tx, employee_no: &str) -> Result<Option<Badge>, Error> {
    let sql = "select s.employee_no, s.name, s.name_en, s.post, s.post_en, s.honours, s.honours_en,
                      s.stars, s.portrait, d.name as department, d.name_en as department_en
               from staff s left join departments d on d.department_id = s.department_id
               where s.employee_no = $1";
    let Some(row) = tx.read_one(sql, params![employee_no]).await? else { return Ok(None) };
    let list = |column: &str| -> Result<Vec<String>, Error> {
        serde_json::from_str(row.text(column)?).map_err(|_| odd(column))
    };
    let english = list("honours_en")?;
    let english = english.into_iter().map(Some).chain(std::iter::repeat(None));
    let honours = list("honours")?.into_iter().zip(english);
    let department = Text::new(
        row.opt_text("department")?.unwrap_or_default(),
        row.opt_text("department_en")?.unwrap_or_default(),
    );
    Ok(Some(Badge {
        employee_no: row.text("employee_no")?.to_owned(),
        name: text(&row, "name", "name_en")?,
        post: text(&row, "post", "post_en")?,
        department,
        honours: honours.map(|(zh, en)| Text::new(zh, en.unwrap_or_default())).collect(),
        stars: u8::try_from(row.int("stars")?).unwrap_or(0).min(5),
        portrait: row.opt_bytes("portrait")?.map(|bytes| BASE64.encode(bytes)).unwrap_or_default(),
    }))
}

async fn commitments(tx: &mut Tx, unit: &str, employee_no: &str) -> Result<Vec<Commitment>, Error> {
    let sql = "select text, text_en from commitments where unit_id = $1 and employee_no = $2
               order by ordinal";
    let rows = tx.read(sql, params![unit, employee_no]).await?;
    rows.iter().map(|row| Ok(Commitment { text: text(row, "text", "text_en")? })).collect()
}

async fn commitments_of_office(tx: &mut Tx, unit: &str) -> Result<Vec<Commitment>, Error> {
    commitments(tx, unit, "").await
}

async fn supervision_lines(tx: &mut Tx, unit: &str) -> Result<Vec<SupervisionLine>, Error> {
    let sql = "select label, label_en, phone from supervision_lines where unit_id = $1
               order by ordinal";
    let rows = tx.read(sql, params![unit]).await?;
    let line = |row: &Row| -> Result<SupervisionLine, Error> {
        let phone = row.text("phone")?.to_owned();
        Ok(SupervisionLine { label: text(row, "label", "label_en")?, phone })
    };
    rows.iter().map(line).collect()
}
