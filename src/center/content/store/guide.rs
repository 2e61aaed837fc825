//! The guide: items as the office wrote them, with what departments, windows and people say.

use super::read::{json, more, odd};
use super::unit::Counter;
use crate::center::content::rules::initials;
use crate::center::db::{Row, Tx, params};
use crate::center::ledger::Error;
use crate::domain::{Item, Text};

/// The items of a unit in the order of the guide, and the windows where each is done.
pub(super) async fn items(
    tx: &mut Tx,
    unit: &str,
    counters: &[Counter],
) -> Result<Vec<(Item, Vec<String>)>, Error> {
    let sql = "select i.standard, i.windows, d.name, d.name_en, d.more,
                      s.name as responsible, s.name_en as responsible_en, s.more as responsible_more
               from items i join departments d on d.department_id = i.department_id
                            left join staff s on s.employee_no = i.employee_no
               where i.unit_id = $1 and i.offered = 1 order by i.ordinal";
    let rows = tx.read(sql, params![unit]).await?;
    rows.iter().map(|row| item(row, counters)).collect()
}

fn item(row: &Row, counters: &[Counter]) -> Result<(Item, Vec<String>), Error> {
    let mut item: Item = json(row, "standard")?;
    let windows: Vec<String> = json(row, "windows")?;
    let done_at: Vec<&Counter> = counters
        .iter()
        .filter(|counter| windows.iter().any(|id| id == counter.label.window.as_str()))
        .collect();
    item.initials = initials(&item.name.zh);
    item.department =
        Text { more: more(row, "name")?, ..Text::new(row.text("name")?, row.text("name_en")?) };
    if let Some(name) = row.opt_text("responsible")? {
        item.responsible = Text::new(name, row.text("responsible_en")?);
        item.responsible.more = names(row)?;
    }
    if item.place.is_empty() {
        item.place = place(&done_at);
    }
    if item.hours.is_empty() {
        item.hours = done_at.first().map(|counter| counter.label.hours.clone()).unwrap_or_default();
    }
    Ok((item, windows))
}

fn names(row: &Row) -> Result<std::collections::BTreeMap<String, String>, Error> {
    let text = row.text("responsible_more")?;
    let mut more: std::collections::BTreeMap<String, _> =
        serde_json::from_str(text).map_err(|_| odd("responsible_more"))?;
    Ok(more.remove("name").unwrap_or_default())
}

/// `2 楼 5 号窗口`, or `1、3 号窗口` where there are several.
fn place(counters: &[&Counter]) -> Text {
    let numbers: Vec<_> = counters.iter().map(|counter| counter.label.number.as_str()).collect();
    match counters {
        [] => Text::default(),
        [one] if !one.label.place.is_empty() => {
            let Text { zh, .. } = &one.label.place;
            let (number, place) = (&one.label.number, one.label.place.english());
            Text::new(format!("{zh} {number} 号窗口"), format!("Window {number}, {place}"))
        }
        [one] => {
            let number = &one.label.number;
            Text::new(format!("{number} 号窗口"), format!("Window {number}"))
        }
        _ => Text::new(
            format!("{} 号窗口", numbers.join("、")),
            format!("Windows {}", numbers.join(", ")),
        ),
    }
}
