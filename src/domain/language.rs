//! A language of the screen, by its code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::InvalidId;
use super::text::parsed;

/// A language by its code of two or three letters (ISO 639), such as `zh`, `en`, `ug`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language {
    letters: [u8; 3],
    long: bool,
}

impl Language {
    /// `zh`, the language of every office.
    pub const CHINESE: Language = Language { letters: *b"zh ", long: false };
    /// `en`.
    pub const ENGLISH: Language = Language { letters: *b"en ", long: false };

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let letters = if self.long { &self.letters[..] } else { &self.letters[..2] };
        std::str::from_utf8(letters).unwrap_or("zh")
    }
}

impl FromStr for Language {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.as_bytes() {
            [a, b] if text.bytes().all(|b| b.is_ascii_lowercase()) => {
                Ok(Language { letters: [*a, *b, b' '], long: false })
            }
            [a, b, c] if text.bytes().all(|b| b.is_ascii_lowercase()) => {
                Ok(Language { letters: [*a, *b, *c], long: true })
            }
            _ => Err(InvalidId {
                kind: "language",
                found: text.to_owned(),
                allowed: "two or three small letters, such as zh, en, ug",
            }),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        parsed(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_two_or_three_small_letters() {
        for code in ["zh", "en", "ug", "yue"] {
            assert_eq!(
                code.parse::<Language>().map(|found| found.to_string()),
                Ok(code.to_owned())
            );
        }
        for wrong in ["", "z", "ZH", "zh-CN", "中文"] {
            assert!(wrong.parse::<Language>().is_err(), "{wrong}");
        }
        assert_eq!("zh".parse(), Ok(Language::CHINESE));
    }
}
