//! Takes an office's folder into the registry, whole; doing it again changes nothing.

mod board;
mod verifiers;

use std::collections::BTreeMap;

use serde_json::json;

use self::board::json as written;
use self::verifiers::Wanted;
use super::Error;
use crate::center::db::{Tx, Value, params};
use crate::domain::Text;
use crate::settings::office::{self, Office, Promiser};

/// Writes the whole office: units, departments, windows, staff, items and tags are added or brought
/// up to date; commitments, supervision lines, notices, slides and the wall of its units replaced.
/// What the office does not name stays, for ratings refer to it; a window that is no longer named
/// keeps its terminal. The caller records the act `office_imported` in the same transaction.
///
/// # Errors
/// When the database fails, a hash of a PIN cannot be read, or there are no random numbers.
pub async fn import_office(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    units(tx, office).await?;
    windows(tx, office).await?;
    staff(tx, office).await?;
    promises(tx, office).await?;
    board::write(tx, office).await
}

/// What the columns of two languages do not hold, by key and language.
fn more(texts: &[(&str, &Text)]) -> String {
    let more = texts.iter().filter(|(_, text)| !text.more.is_empty());
    let more: BTreeMap<_, _> = more.map(|(key, text)| (*key, &text.more)).collect();
    json!(more).to_string()
}

fn letter_of(office: &Office, by: &Promiser) -> Result<Option<String>, Error> {
    let found = office.letters.iter().find(|letter| letter.by == *by);
    found.map(|found| written(&found.letter)).transpose()
}

async fn units(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let mut rows = Vec::new();
    for unit in &office.units {
        let behaviour = office.behaviours.iter().find(|behaviour| behaviour.unit == unit.id);
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| Error::Broken(error.to_string()))?;
        rows.push(params![
            &unit.id,
            &unit.name.zh,
            &unit.name.en,
            &unit.short_name,
            more(&[("name", &unit.name)]),
            letter_of(office, &Promiser::Unit(unit.id.clone()))?,
            behaviour.map(|behaviour| written(&behaviour.behaviour)).transpose()?,
            salt
        ]);
    }
    tx.run_many(
        "insert into units(unit_id, name, name_en, short_name, more, letter, behaviour, card_salt)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (unit_id) do update set
             name = excluded.name, name_en = excluded.name_en, short_name = excluded.short_name,
             more = excluded.more, letter = excluded.letter, behaviour = excluded.behaviour,
             card_salt = coalesce(units.card_salt, excluded.card_salt)",
        rows,
    )
    .await?;
    let department = |d: &office::Department| {
        params![&d.id, &d.unit, &d.name.zh, &d.name.en, more(&[("name", &d.name)])]
    };
    tx.run_many(
        "insert into departments(department_id, unit_id, name, name_en, more)
         values ($1, $2, $3, $4, $5)
         on conflict (department_id) do update set
             unit_id = excluded.unit_id, name = excluded.name, name_en = excluded.name_en,
             more = excluded.more",
        office.departments.iter().map(department).collect(),
    )
    .await?;
    Ok(())
}

async fn windows(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let mut rows = Vec::new();
    for window in &office.windows {
        rows.push(params![
            &window.id,
            office.unit_of(&window.department),
            &window.department,
            window.number.to_string(),
            &window.name.zh,
            &window.name.en,
            window.on_duty.as_deref(),
            more(&[("name", &window.name)]),
            written(&window.place)?,
            written(&window.hours)?,
            window.training
        ]);
    }
    tx.run_many(
        "insert into windows(window_id, unit_id, department_id, number, name, name_en, employee_no,
                             more, place, hours, training)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (window_id) do update set
             unit_id = excluded.unit_id, department_id = excluded.department_id,
             number = excluded.number, name = excluded.name, name_en = excluded.name_en,
             employee_no = excluded.employee_no, more = excluded.more, place = excluded.place,
             hours = excluded.hours, training = excluded.training",
        rows,
    )
    .await?;
    Ok(())
}

