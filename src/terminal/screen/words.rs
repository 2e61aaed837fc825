//! Words and numbers that are put together here, in the language chosen.

use crate::domain::{Bundle, Day, Language, ReceiptCode};

/// The unit's name for narrow screens.
pub(super) fn short_unit(bundle: &Bundle, language: Language) -> &str {
    if language == Language::CHINESE && !bundle.office.short_name.is_empty() {
        &bundle.office.short_name
    } else {
        bundle.office.name.said(language)
    }
}

/// The window's plate, whole and short: `3 号窗口 · 预防接种` and `3 号窗口`.
pub(super) fn window_label(bundle: &Bundle, language: Language) -> (String, String) {
    let number = &bundle.window.number;
    let short = if language == Language::CHINESE {
        format!("{number} 号窗口")
    } else {
        format!("Window {number}")
    };
    let name = bundle.window.name.said(language);
    let whole = if name.is_empty() { short.clone() } else { format!("{short} · {name}") };
    (whole, short)
}

/// 一 to 九十九; in other languages, and beyond that, digits.
pub(super) fn numeral(number: usize, language: Language) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: usize| DIGITS.get(value).copied().unwrap_or_default();
    match number {
        _ if language != Language::CHINESE => number.to_string(),
        0 | 100.. => number.to_string(),
        1..10 => digit(number).to_owned(),
        10..20 => format!("十{}", digit(number - 10)),
        _ => format!("{}十{}", digit(number / 10), digit(number % 10)),
    }
}

/// Where a phone asks whether a rating was counted.
pub(super) fn receipt_address(public_url: &str, code: &ReceiptCode) -> String {
    format!("{}/r/{}", public_url.trim_end_matches('/'), code.compact())
}

/// Tenths of a percent as `97.8%`.
pub(super) fn percent(permille: u16) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// Fen as `12.50`.
pub(super) fn yuan(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// A minute of the day as `08:02`.
pub(super) fn time_of(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A stored day as `2026-10-21`; empty for what is none.
pub(super) fn day_of(number: i64) -> String {
    Day::from_number(number).map(|day| day.to_string()).unwrap_or_default()
}

/// A stored day as `10-21`, for whoever knows the year.
pub(super) fn short_day(number: i64) -> String {
    day_of(number).get(5..).unwrap_or_default().to_owned()
}

/// Digits of a phone number in groups, as people say them.
pub(super) fn grouped_phone(digits: &str) -> String {
    let ends: &[usize] = if digits.starts_with('1') { &[3, 7] } else { &[4, 8] };
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if ends.contains(&place) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commitments_are_numbered_as_people_count() {
        let said = [1, 4, 10, 12, 20, 21, 99, 100].map(|n| numeral(n, Language::CHINESE));
        assert_eq!(said, ["一", "四", "十", "十二", "二十", "二十一", "九十九", "100"]);
        assert_eq!(numeral(12, Language::ENGLISH), "12");
    }

    #[test]
    fn a_receipts_address_is_the_public_one() {
        let code: ReceiptCode = "7K3M-Q2XD".parse().unwrap();
        for url in ["https://pingyi.example", "https://pingyi.example/"] {
            assert_eq!(receipt_address(url, &code), "https://pingyi.example/r/7K3MQ2XD");
        }
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(
            (percent(978), percent(1000), percent(5)),
            ("97.8%".into(), "100.0%".into(), "0.5%".into())
        );
        assert_eq!((yuan(1_250), yuan(5), yuan(0)), ("12.50".into(), "0.05".into(), "0.00".into()));
        assert_eq!(
            (day_of(20_261_021), short_day(20_261_021)),
            ("2026-10-21".into(), "10-21".into())
        );
        assert_eq!((day_of(0), short_day(0)), (String::new(), String::new()));
        assert_eq!(time_of(482), "08:02");
        let phones = ["13800138000", "1380", "07528812345", ""].map(grouped_phone);
        assert_eq!(phones, ["138 0013 8000", "138 0", "0752 8812 345", ""]);
    }
}
