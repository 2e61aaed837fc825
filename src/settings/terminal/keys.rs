//! Counter keys and card readers: which key means what, and how a card reader types.

use super::super::fields::Fields;

/// Keys of a keyboard or a foot switch at the counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Begins a service, and finishes the one before.
    pub begin: Option<Key>,
    /// Finishes the service.
    pub finish: Option<Key>,
}

/// A card reader that types like a keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Whether cards are read at all.
    pub enabled: bool,
    /// What the reader types before the number.
    pub prefix: String,
    /// What it types after the number, before the Enter key.
    pub suffix: String,
    /// A shorter number is no card.
    pub least_characters: u32,
    /// Keys that are further apart were typed by a hand.
    pub gap_ms: u32,
}

/// A key by the character that stands for it in the screen's key events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(char);

/// Names as keyboards and the W3C give them; F1 to F24 and single letters and digits come beside.
const NAMED: [(&str, char); 17] = [
    ("Enter", '\n'),
    ("Space", ' '),
    ("Tab", '\t'),
    ("Escape", '\u{1b}'),
    ("Backspace", '\u{8}'),
    ("Delete", '\u{7f}'),
    ("ArrowUp", '\u{f700}'),
    ("ArrowDown", '\u{f701}'),
    ("ArrowLeft", '\u{f702}'),
    ("ArrowRight", '\u{f703}'),
    ("Insert", '\u{f727}'),
    ("Home", '\u{f729}'),
    ("End", '\u{f72b}'),
    ("PageUp", '\u{f72c}'),
    ("PageDown", '\u{f72d}'),
    ("ScrollLock", '\u{f72f}'),
    ("Pause", '\u{f730}'),
];

impl Key {
    /// The key of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Key> {
        if let Some((_, code)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Some(Key(*code));
        }
        let function = name.strip_prefix('F').filter(|digits| !digits.starts_with(['0', '+']));
        if let Some(number @ 1..=24) = function.and_then(|digits| digits.parse::<u32>().ok()) {
            return char::from_u32(0xf703 + number).map(Key);
        }
        let mut characters = name.chars();
        let only = characters.next().filter(|_| characters.next().is_none())?;
        (only.is_ascii_lowercase() || only.is_ascii_digit()).then_some(Key(only))
    }

    /// The character that stands for it in the screen's key events.
    #[must_use]
    pub fn code(self) -> char {
        self.0
    }

    /// Whether a card reader might type it.
    fn is_typed_by_readers(self) -> bool {
        self.0 == '\n' || self.0.is_ascii_graphic()
    }
}

impl Default for Card {
    fn default() -> Self {
        Self {
            enabled: false,
            prefix: String::new(),
            suffix: String::new(),
            least_characters: 6,
            gap_ms: 50,
        }
    }
}

impl Keys {
    /// Reads both sections, which must not want the same key.
    pub(super) fn read(fields: &mut Fields<'_>) -> (Self, Card) {
        let begin = fields.text("keys.begin", KEY, Key::named);
        let finish = fields.text("keys.finish", KEY, Key::named);
        let card = Card::read(fields);
        for (name, key) in [("keys.begin", begin), ("keys.finish", finish)] {
            if card.enabled && key.is_some_and(Key::is_typed_by_readers) {
                let allowed =
                    "a key that no card reader types, such as \"F9\": card.enabled is true";
                fields.contradict(name, "a key of the card reader".into(), allowed.into());
            }
        }
        if begin.is_some() && begin == finish {
            let allowed = "another key than keys.begin".to_owned();
            fields.contradict("keys.finish", "the same key".into(), allowed);
        }
        (Self { begin, finish }, card)
    }
}

impl Card {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let mark = |text: &str| {
            let sound = text.len() <= 8 && text.chars().all(|c| c.is_ascii_graphic());
            sound.then(|| text.to_owned())
        };
        Self {
            enabled: fields.switch("card.enabled").unwrap_or(default.enabled),
            prefix: fields.text("card.prefix", MARK, mark).unwrap_or_default(),
            suffix: fields.text("card.suffix", MARK, mark).unwrap_or_default(),
            least_characters: fields
                .number("card.least_characters", 4..=64, "characters")
                .unwrap_or(default.least_characters),
            gap_ms: fields
                .number("card.gap_ms", 10..=200, "milliseconds")
                .unwrap_or(default.gap_ms),
        }
    }
}

const KEY: &str = "a key such as \"F9\", \"PageDown\", \"Space\", or one small letter or digit";
const MARK: &str = "at most 8 letters, digits and signs";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_name() {
        for (name, code) in [
            ("F1", '\u{f704}'),
            ("F9", '\u{f70c}'),
            ("F24", '\u{f71b}'),
            ("PageDown", '\u{f72d}'),
            ("b", 'b'),
            ("7", '7'),
        ] {
            assert_eq!(Key::named(name).map(Key::code), Some(code), "{name}");
        }
        for unknown in ["", "F0", "F25", "F+1", "F09", "B", "bb", "Return", "!", "力"] {
            assert_eq!(Key::named(unknown), None, "{unknown}");
        }
    }
}
