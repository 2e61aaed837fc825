//! Settings: a TOML file and the environment in, typed values out, or every problem at once.
//!
//! ```text
//! /etc/pingyi/terminal.toml:12: screen.idle_reset_seconds
//!     found:   5
//!     allowed: a whole number of seconds from 10 to 600
//! ```
//!
//! A key `section.key` is overridden by the variable `PINGYI_SECTION_KEY`; an empty variable
//! counts as not set. A relative path in a file starts at that file's folder. Settings are read
//! once, at start; whoever reads them ends with exit code 2 when they are refused, so a wrong
//! setting never waits to be discovered at the counter.
//!
//! The sample office and any other office folder are read with the same care: see [`office()`].

use std::path::Path;

pub mod center;
mod document;
mod fields;
mod nearest;
pub mod office;
mod problem;
mod secret;
pub mod terminal;
mod url;

pub use center::Center;
pub use office::{Office, office, sample_office, sample_pin};
pub use problem::{Problem, Problems};
pub use secret::Secret;
pub use terminal::Terminal;

use fields::Fields;

/// Looks a variable up by name; `std::env::var(name).ok()` outside of tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The terminal's settings from `path`, or only defaults and environment without one.
///
/// # Errors
/// Every problem of the file, the environment and the certificate file they name.
pub fn terminal(path: Option<&Path>, env: Environment<'_>) -> Result<Terminal, Problems> {
    let (file, bytes) = read(path)?;
    let settings = Terminal::parse(&file, &bytes, env)?;
    settings.check_files(&file)?;
    Ok(settings)
}

/// The center's settings from `path`, or only defaults and environment without one.
///
/// # Errors
/// Every problem of the file and the environment.
pub fn center(path: Option<&Path>, env: Environment<'_>) -> Result<Center, Problems> {
    let (file, bytes) = read(path)?;
    Center::parse(&file, &bytes, env)
}

/// What to do with `log.filter`, shared by both roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// A level, or a list such as `info,pingyi::terminal::uplink=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".into() }
    }
}

impl Log {
    fn read(fields: &mut Fields<'_>) -> Self {
        let filter = fields.text("log.filter", ALLOWED_FILTER, |text| {
            text.split(',').all(is_directive).then(|| text.to_owned())
        });
        filter.map_or_else(Self::default, |filter| Self { filter })
    }
}

const ALLOWED_FILTER: &str = "off, error, warn, info, debug or trace, or a list such as \
                              info,pingyi::terminal::uplink=debug";

fn is_directive(part: &str) -> bool {
    let (target, level) = part.split_once('=').unwrap_or(("pingyi", part));
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !target.is_empty()
        && target.chars().all(is_name)
        && ["off", "error", "warn", "info", "debug", "trace"].contains(&level)
}

fn read(path: Option<&Path>) -> Result<(String, Vec<u8>), Problems> {
    let Some(path) = path else {
        return Ok(("the defaults".into(), Vec::new()));
    };
    let file = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => Ok((file, bytes)),
        Err(error) => Err(Problems::from(Problem {
            file,
            line: None,
            key: "the file itself".into(),
            found: error.to_string(),
            allowed: "a readable settings file".into(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_level_or_a_list_of_targets_with_levels() {
        for good in ["info", "off", "warn,pingyi::center=debug", "hyper=error"] {
            assert!(good.split(',').all(is_directive), "{good}");
        }
        for bad in ["", "infoo", "info,", "=info", "a=b", "pingyi debug", "x=INFO"] {
            assert!(!bad.split(',').all(is_directive), "{bad}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_and_not_a_default() {
        let told =
            terminal(Some(Path::new("/nowhere/terminal.toml")), &|_| None).unwrap_err().to_string();
        assert!(told.contains("/nowhere/terminal.toml"), "{told}");
        assert!(told.contains("the file itself"), "{told}");
    }

    #[test]
    fn without_a_file_the_defaults_and_the_environment_stand() {
        let env = |name: &str| (name == "PINGYI_SCREEN_LANGUAGE").then(|| "en".to_owned());
        let settings = terminal(None, &env).unwrap();
        assert_eq!(settings.screen.language, terminal::Language::English);
        assert_eq!(settings.journal, terminal::Journal::default());
    }
}
