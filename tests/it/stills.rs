//! `pingyi terminal --picture`: the real program draws any screen of any content.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::RgbImage;
use pingyi::center::content::store;
use tempfile::TempDir;

use crate::sample;
use crate::support::world::World;

/// A folder with a bundle as a terminal keeps it: the signature's line, then the JSON.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let mut bundle = sample::content().bundle;
        bundle.staff[0].portrait_file.clear();
        let json = serde_json::to_string(&bundle).unwrap();
        std::fs::write(folder.path().join("bare.json"), &json).unwrap();
        std::fs::write(folder.path().join("content.bundle"), format!("signature\n{json}")).unwrap();
        Desk { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, source: &Path, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_pingyi"))
            .args(["terminal", "--picture"])
            .arg(source)
            .args(["-o", "a.png"])
            .args(more)
            .current_dir(self.folder.path())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .unwrap()
    }

    fn draw(&self, source: &Path, more: &[&str]) -> RgbImage {
        let output = self.run(source, more);
        assert!(output.status.success(), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
        let picture = image::open(self.path("a.png")).unwrap().into_rgb8();
        std::fs::remove_file(self.path("a.png")).unwrap();
        picture
    }
}

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk-config/demo")
}

#[test]
fn a_kept_bundle_and_a_bare_one_are_drawn_alike_in_every_size_and_look() {
    let desk = Desk::new();
    let kept = desk.path("content.bundle");
    let home = desk.draw(&kept, &[]);
    assert_eq!(home.dimensions(), (1280, 800));
    assert_eq!(home, desk.draw(&desk.path("bare.json"), &["--screen", "home"]));
    let looks = ["--large-text", "--contrast", "--language=en", "--screen=off-duty"];
    let others = looks.map(|look| desk.draw(&kept, &[look]));
    for (at, other) in others.iter().enumerate() {
        assert!(*other != home && !others[..at].contains(other), "{}", looks[at]);
    }
    for (size, dimensions) in [("1024x600", (1024, 600)), ("800x1280", (800, 1280))] {
        assert_eq!(desk.draw(&kept, &["--size", size]).dimensions(), dimensions);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_can_be_drawn_with_the_content_of_the_sample_office() {
    let desk = Desk::new();
    let world = World::new().await;
    let signed = store::newest(&world.center.db, &"w3".parse().unwrap()).await.unwrap().unwrap();
    let office = desk.path("office.bundle");
    std::fs::write(&office, signed.bundle).unwrap();
    // What is wrong is answered with all that is right.
    let output = desk.run(&office, &["--screen", "nowhere"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let names = told.split_once("allowed: ").unwrap().1.trim().split(", ");
    let names: Vec<&str> = names.collect();
    assert!(names.len() >= 40, "{names:?}");
    let mut seen: Vec<(&str, RgbImage)> = Vec::new();
    for name in names {
        // No address for a phone, so no opinion can be written.
        if name == "opinion" {
            continue;
        }
        let picture = desk.draw(&office, &["--size=800x600", "--screen", name]);
        let alike = seen.iter().find(|(_, other)| *other == picture);
        assert!(
            alike.is_none() || ["saving", "filing", "complaint-phone"].contains(&name),
            "{name}"
        );
        seen.push((name, picture));
    }
}

#[test]
fn an_office_s_folder_is_drawn_as_its_windows_will_be() {
    let desk = Desk::new();
    let draw = |more: &[&str]| desk.draw(&demo(), &[&["--size=800x600"], more].concat());
    let hers = draw(&["--window=w3"]);
    assert_ne!(hers, draw(&["--window=w5"]));
    assert_eq!(hers, draw(&["--window=w3", "--staff=0317"]));
    assert_ne!(hers, draw(&["--window=w3", "--staff=0318"]));
    let item = ["--window=w3", "--screen=guide-item"];
    assert_ne!(draw(&item), draw(&[&item[..], &["--item=hpv9-vaccine"]].concat()));
    draw(&["--screen=opinion"]);
}

#[test]
fn a_character_that_no_font_has_is_a_visible_gap() {
    let desk = Desk::new();
    let with = |character: &str| {
        let mut bundle = sample::content().bundle;
        bundle.staff[0].portrait_file.clear();
        bundle.staff[0].badge.name.zh = format!("林{character}慧");
        let file = desk.path("rare.json");
        std::fs::write(&file, serde_json::to_string(&bundle).unwrap()).unwrap();
        desk.draw(&file, &[])
    };
    let (rare, placeholder, blank) = (with("\u{3d0a0}"), with("〓"), with("\u{3000}"));
    assert_eq!(rare, placeholder);
    assert_ne!(rare, blank);
}

#[test]
fn what_cannot_be_drawn_is_told_with_what_can() {
    let desk = Desk::new();
    let bare = desk.path("bare.json");
    std::fs::write(desk.path("text"), "no bundle").unwrap();
    for (source, more, found, allowed) in [
        (&bare, "--screen=nowhere", "found:   nowhere", "home, idle, prompt"),
        (&bare, "--screen=guide-item", "found:   guide-item", "with it one comes to guide"),
        (&bare, "--screen=phone", "found:   phone", "with it one comes to thanks"),
        (&bare, "--size=99x99", "found:   99x99", "as in 1280x800, from 640x400"),
        (&bare, "--language=中文", "found:   中文", "the code of a language"),
        (&bare, "--staff=9999", "found:   9999", "allowed: 0317"),
        (&bare, "--item=nothing", "found:   nothing", "the content has none"),
        (&demo(), "--window=w9", "found:   w9", "w1, w2, w3, w4, w5, w6"),
        (&desk.path("text"), "--screen=home", "cannot be read", "content.bundle of a terminal"),
        (&desk.path("none"), "--screen=home", "No such file", "a readable bundle"),
    ] {
        let output = desk.run(source, &[more]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{more}: {told}");
        assert!(told.contains(found) && told.contains(allowed), "{more}: {told}");
        assert!(!desk.path("a.png").exists(), "{more}");
    }
}
