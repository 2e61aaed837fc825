//! Reads keys one after the other out of a document and its overrides, and notes all that is
//! wrong. The keys that were read are the keys that are known: the rest is refused.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::Environment;
use super::document::{Found, Table, Value};
use super::nearest::nearest;
use super::problem::{Problem, Problems};
use crate::domain::Day;

/// The keys of one document, or of one row of a list in it.
pub(super) struct Fields<'e> {
    file: String,
    place: String,
    line: Option<usize>,
    given: BTreeMap<String, Found>,
    env: Option<Environment<'e>>,
    known: Vec<String>,
    problems: Problems,
}

/// A value and where it comes from.
struct Given {
    file: String,
    key: String,
    line: Option<usize>,
    value: Value,
}

impl<'e> Fields<'e> {
    /// The keys of a whole document, `section.key`, which the environment overrides.
    pub fn of_document(file: &str, table: Table, env: Environment<'e>) -> Self {
        let mut fields = Self::of_row(file, String::new(), None, Table::new());
        flatten("", table, &mut fields.given);
        fields.env = Some(env);
        fields
    }

    /// The keys of one row; `place` stands before each key in reports.
    pub fn of_row(file: &str, place: String, line: Option<usize>, table: Table) -> Self {
        Self {
            file: file.to_owned(),
            place,
            line,
            given: table.into_iter().collect(),
            env: None,
            known: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// A text that `accept` turns into what it means.
    pub fn text<T>(
        &mut self,
        key: &str,
        allowed: &str,
        accept: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.take(key)?;
        let value = match &given.value {
            Value::Text(text) => accept(text),
            _ => None,
        };
        self.hold(value, &given, given.value.told(), allowed)
    }

    /// Like `text`, for what must not be repeated in a report.
    pub fn secret<T>(
        &mut self,
        key: &str,
        allowed: &str,
        accept: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.take(key)?;
        let value = match &given.value {
            Value::Text(text) => accept(text),
            _ => None,
        };
        self.hold(
            value,
            &given,
            "something else (not shown: it may hold a password)".into(),
            allowed,
        )
    }

    /// A whole number within `range`; `unit` is a plural noun, or empty.
    pub fn number(&mut self, key: &str, range: RangeInclusive<u32>, unit: &str) -> Option<u32> {
        let given = self.take(key)?;
        let number = match &given.value {
            Value::Number(number) => u32::try_from(*number).ok(),
            Value::Text(text) if given.is_variable() => text.trim().parse().ok(),
            _ => None,
        };
        let value = number.filter(|number| range.contains(number));
        let of = if unit.is_empty() { "" } else { " of " };
        let allowed = format!("a whole number{of}{unit} from {} to {}", range.start(), range.end());
        self.hold(value, &given, given.value.told(), &allowed)
    }

    /// `true` or `false`.
    pub fn switch(&mut self, key: &str) -> Option<bool> {
        let given = self.take(key)?;
        let value = match &given.value {
            Value::Switch(switch) => Some(*switch),
            Value::Text(text) if given.is_variable() => text.trim().parse().ok(),
            _ => None,
        };
        self.hold(value, &given, given.value.told(), "true or false")
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<_> = choices.iter().map(|(word, _)| format!("{word:?}")).collect();
        self.text(key, &words.join(" or "), |text| {
            choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
        })
    }

    /// A path, see `folder`.
    pub fn path(&mut self, key: &str) -> Option<PathBuf> {
        let folder = self.folder(key);
        self.text(key, "a path", |text| (!text.trim().is_empty()).then(|| folder.join(text)))
    }

    /// Where a relative path starts: at the file's folder, or where the program was started
    /// for a path out of the environment.
    pub fn folder(&self, key: &str) -> PathBuf {
        match Path::new(&self.file).parent() {
            Some(folder) if self.variable(&variable(key)).is_none() => folder.to_owned(),
            _ => PathBuf::new(),
        }
    }

    /// A list of texts, each of which `accept` must take.
    pub fn texts(
        &mut self,
        key: &str,
        allowed: &str,
        accept: impl Fn(&str) -> bool,
    ) -> Option<Vec<String>> {
        let given = self.take(key)?;
        let Value::List(items) = &given.value else {
            return self.hold(None, &given, given.value.told(), allowed);
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if accept(text) => texts.push(text.clone()),
                other => return self.hold(None, &given, other.told(), allowed),
            }
        }
        Some(texts)
    }

    /// A calendar date, as yyyymmdd.
    pub fn day(&mut self, key: &str) -> Option<i64> {
        let given = self.take(key)?;
        let date = match &given.value {
            Value::Text(text) | Value::Other(text) => text.parse::<chrono::NaiveDate>().ok(),
            _ => None,
        };
        let day = date.map(|date| Day::from(date).number());
        self.hold(day, &given, given.value.told(), ALLOWED_DAY)
    }

    /// The rows of a list within this row, each read by `read`.
    pub fn rows<T>(&mut self, key: &str, read: impl Fn(&mut Fields<'_>) -> T) -> Vec<T> {
        let Some(given) = self.take(key) else { return Vec::new() };
        let Value::List(items) = &given.value else {
            self.hold(None::<()>, &given, given.value.told(), ALLOWED_ROWS);
            return Vec::new();
        };
        let mut rows = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let Value::Table(table) = &item.value else {
                self.hold(None::<()>, &given, item.value.told(), ALLOWED_ROWS);
                continue;
            };
            let place = format!("{}{key}[{}].", self.place, n + 1);
            let mut fields = Fields::of_row(&self.file, place, Some(item.line), table.clone());
            rows.push(read(&mut fields));
            self.problems.append(fields.finish());
        }
        rows
    }

    /// Notes that `key`, which was read, does not go together with something else.
    pub fn contradict(&mut self, key: &str, found: String, allowed: String) {
        let variable = self.env.map(|_| variable(key)).filter(|name| self.variable(name).is_some());
        let line = self.given.get(key).map(|found| found.line).or(self.line);
        self.problems.push(match variable {
            Some(key) => Problem { file: "environment".into(), line: None, key, found, allowed },
            None => Problem { file: self.file.clone(), line, key: self.named(key), found, allowed },
        });
    }

    /// Whether the file or the environment says anything of `key`.
    pub fn has(&self, key: &str) -> bool {
        self.given.contains_key(key) || self.variable(&variable(key)).is_some()
    }

    /// Notes that `key` is missing, unless it stands there and was refused already.
    pub fn require<T>(&mut self, key: &str, value: Option<T>, allowed: &str) -> Option<T> {
        if value.is_none() && !self.has(key) {
            self.contradict(key, "nothing".into(), allowed.to_owned());
        }
        value
    }

    /// All that was wrong, with the keys that nobody asked for.
    pub fn finish(mut self) -> Problems {
        let strangers: Vec<_> = self
            .given
            .iter()
            .filter(|(key, _)| !self.known.contains(key))
            .map(|(key, found)| (key.clone(), found.line))
            .collect();
        for (key, line) in strangers {
            let problem = Problem {
                file: self.file.clone(),
                line: Some(line),
                found: "an unknown key".into(),
                allowed: self.hint(&key),
                key: self.named(&key),
            };
            self.problems.push(problem);
        }
        self.problems
    }

    /// The keys asked for so far.
    #[cfg(test)]
    pub fn known(&self) -> &[String] {
        &self.known
    }

    fn take(&mut self, key: &str) -> Option<Given> {
        self.known.push(key.to_owned());
        let name = variable(key);
        if let Some(text) = self.variable(&name) {
            let (file, value) = ("environment".into(), Value::Text(text));
            return Some(Given { file, key: name, line: None, value });
        }
        let found = self.given.get(key)?;
        Some(Given {
            file: self.file.clone(),
            key: self.named(key),
            line: Some(found.line),
            value: found.value.clone(),
        })
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.env?(name).filter(|text| !text.is_empty())
    }

    fn named(&self, key: &str) -> String {
        format!("{}{key}", self.place)
    }

    fn hold<T>(
        &mut self,
        value: Option<T>,
        given: &Given,
        found: String,
        allowed: &str,
    ) -> Option<T> {
        if value.is_none() {
            self.problems.push(Problem {
                file: given.file.clone(),
                line: given.line,
                key: given.key.clone(),
                found,
                allowed: allowed.to_owned(),
            });
        }
        value
    }

    fn hint(&self, key: &str) -> String {
        let within: Vec<_> = self
            .known
            .iter()
            .filter(|known| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
            .collect();
        if let Some(first) = within.first() {
            return format!("a section [{key}] with keys such as {first}");
        }
        let section = key.rsplit_once('.').map_or("", |(section, _)| section);
        let beside: Vec<_> = self
            .known
            .iter()
            .filter(|known| known.rsplit_once('.').is_some_and(|(of, _)| of == section))
            .map(String::as_str)
            .collect();
        let known: Vec<_> = self.known.iter().map(String::as_str).collect();
        match nearest(key, &known) {
            Some(known) => format!("did you mean {known}?"),
            None if beside.is_empty() => format!("one of {}", self.known.join(", ")),
            None => format!("one of {}", beside.join(", ")),
        }
    }
}

impl Given {
    fn is_variable(&self) -> bool {
        self.line.is_none()
    }
}

const ALLOWED_DAY: &str = "a date such as 2026-03-01";
const ALLOWED_ROWS: &str = "a list of rows, each in braces: { key = value, … }";

/// `screen.language` is overridden by `PINGYI_SCREEN_LANGUAGE`.
fn variable(key: &str) -> String {
    format!("PINGYI_{}", key.replace('.', "_").to_ascii_uppercase())
}

fn flatten(before: &str, table: Table, flat: &mut BTreeMap<String, Found>) {
    for (key, found) in table {
        let key = format!("{before}{key}");
        match found.value {
            Value::Table(inner) => flatten(&format!("{key}."), inner, flat),
            _ => {
                flat.insert(key, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_named_after_its_key() {
        assert_eq!(variable("screen.idle_reset_seconds"), "PINGYI_SCREEN_IDLE_RESET_SECONDS");
    }
}
