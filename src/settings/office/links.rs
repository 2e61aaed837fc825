//! Whether the rows hold together: ids are unique, references lead somewhere, nobody promises
//! more than the screen can turn over, and nothing is larger than a terminal loads.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Problem, Problems};
use super::parts::{Promiser, TagKind};
use super::rows::{Row, Rows};

pub(super) fn check(rows: &Rows) -> Problems {
    let mut links = Links { file: &rows.file, problems: Problems::default() };
    links.ids(rows);
    links.references(rows);
    links.counters(rows);
    links.counts(rows);
    links.weights(rows);
    links.problems
}

struct Links<'a> {
    file: &'a str,
    problems: Problems,
}

impl Links<'_> {
    fn ids(&mut self, rows: &Rows) {
        self.some(&rows.units, "units");
        self.some(&rows.windows, "windows");
        self.unique(&rows.units, "id", |unit| Some(unit.id.clone()));
        self.unique(&rows.departments, "id", |department| Some(department.id.clone()));
        self.unique(&rows.windows, "id", |window| Some(window.id.clone()));
        self.unique(&rows.staff, "employee_no", |staff| Some(staff.employee_no.clone()));
        self.unique(&rows.commitments, "id", |commitment| Some(commitment.id.clone()));
        self.unique(&rows.supervision_lines, "id", |line| Some(line.id.clone()));
        self.unique(&rows.items, "id", |item| Some(item.standard.id.clone()));
        self.unique(&rows.tags, "id", |tag| {
            let (id, unit, kind) = (&tag.tag.id, &tag.unit, tag.kind.as_str());
            (!id.is_empty()).then(|| format!("{id} for a {kind} in {unit}"))
        });
        self.unique(&rows.behaviours, "unit", |behaviour| Some(behaviour.unit.clone()));
    }

    fn references(&mut self, rows: &Rows) {
        let units: Vec<_> = rows.units.iter().map(|row| row.value.id.as_str()).collect();
        let departments: Vec<_> =
            rows.departments.iter().map(|row| row.value.id.as_str()).collect();
        let windows: Vec<_> = rows.windows.iter().map(|row| row.value.id.as_str()).collect();
        let staff: Vec<_> = rows.staff.iter().map(|row| row.value.employee_no.as_str()).collect();
        self.known(&rows.departments, "unit", &units, |department| [&*department.unit]);
        self.known(&rows.windows, "department", &departments, |window| [&*window.department]);
        self.known(&rows.windows, "on_duty", &staff, |window| window.on_duty.as_deref());
        self.known(&rows.staff, "department", &departments, |staff| [&*staff.department]);
        self.known(&rows.supervision_lines, "unit", &units, |line| [&*line.unit]);
        self.known(&rows.commitments, "unit", &units, |commitment| unit_of(&commitment.by));
        self.known(&rows.commitments, "employee_no", &staff, |c| person_of(&c.by));
        self.known(&rows.letters, "unit", &units, |letter| unit_of(&letter.by));
        self.known(&rows.letters, "employee_no", &staff, |letter| person_of(&letter.by));
        self.known(&rows.items, "department", &departments, |item| [&*item.department]);
        self.known(&rows.items, "windows", &windows, |item| item.windows.iter().map(|id| &**id));
        self.known(&rows.items, "responsible", &staff, |item| item.responsible.as_deref());
        self.known(&rows.tags, "unit", &units, |tag| [&*tag.unit]);
        self.known(&rows.notices, "unit", &units, |notice| [&*notice.unit]);
        self.known(&rows.slides, "unit", &units, |slide| [&*slide.unit]);
        self.known(&rows.rectifications, "unit", &units, |done| [&*done.unit]);
        self.known(&rows.rectifications, "window", &windows, |done| done.window.as_deref());
        self.known(&rows.bulletins, "unit", &units, |bulletin| [&*bulletin.unit]);
        self.known(&rows.behaviours, "unit", &units, |behaviour| [&*behaviour.unit]);
    }

    fn counters(&mut self, rows: &Rows) {
        let unit_of: BTreeMap<_, _> =
            rows.departments.iter().map(|row| (&row.value.id, &row.value.unit)).collect();
        self.unique(&rows.windows, "number", |window| {
            let unit = unit_of.get(&window.department)?;
            (window.number > 0).then(|| format!("{} in {unit}", window.number))
        });
        self.unique(&rows.windows, "on_duty", |window| window.on_duty.clone());
    }

    fn counts(&mut self, rows: &Rows) {
        let by = |by: &Promiser| match by {
            Promiser::Unit(id) => ("unit", id.clone()),
            Promiser::Staff(number) => ("employee_no", number.clone()),
        };
        self.at_most(&rows.commitments, (12, "commitments each"), |promise| by(&promise.by));
        self.at_most(&rows.letters, (1, "letter each"), |letter| by(&letter.by));
        for (kind, what) in
            [(TagKind::Rating, "tags a unit"), (TagKind::Complaint, "categories a unit")]
        {
            self.at_most(&rows.tags, (9, what), |tag| {
                ("unit", if tag.kind == kind { tag.unit.clone() } else { String::new() })
            });
        }
    }

    /// What a unit's terminals load must fit a bundle: files make up most of it.
    fn weights(&mut self, rows: &Rows) {
        let unit_of: BTreeMap<_, _> =
            rows.departments.iter().map(|row| (&*row.value.id, &*row.value.unit)).collect();
        let mut weights = BTreeMap::<&str, usize>::new();
        for row in &rows.staff {
            let unit = unit_of.get(&*row.value.department).copied().unwrap_or_default();
            self.weigh(&mut weights, row, "portrait", unit, row.value.portrait.bytes.len());
        }
        for row in &rows.slides {
            let bytes = row.value.picture.bytes.len();
            self.weigh(&mut weights, row, "picture", &row.value.unit, bytes);
        }
    }

    fn weigh<'r, T>(
        &mut self,
        weights: &mut BTreeMap<&'r str, usize>,
        row: &Row<T>,
        key: &str,
        unit: &'r str,
        bytes: usize,
    ) {
        let weight = weights.entry(unit).or_default();
        let before = *weight;
        *weight += bytes;
        if before <= MOST_BYTES && *weight > MOST_BYTES {
            let allowed = format!("at most {} MiB of pictures a unit", MOST_BYTES >> 20);
            self.note(row, key, format!("{} MiB with this one", *weight >> 20), allowed);
        }
    }

    fn at_most<T>(
        &mut self,
        rows: &[Row<T>],
        (most, what): (usize, &str),
        of: impl Fn(&T) -> (&'static str, String),
    ) {
        let mut counts = BTreeMap::<String, usize>::new();
        for row in rows {
            let (key, who) = of(&row.value);
            let count = counts.entry(who.clone()).or_default();
            *count += 1;
            if *count == most + 1 && !who.is_empty() {
                let allowed = format!("at most {most} {what}");
                self.note(row, key, format!("one more of {who:?}"), allowed);
            }
        }
    }

    fn some<T>(&mut self, rows: &[Row<T>], list: &str) {
        if rows.is_empty() {
            self.problems.push(Problem {
                file: self.file.to_owned(),
                line: None,
                key: list.to_owned(),
                found: "nothing".into(),
                allowed: format!("at least one row under [[{list}]]"),
            });
        }
    }

    fn unique<T>(&mut self, rows: &[Row<T>], key: &str, of: impl Fn(&T) -> Option<String>) {
        let mut first = BTreeMap::new();
        for row in rows {
            let Some(value) = of(&row.value).filter(|value| !value.is_empty()) else {
                continue;
            };
            match first.get(&value) {
                None => {
                    first.insert(value, row.line);
                }
                Some(line) => {
                    let found = format!("{value}, which line {line} has already");
                    self.note(row, key, found, "each only once".into());
                }
            }
        }
    }

    fn known<'r, T, I: IntoIterator<Item = &'r str>>(
        &mut self,
        rows: &'r [Row<T>],
        key: &str,
        ids: &[&str],
        of: impl Fn(&'r T) -> I,
    ) {
        for row in rows {
            let named = of(&row.value).into_iter().filter(|id| !id.is_empty());
            for id in named.filter(|id| !ids.contains(id)) {
                let allowed = format!("one of {}", said(ids));
                self.note(row, key, format!("{id:?}, which is nowhere"), allowed);
            }
        }
    }

    fn note<T>(&mut self, row: &Row<T>, key: &str, found: String, allowed: String) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line: Some(row.line),
            key: format!("{}{key}", row.place),
            found,
            allowed,
        });
    }
}

fn unit_of(by: &Promiser) -> Option<&str> {
    match by {
        Promiser::Unit(id) => Some(id),
        Promiser::Staff(_) => None,
    }
}

fn person_of(by: &Promiser) -> Option<&str> {
    match by {
        Promiser::Staff(number) => Some(number),
        Promiser::Unit(_) => None,
    }
}

fn said(ids: &[&str]) -> String {
    let ids: BTreeSet<_> = ids.iter().copied().filter(|id| !id.is_empty()).collect();
    ids.into_iter().collect::<Vec<_>>().join(", ")
}

/// Base64 makes four bytes of three, and a bundle of 16 MiB holds sounds and texts too.
const MOST_BYTES: usize = 9 << 20;
