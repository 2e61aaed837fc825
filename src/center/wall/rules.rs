//! What the public pages decide by themselves: in which language they speak, until when a token is
//! good, what may stand on the form.

use crate::domain::{Day, Language, Text};

/// The language of a page: Chinese, or English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tongue(Language);

impl Tongue {
    /// Chinese.
    pub const CHINESE: Tongue = Tongue(Language::CHINESE);
    /// English.
    pub const ENGLISH: Tongue = Tongue(Language::ENGLISH);

    /// What the address asks for, else the one of the two that the browser prefers (RFC 9110
    /// 12.5.4), else Chinese.
    #[must_use]
    pub fn choose(asked: Option<&str>, accepted: &str) -> Tongue {
        let known = |code: &str| match code.split('-').next().unwrap_or_default() {
            "zh" => Some(Tongue::CHINESE),
            "en" => Some(Tongue::ENGLISH),
            _ => None,
        };
        if let Some(tongue) = asked.and_then(known) {
            return tongue;
        }
        let mut best = (0.0, Tongue::CHINESE);
        for part in accepted.split(',') {
            let (code, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f64 = weight.trim().parse().unwrap_or(0.0);
            if let Some(tongue) = known(&code.trim().to_ascii_lowercase())
                && weight > best.0
            {
                best = (weight, tongue);
            }
        }
        best.1
    }

    /// Its code, as an address and a document carry it.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.say("zh", "en")
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Tongue {
        if self == Tongue::CHINESE { Tongue::ENGLISH } else { Tongue::CHINESE }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn say<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        if self == Tongue::CHINESE { zh } else { en }
    }

    /// A text of the office in this language, or in Chinese where there is none.
    #[must_use]
    pub fn text(self, text: &Text) -> &str {
        text.said(self.0)
    }

    /// A date as people read it: `2026 年 10 月 21 日`, `21 October 2026`.
    #[must_use]
    pub fn day(self, day: Day) -> String {
        let form = self.say("%Y 年 %-m 月 %-d 日", "%-d %B %Y");
        day.date().format(form).to_string()
    }
}

/// A token is good for so long, in milliseconds.
pub const TOKEN_LIFE_MS: i64 = 48 * 3600 * 1000;

/// A terminal's clock that is off by more is not believed, in milliseconds.
const TRUSTED_OFFSET_MS: i64 = 10 * 60 * 1000;

/// No token is older than this program (2026-01-01).
const EARLIEST: i64 = 1_767_225_600_000;

/// What is known of the time at which a token was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The terminal's wall clock then.
    pub wall: i64,
    /// How far that clock was behind at the terminal's last heartbeat, in milliseconds.
    pub clock_offset: Option<i64>,
    /// When the center first saw the token.
    pub seen_at: Option<i64>,
}

impl Issue {
    /// When it was signed, where the terminal's clock can be believed.
    #[must_use]
    pub fn known_at(&self, now: i64) -> Option<i64> {
        let trusted = -TRUSTED_OFFSET_MS..=TRUSTED_OFFSET_MS;
        let offset = self.clock_offset.filter(|offset| trusted.contains(offset))?;
        let at = self.wall.checked_add(offset)?;
        (EARLIEST..=now.saturating_add(TRUSTED_OFFSET_MS)).contains(&at).then_some(at)
    }

    /// Whether the token is no longer good. Where the terminal's clock cannot be believed, its time
    /// runs from the day on which the center first saw it.
    #[must_use]
    pub fn is_over(&self, now: i64) -> bool {
        let from = self.known_at(now).or(self.seen_at).unwrap_or(now);
        now.saturating_sub(from) > TOKEN_LIFE_MS
    }
}

/// Whether a text can be the id of a service item: small letters, digits, hyphens.
#[must_use]
pub fn is_item_id(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// The longest opinion, in characters.
pub const LONGEST_OPINION: usize = 500;

/// What a citizen wrote, fit to be sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The opinion, one line feed a line.
    pub opinion: String,
    /// The phone number, where one was given with consent.
    pub phone: Option<String>,
}

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was written.
    Empty,
    /// Too much was written.
    TooLong,
    /// Not a phone number.
    Phone,
    /// A phone number without consent.
    Consent,
}

/// Takes a form as it was sent.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn draft(opinion: &str, phone: &str, consents: bool) -> Result<Draft, Fault> {
    let lines = opinion.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let opinion = kept.trim().to_owned();
    if opinion.is_empty() {
        return Err(Fault::Empty);
    }
    if opinion.chars().count() > LONGEST_OPINION {
        return Err(Fault::TooLong);
    }
    let phone = phone.trim();
    if phone.is_empty() {
        return Ok(Draft { opinion, phone: None });
    }
    let phone = phone_number(phone).ok_or(Fault::Phone)?;
    if !consents {
        return Err(Fault::Consent);
    }
    Ok(Draft { opinion, phone: Some(phone) })
}

