//! Writes what terminals offer and show beside the people: items, tags, notices, slides, the wall.

use serde::Serialize;
use serde_json::to_string;

use super::super::Error;
use crate::center::db::{Tx, Value, params};
use crate::settings::office::Office;

pub(super) async fn write(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    items(tx, office).await?;
    tags(tx, office).await?;
    let units: Vec<Vec<Value>> = office.units.iter().map(|unit| params![&unit.id]).collect();
    for table in TABLES {
        tx.run_many(table, units.clone()).await?;
    }
    notices(tx, office).await?;
    wall(tx, office).await
}

/// What is replaced whole: nothing refers to it.
const TABLES: [&str; 5] = [
    "delete from notices where unit_id = $1",
    "delete from slides where unit_id = $1",
    "delete from sounds where unit_id = $1",
    "delete from wall_rectifications where unit_id = $1",
    "delete from wall_bulletins where unit_id = $1",
];

pub(super) fn json(value: &impl Serialize) -> Result<String, Error> {
    to_string(value).map_err(|error| Error::Broken(error.to_string()))
}

/// Items that the office does not name stay, no longer offered: ratings refer to them.
async fn items(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let units = office.units.iter().map(|unit| params![&unit.id]).collect();
    tx.run_many("update items set offered = 0 where unit_id = $1", units).await?;
    let mut rows = Vec::new();
    for (ordinal, item) in (0_i64..).zip(&office.items) {
        rows.push(params![
            &item.standard.id,
            office.unit_of(&item.department),
            &item.department,
            item.responsible.as_deref(),
            ordinal,
            &item.standard.name.zh,
            json(&item.windows)?,
            json(&item.standard)?
        ]);
    }
    tx.run_many(
        "insert into items(item_id, unit_id, department_id, employee_no, ordinal, offered, name,
                           windows, standard)
         values ($1, $2, $3, $4, $5, 1, $6, $7, $8)
         on conflict (item_id) do update set
             unit_id = excluded.unit_id, department_id = excluded.department_id,
             employee_no = excluded.employee_no, ordinal = excluded.ordinal, offered = 1,
             name = excluded.name, windows = excluded.windows, standard = excluded.standard",
        rows,
    )
    .await?;
    Ok(())
}

async fn tags(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let units = office.units.iter().map(|unit| params![&unit.id]).collect();
    tx.run_many("update tags set offered = 0 where unit_id = $1", units).await?;
    let mut rows = Vec::new();
    for (ordinal, tag) in (0_i64..).zip(&office.tags) {
        let text = json(&tag.tag.text)?;
        rows.push(params![&tag.unit, tag.kind.as_str(), &tag.tag.id, ordinal, text]);
    }
    tx.run_many(
        "insert into tags(unit_id, kind, tag_id, ordinal, offered, text)
         values ($1, $2, $3, $4, 1, $5)
         on conflict (unit_id, kind, tag_id) do update set
             ordinal = excluded.ordinal, offered = 1, text = excluded.text",
        rows,
    )
    .await?;
    Ok(())
}

async fn notices(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let mut rows = Vec::new();
    for (ordinal, notice) in (0_i64..).zip(&office.notices) {
        rows.push(params![&notice.unit, ordinal, json(&notice.notice)?]);
    }
    tx.run_many("insert into notices(unit_id, ordinal, notice) values ($1, $2, $3)", rows).await?;
    let mut rows = Vec::new();
    for (ordinal, slide) in (0_i64..).zip(&office.slides) {
        rows.push(params![&slide.unit, ordinal, json(&slide.slide)?, &slide.picture.bytes]);
    }
    let sql = "insert into slides(unit_id, ordinal, slide, picture) values ($1, $2, $3, $4)";
    tx.run_many(sql, rows).await?;
    let sounds = office.behaviours.iter().flat_map(|behaviour| {
        let row = |(occasion, file): &(&str, crate::settings::office::File)| {
            params![&behaviour.unit, *occasion, &file.bytes]
        };
        behaviour.sounds.iter().map(row)
    });
    let sql = "insert into sounds(unit_id, occasion, sound) values ($1, $2, $3)";
    tx.run_many(sql, sounds.collect()).await?;
    Ok(())
}

async fn wall(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let mut rows = Vec::new();
    for (ordinal, done) in (0_i64..).zip(&office.rectifications) {
        rows.push(params![
            &done.unit,
            ordinal,
            done.window.as_deref(),
            done.rectification.done_on,
            done.answers,
            json(&done.rectification)?
        ]);
    }
    tx.run_many(
        "insert into wall_rectifications(unit_id, ordinal, window_id, done_on, answers, rectification)
         values ($1, $2, $3, $4, $5, $6)",
        rows,
    )
    .await?;
    let mut rows = Vec::new();
    for (ordinal, bulletin) in (0_i64..).zip(&office.bulletins) {
        rows.push(params![&bulletin.unit, ordinal, json(&bulletin.bulletin)?]);
    }
    let sql = "insert into wall_bulletins(unit_id, ordinal, bulletin) values ($1, $2, $3)";
    tx.run_many(sql, rows).await?;
    Ok(())
}
