//! The terminal's screens. The markup lies beside this file; `api.slint` is all that Rust may touch:
//! [`App`] is the window; [`Kiosk`], [`Desk`] and [`Upkeep`] are its globals, one for each kind of person before
//! the glass. Rust writes the properties, a person calls the callbacks.

slint::include_modules!();

/// The languages of the screens: code, and what the language calls itself; that of the markup comes first.
/// A folder in `lang` with a .po file adds one, and nothing else has to be touched; a script that the shipped
/// fonts do not have needs a font in `SLINT_FONT_PATH` or on the system.
pub const LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The characters that both shipped fonts have: the first and the last of each run, in order.
const COVERED: &[(u32, u32)] = include!(concat!(env!("OUT_DIR"), "/covered.rs"));

/// Whether the shipped fonts have a character; one that they lack is looked for in the system's.
#[must_use]
pub fn covers(character: char) -> bool {
    let code = u32::from(character);
    let after = COVERED.partition_point(|(first, _)| *first <= code);
    COVERED[..after].last().is_some_and(|(_, last)| code <= *last)
}
