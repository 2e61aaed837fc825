//! The journal by its public face: durable, checked, set aside when damaged, pruned with care.

mod day;
mod disk;
mod memory;
mod notes;
mod secret;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pingyi::chain::{PrivateLine, PublicLine, StartReason};
use pingyi::clock::Clock;
use pingyi::domain::Level::{Basic, Satisfied};
use pingyi::sqlite;
use pingyi::terminal::journal::{Answer, Error, Journal, Note, Owner, Saved};
use tokio::sync::oneshot;

use crate::support::books::Books;
use crate::support::copies::closed;
use crate::support::world::{Driven, Rig, World, brisk, clock, drained, tap, until};

fn owner(folder: &Path) -> Owner {
    Owner {
        path: folder.join("journal.sqlite"),
        terminal: "T-0001".parse().unwrap(),
        window: "w3".parse().unwrap(),
        keep_days: 30,
        change_seconds: 5,
    }
}

fn open(folder: &Path, clock: Arc<dyn Clock>) -> Journal {
    Journal::open(owner(folder), clock).unwrap()
}

/// Bytes and commits in a write-ahead log: frames of the current salt, and those of them that say
/// how large the database is.
fn log_of(folder: &Path) -> (usize, usize) {
    let bytes = std::fs::read(folder.join("journal.sqlite-wal")).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let (page, salt) = (usize::try_from(number(8)).unwrap(), &bytes[16..24]);
    let frames = (32..bytes.len()).step_by(24 + page);
    let frames: Vec<_> = frames.filter(|at| bytes[at + 8..at + 16] == *salt).collect();
    (frames.len() * (24 + page), frames.iter().filter(|at| number(*at + 4) != 0).count())
}

/// Waits until an answer is durable.
async fn rate(journal: &Journal, answer: Answer) -> Saved {
    let (reply, saved) = oneshot::channel();
    journal.save(answer, move |result| drop(reply.send(result)));
    saved.await.unwrap().unwrap()
}

/// Waits until a note is durable, or refused.
async fn record(journal: &Journal, note: Note, memory: Option<&str>) -> Result<Saved, Error> {
    let (reply, saved) = oneshot::channel();
    journal.record(note, memory.map(Into::into), move |result| drop(reply.send(result)));
    saved.await.unwrap()
}

/// A service by the name that the journal gives it.
async fn named(journal: &Journal, ticket: Option<&str>) -> String {
    let (reply, name) = oneshot::channel();
    journal.name_service(ticket.map(Into::into), move |name| drop(reply.send(name)));
    name.await.unwrap()
}

/// Everything of the oldest life that was not acknowledged.
async fn waiting(journal: &Journal) -> Vec<(PublicLine, PrivateLine)> {
    let unsent = journal.ask(|file, _| file.unsent(100_000)).await.unwrap().unwrap();
    unsent.entries.iter().map(|entry| entry.read().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_is_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    tap(&journal, Satisfied, None).await;
    let before = log_of(folder.path());
    for _ in 0..40 {
        tap(&journal, Satisfied, None).await;
    }
    let (bytes, commits) = log_of(folder.path());
    assert_eq!(commits - before.1, 40);
    assert!((bytes - before.0) / 40 <= 5000, "{} bytes each", (bytes - before.0) / 40);
}

#[test]
fn a_journal_is_opened_for_full_durability() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.sqlite");
    let journal = sqlite::open(&file, sqlite::Options::default()).unwrap();
    let number = |pragma: &str| -> i64 {
        journal.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
    };
    assert_eq!(number("synchronous"), 2, "FULL");
    let mode: String = journal.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

fn set_aside(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.to_string_lossy().contains(".damaged-")).collect()
}

/// A seated terminal with ratings that were sent and ratings that were not, closed.
async fn used(world: &World) -> PathBuf {
    let folder = world.folder.path().join("terminal");
    world.seat(&folder, "w3").await;
    let rig = Rig::start_with(&folder, brisk(&world.url()), clock());
    let journal = rig.journal();
    for _ in 0..20 {
        tap(&journal, Satisfied, None).await;
    }
    drained(&journal).await;
    drop(journal);
    rig.stop();
    closed(&folder).await;
    let journal = open(&folder, clock());
    for _ in 0..400 {
        tap(&journal, Basic, None).await;
    }
    drop(journal);
    closed(&folder).await;
    folder
}

