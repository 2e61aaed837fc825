//! Anything in any order: taps, corrections, a center that stops and forgets, lines that break,
//! disks that are cloned and rolled back. A failure names its seed; the same seed does the same.

use std::fmt::Write;
use std::path::PathBuf;

use pingyi::domain::Level;
use pingyi::terminal::journal::{Journal, Saved};

use super::restored::restore;
use crate::support::books::Books;
use crate::support::chance::Chance;
use crate::support::copies::{clone_disk, closed, copy_database};
use crate::support::proxy::{ALL, Proxy};
use crate::support::world::{Rig, World, brisk, clock, drained, tap};

/// Sequences that are tried, and how many of them at a time.
const SEEDS: u64 = 240;
const TOGETHER: u64 = 6;

/// What is done in one sequence.
const STEPS: usize = 24;

/// The most disks that one terminal's journal comes to lie on.
const MOST_DISKS: usize = 3;

struct Tapped {
    saved: Saved,
    /// Whether the disk was rolled back behind it: then only the center may hold it still.
    is_fragile: bool,
    in_image: bool,
}

impl Tapped {
    fn new(saved: Saved) -> Tapped {
        Tapped { saved, is_fragile: false, in_image: false }
    }
}

struct Disk {
    folder: PathBuf,
    running: Option<(Rig, Journal)>,
    taps: Vec<Tapped>,
    has_image: bool,
}

struct Scene {
    world: World,
    proxy: Proxy,
    chance: Chance,
    disks: Vec<Disk>,
    has_backup: bool,
    is_serving: bool,
    story: String,
}

impl Disk {
    fn journal(&mut self, url: &str) -> Journal {
        let folder = &self.folder;
        let start = || {
            let rig = Rig::start_with(folder, brisk(url), clock());
            let journal = rig.journal();
            (rig, journal)
        };
        self.running.get_or_insert_with(start).1.clone()
    }

    async fn stop(&mut self) {
        if let Some((rig, journal)) = self.running.take() {
            drop(journal);
            rig.stop();
        }
        closed(&self.folder).await;
    }

    fn image_path(&self) -> PathBuf {
        self.folder.join("journal.image")
    }
}

