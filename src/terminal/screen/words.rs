//! Words that are put together here, in the language chosen.

use crate::domain::{Bundle, ReceiptCode, Text};
use crate::settings::terminal::Language;

/// A text in the language chosen.
pub(super) fn said(text: &Text, language: Language) -> &str {
    text.said(language)
}

/// The unit's name for narrow screens.
pub(super) fn short_unit(bundle: &Bundle, language: Language) -> &str {
    match language {
        Language::CHINESE if !bundle.office.short_name.is_empty() => &bundle.office.short_name,
        _ => said(&bundle.office.name, language),
    }
}

/// The window's plate, whole and short: `3 号窗口 · 预防接种` and `3 号窗口`.
pub(super) fn window_label(bundle: &Bundle, language: Language) -> (String, String) {
    let number = &bundle.window.number;
    let short = match language {
        Language::ENGLISH => format!("Window {number}"),
        _ => format!("{number} 号窗口"),
    };
    let name = said(&bundle.window.name, language);
    let whole = if name.is_empty() { short.clone() } else { format!("{short} · {name}") };
    (whole, short)
}

/// 一 to 九十九; in English, and beyond that, digits.
pub(super) fn numeral(number: usize, language: Language) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: usize| DIGITS.get(value).copied().unwrap_or_default();
    match number {
        _ if language == Language::ENGLISH => number.to_string(),
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
}