/// Goes on with a damaged file: it is set aside, and what is tapped from now on arrives.
async fn goes_on(world: &World, folder: &Path) {
    let before: i64 = world.counted().await.iter().sum();
    let rig = Rig::start_with(folder, brisk(&world.url()), clock());
    let journal = rig.journal();
    until("the file is set aside", || async { (!set_aside(folder).is_empty()).then_some(()) })
        .await;
    let saved = tap(&journal, Satisfied, None).await;
    drained(&journal).await;
    assert!(Books::read(world).await.counts(&saved));
    assert!(world.counted().await.iter().sum::<i64>() > before);
    let sql = "select body from batches where first_seq = 1 order by first_leaf desc limit 1";
    let row = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    let body = std::str::from_utf8(row.bytes("body").unwrap()).unwrap();
    let start = pingyi::chain::Batch::read_entries(body).unwrap().remove(0).read().unwrap().0;
    assert_eq!(start.reason, Some(StartReason::Damage));
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_overwritten_is_set_aside() {
    let world = World::new().await;
    let folder = used(&world).await;
    let file = folder.join("journal.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 60_000].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    goes_on(&world, &folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_cut_off_is_set_aside() {
    let world = World::new().await;
    let folder = used(&world).await;
    let file = std::fs::OpenOptions::new().write(true).open(folder.join("journal.sqlite")).unwrap();
    file.set_len(file.metadata().unwrap().len() / 3).unwrap();
    drop(file);
    goes_on(&world, &folder).await;
}

/// One letter of an entry that waits, far behind what is checked at the start: what stands before
/// it arrives, and the queue does not stand still.
#[tokio::test(flavor = "multi_thread")]
async fn one_flipped_bit_does_not_stop_the_queue() {
    let world = World::new().await;
    let folder = used(&world).await;
    let file = folder.join("journal.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let word = b"\"seq\":60,";
    let at = bytes.windows(word.len()).position(|window| window == word).unwrap();
    bytes[at + 2] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    goes_on(&world, &folder).await;
    assert_eq!(world.counted().await, [21, 38, 0], "all before the damage, and all after it");
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_goes_by_the_center_s_clock_and_never_takes_what_is_unsent() {
    const DAY: i64 = 24 * 3600 * 1000;
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    let journal = open(folder.path(), time.clone());
    let mut incarnation = None;
    for _ in 0..9 {
        incarnation = Some(tap(&journal, Satisfied, None).await.incarnation);
    }
    let (incarnation, center_at) = (incarnation.unwrap(), 1_795_000_000_000);
    journal.ask(move |file, _| file.advance(incarnation, 8, center_at)).await.unwrap();
    // The terminal's own clock is no argument.
    time.advance(Duration::from_secs(100 * 365 * 86_400));
    let prune = |at: i64| journal.ask(move |file, _| file.prune(at));
    assert_eq!(prune(center_at + 30 * DAY - 1).await.unwrap(), 0);
    assert_eq!(prune(center_at + 30 * DAY).await.unwrap(), 7);
    assert_eq!(prune(center_at + 3000 * DAY).await.unwrap(), 0);
    let unsent = journal.ask(|file, _| file.unsent(100)).await.unwrap().unwrap();
    assert_eq!((unsent.first, unsent.entries.len()), (8, 3), "what nobody acknowledged stays");
    // Offered again after a restore: what is offered is not pruned behind its back.
    let all = |file: &mut pingyi::terminal::journal::File| file.offer_everything();
    let later = center_at + 40 * DAY;
    journal.ask(move |file, _| file.advance(incarnation, 11, later)).await.unwrap();
    journal.ask(move |file, _| all(file)).await.unwrap();
    assert_eq!(prune(center_at + 3000 * DAY).await.unwrap(), 0);
}
