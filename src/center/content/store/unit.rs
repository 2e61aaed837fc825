//! What all windows of a unit show alike, gathered once: the office, its people, its promises.

use std::collections::BTreeMap;

use super::board::{self, Board};
use super::figures::Published;
use super::files::Files;
use super::guide;
use super::read::{json, maybe_json, more, odd, text};
use crate::center::db::{Row, Tx, params};
use crate::center::ledger::Error;
use crate::domain::{
    Badge, Behaviour, Commitment, Item, Letter, Office, StaffMember, SupervisionLine, Text,
    WindowId, WindowLabel,
};

/// A unit with everything that its terminals need.
pub(super) struct Unit {
    pub office: Office,
    pub letter: Option<Letter>,
    pub behaviour: Behaviour,
    pub windows: Vec<Counter>,
    pub staff: Vec<StaffMember>,
    pub commitments: Vec<Commitment>,
    pub lines: Vec<SupervisionLine>,
    /// Items, and the windows where each is done.
    pub items: Vec<(Item, Vec<String>)>,
    pub board: Board,
    pub published: Published,
    pub files: Files,
}

/// A window as its unit knows it.
pub(super) struct Counter {
    pub label: WindowLabel,
    pub training: bool,
}

impl Unit {
    /// Gathers it; `now` decides which months' figures are shown.
    pub async fn gather(tx: &mut Tx, unit: &str, now: i64) -> Result<Unit, Error> {
        let sql = "select name, name_en, more, short_name, letter, behaviour from units
                   where unit_id = $1";
        let row = tx.read_one(sql, params![unit]).await?.ok_or_else(|| odd("unit_id"))?;
        let office =
            Office { name: text(&row, "name")?, short_name: row.text("short_name")?.to_owned() };
        let mut files = Files::default();
        let published = Published::read(tx, unit, now).await?;
        let mut promises = commitments(tx, unit).await?;
        let office_promises = promises.remove("").unwrap_or_default();
        let windows = windows(tx, unit).await?;
        let staff = staff(tx, unit, promises, &published, &mut files).await?;
        Ok(Unit {
            letter: maybe_json(&row, "letter")?,
            behaviour: Behaviour {
                sounds: board::sounds(tx, unit, &mut files).await?,
                ..maybe_json(&row, "behaviour")?.unwrap_or_default()
            },
            items: guide::items(tx, unit, &windows).await?,
            lines: supervision_lines(tx, unit).await?,
            board: Board::read(tx, unit, &mut files).await?,
            commitments: office_promises,
            office,
            windows,
            staff,
            published,
            files,
        })
    }
}

async fn windows(tx: &mut Tx, unit: &str) -> Result<Vec<Counter>, Error> {
    let sql = "select window_id, number, name, name_en, more, place, hours, training
               from windows where unit_id = $1 order by length(number), number, window_id";
    let read = |row: &Row| {
        let window: WindowId = row.text("window_id")?.parse().map_err(|_| odd("window_id"))?;
        Ok(Counter {
            label: WindowLabel {
                window,
                number: row.text("number")?.to_owned(),
                name: text(row, "name")?,
                place: json(row, "place")?,
                hours: json(row, "hours")?,
            },
            training: row.int("training")? != 0,
        })
    };
    tx.read(sql, params![unit]).await?.iter().map(read).collect()
}

/// Promises by employee number; those of the office stand under the empty one.
async fn commitments(tx: &mut Tx, unit: &str) -> Result<BTreeMap<String, Vec<Commitment>>, Error> {
    let sql = "select employee_no, text, text_en, more from commitments where unit_id = $1
               order by employee_no, ordinal";
    let mut promises = BTreeMap::<String, Vec<Commitment>>::new();
    for row in tx.read(sql, params![unit]).await? {
        let by = row.text("employee_no")?.to_owned();
        promises.entry(by).or_default().push(Commitment { text: text(&row, "text")? });
    }
    Ok(promises)
}

async fn supervision_lines(tx: &mut Tx, unit: &str) -> Result<Vec<SupervisionLine>, Error> {
    let sql = "select label, label_en, more, phone from supervision_lines where unit_id = $1
               order by ordinal";
    let line = |row: &Row| -> Result<SupervisionLine, Error> {
        Ok(SupervisionLine { label: text(row, "label")?, phone: row.text("phone")?.to_owned() })
    };
    tx.read(sql, params![unit]).await?.iter().map(line).collect()
}

/// Everybody of the unit: their verifiers go nowhere else.
async fn staff(
    tx: &mut Tx,
    unit: &str,
    mut promises: BTreeMap<String, Vec<Commitment>>,
    published: &Published,
    files: &mut Files,
) -> Result<Vec<StaffMember>, Error> {
    let sql = "select s.employee_no, s.name, s.name_en, s.post, s.post_en, s.more, s.honours,
                      s.honours_en, s.stars, s.portrait, s.duties, s.letter, s.pin, s.card,
                      d.name as department, d.name_en as department_en, d.more as department_more
               from staff s left join departments d on d.department_id = s.department_id
               where s.unit_id = $1 order by s.employee_no";
    let mut staff = Vec::new();
    for row in tx.read(sql, params![unit]).await? {
        let employee_no = row.text("employee_no")?;
        let portrait = row.opt_bytes("portrait")?.filter(|bytes| !bytes.is_empty());
        staff.push(StaffMember {
            badge: badge(&row)?,
            portrait_file: portrait.map(|bytes| files.put(bytes)).unwrap_or_default(),
            duties: json(&row, "duties")?,
            commitments: promises.remove(employee_no).unwrap_or_default(),
            letter: maybe_json(&row, "letter")?,
            month: published.of_person(employee_no),
            pin: row.text("pin")?.to_owned(),
            card: row.text("card")?.to_owned(),
        });
    }
    Ok(staff)
}

fn badge(row: &Row) -> Result<Badge, Error> {
    let department = Text {
        more: match row.opt_text("department_more")? {
            Some(_) => department_more(row)?,
            None => BTreeMap::new(),
        },
        ..Text::new(
            row.opt_text("department")?.unwrap_or_default(),
            row.opt_text("department_en")?.unwrap_or_default(),
        )
    };
    Ok(Badge {
        employee_no: row.text("employee_no")?.to_owned(),
        name: text(row, "name")?,
        post: text(row, "post")?,
        department,
        honours: honours(row)?,
        stars: u8::try_from(row.int("stars")?).unwrap_or(0).min(5),
    })
}

fn department_more(row: &Row) -> Result<BTreeMap<String, String>, Error> {
    let mut more: BTreeMap<String, BTreeMap<String, String>> = json(row, "department_more")?;
    Ok(more.remove("name").unwrap_or_default())
}

fn honours(row: &Row) -> Result<Vec<Text>, Error> {
    let chinese: Vec<String> = json(row, "honours")?;
    let english: Vec<String> = json(row, "honours_en")?;
    let english = english.into_iter().chain(std::iter::repeat(String::new()));
    let honour = |(at, (zh, en))| -> Result<Text, Error> {
        Ok(Text { more: more(row, &format!("honours.{at}"))?, ..Text::new(zh, en) })
    };
    chinese.into_iter().zip(english).enumerate().map(honour).collect()
}
