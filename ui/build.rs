//! Compiles the markup with every language that lies in lang/; debug builds keep what tests need to
//! find elements.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=lang");
    let debug = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let config = CompilerConfiguration::new()
        .with_bundled_translations("lang")
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(debug);
    slint_build::compile_with_config("app.slint", config).expect("app.slint compiles");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(folder.join("languages.rs"), languages()).expect("the list is written");
}

/// The languages there are: that of the markup, then a folder each, with the name by which those
/// who speak it call it: the header `X-Language-Name` of its words.
fn languages() -> String {
    let mut codes: Vec<String> = std::fs::read_dir("lang")
        .expect("lang is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    codes.sort();
    let mut list = String::from("&[(\"zh\", \"中文\")");
    for code in codes {
        let name = own_name(&Path::new("lang").join(&code).join("LC_MESSAGES/pingyi-ui.po"));
        write!(list, ", ({code:?}, {:?})", name.unwrap_or_else(|| code.clone()))
            .expect("a text grows");
    }
    list + "]"
}

fn own_name(words: &Path) -> Option<String> {
    let text = std::fs::read_to_string(words).ok()?;
    let line = text.lines().find_map(|line| line.split("X-Language-Name: ").nth(1))?;
    Some(line.trim_end_matches("\\n\"").trim().to_owned())
}
