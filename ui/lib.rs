//! The terminal's screens. The markup lies beside this file; `api.slint` is all that Rust may touch:
//! [`App`] is the window, and its globals are for the citizen, the person on duty, the technician.
//! Rust writes the properties, a person calls the callbacks.

slint::include_modules!();

/// The languages of the screen by code, each with its own name; the first is that of the markup.
pub const LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));
