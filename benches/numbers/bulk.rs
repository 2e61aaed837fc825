//! The peer of intake: the same rows into the same tables in transactions of the same sizes, by
//! one prepared statement a table and nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pingyi::center::db::Db;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

type Line = Vec<Value>;

const BATCHES: &str = "select first_leaf, terminal_id, incarnation, first_seq, last_seq, previous, head,
    received_at, signed, signature, body from batches where first_leaf >= ?1 and terminal_id <> 'center'
    order by first_leaf";
const RATINGS: &str = "select r.* from ratings r where r.leaf >= ?1 order by r.leaf";

/// What the center wrote in one transaction.
#[derive(Default)]
struct Transaction {
    batches: Vec<Line>,
    ratings: Vec<Line>,
    rollups: BTreeMap<Vec<Text>, i64>,
}

/// A key of the roll-ups, as text and numbers that can be compared.
type Text = String;

/// A database of its own, made by the center's own migrations.
pub struct Bulk {
    path: PathBuf,
    next_leaf: i64,
}

impl Bulk {
    pub fn new(folder: &Path) -> Bulk {
        let path = folder.join("bulk.sqlite3");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let url = format!("sqlite:{}", path.display());
        drop(runtime.block_on(Db::open(&url)).expect("an empty center database"));
        Bulk { path, next_leaf: 0 }
    }

    /// Copies what is new in the center's database; gives how many rows of ratings and how long it
    /// took, reading not included.
    pub fn copy(&mut self, from: &Path) -> (u64, Duration) {
        let transactions = self.read(from);
        let mut db = Connection::open(&self.path).expect("the copy opens");
        for (pragma, value) in
            [("synchronous", 2), ("cache_size", -64 * 1024), ("wal_autocheckpoint", 8000)]
        {
            db.pragma_update(None, pragma, value).expect("the pragma is set");
        }
        let rows = transactions.iter().map(|one| one.ratings.len() as u64).sum();
        let started = Instant::now();
        for transaction in &transactions {
            transaction.write(&mut db);
        }
        (rows, started.elapsed())
    }

    fn read(&mut self, from: &Path) -> Vec<Transaction> {
        let center = Connection::open(from).expect("the center's database opens");
        let batches = lines(&center, BATCHES, self.next_leaf);
        let ratings = lines(&center, RATINGS, self.next_leaf);
        let mut transactions: Vec<Transaction> = Vec::new();
        let (mut received_at, mut ratings) = (None, ratings.into_iter().peekable());
        for batch in batches {
            // The clerk stamps all batches of a transaction with one instant.
            if received_at.as_ref() != Some(&batch[7]) {
                received_at = Some(batch[7].clone());
                transactions.push(Transaction::default());
            }
            let last = int(&batch[0]) + int(&batch[4]) - int(&batch[3]);
            self.next_leaf = last + 1;
            let into = transactions.last_mut().expect("one was begun");
            while let Some(rating) = ratings.next_if(|rating| int(&rating[0]) <= last) {
                into.take(rating);
            }
            into.batches.push(batch);
        }
        transactions
    }
}

impl Transaction {
    /// The rating, and its roll-up by day, hour, window, person, item, level, service, channel.
    fn take(&mut self, rating: Line) {
        if int(&rating[15]) == 1 {
            let key = [1, 2, 4, 5, 6, 7, 8, 9].map(|at| format!("{:?}", rating[at]));
            *self.rollups.entry(key.into()).or_default() += 1;
        }
        self.ratings.push(rating);
    }

    fn write(&self, db: &mut Connection) {
        let tx = db.transaction().expect("it begins");
        insert(&tx, "batches", 11, &self.batches);
        insert(&tx, "ratings", 16, &self.ratings);
        let sql = "insert into rollups values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                   on conflict do update set n = n + excluded.n";
        let mut upsert = tx.prepare_cached(sql).expect("a statement");
        for (key, n) in &self.rollups {
            let values = key.iter().map(|text| value(text)).chain([Value::Integer(*n)]);
            upsert.execute(params_from_iter(values)).expect("a roll-up");
        }
        drop(upsert);
        tx.commit().expect("it is durable");
    }
}

/// The value that [`Transaction::take`] wrote down.
fn value(text: &str) -> Value {
    let inside = |kind: &str| text.strip_prefix(kind)?.strip_suffix(')');
    match (inside("Integer("), inside("Text(")) {
        (Some(number), _) => Value::Integer(number.parse().expect("a number")),
        (None, Some(quoted)) => Value::Text(quoted.trim_matches('"').to_owned()),
        (None, None) => panic!("{text} in a key"),
    }
}

fn insert(db: &Connection, table: &str, columns: usize, lines: &[Line]) {
    let places = vec!["?"; columns].join(", ");
    let sql = format!("insert into {table} values ({places})");
    let mut statement = db.prepare_cached(&sql).expect("a statement");
    for line in lines {
        statement.execute(params_from_iter(line)).expect("a row");
    }
}

fn lines(db: &Connection, sql: &str, from: i64) -> Vec<Line> {
    let mut statement = db.prepare(sql).expect("a statement");
    let count = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..count).map(|at| row.get(at)).collect();
    statement.query_map([from], read).expect("rows").map(|line| line.expect("a row")).collect()
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => *number,
        other => panic!("{other:?} is not a number"),
    }
}
