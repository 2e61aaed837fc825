//! The center's database: the same behaviour on SQLite and on PostgreSQL.

use pingyi::center::db::{Db, Value};

macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(Value::from($value)),*] };
}

/// Each behaviour becomes two tests.
macro_rules! on_both {
    ($($behaviour:ident)*) => {
        mod on_sqlite {
            use pingyi::center::db::Db;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                let folder = tempfile::tempdir().expect("a folder");
                let file = folder.path().join("center.sqlite");
                let db = Db::open(&format!("sqlite:{}", file.display())).await.expect("opens");
                super::$behaviour(db).await;
            })*
        }
        mod on_postgres {
            use pingyi::center::db::Db;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                let url = crate::support::postgres::database().await;
                super::$behaviour(Db::open(&url).await.expect("opens")).await;
            })*
        }
    };
}

mod opening;
mod statements;
mod transactions;

const ADD: &str = "insert into rollups(day, hour, window_id, employee_no, item_id, level,
    with_service, channel, n) values ($1, 9, $2, '', '', $3, 1, '', $4)
    on conflict (day, hour, window_id, employee_no, item_id, level, with_service, channel)
    do update set n = rollups.n + excluded.n";

/// Writes and keeps one row, which also proves that the way to write is free.
async fn add(db: &Db, level: i64, n: i64) {
    let mut tx = db.begin().await.expect("begins");
    tx.run(ADD, params![20_260_301, "w1", level, n]).await.expect("runs");
    tx.commit().await.expect("commits");
}

async fn total(db: &Db) -> i64 {
    let sql = "select cast(coalesce(sum(n), 0) as bigint) as total from rollups";
    db.read_one(sql, vec![]).await.expect("reads").expect("a row").int("total").expect("a sum")
}
