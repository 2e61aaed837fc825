//! Reads the rows of the guide: what is done for people, told once and completely.

use super::super::fields::Fields;
use super::parts::Item;
use super::words::{ALLOWED_NUMBER, Reader, accept_id, accept_number, id, phone};
use crate::domain::{self, Fee, Text, TimeLimit, TimeUnit};

impl Reader<'_> {
    pub fn item(&self, fields: &mut Fields<'_>) -> Item {
        let windows = fields.texts("windows", ALLOWED_WINDOWS, |id| accept_id(id).is_some());
        if windows.as_ref().map_or(!fields.has("windows"), Vec::is_empty) {
            fields.contradict("windows", "nothing".into(), ALLOWED_WINDOWS.into());
        }
        Item {
            department: id(fields, "department"),
            windows: windows.unwrap_or_default(),
            responsible: fields.text("responsible", ALLOWED_NUMBER, accept_number),
            standard: domain::Item {
                id: id(fields, "id"),
                name: self.text(fields, "name", (24, 80)),
                department: Text::default(),
                initials: String::new(),
                place: self.maybe(fields, "place", (20, 60)),
                hours: self.maybe(fields, "hours", (30, 60)),
                promised: limit(fields, "promised"),
                legal: limit(fields, "legal"),
                fees: fields.rows("fees", |fee| self.fee(fee)),
                fee_basis: self.maybe(fields, "fee_basis", (60, 160)),
                materials: self.texts(fields, "materials", 20, (60, 160)),
                steps: self.texts(fields, "steps", 12, (16, 50)),
                responsible: Text::default(),
                phone: phone(fields).unwrap_or_default(),
                here: false,
            },
        }
    }

    fn fee(&self, fields: &mut Fields<'_>) -> Fee {
        let fen = fields.number("fen", 0..=100_000_000, "fen");
        Fee {
            name: self.text(fields, "name", (24, 80)),
            fen: fields.require("fen", fen, "the amount in fen").unwrap_or_default(),
            per: self.maybe(fields, "per", (8, 24)),
            basis: self.maybe(fields, "basis", (60, 160)),
        }
    }
}

const ALLOWED_WINDOWS: &str = "a list of the ids of windows, at least one";
const ALLOWED_LIMIT: &str = "\"on the spot\", or a number of minutes, hours, working days or days, \
                             such as \"5 working days\"";

fn limit(fields: &mut Fields<'_>, key: &str) -> Option<TimeLimit> {
    fields.text(key, ALLOWED_LIMIT, accept_limit)
}

fn accept_limit(text: &str) -> Option<TimeLimit> {
    if text == "on the spot" {
        return Some(TimeLimit { amount: 0, unit: TimeUnit::Minutes });
    }
    let (amount, unit) = text.split_once(' ')?;
    let unit = match unit {
        "minute" | "minutes" => TimeUnit::Minutes,
        "hour" | "hours" => TimeUnit::Hours,
        "working day" | "working days" => TimeUnit::WorkingDays,
        "day" | "days" => TimeUnit::Days,
        _ => return None,
    };
    let amount = amount.parse().ok().filter(|amount| (1..=999).contains(amount))?;
    Some(TimeLimit { amount, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_is_a_number_of_something() {
        let limit = |amount, unit| Some(TimeLimit { amount, unit });
        for (text, read) in [
            ("on the spot", limit(0, TimeUnit::Minutes)),
            ("15 minutes", limit(15, TimeUnit::Minutes)),
            ("1 hour", limit(1, TimeUnit::Hours)),
            ("5 working days", limit(5, TimeUnit::WorkingDays)),
            ("20 days", limit(20, TimeUnit::Days)),
            ("0 days", None),
            ("5", None),
            ("5 weeks", None),
            ("five days", None),
            ("-1 days", None),
        ] {
            assert_eq!(accept_limit(text), read, "{text}");
        }
    }
}
