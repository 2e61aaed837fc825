//! Tells counter keys and card readers apart from everything else that types. Pure: the screen
//! passes each pressed key with its time; what is neither vanishes.

use crate::settings::Secret;
use crate::settings::terminal::{self, Card};

/// The second press of a contact that bounces comes sooner than this.
const BOUNCE_MS: i64 = 400;
/// No card has a longer number.
const CARD_MOST: usize = 64;
/// The key that a card reader ends with.
const ENTER: char = '\n';
/// Shift, Control, Alt and their like, which come between the characters of a card.
const MODIFIERS: std::ops::RangeInclusive<char> = '\u{10}'..='\u{18}';

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A service begins.
    Begin,
    /// The service is finished.
    Finish,
    /// The number of a card, without what the reader types around it. It is what opens a shift, so
    /// it is a secret.
    Card(Secret),
}

/// Listens to keys.
#[derive(Clone, Debug)]
pub struct Keys {
    begin: Option<char>,
    finish: Option<char>,
    card: Card,
    typed: String,
    typed_at: Option<i64>,
    pressed: Option<(char, i64)>,
}

impl Keys {
    /// Listens for the keys and cards of the settings.
    #[must_use]
    pub fn new(keys: &terminal::Keys, card: &Card) -> Keys {
        let code = |key: Option<terminal::Key>| key.map(terminal::Key::code);
        Keys {
            begin: code(keys.begin),
            finish: code(keys.finish),
            card: card.clone(),
            typed: String::new(),
            typed_at: None,
            pressed: None,
        }
    }

    /// Takes a pressed key (no release, no repeat) as the text of its event, at a monotonic time in
    /// milliseconds.
    pub fn hear(&mut self, text: &str, at: i64) -> Option<Heard> {
        let mut characters = text.chars();
        let (Some(key), None) = (characters.next(), characters.next()) else {
            self.forget();
            return None;
        };
        if self.begin == Some(key) || self.finish == Some(key) {
            self.forget();
            return self.counter(key, at);
        }
        if self.card.enabled { self.card(key, at).map(Heard::Card) } else { None }
    }

    fn counter(&mut self, key: char, at: i64) -> Option<Heard> {
        let bounces = |(last, before): (char, i64)| last == key && at - before < BOUNCE_MS;
        let is_bounce = self.pressed.is_some_and(bounces);
        self.pressed = Some((key, at));
        let heard = if self.begin == Some(key) { Heard::Begin } else { Heard::Finish };
        (!is_bounce).then_some(heard)
    }

    fn card(&mut self, key: char, at: i64) -> Option<Secret> {
        let gap = i64::from(self.card.gap_ms);
        let is_fast = self.typed_at.is_some_and(|before| (0..=gap).contains(&(at - before)));
        if !is_fast {
            self.forget();
        }
        if MODIFIERS.contains(&key) {
            self.typed_at = self.typed_at.map(|_| at);
            return None;
        }
        if key == ENTER || !key.is_ascii_graphic() {
            let number = (key == ENTER).then(|| self.number()).flatten();
            self.forget();
            return number;
        }
        // One more than a card has is kept, so that a longer run is not mistaken for a card.
        if self.typed.len() <= CARD_MOST + self.card.prefix.len() + self.card.suffix.len() {
            self.typed.push(key);
        }
        self.typed_at = Some(at);
        None
    }

    fn number(&self) -> Option<Secret> {
        let rest = self.typed.strip_prefix(self.card.prefix.as_str())?;
        let number = rest.strip_suffix(self.card.suffix.as_str())?;
        let least = usize::try_from(self.card.least_characters).unwrap_or(CARD_MOST);
        (least..=CARD_MOST).contains(&number.len()).then(|| Secret::new(number.to_owned()))
    }

