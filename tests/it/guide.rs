//! The guide cannot go stale: its pictures are the golden ones, and the words that it quotes are the program's.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::pictures::golden::{home, writes_pictures};

/// A golden picture at 1280x800 in Chinese, and its name among the screenshots.
const GOLDEN: [(&str, &str); 19] = [
    ("home", "home"),
    ("thanks", "thanks"),
    ("off-duty", "off-duty"),
    ("sign-on", "sign-on"),
    ("desk", "desk"),
    ("desk-items", "items"),
    ("desk-absence", "absence"),
    ("away", "away"),
    ("prompt", "prompt"),
    ("guide", "service-guide"),
    ("complaint", "complaint"),
    ("wall", "wall"),
    ("cleaning", "cleaning"),
    ("paused", "paused"),
    ("not-enrolled", "not-enrolled"),
    ("enrol", "enrol"),
    ("upkeep", "maintenance"),
    ("button-test", "button-test"),
    ("touch-test", "touch-test"),
];

/// Pictures of pages in a browser: `look` takes them.
const OF_PAGES: [&str; 1] = ["overview"];

/// The documents that show pictures.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/guide.zh.md"];

fn golden_picture(name: &str) -> PathBuf {
    home().join(format!("tests/it/pictures/golden/{name}-1280x800-zh.png"))
}

fn screenshot(name: &str) -> PathBuf {
    home().join(format!("docs/screenshots/{name}.png"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(home().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Golden pictures are written by other threads; two copies of one do not meet.
static COPYING: Mutex<()> = Mutex::new(());

fn copy(golden: &str, shown_as: &str) {
    let _one_at_a_time = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    std::fs::copy(golden_picture(golden), screenshot(shown_as)).unwrap();
}

/// A golden picture was written: if the guide shows it, so is the guide's.
pub fn keep(golden: &str) {
    let shown = |(name, _): &&(&str, &str)| format!("{name}-1280x800-zh") == golden;
    if let Some((name, shown_as)) = GOLDEN.iter().find(shown) {
        copy(name, shown_as);
    }
}

#[test]
fn every_picture_of_the_guide_is_what_the_program_draws() {
    for (golden, shown_as) in GOLDEN {
        if writes_pictures() {
            copy(golden, shown_as);
            continue;
        }
        let of = |path: PathBuf| {
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        assert!(
            of(golden_picture(golden)) == of(screenshot(shown_as)),
            "{shown_as}.png is not the golden {golden}: PINGYI_WRITE_PICTURES=1 writes both"
        );
    }
}

#[test]
fn every_picture_is_shown_and_every_shown_picture_is_there() {
    let shown: BTreeSet<String> =
        DOCUMENTS.iter().flat_map(|path| pictures_in(&read(path))).collect();
    let known = GOLDEN.iter().map(|(_, name)| *name).chain(OF_PAGES);
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    let there: BTreeSet<String> = std::fs::read_dir(home().join("docs/screenshots"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".png").unwrap_or(&name).to_owned())
        .collect();
    assert_eq!(shown, known, "shown, and made by a test");
    assert_eq!(there, known, "in docs/screenshots, and made by a test");
}

/// The names in `![...](...screenshots/NAME.png)`.
fn pictures_in(text: &str) -> Vec<String> {
    let names = text.split("screenshots/").skip(1);
    names.filter_map(|rest| Some(rest.split_once(".png")?.0.to_owned())).collect()
}

#[test]
fn every_quoted_word_stands_on_the_screen_or_on_a_page() {
    let guide = read("docs/guide.zh.md");
    let screen = [texts("ui", "slint"), read("kiosk-config/demo/office.toml")].concat();
    let pages = texts("src/center", "rs");
    let mut strangers = Vec::new();
    for (open, close, texts) in [('「', '」', &screen), ('“', '”', &pages)] {
        let quoted = between(&guide, open, close);
        assert!(quoted.len() > 5, "{open}{close} quotes {quoted:?}");
        let stands = |text: &String| {
            [text.clone(), with_places(text)]
                .iter()
                .any(|text| texts.contains(&format!("\"{text}\"")))
        };
        strangers.extend(quoted.into_iter().filter(|text| !stands(text)));
    }
    assert!(strangers.is_empty(), "the guide quotes what nobody sees: {strangers:?}");
}

/// All files of a folder with this ending, one after the other.
fn texts(folder: &str, ending: &str) -> String {
    let mut folders = vec![home().join(folder)];
    let mut all = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

fn between(text: &str, open: char, close: char) -> BTreeSet<String> {
    let pieces = text.split(open).skip(1);
    pieces.filter_map(|rest| Some(rest.split_once(close)?.0.to_owned())).collect()
}

/// What the program fills in: `预计 10 分钟后恢复` is `预计 {} 分钟后恢复` in the markup.
fn with_places(text: &str) -> String {
    let mut places = String::new();
    let mut in_number = false;
    for letter in text.chars() {
        match letter.is_ascii_digit() {
            true if !in_number => places.push_str("{}"),
            true => {}
            false => places.push(letter),
        }
        in_number = letter.is_ascii_digit();
    }
    places
}

#[test]
fn what_is_looked_for_is_found_as_it_stands() {
    assert_eq!(with_places("预计 10 分钟后恢复"), "预计 {} 分钟后恢复");
    assert_eq!(with_places("选错了，改一下（5）"), "选错了，改一下（{}）");
    assert_eq!(between("按「完成」，再按「确定」", '「', '」').len(), 2);
    assert_eq!(
        pictures_in("![a](docs/screenshots/home.png) ![b](screenshots/desk.png)"),
        ["home", "desk"]
    );
}