impl Scene {
    async fn new(seed: u64) -> Scene {
        let world = World::new().await;
        // Pictures take most of the time, and are of no interest here.
        let mut tx = world.center.db.begin().await.unwrap();
        tx.run("delete from contents", Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
        let folder = world.folder.path().join("disk-0");
        world.seat(&folder, "w3").await;
        let proxy = Proxy::to(world.address).await;
        let disk = Disk { folder, running: None, taps: Vec::new(), has_image: false };
        Scene {
            world,
            proxy,
            chance: Chance::new(seed),
            disks: vec![disk],
            has_backup: false,
            is_serving: true,
            story: format!("seed {seed}:"),
        }
    }

    fn say(&mut self, what: &str, disk: usize) {
        let _ = write!(self.story, " {what}({disk})");
    }

    async fn step(&mut self) {
        let at = usize::try_from(self.chance.below(self.disks.len() as u64)).unwrap();
        match self.chance.below(20) {
            0..=6 => self.tap(at).await,
            7 | 8 => self.correct(at).await,
            9 | 10 => self.stop_or_start_center().await,
            11 | 12 => self.cut(),
            13 => self.clone(at).await,
            14 => self.keep_image(at).await,
            15 => self.roll_back(at).await,
            16 => self.back_up().await,
            17 => self.restore().await,
            18 => {
                self.say("kill", at);
                self.disks[at].stop().await;
            }
            _ => self.drain(at).await,
        }
    }

    async fn tap(&mut self, at: usize) {
        self.say("tap", at);
        let journal = self.disks[at].journal(&self.proxy.url());
        for _ in 0..=self.chance.below(4) {
            let level = *self.chance.pick(&Level::ALL);
            let saved = tap(&journal, level, None).await;
            self.disks[at].taps.push(Tapped::new(saved));
        }
    }

    async fn correct(&mut self, at: usize) {
        let Some(last) = self.disks[at].taps.last().map(|tapped| tapped.saved.clone()) else {
            return;
        };
        self.say("correct", at);
        let journal = self.disks[at].journal(&self.proxy.url());
        let saved = tap(&journal, *self.chance.pick(&Level::ALL), Some(last)).await;
        self.disks[at].taps.push(Tapped::new(saved));
    }

    async fn stop_or_start_center(&mut self) {
        self.say(if self.is_serving { "stop" } else { "start" }, 0);
        if self.is_serving {
            self.world.stop().await;
        } else {
            self.world.start().await;
        }
        self.is_serving = !self.is_serving;
    }

    fn cut(&mut self) {
        let (up, down) = match self.chance.below(3) {
            0 => (ALL, ALL),
            1 => (self.chance.below(4000), ALL),
            _ => (ALL, self.chance.below(1500)),
        };
        self.story.push_str(if (up, down) == (ALL, ALL) { " heal" } else { " cut" });
        self.proxy.cut_after(up, down);
    }

    async fn clone(&mut self, at: usize) {
        if self.disks.len() == MOST_DISKS {
            return;
        }
        self.say("clone", at);
        self.disks[at].stop().await;
        let folder = self.world.folder.path().join(format!("disk-{}", self.disks.len()));
        clone_disk(&self.disks[at].folder, &folder);
        let (running, has_image) = (None, self.disks[at].has_image);
        let taps = &self.disks[at].taps;
        let copy = |tap: &Tapped| Tapped { saved: tap.saved.clone(), ..*tap };
        let taps = taps.iter().map(copy).collect();
        self.disks.push(Disk { folder, running, taps, has_image });
    }

    async fn keep_image(&mut self, at: usize) {
        self.say("image", at);
        let disk = &mut self.disks[at];
        disk.stop().await;
        let journal = disk.folder.join("journal.sqlite");
        if journal.exists() {
            copy_database(&journal, &disk.image_path());
            disk.has_image = true;
            for tapped in &mut disk.taps {
                tapped.in_image = !tapped.is_fragile;
            }
        }
    }

    /// Puts the image back. What the disk alone held is lost with it, as it must be.
    async fn roll_back(&mut self, at: usize) {
        if !self.disks[at].has_image {
            return;
        }
        self.say("roll back", at);
        let disk = &mut self.disks[at];
        disk.stop().await;
        copy_database(&disk.image_path(), &disk.folder.join("journal.sqlite"));
        let books = Books::read(&self.world).await;
        for tapped in &mut disk.taps {
            tapped.is_fragile |= !tapped.in_image;
        }
        disk.taps.retain(|tapped| !tapped.is_fragile || books.holds(&tapped.saved));
    }

    async fn back_up(&mut self) {
        self.story.push_str(" backup");
        let file = self.world.folder.path().join("backup.sqlite3");
        drop(std::fs::remove_file(&file));
        self.world.center.db.backup(&file).await.unwrap();
        self.has_backup = true;
    }

    async fn restore(&mut self) {
        if !self.has_backup {
            return;
        }
        // As the operator does it. Untold, the center cannot say what it has forgotten of a life
        // that is over.
        self.story.push_str(" restore");
        let file = self.world.folder.path().join("backup.sqlite3");
        restore(&mut self.world, &file, true).await;
        self.is_serving = true;
        let books = Books::read(&self.world).await;
        for disk in &mut self.disks {
            disk.taps.retain(|tapped| !tapped.is_fragile || books.holds(&tapped.saved));
        }
    }

    async fn heal(&mut self) {
        self.proxy.cut_after(ALL, ALL);
        if !self.is_serving {
            self.stop_or_start_center().await;
        }
    }

    async fn drain(&mut self, at: usize) {
        self.say("drain", at);
        self.heal().await;
        let journal = self.disks[at].journal(&self.proxy.url());
        drained(&journal).await;
    }

    /// In the end all disks are online, together.
    async fn finish(&mut self) {
        self.heal().await;
        let url = self.proxy.url();
        let journals: Vec<Journal> = self.disks.iter_mut().map(|d| d.journal(&url)).collect();
        for _ in 0..2 {
            for journal in &journals {
                // A heartbeat may still bring on what a drained journal did not know.
                let marker = tap(journal, Level::Basic, None).await;
                drained(journal).await;
                let books = Books::read(&self.world).await;
                assert!(books.holds(&marker), "the last tap has arrived");
            }
        }
        let books = Books::read(&self.world).await;
        for disk in &self.disks {
            for Tapped { saved, .. } in &disk.taps {
                assert!(books.holds(saved), "lost: {saved:?}");
            }
        }
        let (sent, most) = (self.proxy.batches(), 400);
        assert!(sent <= most, "{sent} batches: a terminal that does not come to rest");
        drop(journals);
        for disk in &mut self.disks {
            disk.stop().await;
        }
    }
}

async fn play(seed: u64) {
    let mut scene = Scene::new(seed).await;
    for _ in 0..STEPS {
        scene.step().await;
    }
    let story = std::mem::take(&mut scene.story);
    println!("{story}");
    scene.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_counted_twice_whatever_happens() {
    let seeds = match std::env::var("PINGYI_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=SEEDS).collect::<Vec<u64>>(),
    };
    let mut failed = Vec::new();
    for together in seeds.chunks(usize::try_from(TOGETHER).unwrap()) {
        let plays: Vec<_> = together.iter().map(|seed| (seed, tokio::spawn(play(*seed)))).collect();
        for (seed, play) in plays {
            if play.await.is_err() {
                failed.push(*seed);
            }
        }
    }
    assert!(failed.is_empty(), "PINGYI_SEED={failed:?} fails");
}