/// The digits of a phone number, with a leading plus sign; full-width ones are read as digits.
fn phone_number(text: &str) -> Option<String> {
    let mut number = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' => number.push(letter),
            '０'..='９' => {
                number.extend(char::from_digit(u32::from(letter) - u32::from('０'), 10));
            }
            '+' | '＋' if number.is_empty() => number.push('+'),
            ' ' | '-' | '－' | '(' | ')' | '（' | '）' | '\u{3000}' => {}
            _ => return None,
        }
    }
    let digits = number.trim_start_matches('+').len();
    (5..=20).contains(&digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_speaks_as_the_browser_asks() {
        for (asked, accepted, expected) in [
            (None, "", Tongue::CHINESE),
            (None, "zh-CN,zh;q=0.9,en;q=0.8", Tongue::CHINESE),
            (None, "en-GB,en;q=0.9,zh;q=0.8", Tongue::ENGLISH),
            (None, "zh;q=0.3, EN-us;q=0.7", Tongue::ENGLISH),
            (None, "fr-FR,de;q=0.5", Tongue::CHINESE),
            (None, "en;q=0, *", Tongue::CHINESE),
            (Some("en"), "zh-CN", Tongue::ENGLISH),
            (Some("zh"), "en", Tongue::CHINESE),
            (Some("ug"), "en", Tongue::ENGLISH),
        ] {
            assert_eq!(Tongue::choose(asked, accepted), expected, "{asked:?} {accepted}");
        }
    }

    #[test]
    fn a_date_is_said_in_both_languages() {
        let day = Day::from_number(20_261_021).unwrap();
        assert_eq!(Tongue::CHINESE.day(day), "2026 年 10 月 21 日");
        assert_eq!(Tongue::ENGLISH.day(day), "21 October 2026");
    }

    const NOW: i64 = 1_795_305_600_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_token_is_good_for_two_days_and_a_wrong_clock_shortens_nothing() {
        let fresh = Issue { wall: NOW - HOUR, clock_offset: Some(0), seen_at: None };
        for (name, issue, expected) in [
            ("an hour old", fresh, false),
            ("three days old", Issue { wall: NOW - 72 * HOUR, ..fresh }, true),
            (
                "three days old, seen just now",
                Issue { wall: NOW - 72 * HOUR, seen_at: Some(NOW), ..fresh },
                true,
            ),
            ("never heard of", Issue { wall: NOW - 72 * HOUR, clock_offset: None, ..fresh }, false),
            ("of a clock at 1970", Issue { wall: 5, ..fresh }, false),
            ("of a clock far ahead", Issue { wall: NOW * 2, ..fresh }, false),
            (
                "of a clock that is a week behind",
                Issue { wall: NOW - 170 * HOUR, clock_offset: Some(169 * HOUR), ..fresh },
                false,
            ),
            (
                "of a clock at 1970, first seen three days ago",
                Issue { wall: 5, seen_at: Some(NOW - 72 * HOUR), ..fresh },
                true,
            ),
            ("of a time beyond counting", Issue { wall: i64::MIN, ..fresh }, false),
        ] {
            assert_eq!(issue.is_over(NOW), expected, "{name}");
        }
    }

    #[test]
    fn a_form_is_taken_or_its_fault_is_told() {
        let long = "好".repeat(500);
        let taken = |opinion: &str, phone: Option<&str>| {
            Ok(Draft { opinion: opinion.to_owned(), phone: phone.map(str::to_owned) })
        };
        for (opinion, phone, consents, expected) in [
            (" 排队太久\r\n第二行 ", "", false, taken("排队太久\n第二行", None)),
            (&*long, "", true, taken(&long, None)),
            ("a\0b\u{1b}c", "", false, taken("abc", None)),
            ("好", "138 0013-8000", true, taken("好", Some("13800138000"))),
            ("好", "＋８６（21）65 32 10", true, taken("好", Some("+8621653210"))),
            (" \r\n\u{3000}", "", false, Err(Fault::Empty)),
            (&*format!("{long}！"), "", false, Err(Fault::TooLong)),
            ("好", "13800138000", false, Err(Fault::Consent)),
            ("好", "请打给我", true, Err(Fault::Phone)),
            ("好", "1", true, Err(Fault::Phone)),
            ("好", "138+0013", true, Err(Fault::Phone)),
        ] {
            assert_eq!(draft(opinion, phone, consents), expected, "{opinion:?} {phone}");
        }
    }
}
