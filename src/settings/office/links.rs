//! Whether the rows hold together: ids are unique, references lead somewhere, and nobody
//! promises more than the screen can turn over.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Problem, Problems};
use super::Promiser;
use super::rows::{Row, Rows};

pub(super) fn check(rows: &Rows) -> Problems {
    let mut links = Links { file: &rows.file, problems: Problems::default() };
    links.ids(rows);
    links.references(rows);
    links.counters(rows);
    links.commitments(rows);
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
    }

    fn references(&mut self, rows: &Rows) {
        let units: Vec<_> = rows.units.iter().map(|row| row.value.id.as_str()).collect();
        let departments: Vec<_> =
            rows.departments.iter().map(|row| row.value.id.as_str()).collect();
        let staff: Vec<_> = rows.staff.iter().map(|row| row.value.employee_no.as_str()).collect();
        self.known(&rows.departments, "unit", &units, |department| Some(&department.unit));
        self.known(&rows.windows, "department", &departments, |window| Some(&window.department));
        self.known(&rows.windows, "on_duty", &staff, |window| window.on_duty.as_deref());
        self.known(&rows.staff, "department", &departments, |staff| Some(&staff.department));
        self.known(&rows.supervision_lines, "unit", &units, |line| Some(&line.unit));
        self.known(&rows.commitments, "unit", &units, |commitment| match &commitment.by {
            Promiser::Unit(id) => Some(id),
            Promiser::Staff(_) => None,
        });
        self.known(&rows.commitments, "employee_no", &staff, |commitment| match &commitment.by {
            Promiser::Staff(number) => Some(number),
            Promiser::Unit(_) => None,
        });
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

    fn commitments(&mut self, rows: &Rows) {
        let mut counts = BTreeMap::<&str, usize>::new();
        for row in &rows.commitments {
            let (key, who) = match &row.value.by {
                Promiser::Unit(id) => ("unit", id.as_str()),
                Promiser::Staff(number) => ("employee_no", number.as_str()),
            };
            let count = counts.entry(who).or_default();
            *count += 1;
            if *count == MOST_COMMITMENTS + 1 && !who.is_empty() {
                let allowed = format!("at most {MOST_COMMITMENTS} commitments each");
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

    fn known<'r, T>(
        &mut self,
        rows: &'r [Row<T>],
        key: &str,
        ids: &[&str],
        of: impl Fn(&'r T) -> Option<&'r str>,
    ) {
        for row in rows {
            let Some(id) = of(&row.value).filter(|id| !id.is_empty()) else {
                continue;
            };
            if !ids.contains(&id) {
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

fn said(ids: &[&str]) -> String {
    let ids: BTreeSet<_> = ids.iter().copied().filter(|id| !id.is_empty()).collect();
    ids.into_iter().collect::<Vec<_>>().join(", ")
}

const MOST_COMMITMENTS: usize = 12;
