//! Tap to durable: from `Journal::save` to its reply, beside a bare file.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use pingyi::domain::Level;
use pingyi::simulate;
use pingyi::terminal::journal::{Answer, Journal};
use tempfile::TempDir;

use crate::report::{Row, Times, ms, ratio};

const ROUNDS: usize = 4_000;

pub fn run() -> Vec<Row> {
    vec![latency(), syncs()]
}

/// The two take turns, so what the disk does to one it does to the other.
fn latency() -> Row {
    let folder =
        TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk of the build");
    let journal = simulate::journal(folder.path()).expect("a journal");
    let bytes = bytes_of_a_rating(folder.path(), &journal);
    let mut bare = Bare::new(folder.path(), bytes);
    let (mut saved, mut appended) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        saved.push(tap(&journal, Level::ALL[round % 3]));
        appended.push(bare.append());
    }
    let (saved, appended) = (Times::new(saved), Times::new(appended));
    let of = |percent| ratio(saved.percent(percent), appended.percent(percent));
    let say = |times: &Times| format!("p50 {}, p99 {}", ms(times.median()), ms(times.percent(99)));
    Row {
        what: "**tap**: to durable",
        goal: "at most 1.5 x",
        result: say(&saved),
        beside: format!("append of {bytes} bytes + fdatasync: {}", say(&appended)),
        ratio: format!("p50 {:.2}, p99 {:.2}", of(50), of(99)),
        met: of(50) <= 1.5 && of(99) <= 1.5,
    }
}

/// From the call to the reply on the caller's thread.
fn tap(journal: &Journal, level: Level) -> Duration {
    let (reply, saved) = mpsc::channel();
    let answer = Answer::new(level, "0317");
    let started = Instant::now();
    journal.save(answer, move |result| drop(reply.send(result)));
    saved.recv().expect("the journal answers").expect("the rating is saved");
    started.elapsed()
}

/// Both lines and the hash of one rating.
fn bytes_of_a_rating(folder: &Path, journal: &Journal) -> usize {
    tap(journal, Level::Satisfied);
    let file =
        rusqlite::Connection::open(folder.join("journal.sqlite")).expect("the journal's file");
    let sql = "select length(public) + length(private) + length(hash) from entries
               order by place desc limit 1";
    let bytes: u32 = file.query_row(sql, [], |row| row.get(0)).expect("the last entry");
    bytes as usize
}

struct Bare {
    file: File,
    bytes: Vec<u8>,
}

impl Bare {
    fn new(folder: &Path, bytes: usize) -> Bare {
        let path = folder.join("bare");
        let file = OpenOptions::new().create(true).append(true).open(path).expect("a bare file");
        Bare { file, bytes: vec![b'x'; bytes] }
    }

    fn append(&mut self) -> Duration {
        let started = Instant::now();
        self.file.write_all(&self.bytes).expect("it is written");
        self.file.sync_data().expect("it is synced");
        started.elapsed()
    }
}

/// What the real program asks of the kernel for a rating: the difference of two counts, so that
/// starting and ending cancel out.
fn syncs() -> Row {
    let (few, many) = (500, 1500);
    let (less, more) = (traced(few), traced(many));
    let each = |less: u64, more: u64| (more - less) as f64 / (many - few) as f64;
    let (syncs, bytes) = (each(less.syncs, more.syncs), each(less.bytes, more.bytes));
    Row {
        what: "**tap**: syncs and bytes written a rating (strace)",
        goal: "1 sync, at most 6 KB",
        result: format!("{syncs:.3} syncs, {bytes:.0} bytes"),
        beside: "-".into(),
        ratio: "-".into(),
        met: (syncs - 1.0).abs() < 0.01 && bytes <= 6000.0,
    }
}

#[derive(Default)]
struct Traced {
    syncs: u64,
    bytes: u64,
}

fn traced(count: u64) -> Traced {
    let folder =
        TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk of the build");
    let trace = folder.path().join("trace");
    let data = folder.path().join("data");
    let ended = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=fdatasync,fsync,pwrite64,write", "-o"])
        .args([trace.as_os_str(), env!("CARGO_BIN_EXE_pingyi").as_ref()])
        .args(["simulate", "taps", "--count", &count.to_string(), "--data-dir"])
        .arg(&data)
        .stdout(Stdio::null())
        .status();
    assert!(ended.expect("strace runs").success(), "pingyi simulate taps fails");
    let text = std::fs::read_to_string(&trace).expect("the trace");
    let mut traced = Traced::default();
    for line in text.lines() {
        // A call that is interrupted by another thread's line ends on a line of its own.
        let call = line.split_whitespace().nth(1).unwrap_or_default();
        let is_resumed = call == "<...";
        let done = line.rsplit("= ").next().and_then(|n| n.trim().parse::<u64>().ok());
        if line.contains("sync(") || (is_resumed && line.contains("sync resumed")) {
            traced.syncs += u64::from(done.is_some());
        } else if !line.contains("write(1, ") && !line.contains("write resumed") {
            // Lines on standard output are for the test that reads them, not for the journal.
            traced.bytes += done.unwrap_or(0);
        }
    }
    traced
}