    fn forget(&mut self) {
        self.typed.clear();
        self.typed_at = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::terminal::Key;

    fn keys() -> Keys {
        let keys = terminal::Keys { begin: Key::named("F8"), finish: Key::named("F9") };
        Keys::new(&keys, &Card { enabled: true, ..Card::default() })
    }

    /// Everything heard of keys that follow each other after so many milliseconds.
    fn heard(keys: &mut Keys, typed: &[(&str, i64)]) -> Vec<String> {
        let mut at = 1_000;
        let mut found = Vec::new();
        for (text, gap) in typed {
            at += gap;
            found.extend(keys.hear(text, at).map(|heard| match heard {
                Heard::Card(number) => format!("card {}", number.expose()),
                other => format!("{other:?}"),
            }));
        }
        found
    }

    fn run(text: &str, gap: i64) -> Vec<(&str, i64)> {
        let mut ends: Vec<_> = text.char_indices().map(|(at, c)| at..at + c.len_utf8()).collect();
        ends.drain(..).map(|range| (&text[range], gap)).collect()
    }

    const F8: &str = "\u{f70b}";
    const F9: &str = "\u{f70c}";

    #[test]
    fn a_counter_key_is_heard_once_a_press_and_other_keys_vanish() {
        for (typed, expected) in [
            (vec![(F8, 0)], vec!["Begin"]),
            (vec![(F8, 0), (F9, 10)], vec!["Begin", "Finish"]),
            (vec![(F9, 0), (F9, 399)], vec!["Finish"]),
            (vec![(F9, 0), (F9, 300), (F9, 300)], vec!["Finish"]),
            (vec![(F9, 0), (F9, 400)], vec!["Finish", "Finish"]),
            (vec![("\u{f704}", 0), ("\u{1b}", 9), ("", 9), ("好", 9), ("ab", 9)], vec![]),
        ] {
            assert_eq!(heard(&mut keys(), &typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_card_is_typed_fast_and_ends_with_enter() {
        for (typed, expected) in [
            (run("0012345678\n", 5), vec!["card 0012345678"]),
            (run("0012345678\n", 50), vec!["card 0012345678"]),
            (run("AB12cd\n", 20), vec!["card AB12cd"]),
            (run("0012345678\n", 51), vec![]),
            (run("0012345678\n", 120), vec![]),
            (run("12345\n", 5), vec![]),
            (run("0012345678", 5), vec![]),
            (run("\n\n\n", 5), vec![]),
            (run("123456\n654321\n", 5), vec!["card 123456", "card 654321"]),
            ([run("12", 5), run("345678\n", 5)].concat(), vec!["card 12345678"]),
            ([run("12", 5), vec![("3", 200)], run("45678\n", 5)].concat(), vec!["card 345678"]),
            ([run("123456", 5), vec![("\n", 200)]].concat(), vec![]),
            ([run("123456", 5), vec![(F9, 5)], run("\n", 5)].concat(), vec!["Finish"]),
            ([run("123", 5), vec![("\u{f704}", 5)], run("456\n", 5)].concat(), vec![]),
        ] {
            assert_eq!(heard(&mut keys(), &typed), expected, "{typed:?}");
        }
        let long = format!("{}\n", "7".repeat(65));
        assert!(heard(&mut keys(), &run(&long, 1)).is_empty());
        assert_eq!(heard(&mut keys(), &run(&long[1..], 1)).len(), 1);
    }

    #[test]
    fn shift_between_two_characters_is_no_pause() {
        let shift = "\u{10}";
        let typed: Vec<_> =
            run("AB12CD", 30).into_iter().flat_map(|key| [(shift, 30), key]).collect();
        let typed = [typed, vec![("\n", 30)]].concat();
        assert_eq!(heard(&mut keys(), &typed), ["card AB12CD"]);
    }

    #[test]
    fn what_a_reader_types_around_the_number_is_taken_off() {
        let card =
            Card { prefix: ";".into(), suffix: "?".into(), enabled: true, ..Card::default() };
        let new = || Keys::new(&terminal::Keys::default(), &card);
        assert_eq!(heard(&mut new(), &run(";00123456?\n", 5)), ["card 00123456"]);
        for other in ["00123456\n", ";00123456\n", "00123456?\n", ";12345?\n"] {
            assert!(heard(&mut new(), &run(other, 5)).is_empty(), "{other}");
        }
    }

    #[test]
    fn without_settings_nothing_is_heard() {
        let mut deaf = Keys::new(&terminal::Keys::default(), &Card::default());
        let typed = [run("0012345678\n", 5), vec![(F8, 5), (F9, 5)]].concat();
        assert!(heard(&mut deaf, &typed).is_empty());
    }
}
