//! Takes an office's folder into the registry, whole; doing it again changes nothing.

use serde_json::json;

use super::Error;
use crate::center::db::{Tx, Value, params};
use crate::settings::office::{Office, Promiser};

/// Writes the whole office: units, departments, windows and staff are added or brought up to date,
/// commitments and supervision lines of its units replaced. What the office does not name stays,
/// for ratings refer to it; a window that is no longer named keeps its terminal. The caller records
/// the act `office_imported` in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn import_office(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    units(tx, office).await?;
    windows(tx, office).await?;
    staff(tx, office).await?;
    promises(tx, office).await
}

fn unit_of<'a>(office: &'a Office, department: &str) -> &'a str {
    let found = office.departments.iter().find(|known| known.id == department);
    found.map_or("", |department| department.unit.as_str())
}

async fn units(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let unit =
        |u: &crate::settings::office::Unit| params![&u.id, &u.name, &u.name_en, &u.short_name];
    tx.run_many(
        "insert into units(unit_id, name, name_en, short_name) values ($1, $2, $3, $4)
         on conflict (unit_id) do update set
             name = excluded.name, name_en = excluded.name_en, short_name = excluded.short_name",
        office.units.iter().map(unit).collect(),
    )
    .await?;
    let department =
        |d: &crate::settings::office::Department| params![&d.id, &d.unit, &d.name, &d.name_en];
    tx.run_many(
        "insert into departments(department_id, unit_id, name, name_en) values ($1, $2, $3, $4)
         on conflict (department_id) do update set
             unit_id = excluded.unit_id, name = excluded.name, name_en = excluded.name_en",
        office.departments.iter().map(department).collect(),
    )
    .await?;
    Ok(())
}

async fn windows(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let window = |w: &crate::settings::office::Window| {
        params![
            &w.id,
            unit_of(office, &w.department),
            &w.department,
            w.number.to_string(),
            &w.name,
            &w.name_en,
            w.on_duty.as_deref()
        ]
    };
    tx.run_many(
        "insert into windows(window_id, unit_id, department_id, number, name, name_en, employee_no)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (window_id) do update set
             unit_id = excluded.unit_id, department_id = excluded.department_id,
             number = excluded.number, name = excluded.name, name_en = excluded.name_en,
             employee_no = excluded.employee_no",
        office.windows.iter().map(window).collect(),
    )
    .await?;
    Ok(())
}

async fn staff(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let person = |s: &crate::settings::office::Staff| {
        let portrait = (!s.portrait.bytes.is_empty()).then(|| s.portrait.bytes.clone());
        params![
            &s.employee_no,
            unit_of(office, &s.department),
            &s.department,
            &s.name,
            &s.name_en,
            &s.post,
            &s.post_en,
            json!(s.honours).to_string(),
            json!(s.honours_en).to_string(),
            s.stars,
            portrait
        ]
    };
    tx.run_many(
        "insert into staff(employee_no, unit_id, department_id, name, name_en, post, post_en,
                           honours, honours_en, stars, portrait)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (employee_no) do update set
             unit_id = excluded.unit_id, department_id = excluded.department_id,
             name = excluded.name, name_en = excluded.name_en, post = excluded.post,
             post_en = excluded.post_en, honours = excluded.honours,
             honours_en = excluded.honours_en, stars = excluded.stars, portrait = excluded.portrait",
        office.staff.iter().map(person).collect(),
    )
    .await?;
    Ok(())
}

/// Commitments and supervision lines have no names of their own in the registry, so they are
/// replaced; their order is the order of the file.
async fn promises(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let of_units: Vec<Vec<Value>> = office.units.iter().map(|unit| params![&unit.id]).collect();
    tx.run_many("delete from commitments where unit_id = $1", of_units.clone()).await?;
    tx.run_many("delete from supervision_lines where unit_id = $1", of_units).await?;
    let rows = (0_i64..).zip(&office.commitments).map(|(ordinal, promise)| {
        let (unit, person) = match &promise.by {
            Promiser::Unit(unit) => (unit.as_str(), ""),
            Promiser::Staff(person) => (unit_of_person(office, person), person.as_str()),
        };
        params![unit, person, ordinal, &promise.text, &promise.text_en]
    });
    tx.run_many(
        "insert into commitments(unit_id, employee_no, ordinal, text, text_en) values ($1, $2, $3, $4, $5)",
        rows.collect(),
    )
    .await?;
    let rows = (0_i64..).zip(&office.supervision_lines);
    let rows = rows.map(|(ordinal, line)| {
        params![&line.unit, ordinal, &line.label, &line.label_en, &line.phone]
    });
    tx.run_many(
        "insert into supervision_lines(unit_id, ordinal, label, label_en, phone) values ($1, $2, $3, $4, $5)",
        rows.collect(),
    )
    .await?;
    Ok(())
}

fn unit_of_person<'a>(office: &'a Office, employee_no: &str) -> &'a str {
    let found = office.staff.iter().find(|person| person.employee_no == employee_no);
    found.map_or("", |person| unit_of(office, &person.department))
}
