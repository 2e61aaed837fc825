//! Reads the lists of office.toml row by row. A row with problems is kept, with empty fields for
//! what was wrong, so that references to it are not reported as well.

use super::super::document::{self, Table, Value};
use super::super::fields::Fields;
use super::super::{Problem, Problems};
use super::{Commitment, Department, Portrait, Promiser, Staff, SupervisionLine, Unit, Window};

/// What a file says, with the places where it says so.
pub(super) struct Rows {
    pub file: String,
    pub units: Vec<Row<Unit>>,
    pub departments: Vec<Row<Department>>,
    pub windows: Vec<Row<Window>>,
    pub staff: Vec<Row<Staff>>,
    pub commitments: Vec<Row<Commitment>>,
    pub supervision_lines: Vec<Row<SupervisionLine>>,
    pub problems: Problems,
}

/// One row of a list: `place` is `staff[3].`, counted from 1.
pub(super) struct Row<T> {
    pub place: String,
    pub line: usize,
    pub value: T,
}

type Load<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

pub(super) fn values<T>(rows: Vec<Row<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.value).collect()
}

pub(super) fn read(file: &str, bytes: &[u8], portrait: Load<'_>) -> Rows {
    let (root, problems) = document::parse(file, bytes);
    let mut lists = Lists { file, root, problems };
    let units = lists.rows("units", unit);
    let departments = lists.rows("departments", department);
    let windows = lists.rows("windows", window);
    let staff = lists.rows("staff", |fields| self::staff(fields, portrait));
    let commitments = lists.rows("commitments", commitment);
    let supervision_lines = lists.rows("supervision_lines", supervision_line);
    lists.refuse_the_rest();
    Rows {
        file: file.to_owned(),
        units,
        departments,
        windows,
        staff,
        commitments,
        supervision_lines,
        problems: lists.problems,
    }
}

struct Lists<'a> {
    file: &'a str,
    root: Table,
    problems: Problems,
}

impl Lists<'_> {
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

const ALLOWED_LIST: &str = "rows, each under a [[heading]]";
const ALLOWED_LISTS: &str =
    "[[units]], [[departments]], [[windows]], [[staff]], [[commitments]], [[supervision_lines]]";

fn unit(fields: &mut Fields<'_>) -> Unit {
    Unit {
        id: id(fields, "id"),
        name: words(fields, "name", 30),
        name_en: words(fields, "name_en", 80),
        short_name: words(fields, "short_name", 15),
    }
}

fn department(fields: &mut Fields<'_>) -> Department {
    Department {
        id: id(fields, "id"),
        unit: id(fields, "unit"),
        name: words(fields, "name", 15),
        name_en: words(fields, "name_en", 40),
    }
}

fn window(fields: &mut Fields<'_>) -> Window {
    let number = fields.number("number", 1..=999, "");
    Window {
        id: id(fields, "id"),
        department: id(fields, "department"),
        number: fields.require("number", number, "the number on the sign").unwrap_or_default(),
        name: words(fields, "name", 12),
        name_en: words(fields, "name_en", 40),
        on_duty: fields.text("on_duty", ALLOWED_NUMBER, accept_number),
    }
}

fn staff(fields: &mut Fields<'_>, load: Load<'_>) -> Staff {
    let stars = fields.number("stars", 0..=5, "stars");
    let staff = Staff {
        employee_no: employee_no(fields),
        department: id(fields, "department"),
        name: words(fields, "name", 15),
        name_en: words(fields, "name_en", 40),
        post: words(fields, "post", 15),
        post_en: words(fields, "post_en", 40),
        honours: honours(fields, "honours", 12),
        honours_en: honours(fields, "honours_en", 40),
        stars: stars.and_then(|stars| u8::try_from(stars).ok()).unwrap_or_default(),
        portrait: portrait(fields, load),
    };
    if staff.honours.len() != staff.honours_en.len() {
        fields.contradict(
            "honours_en",
            format!("{} beside {} in Chinese", staff.honours_en.len(), staff.honours.len()),
            "as many as honours, in the same order".into(),
        );
    }
    staff
}

