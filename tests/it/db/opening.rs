//! Opening, migrating and copying.

use std::{os::unix::fs::PermissionsExt, path::Path};

use pingyi::{
    center::db::Db,
    sqlite::{self, Error, Migration, MigrationError, OLDEST_SQLITE, Options, check_version},
};
use rusqlite::Connection;

use crate::support::postgres;

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

async fn problem(url: &str) -> String {
    match Db::open(url).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error.to_string(),
    }
}

fn pragma(conn: &Connection, name: &str) -> String {
    let value = conn.pragma_query_value(None, name, |row| {
        row.get_ref(0)?.as_str().map_or_else(
            |_| row.get::<_, i64>(0).map(|n| n.to_string()),
            |text| Ok(text.to_owned()),
        )
    });
    value.expect("a pragma")
}

#[test]
fn pragmas_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.sqlite");
    let options = Options { page_size: 8192, wal_autocheckpoint: 500, ..Options::default() };
    let conn = sqlite::open(&file, options).expect("opens");
    for (name, wanted) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("page_size", "8192"),
        ("wal_autocheckpoint", "500"),
        ("busy_timeout", "5000"),
    ] {
        assert_eq!(pragma(&conn, name), wanted, "{name}");
    }
    conn.execute_batch("create table t(x); insert into t values (1)").expect("writes");
    for file in ["a.sqlite", "a.sqlite-wal"] {
        let mode = folder.path().join(file).metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let reader = sqlite::open_read_only(&file, options).expect("opens");
    let n: i64 = reader.query_row("select x from t", [], |row| row.get(0)).expect("reads");
    assert_eq!(n, 1);
    reader.execute_batch("delete from t").expect_err("it only reads");
    drop((conn, reader));
    sqlite::open(&file, Options::default()).expect("an old file keeps its page size");
}

#[test]
fn a_pragma_that_does_not_take_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { page_size: 1000, ..Options::default() };
    let error = sqlite::open(&folder.path().join("a.sqlite"), options).expect_err("refused");
    assert!(matches!(error, Error::Pragma { pragma: "page_size", .. }), "{error}");
}

#[test]
fn an_old_sqlite_is_refused() {
    check_version(rusqlite::version_number()).expect("the bundled one is new enough");
    check_version(OLDEST_SQLITE).expect("just new enough");
    let error = check_version(3_051_002).expect_err("the WAL-reset bug").to_string();
    assert!(error.contains("3051002"), "{error}");
}

#[test]
fn a_missing_folder_is_named() {
    let error = sqlite::open(Path::new("/nowhere/a.sqlite"), Options::default());
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("/nowhere/a.sqlite"), "{error}");
}

const FIRST: Migration = Migration { number: 1, name: "first", sql: "create table a(x)" };
const SECOND: Migration = Migration { number: 2, name: "second", sql: "create table b(x)" };

#[test]
fn migrations_run_once_and_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut conn = sqlite::open(&folder.path().join("a"), Options::default()).expect("opens");
    sqlite::migrate(&mut conn, &[FIRST]).expect("runs");
    let broken = Migration { sql: "create table b(x); create nonsense", ..SECOND };
    sqlite::migrate(&mut conn, &[FIRST, broken]).expect_err("broken");
    for _ in 0..2 {
        sqlite::migrate(&mut conn, &[FIRST, SECOND]).expect("nothing was left of the broken one");
    }
    let ran: i64 = conn.query_row("select count(*) from migrations", [], |r| r.get(0)).expect("n");
    assert_eq!(ran, 2);
}

#[test]
fn migrations_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut conn = sqlite::open(&folder.path().join("a"), Options::default()).expect("opens");
    sqlite::migrate(&mut conn, &[FIRST, SECOND]).expect("runs");
    let mut refused = |migrations: &[Migration]| match sqlite::migrate(&mut conn, migrations) {
        Err(Error::Migration(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[FIRST]), MigrationError::Newer { found: 2, known: 1 });
    let changed = Migration { sql: "create table a(y)", ..FIRST };
    let wanted = MigrationError::Changed { number: 1, name: "first".to_owned() };
    assert_eq!(refused(&[changed, SECOND]), wanted);
    assert_eq!(refused(&[SECOND]), MigrationError::OutOfOrder { number: 2, wanted: 1 });
}

