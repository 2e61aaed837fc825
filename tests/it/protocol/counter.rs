//! What happens at the counter beside ratings, on both databases: shifts, services, reasons,
//! complaints, reports; and all of it is counted alike from the ledger alone.

mod additions;
mod duty;
mod improbable;
mod misfits;
mod twice;

use pingyi::center::db::Value;
use pingyi::center::intake::rebuild;
use pingyi::domain::{Leaving, Means, Record};

use crate::support::hand::Hand;
use crate::support::postgres;
use crate::support::world::World;

const ON: Record = Record::SignedOn { by: Means::Pin };
const OFF: Record = Record::SignedOff { why: Leaving::SignedOff };
const FINISHED: Record = Record::Finished { took_ms: 300_000 };

fn silent(cut: bool) -> Record {
    Record::Silent { asked_ms: 9_000, cut }
}

/// One center on SQLite and one on PostgreSQL, each with a terminal at `w3`.
async fn both() -> [(World, Hand); 2] {
    let worlds = [World::new().await, World::on(Some(postgres::database().await)).await];
    let mut all = Vec::new();
    for world in worlds {
        let hand = Hand::enrol(&world, 1).await;
        all.push((world, hand));
    }
    all.try_into().unwrap_or_else(|_| panic!("two"))
}

/// The rows of a query, each as words with a blank between.
async fn rows(world: &World, sql: &str) -> Vec<String> {
    let rows = world.center.db.read(sql, Vec::new()).await.unwrap();
    let word = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    rows.iter().map(|row| row.values().iter().map(word).collect::<Vec<_>>().join(" ")).collect()
}

const TABLES: [(&str, &str); 9] = [
    ("ratings", "leaf"),
    ("rollups", "day, hour, window_id, employee_no, item_id, level, with_service"),
    ("reason_rollups", "day, window_id, tag, level"),
    ("terminal_days", "terminal_id, day"),
    ("services", "service"),
    ("service_rollups", "day, window_id, employee_no, item_id"),
    ("shifts", "leaf"),
    ("complaints", "leaf"),
    ("self_tests", "leaf"),
];

/// Everything counted, row by row; rows of roll-ups with nothing in them count as none.
async fn everything(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for (table, order) in TABLES {
        let some = if table.ends_with("rollups") && table != "service_rollups" {
            "where n <> 0"
        } else if table == "service_rollups" {
            "where finished <> 0"
        } else {
            ""
        };
        all.extend(rows(world, &format!("select * from {table} {some} order by {order}")).await);
    }
    all
}

/// Counts anew: everything is what it was, and the flags stand.
async fn is_what_the_ledger_says(world: &World) {
    let (before, flags) = (everything(world).await, world.number(FLAGS).await);
    let outcome = rebuild::run(&world.center.db, world.center.clock.now().wall).await.unwrap();
    assert_eq!(everything(world).await, before);
    assert!(outcome.is_equal, "{outcome:?}");
    assert_eq!(world.number(FLAGS).await, flags);
}

const FLAGS: &str = "select count(*) as n from flags";

/// The rules that were flagged, with how often, in the order of their names.
async fn flagged(world: &World) -> Vec<String> {
    rows(world, "select rule, count(*) as n from flags group by rule order by rule").await
}
