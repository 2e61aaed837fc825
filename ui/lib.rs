//! The terminal's screens. The markup lies beside this file; `api.slint` is all that Rust may touch:
//! [`App`] is the window; [`Kiosk`], [`Desk`] and [`Upkeep`] are its globals, one for each kind of person before
//! the glass. Rust writes the properties, a person calls the callbacks.

slint::include_modules!();

/// The languages of the screens: code, and what the language calls itself; that of the markup comes first.
/// A folder in `lang` with a .po file adds one, and nothing else has to be touched; a script that the shipped
/// fonts do not have needs a font in `SLINT_FONT_PATH` or on the system.
pub const LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));
