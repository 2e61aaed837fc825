//! What a slice may write in SQL and what comes back, on both databases.

use pingyi::center::db::{Db, Row, Value};

use super::{ADD, add, total};

on_both! {
    parameters_go_by_their_number
    a_wrong_number_of_parameters_is_refused
    values_come_back_as_they_went_in
    a_wrong_column_or_type_is_named
    whole_sums_and_truth_values_are_integers
    the_common_sql_works
    a_read_cannot_write
    ten_thousand_rows_are_appended
    a_bad_row_spoils_the_whole_append
    many_parameter_sets_run_in_order
    numbers_are_given_to_branches
}

const RATING: &[&str] = &[
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

fn rating(leaf: i64) -> Vec<Value> {
    let level = leaf % 3 + 1;
    params![
        leaf,
        20_260_301,
        9,
        1_772_000_000_000_i64 + leaf,
        "w1",
        "",
        "i1",
        level,
        true,
        "terminal",
        format!("R{leaf}"),
        "t1",
        [7_u8; 16],
        leaf,
        None::<i64>,
        true,
    ]
}

fn ints(rows: &[Row], column: &str) -> Vec<i64> {
    rows.iter().map(|row| row.int(column).expect("an integer")).collect()
}

async fn parameters_go_by_their_number(db: Db) {
    let sql = "select cast($2 as text) as b, cast($1 as bigint) as a, cast($2 as text) as c";
    let row = db.read_one(sql, params![1, "二"]).await.expect("reads").expect("a row");
    assert_eq!(row.int("a").expect("a"), 1);
    assert_eq!((row.text("b").expect("b"), row.text("c").expect("c")), ("二", "二"));
}

async fn a_wrong_number_of_parameters_is_refused(db: Db) {
    let sql = "select cast($1 as bigint) as a";
    for wrong in [params![], params![1, 2]] {
        let error = db.read(sql, wrong).await.expect_err("refused").to_string();
        assert!(error.contains("instead of 1"), "{error}");
    }
    let mut tx = db.begin().await.expect("begins");
    let rows = vec![params![1, "w1", 1, 1], params![1]];
    let error = tx.run_many(ADD, rows).await.expect_err("refused");
    assert!(!error.is_retryable() && error.to_string().contains("instead of 4"), "{error}");
}

async fn values_come_back_as_they_went_in(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    let every_byte: Vec<u8> = (0..=255).collect();
    let name = "王'小\"明;--";
    let sql = "insert into staff(employee_no, unit_id, department_id, name, name_en, post, post_en,
        honours, honours_en, stars, portrait) values ($1, 'u', 'd', $2, '', '', '', '[]', '[]', $3, $4)";
    tx.run(sql, params!["1", name, i64::MIN, &every_byte[..]]).await.expect("runs");
    tx.run(sql, params!["2", "", i64::MAX, None::<Vec<u8>>]).await.expect("runs");
    tx.run(sql, params!["3", "", 0, Vec::new()]).await.expect("runs");
    tx.commit().await.expect("commits");
    let sql = "select name, stars, portrait from staff order by employee_no";
    let rows = db.read(sql, vec![]).await.expect("reads");
    assert_eq!(ints(&rows, "stars"), [i64::MIN, i64::MAX, 0]);
    assert_eq!(rows[0].text("name").expect("text"), name);
    assert_eq!(rows[0].bytes("portrait").expect("bytes"), every_byte);
    assert_eq!(rows[0].array::<256>("portrait").expect("an array").to_vec(), every_byte);
    assert_eq!(rows[1].opt_bytes("portrait").expect("nothing"), None);
    assert_eq!(rows[2].opt_bytes("portrait").expect("empty"), Some(&[][..]));
}

async fn a_wrong_column_or_type_is_named(db: Db) {
    let sql = "select cast(1 as bigint) as n, cast(null as text) as t";
    let row = db.read_one(sql, vec![]).await.expect("reads").expect("a row");
    for (error, words) in [
        (row.text("n").expect_err("not text"), "column n: an integer instead of text"),
        (row.int("t").expect_err("null"), "column t: null instead of an integer"),
        (row.int("x").expect_err("missing"), "column x: no such column"),
    ] {
        assert!(error.to_string().contains(words), "{error}");
    }
}

