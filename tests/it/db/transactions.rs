//! What a transaction keeps, takes back and leaves to the next, on both databases.

use std::time::Duration;

use pingyi::center::db::{Db, Value};
use tokio::time::timeout;

use super::{ADD, add, total};

on_both! {
    a_dropped_transaction_is_taken_back
    a_failed_statement_spoils_its_transaction
    a_cancelled_statement_spoils_its_transaction
    cancelled_work_leaves_the_way_free
    cancelled_waiting_leaves_the_way_free
    what_a_transaction_read_stays_true
    reading_goes_on_beside_a_writer
}

/// A statement that takes seconds on both databases.
const SLOW: &str =
    "with recursive c(x) as (select 1 union all select x + 1 from c where x < 3000000)
    select count(*) as n from c";

async fn a_dropped_transaction_is_taken_back(db: Db) {
    add(&db, 1, 1).await;
    let mut tx = db.begin().await.expect("begins");
    assert_eq!(tx.run("delete from rollups", vec![]).await.expect("runs"), 1);
    drop(tx);
    add(&db, 1, 1).await;
    assert_eq!(total(&db).await, 2);
}

async fn a_failed_statement_spoils_its_transaction(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    tx.run(ADD, params![1, "w1", 1, 1]).await.expect("runs");
    let error = tx.run("insert into nowhere values (1)", vec![]).await.expect_err("no table");
    assert!(!error.is_retryable() && error.to_string().contains("nowhere"), "{error}");
    let error = tx.run(ADD, params![1, "w1", 1, 1]).await.expect_err("spoilt").to_string();
    assert!(error.contains("earlier statement"), "{error}");
    tx.commit().await.expect_err("nothing is kept of it");
    assert_eq!(total(&db).await, 0);
    add(&db, 1, 1).await;
}

async fn a_cancelled_statement_spoils_its_transaction(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    tx.run(ADD, params![1, "w1", 1, 1]).await.expect("runs");
    let cut = timeout(Duration::from_millis(1), tx.read(SLOW, vec![])).await;
    assert!(cut.is_err(), "the statement was to be cancelled");
    tx.commit().await.expect_err("nothing is kept of it");
    add(&db, 1, 5).await;
    assert_eq!(total(&db).await, 5);
}

async fn cancelled_work_leaves_the_way_free(db: Db) {
    // Whatever the moment: while waiting, beginning, running or committing.
    for microseconds in (0..4000).step_by(100) {
        let work = async {
            let mut tx = db.begin().await.expect("begins");
            tx.run(ADD, params![1, "w1", 1, 1]).await.expect("runs");
            tx.run(ADD, params![1, "w1", 2, -1]).await.expect("runs");
            tx.commit().await.expect("commits");
        };
        drop(timeout(Duration::from_micros(microseconds), work).await);
    }
    add(&db, 3, 7).await;
    assert_eq!(total(&db).await, 7, "each was kept whole or not at all");
}

async fn cancelled_waiting_leaves_the_way_free(db: Db) {
    let tx = db.begin().await.expect("begins");
    for _ in 0..40 {
        let waiting = timeout(Duration::from_millis(1), db.begin()).await;
        assert!(waiting.is_err(), "one writes at a time");
    }
    drop(tx);
    add(&db, 1, 1).await;
}

async fn what_a_transaction_read_stays_true(db: Db) {
    add(&db, 1, 0).await;
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let mut tx = db.begin().await.expect("begins");
                    let row = tx.read_one("select n from rollups", vec![]).await.expect("reads");
                    let n = row.expect("a row").int("n").expect("n");
                    tx.run("update rollups set n = $1", params![n + 1]).await.expect("runs");
                    tx.commit().await.expect("commits");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("the writer ends well");
    }
    assert_eq!(total(&db).await, 100);
}

async fn reading_goes_on_beside_a_writer(db: Db) {
    add(&db, 1, 1).await;
    let mut tx = db.begin().await.expect("begins");
    tx.run(ADD, params![20_260_301, "w1", 1, 1]).await.expect("runs");
    assert_eq!(total(&db).await, 1, "what is not committed is not seen");
    let row = tx.read_one("select n from rollups", vec![]).await.expect("reads");
    assert_eq!(row.expect("a row").int("n").expect("n"), 2, "but by itself");
    tx.commit().await.expect("commits");
    assert_eq!(total(&db).await, 2);
}
