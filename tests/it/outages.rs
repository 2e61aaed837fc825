//! Nothing lost, nothing twice, nothing stranded: the real journal and uplink against a real center
//! that goes away, comes back, and forgets.

mod copies;
mod cuts;
mod killed;
mod random;
mod restored;

use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};

use crate::support::copies::{clone_disk, closed, copy_database};
use crate::support::world::{Rig, World, drained, tap, until};

const TREE_SIZE: &str = "select size as n from log";

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_is_counted_once() {
    let world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    tap(&journal, Dissatisfied, None).await;
    world.counts([1, 0, 1]).await;
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_counts_in_the_place_of_its_rating() {
    let world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    let first = tap(&journal, Dissatisfied, None).await;
    world.counts([0, 0, 1]).await;
    let second = tap(&journal, Basic, Some(first.clone())).await;
    assert_eq!(second.receipt, first.receipt, "one citizen, one receipt");
    world.counts([0, 1, 0]).await;
    // A rating that was corrected once stays so.
    tap(&journal, Satisfied, Some(first)).await;
    let marker = tap(&journal, Satisfied, None).await;
    assert_ne!(marker.receipt, second.receipt);
    world.counts([1, 1, 0]).await;
    let sql = "select count(*) as n from flags where rule = 'correction_of_nothing'";
    assert_eq!(world.number(sql).await, 1);
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tapped_while_the_center_was_away_arrives_in_order() {
    let mut world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    world.counts([1, 0, 0]).await;
    for _ in 0..3 {
        world.stop().await;
        for _ in 0..7 {
            tap(&journal, Basic, None).await;
        }
        world.start().await;
    }
    world.counts([1, 21, 0]).await;
    let sql = "select count(*) - (max(seq) - min(seq) + 1) as n from ratings";
    assert_eq!(world.number(sql).await, 0, "no seq twice, none left out");
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_was_off_sends_what_it_kept() {
    let mut world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    world.stop().await;
    for _ in 0..5 {
        tap(&journal, Satisfied, None).await;
    }
    let folder = rig.folder.clone();
    drop(journal);
    rig.stop();
    world.start().await;
    let rig = Rig::start(&folder, &world.url(), None);
    world.counts([5, 0, 0]).await;
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_center_restored_from_an_older_backup_is_filled_again() {
    let mut world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    for _ in 0..4 {
        tap(&journal, Satisfied, None).await;
    }
    world.counts([4, 0, 0]).await;
    let backup = world.folder.path().join("backup.sqlite3");
    world.center.db.backup(&backup).await.unwrap();
    for _ in 0..6 {
        tap(&journal, Dissatisfied, None).await;
    }
    world.counts([4, 0, 6]).await;
    world.stop().await;
    world.reopen(|data| copy_database(&backup, &data.join("center.sqlite3"))).await;
    assert_eq!(world.counted().await, [4, 0, 0], "the backup is older");
    world.start().await;
    world.counts([4, 0, 6]).await;
    tap(&journal, Basic, None).await;
    world.counts([4, 1, 6]).await;
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_journal_becomes_a_branch_and_loses_nothing() {
    let mut world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    for _ in 0..3 {
        tap(&journal, Satisfied, None).await;
    }
    world.counts([3, 0, 0]).await;
    drained(&journal).await;
    let folder = rig.folder.clone();
    drop(journal);
    rig.stop();
    closed(&folder).await;
    let clone = world.folder.path().join("clone");
    clone_disk(&folder, &clone);
    // The first goes on and is heard.
    let first = Rig::start(&folder, &world.url(), None);
    let journal = first.journal();
    tap(&journal, Basic, None).await;
    world.counts([3, 1, 0]).await;
    drop(journal);
    first.stop();
    // The clone goes on from the same place, without a network, with other answers.
    world.stop().await;
    let second = Rig::start(&clone, &world.url(), None);
    let journal = second.journal();
    tap(&journal, Dissatisfied, None).await;
    tap(&journal, Dissatisfied, None).await;
    world.start().await;
    // They are kept and acknowledged, and wait for a person; what comes after is counted.
    until("the branch is stored", || async {
        let kept = world.number("select count(*) as n from branches").await;
        (kept > 0).then_some(())
    })
    .await;
    until("a new life has begun", || async {
        let lives =
            world.number("select count(*) as n from positions where terminal_id <> 'center'");
        (lives.await == 2).then_some(())
    })
    .await;
    tap(&journal, Satisfied, None).await;
    world.counts([4, 1, 0]).await;
    let sql = "select cast(sum(last_seq - first_seq + 1) as bigint) as n from branches";
    assert_eq!(world.number(sql).await, 2, "both answers are kept");
    assert_eq!(world.number("select count(*) as n from flags where rule = 'fork'").await, 1);
    second.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_back_journal_begins_a_new_life() {
    let world = World::new().await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    world.counts([1, 0, 0]).await;
    let folder = rig.folder.clone();
    drop(journal);
    rig.stop();
    closed(&folder).await;
    let image = world.folder.path().join("image.sqlite");
    copy_database(&folder.join("journal.sqlite"), &image);
    let rig = Rig::start(&folder, &world.url(), None);
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    tap(&journal, Satisfied, None).await;
    world.counts([3, 0, 0]).await;
    drop(journal);
    rig.stop();
    closed(&folder).await;
    copy_database(&image, &folder.join("journal.sqlite"));
    let rig = Rig::start(&folder, &world.url(), None);
    let journal = rig.journal();
    until("a new life has begun", || async {
        let lives =
            world.number("select count(*) as n from positions where terminal_id <> 'center'");
        (lives.await == 2).then_some(())
    })
    .await;
    tap(&journal, Dissatisfied, None).await;
    world.counts([3, 0, 1]).await;
    assert_eq!(world.number("select count(*) as n from branches").await, 0);
    assert!(world.number(TREE_SIZE).await > 5);
    rig.stop();
}
