//! Intake: a fleet that comes back from a week without a network, over HTTP, to a real center.

use std::process::Command;

use crate::bulk::Bulk;
use crate::house::{House, PINGYI};
use crate::report::Row;

const ROUNDS: usize = 5;
const TERMINALS: u32 = 92;
const BATCHES: u32 = 22;

/// Fleet and bulk insert take turns; both databases grow alike.
pub fn run() -> Vec<Row> {
    let mut house = House::build();
    house.serve();
    let mut bulk = Bulk::new(house.folder());
    let (mut fleets, mut bulks) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let (rate, said) = fleet(&house);
        let (rows, took) = bulk.copy(&house.database());
        let beside = rows as f64 / took.as_secs_f64();
        eprintln!("round {round}: {said}\n         bulk insert of {rows} rows: {beside:.0} rows/s");
        fleets.push(rate);
        bulks.push(beside);
    }
    let (fleet, bulk) = (median(&mut fleets), median(&mut bulks));
    let each = TERMINALS * BATCHES * 100;
    vec![Row {
        what: "intake, signed batches of 100 over HTTP, load generator included",
        goal: "50,000 ratings/s",
        result: format!(
            "{fleet:.0} ratings/s (median of {ROUNDS} x {each}; best {:.0})",
            fleets[ROUNDS - 1]
        ),
        beside: format!("SQLite bulk insert of the same rows: {bulk:.0} rows/s"),
        ratio: format!("{:.2}", fleet / bulk),
        met: fleet >= 50_000.0,
    }]
}

fn fleet(house: &House) -> (f64, String) {
    let (terminals, batches) = (TERMINALS.to_string(), BATCHES.to_string());
    let output = Command::new(PINGYI)
        .args(["simulate", "fleet", "--center", &house.url, "--terminals", &terminals])
        .args(["--batches", &batches, "--size", "100", "--days", "7", "--config"])
        .arg(house.settings())
        .output()
        .expect("pingyi simulate fleet runs");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    let rate = said.split(" s: ").nth(1).and_then(|rest| rest.split(' ').next());
    let rate = rate.and_then(|rate| rate.parse().ok());
    (rate.unwrap_or_else(|| panic!("no rate: {said} {wrong}")), said)
}

/// Sorts them, too.
fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
