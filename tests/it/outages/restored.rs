//! A center that forgets: restored from a backup, with and without a new epoch.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pingyi::center::ops::{self, Restoration};
use pingyi::chain::{Entry, StartReason};
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::sqlite;
use pingyi::terminal::journal::Saved;

use crate::support::books::Books;
use crate::support::copies::{clone_disk, closed, copy_database};
use crate::support::world::{Driven, Rig, World, brisk, clock, drained, tap, until};

/// Puts a backup in place of the center's database; `is_told` opens a new epoch as the operator's
/// command does.
pub async fn restore(world: &mut World, backup: &Path, is_told: bool) {
    world.stop().await;
    world.reopen(|data| copy_database(backup, &data.join("center.sqlite3"))).await;
    if is_told {
        let center = &world.center;
        let now = center.clock.now().wall;
        let restoration = Restoration { person: "test", reason: "disk lost", now };
        let id = center.key.public().center_id();
        ops::open_epoch(&center.db, &center.recorder, id, restoration).await.unwrap();
    }
    world.start().await;
}

async fn backup(world: &World) -> PathBuf {
    let file = world.folder.path().join("backup.sqlite3");
    world.center.db.backup(&file).await.unwrap();
    file
}

async fn tap_often(rig: &Rig, level: pingyi::domain::Level, count: usize) -> Vec<Saved> {
    let journal = rig.journal();
    let mut taps = Vec::new();
    for _ in 0..count {
        taps.push(tap(&journal, level, None).await);
    }
    drained(&journal).await;
    taps
}

/// A terminal that has been through two lives; both had entries after the backup.
async fn forget_and_refill(is_told: bool) {
    let mut world = World::new().await;
    let url = world.url();
    let folder = world.folder.path().join("disk");
    world.seat(&folder, "w3").await;
    let start = || Rig::start_with(&folder, brisk(&url), clock());
    let rig = start();
    let mut taps = tap_often(&rig, Satisfied, 3).await;
    rig.stop();
    closed(&folder).await;
    let clone = world.folder.path().join("clone");
    clone_disk(&folder, &clone);
    let kept = backup(&world).await;
    let other = Rig::start_with(&clone, brisk(&url), clock());
    taps.extend(tap_often(&other, Basic, 4).await);
    other.stop();
    // A branch of the first life, then the second life, all after the backup.
    let rig = start();
    taps.extend(tap_often(&rig, Dissatisfied, 5).await);
    rig.stop();
    let rig = start();
    taps.extend(tap_often(&rig, Satisfied, 6).await);
    rig.stop();
    Books::read(&world).await;
    restore(&mut world, &kept, is_told).await;
    assert_eq!(world.counted().await, [3, 0, 0], "the backup is older");
    let rig = start();
    let other = Rig::start_with(&clone, brisk(&url), clock());
    taps.extend(tap_often(&rig, Satisfied, 1).await);
    taps.extend(tap_often(&other, Satisfied, 1).await);
    let books = Books::read(&world).await;
    let lost: Vec<_> = taps.iter().filter(|saved| !books.holds(saved)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), taps.len());
    rig.stop();
    other.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_that_is_told_every_life_is_offered_again() {
    forget_and_refill(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_that_nobody_told_every_life_is_offered_again() {
    forget_and_refill(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_epoch_names_the_old_one_and_the_center_s_journal_before() {
    let mut world = World::new().await;
    let before = "select cast(size as bigint) as n from log";
    let size = world.number(before).await;
    let kept = backup(&world).await;
    let epochs = "select epoch as n from log";
    let old = world.number(epochs).await;
    restore(&mut world, &kept, true).await;
    assert!(world.number(epochs).await > old);
    assert_eq!(world.number("select size as n from epochs").await, size);
    assert_eq!(world.number("select base as n from log").await, size);
    assert_eq!(world.number(before).await, 2, "a start and an act");
    let db = &world.center.db;
    let sql = "select incarnation, body from batches order by first_leaf desc limit 1";
    let row = db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    let text = std::str::from_utf8(row.bytes("body").unwrap()).unwrap();
    let mut lines = text.lines();
    let (public, private) = (lines.next().unwrap().into(), lines.next().unwrap().into());
    let (start, _) = Entry { public, private }.read().unwrap();
    let predecessor = start.predecessor.unwrap();
    assert_eq!(start.reason, Some(StartReason::RolledBack));
    assert_ne!(predecessor.incarnation.0.as_slice(), row.bytes("incarnation").unwrap());
    assert_eq!(i64::try_from(predecessor.seq).unwrap(), size, "all of it was the center's own");
    Books::read(&world).await;
}

/// How many entries a journal keeps.
fn kept_in(folder: &Path) -> i64 {
    let file = folder.join("journal.sqlite");
    let journal = sqlite::open_read_only(&file, sqlite::Options::default()).unwrap();
    journal.query_row("select count(*) from entries", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pruned_terminal_states_the_gap_and_goes_on() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let time = Driven::new();
    let mut world = World::with(None, time.clone(), &[]).await;
    let folder = world.folder.path().join("disk");
    world.seat(&folder, "w3").await;
    let kept = backup(&world).await;
    let rig = Rig::start_with(&folder, brisk(&world.url()), time.clone());
    let journal = rig.journal();
    for _ in 0..8 {
        tap(&journal, Satisfied, None).await;
    }
    drained(&journal).await;
    time.advance(DAY * 2);
    tap(&journal, Basic, None).await;
    drained(&journal).await;
    time.advance(DAY * 31);
    for _ in 0..4 {
        tap(&journal, Basic, None).await;
    }
    world.counts([8, 5, 0]).await;
    until("the old entries are pruned", || async { (kept_in(&folder) == 4).then_some(()) }).await;
    restore(&mut world, &kept, true).await;
    // The gap is stated, recorded, flagged, and what is still there arrives.
    tap(&journal, Dissatisfied, None).await;
    until("the gap is recorded", || async { (world.flags("gap").await == 1).then_some(()) }).await;
    world.counts([0, 4, 1]).await;
    assert_eq!(world.number("select count(*) as n from gaps").await, 1);
    drained(&journal).await;
    Books::read(&world).await;
    rig.stop();
}
