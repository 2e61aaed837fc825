//! What must survive a restart: in the same commit as the entry, and after everything else.

use std::path::Path;

use pingyi::domain::Level::Satisfied;
use pingyi::domain::{Means, Record};
use pingyi::terminal::journal::Note;
use rusqlite::Connection;

use super::{log_of, open, record, set_aside};
use crate::support::copies::{clone_disk, closed};
use crate::support::world::{Driven, clock, tap};

fn signed_on() -> Note {
    Note { staff: "0317".into(), ..Note::new(Record::SignedOn { by: Means::Pin }) }
}

/// What a terminal that starts on this folder remembers.
async fn remembered(folder: &Path) -> Option<String> {
    closed(folder).await;
    let journal = open(folder, clock());
    let memory = journal.memory().map(str::to_owned);
    drop(journal);
    closed(folder).await;
    memory
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_last_remembered_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(remembered(folder.path()).await, None);
    let journal = open(folder.path(), clock());
    record(&journal, signed_on(), Some("one")).await.unwrap();
    record(&journal, signed_on(), Some("二")).await.unwrap();
    tap(&journal, Satisfied, None).await;
    record(&journal, signed_on(), None).await.unwrap();
    drop(journal);
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("二"));
    let journal = open(folder.path(), clock());
    let (reply, done) = tokio::sync::oneshot::channel();
    journal.remember("three".into(), move |result| drop(reply.send(result)));
    done.await.unwrap().unwrap();
    drop(journal);
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("three"));
    let file = Connection::open(folder.path().join("journal.sqlite")).unwrap();
    let sql = "select count(memory) from entries";
    assert_eq!(file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 1, "and nothing else");
}

/// A disk whose log is cut off at any byte, as a kill or a power cut may leave it: either both the
/// entry and the memory are there, or neither.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_and_what_it_makes_remembered_are_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let journal = open(&disk, clock());
    record(&journal, signed_on(), Some("memory 2")).await.unwrap();
    let before = log_of(&disk).0;
    for seq in 3..9 {
        record(&journal, signed_on(), Some(&format!("memory {seq}"))).await.unwrap();
    }
    let after = log_of(&disk);
    let mut seen = std::collections::BTreeSet::new();
    for cut in (before..=after.0).step_by(2072 / 4) {
        let copy = folder.path().join(format!("cut-{cut}"));
        clone_disk(&disk, &copy);
        let log = std::fs::OpenOptions::new().write(true).open(copy.join("journal.sqlite-wal"));
        log.unwrap().set_len(u64::try_from(32 + cut).unwrap()).unwrap();
        std::fs::remove_file(copy.join("journal.sqlite-shm")).unwrap();
        let memory = remembered(&copy).await.unwrap();
        let file = Connection::open(copy.join("journal.sqlite")).unwrap();
        let sql = "select max(place) & 0xffff from entries";
        let last: i64 = file.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(memory, format!("memory {last}"), "cut at {cut}");
        seen.insert(last);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (2..9).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_its_memory_is_one_commit_of_less_than_five_kilobytes() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    let memory = "m".repeat(400);
    record(&journal, signed_on(), Some(&memory)).await.unwrap();
    let before = log_of(folder.path());
    for _ in 0..60 {
        record(&journal, signed_on(), Some(&memory)).await.unwrap();
    }
    let (bytes, commits) = log_of(folder.path());
    assert_eq!(commits - before.1, 60);
    assert!((bytes - before.0) / 60 <= 5000, "{} bytes each", (bytes - before.0) / 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_takes_no_memory_with_it() {
    const DAY: i64 = 24 * 3600 * 1000;
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), Driven::new());
    let saved = record(&journal, signed_on(), Some("who is on duty")).await.unwrap();
    for _ in 0..5 {
        tap(&journal, Satisfied, None).await;
    }
    let at = 1_795_000_000_000;
    journal.ask(move |file, _| file.advance(saved.incarnation, 8, at)).await.unwrap();
    assert_eq!(journal.ask(move |file, _| file.prune(at + 30 * DAY)).await.unwrap(), 6);
    drop(journal);
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("who is on duty"));
    let journal = open(folder.path(), clock());
    record(&journal, signed_on(), Some("somebody else")).await.unwrap();
    drop(journal);
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("somebody else"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_set_aside_remembers_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    record(&journal, signed_on(), Some("who is on duty")).await.unwrap();
    drop(journal);
    closed(folder.path()).await;
    let path = folder.path().join("journal.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(7).position(|window| window == b"\"seq\":2").unwrap();
    bytes[at + 2] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(remembered(folder.path()).await, None);
    assert!(!set_aside(folder.path()).is_empty());
}
