//! Compiles the markup, with its English words; debug builds keep what tests need to find elements.

use slint_build::{CompilerConfiguration, DefaultTranslationContext};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let debug = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let config = CompilerConfiguration::new()
        .with_bundled_translations("lang")
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(debug);
    slint_build::compile_with_config("app.slint", config).expect("app.slint compiles");
}
