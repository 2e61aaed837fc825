//! A calendar month: the period of an overview.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::domain::Day;

/// A month in China time, written `2026-11` in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

/// Years for which there can be ratings; an address with another has no page.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2199;

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Day) -> Month {
        let date = day.date();
        Month(date.with_day(1).unwrap_or(date))
    }

    /// Its days, in order.
    #[must_use]
    pub fn days(self) -> Vec<Day> {
        let days = self.0.iter_days().take_while(|date| date.month() == self.0.month());
        days.map(Day::from).collect()
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Day {
        Day::from(self.0)
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Day {
        let next = self.0.checked_add_months(Months::new(1));
        Day::from(next.and_then(|next| next.checked_sub_days(Days::new(1))).unwrap_or(self.0))
    }

    /// As people read it: `2026 年 11 月`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} 年 {} 月", self.0.year(), self.0.month())
    }

    /// The months from `first` to this one, the newest first.
    #[must_use]
    pub fn back_to(self, first: Month) -> Vec<Month> {
        let before = |month: &Month| month.0.checked_sub_months(Months::new(1)).map(Month);
        std::iter::successors(Some(self), before)
            .take_while(|month| *month >= first.min(self))
            .collect()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Month, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let (year, month) = (year.parse().map_err(|_| ())?, month.parse().map_err(|_| ())?);
        let date = NaiveDate::from_ymd_opt(year, month, 1).ok_or(())?;
        if YEARS.contains(&year) { Ok(Month(date)) } else { Err(()) }
    }
}

/// The day before.
#[must_use]
pub fn yesterday(day: Day) -> Day {
    Day::from(day.date().checked_sub_days(Days::new(1)).unwrap_or(day.date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_knows_its_days() {
        let february: Month = "2028-02".parse().unwrap();
        assert_eq!(february.days().len(), 29);
        assert_eq!((february.first().number(), february.last().number()), (20_280_201, 20_280_229));
        assert_eq!(february.to_string(), "2028-02");
        assert_eq!(yesterday(february.first()).number(), 20_280_131);
    }

    #[test]
    fn what_is_no_month_has_no_page() {
        for text in ["", "2026", "2026-13", "2026-00", "1999-01", "99999-01", "2026-1x"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }

    #[test]
    fn months_are_counted_back() {
        let (first, now): (Month, Month) = ("2025-11".parse().unwrap(), "2026-02".parse().unwrap());
        let said: Vec<String> = now.back_to(first).iter().map(Month::to_string).collect();
        assert_eq!(said, ["2026-02", "2026-01", "2025-12", "2025-11"]);
        assert_eq!(first.back_to(now), [first]);
    }
}
