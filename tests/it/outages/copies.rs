//! One journal on several disks: clones, clones of clones, images put back.

use std::path::PathBuf;

use pingyi::domain::Level;
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::terminal::journal::Saved;

use crate::support::books::Books;
use crate::support::copies::{clone_disk, closed, copy_database};
use crate::support::world::{Rig, World, brisk, clock, drained, tap};

struct Disk(PathBuf);

impl Disk {
    async fn seated(world: &World) -> Disk {
        let folder = world.folder.path().join("disk");
        world.seat(&folder, "w3").await;
        Disk(folder)
    }

    async fn cloned(&self, name: &str) -> Disk {
        closed(&self.0).await;
        let to = self.0.with_file_name(name);
        clone_disk(&self.0, &to);
        Disk(to)
    }

    async fn keep_image(&self) -> PathBuf {
        closed(&self.0).await;
        let image = self.0.with_file_name("image.sqlite");
        copy_database(&self.0.join("journal.sqlite"), &image);
        image
    }

    async fn put_back(&self, image: &std::path::Path) {
        closed(&self.0).await;
        copy_database(image, &self.0.join("journal.sqlite"));
    }

    /// Runs the terminal on this disk: taps, with or without the center, and perhaps drains.
    async fn run(&self, url: &str, level: Level, count: usize, online: bool) -> Vec<Saved> {
        let nowhere = "http://127.0.0.1:1";
        let config = brisk(if online { url } else { nowhere });
        let rig = Rig::start_with(&self.0, config, clock());
        let journal = rig.journal();
        let mut taps = Vec::new();
        for _ in 0..count {
            taps.push(tap(&journal, level, None).await);
        }
        if online {
            drained(&journal).await;
        }
        rig.stop();
        taps
    }
}

async fn assert_held(world: &World, taps: &[Saved]) {
    let books = Books::read(world).await;
    let lost: Vec<_> = taps.iter().filter(|saved| !books.holds(saved)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {:?}", lost.len(), taps.len(), lost.first());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_that_goes_on_for_hundreds_of_entries_is_one_branch() {
    let world = World::new().await;
    let url = world.url();
    let first = Disk::seated(&world).await;
    let mut taps = first.run(&url, Satisfied, 5, true).await;
    // Some entries are on both disks and not yet at the center.
    taps.extend(first.run(&url, Satisfied, 5, false).await);
    let second = first.cloned("clone").await;
    taps.extend(first.run(&url, Basic, 60, true).await);
    let apart = second.run(&url, Dissatisfied, 650, false).await;
    taps.extend(apart.iter().cloned());
    taps.extend(second.run(&url, Basic, 1, true).await);
    assert_held(&world, &taps).await;
    let sql = "select cast(sum(last_seq - first_seq + 1) as bigint) as n from branches";
    assert_eq!(world.number(sql).await, 651, "kept once each, and the tap that found it out");
    assert_eq!(world.counted().await, [10, 60, 0]);
    // Both go on in lives of their own.
    taps.extend(first.run(&url, Satisfied, 3, true).await);
    taps.extend(second.run(&url, Satisfied, 3, true).await);
    assert_held(&world, &taps).await;
    assert_eq!(world.counted().await, [16, 60, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_of_a_clone_loses_nothing() {
    let world = World::new().await;
    let url = world.url();
    let first = Disk::seated(&world).await;
    let mut taps = first.run(&url, Satisfied, 3, true).await;
    let second = first.cloned("second").await;
    taps.extend(second.run(&url, Basic, 4, false).await);
    let third = second.cloned("third").await;
    taps.extend(first.run(&url, Satisfied, 8, false).await);
    taps.extend(second.run(&url, Basic, 5, false).await);
    taps.extend(third.run(&url, Dissatisfied, 6, false).await);
    for disk in [&third, &first, &second] {
        taps.extend(disk.run(&url, Satisfied, 0, true).await);
    }
    for disk in [&first, &second, &third] {
        taps.extend(disk.run(&url, Satisfied, 2, true).await);
    }
    assert_held(&world, &taps).await;
    let lives = "select count(*) as n from positions where terminal_id <> 'center'";
    assert_eq!(world.number(lives).await, 3, "the first that came keeps the life");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_copies_alternately_online_lose_nothing() {
    let world = World::new().await;
    let url = world.url();
    let first = Disk::seated(&world).await;
    let mut taps = first.run(&url, Satisfied, 2, true).await;
    let second = first.cloned("second").await;
    for turn in 0..6 {
        let (level, disk) = if turn % 2 == 0 { (Basic, &first) } else { (Dissatisfied, &second) };
        taps.extend(disk.run(&url, level, 3, !(2..=3).contains(&turn)).await);
    }
    for disk in [&first, &second] {
        taps.extend(disk.run(&url, Satisfied, 1, true).await);
    }
    assert_held(&world, &taps).await;
    let lives = "select count(*) as n from positions where terminal_id <> 'center'";
    assert_eq!(world.number(lives).await, 2, "each has one life of its own, and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_rolled_back_with_other_taps_since_is_kept_as_a_branch() {
    let world = World::new().await;
    let url = world.url();
    let disk = Disk::seated(&world).await;
    let mut taps = disk.run(&url, Satisfied, 4, true).await;
    let image = disk.keep_image().await;
    taps.extend(disk.run(&url, Basic, 5, true).await);
    disk.put_back(&image).await;
    // The same places with other answers, fewer and then more than the center has.
    taps.extend(disk.run(&url, Dissatisfied, 3, false).await);
    taps.extend(disk.run(&url, Dissatisfied, 9, false).await);
    taps.extend(disk.run(&url, Satisfied, 1, true).await);
    assert_held(&world, &taps).await;
    assert_eq!(world.counted().await, [4, 5, 0], "what differs waits for a person");
    taps.extend(disk.run(&url, Satisfied, 2, true).await);
    assert_eq!(world.counted().await, [6, 5, 0]);
    assert_held(&world, &taps).await;
}

/// A correction belongs where its rating is, even when the journal has begun another life since.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_after_a_new_life_began_does_not_count_a_citizen_twice() {
    let world = World::new().await;
    let url = world.url();
    let first = Disk::seated(&world).await;
    let mut taps = first.run(&url, Satisfied, 1, true).await;
    let second = first.cloned("second").await;
    taps.extend(first.run(&url, Basic, 1, true).await);
    // The clone's citizen taps, the center is met and the life found to be another's, and only
    // then the citizen thinks better of it.
    let rig = Rig::start_with(&second.0, brisk(&url), clock());
    let journal = rig.journal();
    let rating = tap(&journal, Dissatisfied, None).await;
    drained(&journal).await;
    let marker = tap(&journal, Satisfied, None).await;
    drained(&journal).await;
    assert_ne!(marker.incarnation, rating.incarnation, "a new life has begun");
    let better = tap(&journal, Satisfied, Some(rating.clone())).await;
    drained(&journal).await;
    rig.stop();
    assert_eq!((better.incarnation, &better.receipt), (rating.incarnation, &rating.receipt));
    taps.extend([rating, marker, better]);
    assert_held(&world, &taps).await;
    assert_eq!(world.counted().await, [2, 1, 0], "rating and correction wait together");
}
