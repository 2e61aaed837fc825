//! Reads the lists of office.toml row by row. A row with problems is kept, with empty fields for
//! what was wrong, so that references to it are not reported as well.

use super::super::document::{self, Table, Value};
use super::super::fields::Fields;
use super::super::{Problem, Problems};
use super::parts::{
    Behaviour, Bulletin, Commitment, Department, Item, Letter, Notice, Rectification, Slide, Staff,
    SupervisionLine, Tag, TagKind, Unit, Window,
};
use super::words::{Load, Reader};
use crate::domain::Language;

/// What a file says, with the places where it says so.
pub(super) struct Rows {
    pub file: String,
    pub units: Vec<Row<Unit>>,
    pub departments: Vec<Row<Department>>,
    pub windows: Vec<Row<Window>>,
    pub staff: Vec<Row<Staff>>,
    pub commitments: Vec<Row<Commitment>>,
    pub letters: Vec<Row<Letter>>,
    pub supervision_lines: Vec<Row<SupervisionLine>>,
    pub items: Vec<Row<Item>>,
    pub tags: Vec<Row<Tag>>,
    pub notices: Vec<Row<Notice>>,
    pub slides: Vec<Row<Slide>>,
    pub rectifications: Vec<Row<Rectification>>,
    pub bulletins: Vec<Row<Bulletin>>,
    pub behaviours: Vec<Row<Behaviour>>,
    pub problems: Problems,
}

/// One row of a list: `place` is `staff[3].`, counted from 1.
pub(super) struct Row<T> {
    pub place: String,
    pub line: usize,
    pub value: T,
}

pub(super) fn values<T>(rows: Vec<Row<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.value).collect()
}

pub(super) fn read(file: &str, bytes: &[u8], load: Load<'_>) -> Rows {
    let (root, problems) = document::parse(file, bytes);
    let mut lists = Lists { file, root, problems };
    let reader = Reader { languages: lists.languages(), load };
    let mut tags = lists.rows("tags", |fields| reader.tag(fields, TagKind::Rating));
    tags.extend(lists.rows("complaint_tags", |fields| reader.tag(fields, TagKind::Complaint)));
    let rows = Rows {
        file: file.to_owned(),
        units: lists.rows("units", |fields| reader.unit(fields)),
        departments: lists.rows("departments", |fields| reader.department(fields)),
        windows: lists.rows("windows", |fields| reader.window(fields)),
        staff: lists.rows("staff", |fields| reader.staff(fields)),
        commitments: lists.rows("commitments", |fields| reader.commitment(fields)),
        letters: lists.rows("letters", |fields| reader.letter(fields)),
        supervision_lines: lists
            .rows("supervision_lines", |fields| reader.supervision_line(fields)),
        items: lists.rows("items", |fields| reader.item(fields)),
        tags,
        notices: lists.rows("notices", |fields| reader.notice(fields)),
        slides: lists.rows("slides", |fields| reader.slide(fields)),
        rectifications: lists.rows("rectifications", |fields| reader.rectification(fields)),
        bulletins: lists.rows("bulletins", |fields| reader.bulletin(fields)),
        behaviours: lists.rows("behaviours", |fields| reader.behaviour(fields)),
        problems: Problems::default(),
    };
    lists.refuse_the_rest();
    Rows { problems: lists.problems, ..rows }
}

struct Lists<'a> {
    file: &'a str,
    root: Table,
    problems: Problems,
}

impl Lists<'_> {
    /// The languages beside Chinese and English. Only those that are named here are keys of the
    /// rows, so a wrong key is not taken for a language.
    fn languages(&mut self) -> Vec<String> {
        let Some(found) = self.root.remove("languages") else {
            return Vec::new();
        };
        let code = |value: &Value| match value {
            Value::Text(text) => text.parse::<Language>().ok().filter(|language| {
                *language != Language::CHINESE && *language != Language::ENGLISH
            }),
            _ => None,
        };
        let codes: Option<Vec<_>> = match &found.value {
            Value::List(items) => items.iter().map(|item| code(&item.value)).collect(),
            _ => None,
        };
        if codes.is_none() {
            self.refuse("languages", found.line, found.value.told(), ALLOWED_LANGUAGES);
        }
        codes.unwrap_or_default().iter().map(Language::to_string).collect()
    }

    fn rows<T>(&mut self, list: &str, read: impl Fn(&mut Fields<'_>) -> T) -> Vec<Row<T>> {
        let Some(found) = self.root.remove(list) else {
            return Vec::new();
        };
        let Value::List(items) = found.value else {
            self.refuse(list, found.line, found.value.told(), ALLOWED_LIST);
            return Vec::new();
        };
        let mut rows = Vec::new();
        for (n, item) in items.into_iter().enumerate() {
            let (place, line) = (format!("{list}[{}].", n + 1), item.line);
            let Value::Table(table) = item.value else {
                self.refuse(list, line, item.value.told(), ALLOWED_LIST);
                continue;
            };
            let mut fields = Fields::of_row(self.file, place.clone(), Some(line), table);
            let value = read(&mut fields);
            self.problems.append(fields.finish());
            rows.push(Row { place, line, value });
        }
        rows
    }

    fn refuse_the_rest(&mut self) {
        for (key, found) in std::mem::take(&mut self.root) {
            self.refuse(&key, found.line, "an unknown list".into(), ALLOWED_LISTS);
        }
    }

    fn refuse(&mut self, key: &str, line: usize, found: String, allowed: &str) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line: Some(line),
            key: key.to_owned(),
            found,
            allowed: allowed.to_owned(),
        });
    }
}

const ALLOWED_LANGUAGES: &str =
    "a list of languages beside Chinese and English by their codes, such as [\"ug\"]";
const ALLOWED_LIST: &str = "rows, each under a [[heading]]";
const ALLOWED_LISTS: &str = "languages, [[units]], [[departments]], [[windows]], [[staff]], \
    [[commitments]], [[letters]], [[supervision_lines]], [[items]], [[tags]], [[complaint_tags]], \
    [[notices]], [[slides]], [[rectifications]], [[bulletins]], [[behaviours]]";