const CHANGE: &str = "update migrations set sha256 = 'other'";
const ADVANCE: &str = "insert into migrations(number, name, sha256, applied_at)
    values (999, 'later', 'x', 0)";

#[tokio::test]
async fn a_changed_or_newer_schema_is_refused_on_sqlite() {
    for (sql, words) in [(CHANGE, "0001_first"), (ADVANCE, "migration 999")] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("center.sqlite");
        drop(Db::open(&url(&file)).await.expect("opens"));
        drop(Db::open(&url(&file)).await.expect("opens again"));
        Connection::open(&file).expect("opens").execute_batch(sql).expect("runs");
        let problem = problem(&url(&file)).await;
        assert!(problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn a_changed_or_newer_schema_is_refused_on_postgres() {
    for (sql, words) in [(CHANGE, "0001_first"), (ADVANCE, "migration 999")] {
        let url = postgres::database().await;
        drop(Db::open(&url).await.expect("opens"));
        drop(Db::open(&url).await.expect("opens again"));
        postgres::execute(&url, sql).await;
        let problem = problem(&url).await;
        assert!(problem.contains(words), "{problem}");
    }
}

#[tokio::test]
async fn centers_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = url(&folder.path().join("center.sqlite"));
    for url in [file, postgres::database().await] {
        let opened = tokio::join!(Db::open(&url), Db::open(&url), Db::open(&url), Db::open(&url));
        for db in [opened.0, opened.1, opened.2, opened.3] {
            let sql = "select number from migrations order by number";
            let rows = db.expect("opens").read(sql, vec![]).await.expect("reads");
            let numbers: Vec<_> = rows.iter().map(|row| row.int("number").expect("n")).collect();
            let all: Vec<_> = (1..).take(numbers.len().max(1)).collect();
            assert_eq!(numbers, all, "each once");
        }
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_kept_to_is_refused() {
    for (url, words) in [
        ("mysql://root:hidden@db/x", "begins with"),
        ("postgres://a:hidden@db/x?sslmode=require", "TLS"),
        ("postgresql://a:hidden@db/x?sslmode=verify-full", "TLS"),
        ("postgresql://a:hidden@db:port/x", "the database address"),
    ] {
        let problem = problem(url).await;
        assert!(problem.contains(words) && !problem.contains("hidden"), "{problem}");
    }
    let away = Db::open("postgresql://a@localhost:1/x").await.err().expect("nobody is there");
    assert!(away.is_retryable(), "{away}");
}

#[tokio::test]
async fn a_lost_connection_is_retryable_and_replaced() {
    let url = postgres::database().await;
    let db = Db::open(&url).await.expect("opens");
    let mut tx = db.begin().await.expect("begins");
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'pingyi' and datname = current_database()";
    postgres::execute(&url, end).await;
    let error = tx.run("delete from rollups", vec![]).await.expect_err("it is gone");
    assert!(error.is_retryable(), "{error}");
    drop(tx);
    let tx = db.begin().await.expect("another connection");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_backup_is_whole_and_never_overwrites() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&url(&folder.path().join("center.sqlite"))).await.expect("opens");
    let mut tx = db.begin().await.expect("begins");
    let sql = "insert into flags(terminal_id, rule, evidence, raised_at) values ('t', 'r', 'e', 1)";
    tx.run(sql, vec![]).await.expect("runs");
    tx.commit().await.expect("commits");
    let open = db.begin().await.expect("a transaction is under way meanwhile");
    let copy = folder.path().join("copy.sqlite");
    std::fs::write(folder.path().join("copy.sqlite.part"), "left behind").expect("writes");
    db.backup(&copy).await.expect("copies");
    let again = db.backup(&copy).await.expect_err("it is there").to_string();
    assert!(again.contains("already there"), "{again}");
    drop(open);
    assert_eq!(copy.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    assert!(!folder.path().join("copy.sqlite.part").exists());
    let copy = Db::open(&url(&copy)).await.expect("opens");
    assert_eq!(copy.read("select flag_id from flags", vec![]).await.expect("reads").len(), 1);

    let server = Db::open(&postgres::database().await).await.expect("opens");
    assert!(!server.is_sqlite() && db.is_sqlite());
    let refused = server.backup(Path::new("/tmp/x")).await.expect_err("refused").to_string();
    assert!(refused.contains("pg_dump"), "{refused}");
}
