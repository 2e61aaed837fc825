//! The rules of the house as tests. Each rule is a function from text to faults, tried on bad
//! snippets beside it; here they meet the repository.

mod imports;
mod markup;
mod released;
mod rust;
mod sizes;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use rust::Source;

/// What may stand at the root, beside dotfiles; anything else needs a decision record.
const ROOT: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE",
    "src",
    "ui",
    "kiosk-config",
    "tests",
    "benches",
    "docs",
];

#[test]
fn arrows_only_go_down() {
    hold(sources(&["src"]).iter().flat_map(imports::faults));
}

#[test]
fn slint_axum_and_rusqlite_stay_behind_their_fences() {
    hold(sources(&["src"]).iter().flat_map(imports::fence_faults));
}

#[test]
fn every_file_has_one_subject_and_fits_its_size() {
    let rust = sources(&["src", "tests", "benches", "ui"]);
    let markup = files(&["ui"], "slint");
    let lines = |text: &str| text.lines().count();
    let of_rust: Vec<_> = rust.iter().map(|source| lines(&source.text)).collect();
    let of_markup: Vec<_> = markup.iter().map(|(_, text)| lines(text)).collect();
    println!(
        "lines a file, median: Rust {}, Slint {}",
        sizes::median(of_rust),
        sizes::median(of_markup)
    );
    let rust = rust.iter().filter_map(|source| sizes::too_long(&source.path, &source.text, 400));
    let markup = markup.iter().filter_map(|(path, text)| sizes::too_long(path, text, 200));
    hold(rust.chain(markup));
}

#[test]
fn every_function_fits_on_a_page() {
    let sources = sources(&["src", "tests", "benches", "ui"]);
    let functions: Vec<_> = sources.iter().flat_map(sizes::functions).collect();
    let lines = functions.iter().map(|function| function.lines).collect();
    println!("lines a function, median: {}", sizes::median(lines));
    hold(functions.iter().filter_map(|function| function.fault(70)));
}

#[test]
fn library_code_neither_panics_nor_prints_nor_keeps_globals() {
    hold(sources(&["src"]).iter().flat_map(words::faults));
}

#[test]
fn no_test_is_skipped() {
    hold(sources(&["src", "tests", "benches", "ui"]).iter().flat_map(words::skipped));
}

#[test]
fn whatever_can_be_touched_says_what_it_is() {
    let markup = files(&["ui"], "slint");
    hold(markup.iter().flat_map(|(path, text)| markup::faults(path, text)));
}

#[test]
fn a_released_migration_does_not_change() {
    let list = fs::read_to_string(root().join("tests/it/tidy/released-migrations.txt")).unwrap();
    hold(released::faults(&list, |path| fs::read(root().join(path)).ok()));
}

#[test]
fn the_root_holds_what_the_house_allows() {
    let names = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name());
    hold(names.filter_map(|name| stranger(name.to_str().unwrap())));
}

fn stranger(name: &str) -> Option<String> {
    let known = name.starts_with('.') || name == "target" || ROOT.contains(&name);
    (!known).then(|| format!("{name}: does not belong at the root"))
}

#[test]
fn a_stranger_at_the_root_is_told() {
    assert!(stranger("utils").is_some());
    assert!(stranger("clippy.toml").is_some());
    assert_eq!(stranger(".clippy.toml"), None);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn hold(faults: impl Iterator<Item = String>) {
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let files = files(folders, "rs").into_iter();
    files.map(|(path, text)| Source::new(&path, text)).collect()
}

/// The files under `folders` that end so: their path from the root, and their text.
fn files(folders: &[&str], extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
