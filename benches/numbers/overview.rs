//! The overview with a year of a city's ratings behind it: what the page costs must not grow.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate, Utc};
use pingyi::center::db::{Db, Value};

use crate::browser::Browser;
use crate::house::{House, WINDOWS};
use crate::report::{Row, Times, ms};

const FEW: i64 = 1_000_000;
const MANY: i64 = 10_000_000;
const DAYS: u64 = 365;
const PAGES: usize = 200;
/// Rows a transaction.
const TOGETHER: i64 = 100_000;

/// The ratings are appended to the two projections by the database's own bulk append: the page
/// reads nothing else, and the ledger of ten million entries would take the disk and the hour.
pub fn run() -> Vec<Row> {
    let mut house = House::build();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut load = |from, to| {
        let url = format!("sqlite:{}", house.database().display());
        runtime
            .block_on(async { fill(&Db::open(&url).await.expect("the database"), from, to).await });
        house.serve();
        let times = pages(&house.url, to);
        house.stop();
        times
    };
    let few = load(0, FEW);
    let many = load(FEW, MANY);
    let p99 = many.percent(99);
    let say = |times: &Times| format!("p50 {}, p99 {}", ms(times.median()), ms(times.percent(99)));
    vec![Row {
        what: "overview page with 10 million ratings loaded",
        goal: "p99 50 ms",
        result: say(&many),
        beside: format!("the same with 1 million: {}", say(&few)),
        ratio: format!(
            "{:.2} x for 10 x the ratings",
            many.median().as_secs_f64() / few.median().as_secs_f64()
        ),
        met: p99 <= Duration::from_millis(50),
    }]
}

fn pages(url: &str, expected: i64) -> Times {
    let mut browser = Browser::open(url);
    browser.log_in();
    let mut times = Vec::new();
    for page in 0..PAGES + 20 {
        let started = Instant::now();
        let answer = browser.get("/");
        let took = started.elapsed();
        assert_eq!(answer.status, 200, "no overview of {expected} ratings: {}", answer.body);
        assert!(answer.body.contains("data-figure=\"rated\""), "no figures");
        // The first pages warm the caches of a program that runs for months.
        if page >= 20 {
            times.push(took);
        }
    }
    Times::new(times)
}

const COLUMNS: &[&str] = &[
    "leaf",
    "day",
    "hour",
    "rated_at",
    "window_id",
    "employee_no",
    "item_id",
    "level",
    "with_service",
    "channel",
    "receipt",
    "terminal_id",
    "incarnation",
    "seq",
    "corrects",
    "counted",
];

type Key = (i64, i64, usize, i64);

/// Ratings `from` to `to`, spread over the year, the windows, the hours and the levels.
async fn fill(db: &Db, from: i64, to: i64) {
    let today = (Utc::now() + chrono::Duration::hours(8)).date_naive();
    let mut rollups: HashMap<Key, i64> = HashMap::new();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64 ^ from.unsigned_abs();
    let mut leaf = from;
    while leaf < to {
        let mut rows = Vec::new();
        for _ in 0..TOGETHER {
            let (key, at) = draw(&mut dice, today);
            *rollups.entry(key).or_default() += 1;
            rows.push(rating(leaf, key, at));
            leaf += 1;
        }
        let mut tx = db.begin().await.expect("a transaction");
        tx.append("ratings", COLUMNS, rows).await.expect("the ratings");
        tx.commit().await.expect("it is durable");
    }
    let sql = "insert into rollups (day, hour, window_id, employee_no, item_id, level, with_service, channel, n)
               values ($1, $2, $3, $4, '', $5, 0, 'terminal', $6)
               on conflict (day, hour, window_id, employee_no, item_id, level, with_service, channel)
               do update set n = rollups.n + excluded.n";
    let rows = rollups.into_iter().map(|((day, hour, window, level), n)| {
        let values =
            vec![int(day), int(hour), name(window), staff(day, window), int(level), int(n)];
        values
    });
    let mut tx = db.begin().await.expect("a transaction");
    tx.run_many(sql, rows.collect()).await.expect("the roll-ups");
    tx.commit().await.expect("it is durable");
}

fn draw(dice: &mut u64, today: NaiveDate) -> (Key, i64) {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    let mut rest = *dice >> 8;
    let mut below = |limit: u64| {
        let drawn = rest % limit;
        rest /= limit;
        drawn
    };
    let date = today - Days::new(below(DAYS));
    let day = date.format("%Y%m%d").to_string().parse().expect("a number");
    let (hour, window, level) = (8 + below(9), below(WINDOWS as u64), below(100));
    let level = if level < 92 {
        1
    } else if level < 98 {
        2
    } else {
        3
    };
    let at = date.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp_millis();
    let at = at + (hour.cast_signed() - 8) * 3_600_000 + below(3_600_000).cast_signed();
    ((day, hour.cast_signed(), usize::try_from(window).expect("small"), level), at)
}

fn rating(leaf: i64, (day, hour, window, level): Key, at: i64) -> Vec<Value> {
    vec![
        int(leaf),
        int(day),
        int(hour),
        int(at),
        name(window),
        staff(day, window),
        text(""),
        int(level),
        int(0),
        text("terminal"),
        text(&format!("{leaf:08X}")),
        text(&format!("T-{:04}", window + 1)),
        Value::Bytes(vec![7; 16]),
        int(leaf / 46 + 2),
        Value::Null,
        int(1),
    ]
}

fn int(number: i64) -> Value {
    Value::Int(number)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn name(window: usize) -> Value {
    Value::Text(format!("w{}", window + 1))
}

/// Three people share a window, day by day.
fn staff(day: i64, window: usize) -> Value {
    Value::Text(format!("w{}-{}", window + 1, day % 3 + 1))
}
