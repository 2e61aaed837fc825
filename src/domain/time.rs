//! Days, hours and clock readings. Instants are milliseconds since 1970-01-01 UTC.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeZone, Timelike};
use serde::{Deserialize, Serialize};

use super::BootId;

/// China has one civil time, UTC+8, the whole year (国务院, 1949; no summer time since 1992).
const CIVIL_OFFSET_SECONDS: i32 = 8 * 3600;

/// One reading of a terminal's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// What the wall clock said, in milliseconds UTC; may be wrong.
    pub wall: i64,
    /// Milliseconds since the machine started, sleep included; never wrong, never comparable
    /// between two boots.
    pub mono: i64,
    /// Which boot `mono` counts from.
    pub boot: BootId,
}

/// A local date as the number yyyymmdd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Day(i64);

fn civil(at: i64) -> Option<DateTime<FixedOffset>> {
    FixedOffset::east_opt(CIVIL_OFFSET_SECONDS)?.timestamp_millis_opt(at).single()
}

/// The local hour, 0 to 23, of an instant; 0 for one that no calendar holds.
#[must_use]
pub fn hour_of(at: i64) -> i64 {
    civil(at).map_or(0, |time| i64::from(time.hour()))
}

/// The minute of the local day, 0 to 1439, of an instant; 0 for one that no calendar holds.
#[must_use]
pub fn minute_of(at: i64) -> u32 {
    civil(at).map_or(0, |time| time.hour() * 60 + time.minute())
}

impl Day {
    /// The local date of an instant in milliseconds UTC; nothing outside the calendar.
    #[must_use]
    pub fn of(at: i64) -> Option<Day> {
        civil(at).map(|time| Day::from(time.date_naive()))
    }

    /// The number yyyymmdd, as stored.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// A stored number, if it names a date.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Day> {
        let part = |value: i64| u32::try_from(value).ok();
        let year = i32::try_from(number / 10_000).ok()?;
        let date = NaiveDate::from_ymd_opt(year, part(number / 100 % 100)?, part(number % 100)?)?;
        Some(Day::from(date))
    }

    /// The calendar date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        let part = |value: i64| u32::try_from(value).unwrap_or(1);
        let year = i32::try_from(self.0 / 10_000).unwrap_or(1970);
        NaiveDate::from_ymd_opt(year, part(self.0 / 100 % 100), part(self.0 % 100))
            .unwrap_or_default()
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Day {
        Day(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date().format("%Y-%m-%d"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let midnight = 1_793_462_400_000; // 2026-10-31T16:00:00Z
        assert_eq!(Day::of(midnight).unwrap().to_string(), "2026-11-01");
        assert_eq!(Day::of(midnight - 1).unwrap().to_string(), "2026-10-31");
        assert_eq!((hour_of(midnight), hour_of(midnight - 1)), (0, 23));
    }

    #[test]
    fn a_day_survives_its_number() {
        let day = Day::of(1_793_462_400_000).unwrap();
        assert_eq!(Day::from_number(day.number()), Some(day));
        assert_eq!(Day::from_number(20_260_231), None);
    }
}