fn commitment(fields: &mut Fields<'_>) -> Commitment {
    let unit = fields.text("unit", ALLOWED_ID, accept_id);
    let employee_no = fields.text("employee_no", ALLOWED_NUMBER, accept_number);
    if fields.has("unit") == fields.has("employee_no") {
        let found = if fields.has("unit") { "both" } else { "neither" };
        fields.contradict("unit", found.into(), "either unit or employee_no: who promises".into());
    }
    Commitment {
        id: id(fields, "id"),
        by: match employee_no {
            Some(number) => Promiser::Staff(number),
            None => Promiser::Unit(unit.unwrap_or_default()),
        },
        text: words(fields, "text", 40),
        text_en: words(fields, "text_en", 100),
    }
}

fn supervision_line(fields: &mut Fields<'_>) -> SupervisionLine {
    let allowed = "a telephone number: 3 to 20 digits, spaces, hyphens, brackets and a plus";
    let phone = fields.text("phone", allowed, |text| {
        let fits = text.chars().all(|c| c.is_ascii_digit() || " -()+".contains(c));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (fits && digits >= 3 && text.len() <= 20).then(|| text.to_owned())
    });
    SupervisionLine {
        id: id(fields, "id"),
        unit: id(fields, "unit"),
        label: words(fields, "label", 8),
        label_en: words(fields, "label_en", 24),
        phone: fields.require("phone", phone, allowed).unwrap_or_default(),
    }
}

const ALLOWED_ID: &str = "1 to 32 small letters, digits and hyphens";

fn id(fields: &mut Fields<'_>, key: &'static str) -> String {
    let id = fields.text(key, ALLOWED_ID, accept_id);
    fields.require(key, id, ALLOWED_ID).unwrap_or_default()
}

fn accept_id(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ((1..=32).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

const ALLOWED_NUMBER: &str = "an employee number in quotes: 1 to 12 letters, digits and hyphens";

fn employee_no(fields: &mut Fields<'_>) -> String {
    let number = fields.text("employee_no", ALLOWED_NUMBER, accept_number);
    fields.require("employee_no", number, ALLOWED_NUMBER).unwrap_or_default()
}

fn accept_number(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    ((1..=12).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

fn words(fields: &mut Fields<'_>, key: &'static str, most: usize) -> String {
    let allowed = format!("a text of 1 to {most} characters, on one line");
    let text = fields.text(key, &allowed, |text| is_words(text, most).then(|| text.to_owned()));
    fields.require(key, text, &allowed).unwrap_or_default()
}

fn is_words(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

fn honours(fields: &mut Fields<'_>, key: &'static str, most: usize) -> Vec<String> {
    let allowed = format!("a list of at most 8 texts of 1 to {most} characters");
    let honours = fields.texts(key, &allowed, |text| is_words(text, most)).unwrap_or_default();
    if honours.len() > 8 {
        fields.contradict(key, format!("a list of {}", honours.len()), allowed);
    }
    honours
}

fn portrait(fields: &mut Fields<'_>, load: Load<'_>) -> Portrait {
    let allowed = "the name of a PNG or JPEG of at most 1 MiB in portraits/";
    let is_name = |text: &str| {
        let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        !text.is_empty() && !text.starts_with('.') && text.chars().all(fits)
    };
    let file = fields.text("portrait", allowed, |text| is_name(text).then(|| text.to_owned()));
    let Some(file) = fields.require("portrait", file, allowed) else {
        return Portrait::default();
    };
    let wrong = match load(&file) {
        Ok(bytes) if bytes.len() > 1 << 20 => format!("{} KiB", bytes.len() >> 10),
        Ok(bytes) if is_picture(&bytes) => return Portrait { file, bytes },
        Ok(_) => "neither PNG nor JPEG".to_owned(),
        Err(error) => error,
    };
    fields.contradict("portrait", format!("{file}: {wrong}"), allowed.into());
    Portrait::default()
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff")
}
