//! A TOML document as owned values that know their line, with every syntax error.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Problems};

/// A value and the line on which it stands, counted from 1.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub value: Value,
    pub line: usize,
}

/// The values that settings are made of.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Switch(bool),
    List(Vec<Found>),
    Table(Table),
    /// Something that no setting is: a date, a fraction, a number beyond 64 bits.
    Other(String),
}

pub(super) type Table = BTreeMap<String, Found>;

impl Value {
    /// The value as a report shows it.
    pub fn told(&self) -> String {
        match self {
            Self::Text(text) => format!("{:?}", shortened(text)),
            Self::Number(number) => number.to_string(),
            Self::Switch(switch) => switch.to_string(),
            Self::List(list) => format!("a list of {}", list.len()),
            Self::Table(_) => "a section".into(),
            Self::Other(text) => text.clone(),
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads `bytes`. What could be understood is returned beside the syntax errors; on the lines
/// that have an error nothing is returned, so nothing is reported twice.
pub(super) fn parse(file: &str, bytes: &[u8]) -> (Table, Problems) {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return (Table::new(), not_text(file, bytes, error.valid_up_to())),
    };
    let lines = Lines::of(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut problems = Problems::default();
    let mut broken = Vec::new();
    for error in errors {
        let line = error.span().map(|span| lines.at(span.start));
        broken.extend(line);
        problems.push(Problem {
            file: file.to_owned(),
            line,
            key: "the file itself".into(),
            found: error.message().to_owned(),
            allowed: "TOML: [section] and key = value, texts in double quotes".into(),
        });
    }
    (table(root.get_ref(), &lines, &broken), problems)
}

fn not_text(file: &str, bytes: &[u8], valid: usize) -> Problems {
    let before = bytes.get(..valid).unwrap_or_default();
    Problems::from(Problem {
        file: file.to_owned(),
        line: Some(1 + before.iter().filter(|byte| **byte == b'\n').count()),
        key: "the file itself".into(),
        found: "bytes that are not UTF-8".into(),
        allowed: "a text file saved as UTF-8".into(),
    })
}

fn table(table: &DeTable<'_>, lines: &Lines, broken: &[usize]) -> Table {
    let mut owned = Table::new();
    for (key, value) in table {
        let line = lines.at(key.span().start);
        if !broken.contains(&line) {
            let value = self::value(value, lines, broken);
            owned.insert(key.get_ref().to_string(), Found { value, line });
        }
    }
    owned
}

fn value(value: &Spanned<DeValue<'_>>, lines: &Lines, broken: &[usize]) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(switch) => Value::Switch(*switch),
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
            .map_or_else(|_| Value::Other(digits.to_string()), Value::Number),
        DeValue::Array(list) => Value::List(
            list.iter()
                .map(|item| Found {
                    value: self::value(item, lines, broken),
                    line: lines.at(item.span().start),
                })
                .collect(),
        ),
        DeValue::Table(inner) => Value::Table(table(inner, lines, broken)),
        DeValue::Float(digits) => Value::Other(digits.to_string()),
        DeValue::Datetime(date) => Value::Other(date.to_string()),
    }
}

/// Where each line of a text begins.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    fn at(&self, byte: usize) -> usize {
        1 + self.0.partition_point(|start| *start <= byte)
    }
}

/// A shipped file with its optional keys, `# key = value`, put in force.
#[cfg(test)]
pub(super) fn uncommented(text: &str) -> String {
    let key = |line: &str| {
        let word = line.split(" = ").next().unwrap_or_default();
        line.contains(" = ") && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let lines = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if key(rest) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines() {
        let (table, problems) = parse("f", b"a = 1_000\n\n[b]\nc = \"x\"\n\n[[d]]\ne = true\n");
        assert_eq!(problems, Problems::default());
        assert!(matches!(table["a"].value, Value::Number(1000)));
        assert_eq!(table["a"].line, 1);
        let Value::Table(b) = &table["b"].value else { panic!("{table:?}") };
        assert_eq!(b["c"].line, 4);
        let Value::List(d) = &table["d"].value else { panic!("{table:?}") };
        assert_eq!(d[0].line, 6);
    }

    #[test]
    fn every_syntax_error_is_told_with_its_line() {
        let (table, problems) = parse("f", b"a = \nb = 2\nc = \"x\nd = 4\n");
        let lines: Vec<_> = problems.as_slice().iter().map(|p| p.line).collect();
        assert_eq!(lines, [Some(1), Some(3)], "{problems}");
        assert!(table.contains_key("b") && !table.contains_key("a"), "{table:?}");
    }

    #[test]
    fn a_file_in_another_encoding_is_told_as_such() {
        let (_, problems) = parse("f", b"# ok\nname = \"\xb2\xe2\"\n");
        assert_eq!(problems.as_slice()[0].line, Some(2));
        assert!(problems.to_string().contains("not UTF-8"));
    }
}
