//! When figures may change, and what they say: pure. Besides, the first letters of an item's name.
//!
//! A badge and a wall are looked at by people who know what happened at the window. So figures grow
//! in parcels: what one person was given at one window joins them only together with so much else of
//! the same that no fewer than ten ratings are added. Every published figure is a sum of whole
//! parcels. Therefore no subtraction of two of them, of two days or of a window and of the people
//! who served there, leaves fewer than ten ratings.

use pinyin::ToPinyin;

use crate::center::review::rules::{Month, Rate, SHOWN_FROM, Tally, yesterday};
use crate::domain::{Day, Figures, MonthFigures};

/// What one person did at one window in one month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// As yyyymm.
    pub month: i64,
    /// The window.
    pub window: String,
    /// The person; empty for nobody.
    pub employee_no: String,
}

/// What is counted of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Services finished.
    pub services: i64,
    /// Ratings that belong to a service.
    pub rated_services: i64,
    /// All ratings.
    pub tally: Tally,
}

impl std::ops::Add for Counted {
    type Output = Counted;

    fn add(self, other: Counted) -> Counted {
        Counted {
            services: self.services + other.services,
            rated_services: self.rated_services + other.rated_services,
            tally: self.tally + other.tally,
        }
    }
}

/// Whether what is counted now may take the place of what was released before.
#[must_use]
pub fn is_released(before: Counted, now: Counted) -> bool {
    now.tally.rated() - before.tally.rated() >= SHOWN_FROM
}

/// The months whose figures can still change when `day` is closed: its own and the one before, for
/// what arrives late.
#[must_use]
pub fn months(day: Day) -> [i64; 2] {
    let before = yesterday(Month::of(day).first());
    [day.number() / 100, before.number() / 100]
}

/// The first day of the earlier of [`months`].
#[must_use]
pub fn first_day(day: Day) -> Day {
    Month::of(yesterday(Month::of(day).first())).first()
}

/// The day to be closed: yesterday, unless that is done. `now` is in milliseconds UTC.
#[must_use]
pub fn due(last_closed: Option<Day>, now: i64) -> Option<Day> {
    let over = yesterday(Day::of(now)?);
    (last_closed.is_none_or(|closed| closed < over)).then_some(over)
}

/// A window's figures; nothing for fewer than ten ratings. `settled` is how many dissatisfied
/// answers were put right.
#[must_use]
pub fn figures(counted: Counted, settled: i64) -> Option<Figures> {
    let Counted { services, rated_services, tally } = counted;
    let Rate { share, low, high } = tally.satisfaction()?;
    let count = |n: i64| u32::try_from(n).unwrap_or_default();
    Some(Figures {
        services: count(services),
        rated: count(tally.rated()),
        rated_services: count(rated_services),
        permille: permille(share),
        low: permille(low),
        high: permille(high),
        dissatisfied: count(tally.dissatisfied),
        rectified: count(settled.min(tally.dissatisfied)),
    })
}

/// A person's figures; nothing for fewer than ten ratings.
#[must_use]
pub fn month_figures(counted: Counted) -> Option<MonthFigures> {
    let rate = counted.tally.satisfaction()?;
    let rated = u32::try_from(counted.tally.rated()).unwrap_or_default();
    Some(MonthFigures { permille: permille(rate.share), rated })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 gives 0 to 1000"
)]
fn permille(share: f64) -> u16 {
    (share * 1000.0).round() as u16
}

/// The first letters of a Chinese name's pinyin, such as `jkzbl` of 健康证办理. Of a character with
/// several readings it is the commonest; Latin letters and digits stay, everything else falls out.
#[must_use]
pub fn initials(name: &str) -> String {
    let first = |c: char| match c.to_pinyin() {
        Some(reading) => reading.plain().chars().next(),
        None => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    name.chars().filter_map(first).collect()
}

#[cfg(test)]
mod tests;
