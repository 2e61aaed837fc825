//! What happens at the windows of an office in some months: made up, plausible, and the same for
//! one seed. Pure: no clock, no key, no journal.
//!
//! People come in the hours of the office, most of them between nine and eleven. Not half of them
//! rate; most of those who do are content. Somebody falls ill, and a colleague stands in; on one
//! Tuesday morning there is no vaccine.

mod day;

use std::collections::BTreeMap;

use self::day::{Mood, Window};
use super::dice::Dice;
use crate::domain::{Day, Level, Record, WindowId};
use crate::settings::Office;
use crate::settings::office::TagKind;

/// Milliseconds of a minute and of a day.
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// China has one civil time, UTC+8.
const CIVIL: i64 = 8 * 60 * MINUTE;

/// Over how many days it goes back: thirteen weeks.
const DAYS: i64 = 91;

/// Days on which the office is closed whatever day of the week it is, as month and day (国务院,
/// 全国年节及纪念日放假办法, 2024; those that do not move).
const HOLIDAYS: [i64; 6] = [101, 501, 502, 1001, 1002, 1003];

/// Something that a terminal records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When, in milliseconds UTC.
    pub at: i64,
    /// The employee number of the person on duty.
    pub staff: String,
    /// The service item; empty where it is not known.
    pub item: String,
    /// The service; empty where it is about none.
    pub service: String,
    /// What.
    pub what: What,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Anything beside ratings; a complaint gets a number.
    Record(Record),
    /// The service is rated.
    Rating(Level),
    /// The rating before is changed.
    Correction(Level),
    /// The tags to the rating before.
    Reasons(Vec<String>),
}

/// What happened at each window before the day of an instant, in the order of the office.
#[must_use]
pub fn of_office(office: &Office, until: i64, seed: u64) -> BTreeMap<WindowId, Vec<Told>> {
    let days = working_days(until);
    let windows = office.windows.iter().enumerate().filter_map(|(place, window)| {
        let id: WindowId = window.id.parse().ok()?;
        let dice = Dice::new(seed ^ (place as u64 + 1).rotate_left(32));
        Some((id, of_window(cast(office, place)?, &days, dice)))
    });
    windows.collect()
}

/// When the history of an office begins, in milliseconds UTC.
#[must_use]
pub fn begins_at(until: i64) -> i64 {
    midnight(until) - DAYS * DAY
}

fn midnight(at: i64) -> i64 {
    (at + CIVIL).div_euclid(DAY) * DAY - CIVIL
}

/// The midnights of the days on which the office was open.
fn working_days(until: i64) -> Vec<i64> {
    let first = begins_at(until);
    let is_open = |midnight: &i64| {
        // The first of January 1970 was a Thursday.
        let weekday = ((midnight + CIVIL).div_euclid(DAY) + 4).rem_euclid(7);
        let date = Day::of(*midnight).map_or(0, Day::number) % 10_000;
        (1..=5).contains(&weekday) && !HOLIDAYS.contains(&date)
    };
    (0..DAYS).map(|day| first + day * DAY).filter(is_open).collect()
}

/// Who and what there is at a window; nothing where nobody belongs to its department.
fn cast(office: &Office, place: usize) -> Option<Window> {
    let window = office.windows.get(place)?;
    let staff: Vec<String> = office
        .staff
        .iter()
        .filter(|person| person.department == window.department)
        .map(|person| person.employee_no.clone())
        .collect();
    let items = office.items.iter().filter(|item| item.windows.contains(&window.id));
    let tags = |kind| {
        let of_kind = office.tags.iter().filter(move |tag| tag.kind == kind);
        of_kind.map(|tag| tag.tag.id.clone()).collect()
    };
    let behaviour = office.behaviours.first().map(|of| of.behaviour.clone()).unwrap_or_default();
    let stands_at = |first: usize| staff.get(first % staff.len().max(1)).cloned();
    stands_at(0).map(|_| Window {
        place,
        items: items.map(|item| item.standard.id.clone()).collect(),
        tags: tags(TagKind::Rating),
        complaint_tags: tags(TagKind::Complaint),
        away: behaviour.away_reasons.iter().map(|reason| reason.id.clone()).collect(),
        prompt_ms: i64::from(behaviour.prompt_seconds) * 1_000,
        least_ms: i64::from(behaviour.prompt_least_seconds) * 1_000,
        is_short_of_vaccine: false,
        staff,
    })
}

fn of_window(mut window: Window, days: &[i64], mut dice: Dice) -> Vec<Told> {
    let absences: Vec<(usize, usize)> = window
        .staff
        .iter()
        .map(|_| {
            let first = usize::try_from(dice.below(days.len() as u64)).unwrap_or(0);
            (first, first + usize::try_from(dice.between(2, 4)).unwrap_or(2))
        })
        .collect();
    // Where there are vaccines they run out once, about three weeks ago.
    let vaccines = window.items.iter().any(|item| item.ends_with("-vaccine"));
    let shortage = days.iter().rev().skip(12).find(|midnight| is_tuesday(**midnight));
    let mut told = Vec::new();
    for (nth, midnight) in days.iter().enumerate() {
        let is_here = |person: &usize| {
            absences.get(*person).is_none_or(|(from, to)| !(*from..*to).contains(&nth))
        };
        let people = window.staff.len();
        let on_duty = |turn: usize| (0..people).map(|n| (nth + turn + n) % people).find(is_here);
        let (morning, afternoon) = (on_duty(0), on_duty(1));
        window.is_short_of_vaccine = vaccines && shortage == Some(midnight);
        if let (Some(morning), Some(afternoon)) = (morning, afternoon) {
            let mood = Mood { is_monday: is_monday(*midnight), morning, afternoon };
            window.day(*midnight, mood, &mut dice, &mut told);
        }
    }
    told
}

fn is_monday(midnight: i64) -> bool {
    ((midnight + CIVIL).div_euclid(DAY) + 4).rem_euclid(7) == 1
}

fn is_tuesday(midnight: i64) -> bool {
    is_monday(midnight - DAY)
}
