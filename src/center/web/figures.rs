//! Numbers and times as a page writes them.

use chrono::{DateTime, FixedOffset, TimeZone};

/// What stands where there is no number.
pub const NONE: &str = "—";

const CIVIL_OFFSET_SECONDS: i32 = 8 * 3600;

/// A count in groups of three: `5 214`.
#[must_use]
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    if n < 0 {
        text.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share as `95.1`: never 100.0 unless it is whole, never 0.0 unless it is nothing.
#[must_use]
pub fn point(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let tenths = if share < 1.0 { tenths.min(999.0) } else { tenths };
    let tenths = if share > 0.0 { tenths.max(1.0) } else { tenths };
    format!("{:.1}", tenths / 10.0)
}

/// A share as `95.1%`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{}%", point(share))
}

fn civil(at: i64) -> Option<DateTime<FixedOffset>> {
    FixedOffset::east_opt(CIVIL_OFFSET_SECONDS)?.timestamp_millis_opt(at).single()
}

/// An instant in China time: `14:32`.
#[must_use]
pub fn time_of_day(at: i64) -> String {
    civil(at).map_or_else(|| NONE.to_owned(), |time| time.format("%H:%M").to_string())
}

/// An instant in China time: `2026-11-22 14:32:05`.
#[must_use]
pub fn date_time(at: i64) -> String {
    civil(at).map_or_else(|| NONE.to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// Milliseconds as `12 秒`, `5 分钟`, `3 小时 12 分`, `4 天`.
#[must_use]
pub fn duration(millis: i64) -> String {
    let seconds = millis.max(0) / 1000;
    match seconds {
        ..60 => format!("{seconds} 秒"),
        60..3600 => format!("{} 分钟", seconds / 60),
        3600..86_400 if seconds % 3600 < 60 => format!("{} 小时", seconds / 3600),
        3600..86_400 => format!("{} 小时 {} 分", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} 天", seconds / 86_400),
    }
}

/// How long ago an instant was: `12 秒前`.
#[must_use]
pub fn ago(at: i64, now: i64) -> String {
    format!("{}前", duration(now - at))
}

/// A clock's error: `+0.4 秒`, `−2 小时 6 分`.
#[must_use]
pub fn signed_seconds(millis: i64) -> String {
    let sign = if millis < 0 { '−' } else { '+' };
    let size = i64::try_from(millis.unsigned_abs()).unwrap_or(i64::MAX);
    if size < 60_000 {
        format!("{sign}{}.{} 秒", size / 1000, size % 1000 / 100)
    } else {
        format!("{sign}{}", duration(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_stands_in_groups_of_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(214), "214");
        assert_eq!(count(5214), "5\u{202f}214");
        assert_eq!(count(-1_000_000), "−1\u{202f}000\u{202f}000");
    }

    #[test]
    fn a_share_is_whole_only_when_nothing_is_missing() {
        assert_eq!(percent(0.9505), "95.1%");
        assert_eq!(percent(0.9999), "99.9%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(percent(0.00001), "0.1%");
        assert_eq!(percent(0.0), "0.0%");
    }

    #[test]
    fn a_duration_has_the_unit_that_is_read_at_a_glance() {
        let said = [0, 59_000, 61_000, 3_600_000, 11_520_000, 90_000_000].map(duration);
        assert_eq!(said, ["0 秒", "59 秒", "1 分钟", "1 小时", "3 小时 12 分", "1 天"]);
        assert_eq!(signed_seconds(-240), "−0.2 秒");
        assert_eq!(signed_seconds(7_560_000), "+2 小时 6 分");
    }

    #[test]
    fn times_are_told_in_china_time() {
        assert_eq!(date_time(1_793_462_400_000), "2026-11-01 00:00:00");
    }
}
