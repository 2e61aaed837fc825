//! Reads what stands in many rows: ids, texts in every language of the office, files beside it.

use super::super::fields::Fields;
use super::parts::File;
use crate::domain::Text;

pub(super) type Load<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// The most characters of a text, in Chinese and in every other language.
pub(super) type Most = (usize, usize);

/// What the readers of rows share.
pub(super) struct Reader<'a> {
    /// The languages beside Chinese and English, by their code.
    pub languages: Vec<String>,
    /// Reads a file beside office.toml.
    pub load: Load<'a>,
}

impl Reader<'_> {
    /// A text that must be there: `key` in Chinese, `key_en` in English, `key_ug` and so on as far
    /// as they are written.
    pub fn text(&self, fields: &mut Fields<'_>, key: &str, (zh, other): Most) -> Text {
        let chinese = words(fields, key, zh);
        let english = words(fields, &format!("{key}_en"), other);
        self.with_more(fields, key, other, Text::new(chinese, english))
    }

    /// A text that may be left out, in all languages together.
    pub fn maybe(&self, fields: &mut Fields<'_>, key: &str, most: Most) -> Text {
        let named = |fields: &Fields<'_>, suffix: &str| fields.has(&format!("{key}{suffix}"));
        if named(fields, "") || named(fields, "_en") {
            return self.text(fields, key, most);
        }
        // Asked for all the same, so that a report of an unknown key can propose it.
        let _absent = fields.text(key, "", |_| None::<()>);
        self.with_more(fields, key, most.1, Text::default())
    }

    fn with_more(&self, fields: &mut Fields<'_>, key: &str, most: usize, mut text: Text) -> Text {
        let allowed = allowed_words(most);
        for language in &self.languages {
            let said = fields.text(&format!("{key}_{language}"), &allowed, |text| {
                is_words(text, most).then(|| text.to_owned())
            });
            text.more.extend(said.map(|said| (language.clone(), said)));
        }
        text
    }

    /// A list of texts, in every language as many.
    pub fn texts(
        &self,
        fields: &mut Fields<'_>,
        key: &str,
        count: usize,
        (zh, other): Most,
    ) -> Vec<Text> {
        let chinese = list(fields, key, count, zh);
        let english = self.list_beside(fields, (key, "en"), count, other, chinese.len());
        let english =
            english.unwrap_or_default().into_iter().chain(std::iter::repeat(String::new()));
        let mut texts: Vec<_> =
            chinese.into_iter().zip(english).map(|(zh, en)| Text::new(zh, en)).collect();
        for language in &self.languages {
            let beside = (key, language.as_str());
            if !fields.has(&format!("{key}_{language}")) {
                continue;
            }
            let said = self.list_beside(fields, beside, count, other, texts.len());
            for (text, said) in texts.iter_mut().zip(said.unwrap_or_default()) {
                text.more.insert(language.clone(), said);
            }
        }
        texts
    }

    fn list_beside(
        &self,
        fields: &mut Fields<'_>,
        (key, language): (&str, &str),
        count: usize,
        most: usize,
        chinese: usize,
    ) -> Option<Vec<String>> {
        let name = format!("{key}_{language}");
        let said = list(fields, &name, count, most);
        if said.len() == chinese {
            return Some(said);
        }
        fields.contradict(
            &name,
            format!("{} beside {chinese} in Chinese", said.len()),
            format!("as many as {key}, in the same order"),
        );
        None
    }

    /// A PNG or JPEG in `folder`.
    pub fn picture(&self, fields: &mut Fields<'_>, key: &str, folder: &'static str) -> File {
        let (what, other) = ("PNG or JPEG", "neither PNG nor JPEG");
        let kind = Kind { folder, what, other, is_right: is_picture };
        let name = fields.text(key, &kind.allowed(), accept_name);
        let name = fields.require(key, name, &kind.allowed());
        name.and_then(|name| self.file(fields, key, name, &kind)).unwrap_or_default()
    }

    /// A sound, if one is named.
    pub fn sound(&self, fields: &mut Fields<'_>, key: &str) -> Option<File> {
        let (what, other) = ("WAV or Ogg Vorbis", "neither WAV nor Ogg Vorbis");
        let kind = Kind { folder: "sounds", what, other, is_right: is_sound };
        let name = fields.text(key, &kind.allowed(), accept_name)?;
        self.file(fields, key, name, &kind)
    }

    fn file(&self, fields: &mut Fields<'_>, key: &str, name: String, kind: &Kind) -> Option<File> {
        let wrong = match (self.load)(&format!("{}/{name}", kind.folder)) {
            Ok(bytes) if bytes.len() > 1 << 20 => format!("{} KiB", bytes.len() >> 10),
            Ok(bytes) if (kind.is_right)(&bytes) => return Some(File { name, bytes }),
            Ok(_) => kind.other.to_owned(),
            Err(error) => error,
        };
        fields.contradict(key, format!("{name}: {wrong}"), kind.allowed());
        None
    }
}

