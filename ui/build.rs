//! Compiles the markup, with every language found in `lang`; debug builds keep what tests need to find elements.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

/// The words in the markup themselves.
const SOURCE: (&str, &str) = ("zh", "中文");

/// What is built into the program.
const FONTS: [&str; 2] = ["fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf"];

/// The header of a .po file that says what its language calls itself.
const OWN_NAME: &str = "X-Language-Name:";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=lang");
    let debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let config = CompilerConfiguration::new()
        .with_bundled_translations("lang")
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(debug);
    slint_build::compile_with_config("app.slint", config).expect("app.slint compiles");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names a folder"));
    fs::write(out.join("languages.rs"), languages()).expect("the languages are written");
    fs::write(out.join("covered.rs"), covered()).expect("the covered characters are written");
}

/// The characters that every font of [`FONTS`] has, as Rust: the first and the last of each run, in order.
fn covered() -> String {
    let all = FONTS.map(characters);
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for character in all[0].iter().copied().filter(|one| all.iter().all(|font| font.contains(one)))
    {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == character => *last = character,
            _ => runs.push((character, character)),
        }
    }
    format!("&{runs:?}")
}

fn characters(font: &str) -> BTreeSet<u32> {
    println!("cargo::rerun-if-changed={font}");
    let bytes = fs::read(font).expect("a shipped font can be read");
    let face = ttf_parser::Face::parse(&bytes, 0).expect("a shipped font is one");
    let tables = face.tables().cmap.expect("a shipped font has a character map").subtables;
    let mut found = BTreeSet::new();
    for table in tables.into_iter().filter(|table| table.is_unicode()) {
        table.codepoints(|one| {
            if table.glyph_index(one).is_some_and(|glyph| glyph.0 != 0) {
                found.insert(one);
            }
        });
    }
    found
}

/// The table of languages as Rust: the source language, then each folder of `lang` by its name.
fn languages() -> String {
    let mut found: Vec<(String, String)> = fs::read_dir("lang")
        .expect("lang can be read")
        .map(|entry| entry.expect("lang can be read").path())
        .filter_map(|folder| Some((folder.file_name()?.to_str()?.to_owned(), own_name(&folder)?)))
        .collect();
    found.sort();
    found.insert(0, (SOURCE.0.into(), SOURCE.1.into()));
    format!("&{found:?}")
}

/// What the language of this folder calls itself.
fn own_name(folder: &Path) -> Option<String> {
    let words = fs::read_to_string(folder.join("LC_MESSAGES/pingyi-ui.po")).ok()?;
    let header = words.lines().find_map(|line| line.strip_prefix('"')?.strip_prefix(OWN_NAME))?;
    Some(header.trim_end_matches('"').trim_end_matches("\\n").trim().to_owned())
}