async fn whole_sums_and_truth_values_are_integers(db: Db) {
    let sql = "select sum(x) as s, sum(x) > $1 as more, avg(x) as a, 1.5 * max(x) as f
        from (select 3 as x union all select 4) as t";
    let row = db.read_one(sql, params![6]).await.expect("reads").expect("a row");
    assert_eq!((row.int("s").expect("s"), row.int("more").expect("more")), (7, 1));
    assert_eq!((row.float("a").expect("a"), row.float("f").expect("f")), (3.5, 6.0));
}

async fn the_common_sql_works(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    let sql =
        "insert into positions(terminal_id, incarnation, next_seq, head) values ($1, $2, $3, $4)
        on conflict (terminal_id, incarnation) do update set next_seq = excluded.next_seq
        returning next_seq";
    for seq in [5, 6] {
        let row = tx.read_one(sql, params!["t", [1; 16], seq, [0; 32]]).await.expect("runs");
        assert_eq!(row.expect("a row").int("next_seq").expect("seq"), seq);
    }
    tx.append("ratings", RATING, (0..30).map(rating).collect()).await.expect("appends");
    tx.commit().await.expect("commits");
    let sql = "with levels as (select level, count(*) as n from ratings group by level)
        select level, n, cast(sum(n) over (order by level) as bigint) as running,
            count(*) filter (where level > 1) over () as worse
        from levels order by level limit $1";
    let rows = db.read(sql, params![2]).await.expect("reads");
    assert_eq!((ints(&rows, "n"), ints(&rows, "running")), (vec![10, 10], vec![10, 20]));
    assert_eq!(ints(&rows, "worse"), [2, 2]);
}

async fn a_read_cannot_write(db: Db) {
    add(&db, 1, 1).await;
    db.read("delete from rollups returning n", vec![]).await.expect_err("refused");
    assert_eq!(total(&db).await, 1);
}

async fn ten_thousand_rows_are_appended(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    tx.append("ratings", RATING, (0..10_000).map(rating).collect()).await.expect("appends");
    tx.append("ratings", RATING, vec![]).await.expect("appends nothing");
    tx.commit().await.expect("commits");
    let sql = "select count(*) as n, min(receipt) as receipt, max(rated_at) as last,
        count(corrects) as corrected, cast(sum(counted) as bigint) as counted from ratings";
    let row = db.read_one(sql, vec![]).await.expect("reads").expect("a row");
    assert_eq!(row.int("n").expect("n"), 10_000);
    assert_eq!(row.int("counted").expect("counted"), 10_000);
    assert_eq!(row.int("corrected").expect("corrected"), 0);
    assert_eq!(row.int("last").expect("last"), 1_772_000_009_999);
    assert_eq!(row.text("receipt").expect("receipt"), "R0");
}

async fn a_bad_row_spoils_the_whole_append(db: Db) {
    for bad in [rating(3), params![1], vec!["x".into(); RATING.len()]] {
        let mut tx = db.begin().await.expect("begins");
        let mut rows: Vec<_> = (0..500).map(rating).collect();
        rows.push(bad);
        tx.append("ratings", RATING, rows).await.expect_err("refused");
        tx.commit().await.expect_err("nothing is kept of it");
    }
    let row = db.read_one("select count(*) as n from ratings", vec![]).await.expect("reads");
    assert_eq!(row.expect("a row").int("n").expect("n"), 0);
}

async fn many_parameter_sets_run_in_order(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    let rows = (0..1000).map(|n| params![20_260_301, "w1", 1, n]).collect();
    assert_eq!(tx.run_many(ADD, rows).await.expect("runs"), 1000);
    let rows = (0..1000).map(|n| params![n, n + 1]).collect();
    tx.run_many("update rollups set hour = 0, n = 0", vec![vec![]]).await.expect("runs");
    let changed = tx.run_many("update rollups set n = $2 where n = $1", rows).await;
    assert_eq!(changed.expect("runs"), 1000, "each finds what the one before left");
    assert_eq!(tx.run_many(ADD, vec![]).await.expect("runs nothing"), 0);
    tx.commit().await.expect("commits");
    assert_eq!(total(&db).await, 1000);
}

async fn numbers_are_given_to_branches(db: Db) {
    let mut tx = db.begin().await.expect("begins");
    let sql = "insert into quarantine(terminal_id, received_at, bytes) values ($1, $2, $3)
        returning quarantine_id";
    let mut numbers = vec![];
    for _ in 0..3 {
        let row = tx.read_one(sql, params!["t", 1, [0; 3]]).await.expect("runs").expect("a row");
        numbers.push(row.int("quarantine_id").expect("a number"));
    }
    assert_eq!(numbers, [1, 2, 3]);
}
