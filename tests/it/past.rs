//! Three months that never were: the same for one seed, and plausible.

use std::collections::{BTreeMap, BTreeSet};

use pingyi::domain::{Day, Leaving, Level, Record, WindowId, hour_of, minute_of};
use pingyi::settings::{Office, sample_office};
use pingyi::simulate::history::{Told, What, begins_at, of_office};

/// 2026-11-24 10:00 in China, a Tuesday.
const UNTIL: i64 = 1_795_485_600_000;

fn office() -> Office {
    sample_office().unwrap()
}

fn history(seed: u64) -> BTreeMap<WindowId, Vec<Told>> {
    of_office(&office(), UNTIL, seed)
}

/// Services, rated ones, ratings by level, cut prompts.
#[derive(Default)]
struct Count {
    services: u32,
    levels: [u32; 3],
    cut: u32,
}

impl Count {
    fn of<'a>(told: impl IntoIterator<Item = &'a Told>) -> Count {
        let mut count = Count::default();
        for told in told {
            match &told.what {
                What::Record(Record::Finished { .. }) => count.services += 1,
                What::Record(Record::Silent { cut: true, .. }) => count.cut += 1,
                What::Rating(level) => count.levels[usize::from(level.code()) - 1] += 1,
                _ => {}
            }
        }
        count
    }

    fn rated(&self) -> u32 {
        self.levels.iter().sum()
    }

    fn response(&self) -> f64 {
        f64::from(self.rated()) / f64::from(self.services)
    }

    fn satisfaction(&self) -> f64 {
        1.0 - f64::from(self.levels[2]) / f64::from(self.rated())
    }
}

#[test]
fn one_seed_tells_the_same_and_another_tells_something_else() {
    let (one, again, other) = (history(7), history(7), history(8));
    assert!(one == again);
    assert!(one != other);
    assert_eq!(one.len(), 6);
}

#[test]
fn rates_are_those_of_an_office_and_differ_by_window_and_person() {
    for seed in [7, 8, 20_260_301] {
        let history = history(seed);
        let all = Count::of(history.values().flatten());
        assert!((10_000..30_000).contains(&all.services), "{}", all.services);
        assert!((0.40..0.50).contains(&all.response()), "{}", all.response());
        assert!((0.960..0.980).contains(&all.satisfaction()), "{}", all.satisfaction());
        assert!(all.levels[1] > 0 && all.cut > 100, "{:?} {}", all.levels, all.cut);
        let responses: Vec<f64> =
            history.values().map(|window| Count::of(window).response()).collect();
        let spread = responses.iter().cloned().fold(0.0, f64::max)
            - responses.iter().cloned().fold(1.0, f64::min);
        assert!(spread > 0.05, "{responses:?}");
        let people: BTreeSet<&str> =
            history.values().flatten().map(|told| told.staff.as_str()).collect();
        assert_eq!(people.len(), 14, "{people:?}");
        let shares = people.iter().map(|person| {
            Count::of(history.values().flatten().filter(|told| told.staff == *person))
                .satisfaction()
        });
        let shares: Vec<f64> = shares.collect();
        assert!(shares.iter().any(|share| *share > 0.98) && shares.iter().any(|s| *s < 0.965));
    }
}

#[test]
fn everything_happens_in_opening_hours_in_order_and_with_what_the_office_has() {
    let office = office();
    for (window, told) in history(7) {
        let of_window = office.windows.iter().find(|one| one.id == window.as_str()).unwrap();
        assert!(told.is_sorted_by_key(|told| told.at), "{window}");
        assert!(told.iter().all(|told| (begins_at(UNTIL)..UNTIL).contains(&told.at)));
        for told in &told {
            let weekday = chrono::Datelike::weekday(&Day::of(told.at).unwrap().date());
            assert!(weekday.number_from_monday() <= 5, "{told:?}");
            assert!((7..18).contains(&hour_of(told.at)), "{told:?}");
            let person = office.staff.iter().find(|one| one.employee_no == told.staff).unwrap();
            assert_eq!(person.department, of_window.department);
            let item = office.items.iter().find(|item| item.standard.id == told.item);
            assert!(told.item.is_empty() || item.unwrap().windows.contains(&of_window.id));
            if told.what == What::Record(Record::Begun) {
                assert!(!(12 * 60..14 * 60).contains(&minute_of(told.at)), "{told:?}");
            }
        }
        every_service_has_one_end(&told);
        every_shift_ends(&told);
    }
}

fn every_service_has_one_end(told: &[Told]) {
    let mut services: BTreeMap<&str, Vec<&What>> = BTreeMap::new();
    for told in told.iter().filter(|told| !told.service.is_empty()) {
        services.entry(&told.service).or_default().push(&told.what);
    }
    for course in services.values() {
        let count = |is: fn(&What) -> bool| course.iter().filter(|what| is(what)).count();
        assert!(matches!(course[0], What::Record(Record::Begun)), "{course:?}");
        assert_eq!(count(|what| matches!(what, What::Record(Record::Finished { .. }))), 1);
        let answers =
            count(|what| matches!(what, What::Rating(_) | What::Record(Record::Silent { .. })));
        assert_eq!(answers, 1, "{course:?}");
    }
}

fn every_shift_ends(told: &[Told]) {
    let mut on_duty: Option<&str> = None;
    let mut endings = BTreeSet::new();
    for told in told {
        match &told.what {
            What::Record(Record::SignedOn { .. }) => {
                assert_eq!(on_duty.replace(&told.staff), None);
            }
            What::Record(Record::SignedOff { why }) => {
                assert_eq!(on_duty.take(), Some(told.staff.as_str()));
                endings.insert(format!("{why:?}"));
            }
            _ => assert_eq!(on_duty, Some(told.staff.as_str()), "{told:?}"),
        }
    }
    assert_eq!(on_duty, None);
    assert!(endings.contains(&format!("{:?}", Leaving::EndOfDay)), "{endings:?}");
}

#[test]
fn there_are_bad_days_and_people_who_are_ill() {
    let history = history(7);
    let window: WindowId = "w3".parse().unwrap();
    let mut mornings: BTreeMap<i64, Vec<&Told>> = BTreeMap::new();
    for told in history[&window].iter().filter(|told| hour_of(told.at) < 12) {
        mornings.entry(Day::of(told.at).unwrap().number()).or_default().push(told);
    }
    let share = |told: &Vec<&Told>| Count::of(told.iter().copied()).satisfaction();
    let worst = mornings.iter().min_by(|a, b| share(a.1).total_cmp(&share(b.1))).unwrap();
    assert!(share(worst.1) < 0.85, "{} {}", worst.0, share(worst.1));
    let weekday = chrono::Datelike::weekday(&Day::from_number(*worst.0).unwrap().date());
    assert_eq!(weekday, chrono::Weekday::Tue);
    assert!(
        worst.1.iter().any(|told| { matches!(told.what, What::Record(Record::Complaint { .. })) })
    );
    // He is the only one of his window: while he is ill it is closed.
    let days = |window: &str| {
        let told = &history[&window.parse::<WindowId>().unwrap()];
        let days: BTreeSet<i64> =
            told.iter().map(|told| Day::of(told.at).unwrap().number()).collect();
        days.len()
    };
    assert!(days("w4") < days("w1"), "{} {}", days("w4"), days("w1"));
    assert!(history.values().flatten().any(|told| told.what == What::Correction(Level::Satisfied)));
}