/// A kind of file beside office.toml.
struct Kind {
    folder: &'static str,
    what: &'static str,
    other: &'static str,
    is_right: fn(&[u8]) -> bool,
}

impl Kind {
    fn allowed(&self) -> String {
        format!("the name of a {} of at most 1 MiB in {}/", self.what, self.folder)
    }
}

pub(super) const ALLOWED_ID: &str = "1 to 32 small letters, digits and hyphens";

pub(super) fn id(fields: &mut Fields<'_>, key: &str) -> String {
    let id = fields.text(key, ALLOWED_ID, accept_id);
    fields.require(key, id, ALLOWED_ID).unwrap_or_default()
}

pub(super) fn accept_id(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ((1..=32).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

pub(super) const ALLOWED_NUMBER: &str =
    "an employee number in quotes: 1 to 12 letters, digits and hyphens";

pub(super) fn accept_number(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    ((1..=12).contains(&text.len()) && text.chars().all(fits)).then(|| text.to_owned())
}

fn allowed_words(most: usize) -> String {
    format!("a text of 1 to {most} characters, on one line")
}

pub(super) fn words(fields: &mut Fields<'_>, key: &str, most: usize) -> String {
    let allowed = allowed_words(most);
    let text = fields.text(key, &allowed, |text| is_words(text, most).then(|| text.to_owned()));
    fields.require(key, text, &allowed).unwrap_or_default()
}

fn is_words(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

fn list(fields: &mut Fields<'_>, key: &str, count: usize, most: usize) -> Vec<String> {
    let allowed = format!("a list of at most {count} texts of 1 to {most} characters");
    let texts = fields.texts(key, &allowed, |text| is_words(text, most)).unwrap_or_default();
    if texts.len() > count {
        fields.contradict(key, format!("a list of {}", texts.len()), allowed);
    }
    texts
}

const ALLOWED_PHONE: &str =
    "a telephone number: 3 to 20 digits, spaces, hyphens, brackets and a plus";

pub(super) fn phone(fields: &mut Fields<'_>) -> Option<String> {
    fields.text("phone", ALLOWED_PHONE, |text| {
        let fits = text.chars().all(|c| c.is_ascii_digit() || " -()+".contains(c));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (fits && digits >= 3 && text.len() <= 20).then(|| text.to_owned())
    })
}

pub(super) fn required_phone(fields: &mut Fields<'_>) -> String {
    let phone = phone(fields);
    fields.require("phone", phone, ALLOWED_PHONE).unwrap_or_default()
}

fn accept_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    (!text.is_empty() && !text.starts_with('.') && text.chars().all(fits)).then(|| text.to_owned())
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff")
}

fn is_sound(bytes: &[u8]) -> bool {
    bytes.starts_with(b"OggS") || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE"))
}