/// How everybody signs on, in the order of the office.
async fn wanted(tx: &mut Tx, office: &Office) -> Result<Vec<Wanted>, Error> {
    let mut pins = BTreeMap::new();
    for row in tx.read("select employee_no, pin from staff", params![]).await? {
        pins.insert(row.text("employee_no")?.to_owned(), row.text("pin")?.to_owned());
    }
    let mut salts = BTreeMap::new();
    for row in tx.read("select unit_id, card_salt from units", params![]).await? {
        if row.opt_bytes("card_salt")?.is_some() {
            salts.insert(row.text("unit_id")?.to_owned(), row.array::<16>("card_salt")?);
        }
    }
    let wanted = office.staff.iter().map(|person| {
        let salt = salts.get(office.unit_of(&person.department));
        Wanted {
            pin: person.pin.clone(),
            kept_pin: pins.remove(&person.employee_no).unwrap_or_default(),
            card: person.card.as_ref().zip(salt).map(|(card, s)| (card.expose().to_owned(), *s)),
        }
    });
    Ok(wanted.collect())
}

async fn staff(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let wanted = wanted(tx, office).await?;
    let verifiers = verifiers::compute(wanted).await?;
    let mut rows = Vec::new();
    for (person, verifiers) in office.staff.iter().zip(verifiers) {
        let honours = |said: fn(&Text) -> &str| -> String {
            json!(person.honours.iter().map(said).collect::<Vec<_>>()).to_string()
        };
        let keys: Vec<_> = (0..person.honours.len()).map(|at| format!("honours.{at}")).collect();
        let mut texts = vec![("name", &person.name), ("post", &person.post)];
        texts.extend(keys.iter().map(String::as_str).zip(&person.honours));
        rows.push(params![
            &person.employee_no,
            office.unit_of(&person.department),
            &person.department,
            &person.name.zh,
            &person.name.en,
            &person.post.zh,
            &person.post.en,
            honours(|honour| &honour.zh),
            honours(|honour| &honour.en),
            person.stars,
            (!person.portrait.bytes.is_empty()).then(|| person.portrait.bytes.clone()),
            more(&texts),
            written(&person.duties)?,
            letter_of(office, &Promiser::Staff(person.employee_no.clone()))?,
            verifiers.pin,
            verifiers.card
        ]);
    }
    tx.run_many(WRITE_STAFF, rows).await?;
    Ok(())
}

const WRITE_STAFF: &str =
    "insert into staff(employee_no, unit_id, department_id, name, name_en, post, post_en, honours,
                       honours_en, stars, portrait, more, duties, letter, pin, card)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (employee_no) do update set
         unit_id = excluded.unit_id, department_id = excluded.department_id,
         name = excluded.name, name_en = excluded.name_en, post = excluded.post,
         post_en = excluded.post_en, honours = excluded.honours,
         honours_en = excluded.honours_en, stars = excluded.stars, portrait = excluded.portrait,
         more = excluded.more, duties = excluded.duties, letter = excluded.letter,
         pin = excluded.pin, card = excluded.card";

/// Commitments and supervision lines have no names of their own in the registry, so they are
/// replaced; their order is the order of the file.
async fn promises(tx: &mut Tx, office: &Office) -> Result<(), Error> {
    let of_units: Vec<Vec<Value>> = office.units.iter().map(|unit| params![&unit.id]).collect();
    tx.run_many("delete from commitments where unit_id = $1", of_units.clone()).await?;
    tx.run_many("delete from supervision_lines where unit_id = $1", of_units).await?;
    let rows = (0_i64..).zip(&office.commitments).map(|(ordinal, promise)| {
        let (unit, person) = match &promise.by {
            Promiser::Unit(unit) => (unit.as_str(), ""),
            Promiser::Staff(person) => (office.unit_of_person(person), person.as_str()),
        };
        let Text { zh, en, .. } = &promise.text;
        params![unit, person, ordinal, zh, en, more(&[("text", &promise.text)])]
    });
    tx.run_many(
        "insert into commitments(unit_id, employee_no, ordinal, text, text_en, more)
         values ($1, $2, $3, $4, $5, $6)",
        rows.collect(),
    )
    .await?;
    let rows = (0_i64..).zip(&office.supervision_lines).map(|(ordinal, line)| {
        let Text { zh, en, .. } = &line.label;
        params![&line.unit, ordinal, zh, en, &line.phone, more(&[("label", &line.label)])]
    });
    tx.run_many(
        "insert into supervision_lines(unit_id, ordinal, label, label_en, phone, more)
         values ($1, $2, $3, $4, $5, $6)",
        rows.collect(),
    )
    .await?;
    Ok(())
}
