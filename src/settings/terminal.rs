//! The terminal's settings: kiosk-config/terminal.toml explains each.

mod keys;
mod maintenance;
mod screen;
mod trigger;

use std::path::{Path, PathBuf};

use super::fields::Fields;
use super::{Environment, Log, Problem, Problems, document, url};

pub use self::keys::{Card, Key, Keys};
pub use self::maintenance::{Maintenance, PinHash};
pub use self::screen::Screen;
pub use self::trigger::{Proof, Scope, Tls, Token, Trigger, token_of};
pub use crate::domain::Language;

/// What the device at the window is told once, at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Where the journal, the key and the content bundle live.
    pub data_dir: PathBuf,
    /// How to reach the center.
    pub center: CenterAccess,
    /// What the screen does.
    pub screen: Screen,
    /// How long the journal keeps what was acknowledged.
    pub journal: Journal,
    /// How often the uplink speaks.
    pub uplink: Uplink,
    /// The local interface for queue and business systems.
    pub trigger: Trigger,
    /// Keys and foot switches of the person on duty.
    pub keys: Keys,
    /// The card reader.
    pub card: Card,
    /// Who may open maintenance.
    pub maintenance: Maintenance,
    /// What is logged.
    pub log: Log,
}

/// How to reach the center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CenterAccess {
    /// Base address without a final slash; http only to this machine.
    pub url: String,
    /// PEM file of the authorities to trust instead of the built-in ones.
    pub ca_file: Option<PathBuf>,
    /// File with a one-time enrolment code, for a terminal set up without a keyboard; it may be
    /// missing.
    pub enrolment_file: Option<PathBuf>,
}

/// A text size of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSize {
    /// `normal`
    Normal,
    /// `large`: 1.35 times as large
    Large,
}

/// How long the journal keeps what was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Acknowledged entries stay so long, so that a restored center can be refilled.
    pub keep_days: u32,
}

/// How often the uplink speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uplink {
    /// The pause between two heartbeats.
    pub heartbeat_seconds: u32,
    /// The longest pause after failures.
    pub backoff_max_seconds: u32,
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            data_dir: "/var/lib/pingyi/terminal".into(),
            center: CenterAccess::default(),
            screen: Screen::default(),
            journal: Journal::default(),
            uplink: Uplink::default(),
            trigger: Trigger::default(),
            keys: Keys::default(),
            card: Card::default(),
            maintenance: Maintenance::default(),
            log: Log::default(),
        }
    }
}

impl Default for CenterAccess {
    fn default() -> Self {
        Self {
            url: "http://127.0.0.1:8480".into(),
            ca_file: None,
            enrolment_file: Some("/etc/pingyi/enrolment-code".into()),
        }
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self { keep_days: 30 }
    }
}

impl Default for Uplink {
    fn default() -> Self {
        Self { heartbeat_seconds: 30, backoff_max_seconds: 300 }
    }
}

impl Terminal {
    /// Reads the bytes of `file`, a name for reports; touches no file.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(file: &str, bytes: &[u8], env: Environment<'_>) -> Result<Self, Problems> {
        let (table, mut problems) = document::parse(file, bytes);
        let mut fields = Fields::of_document(file, table, env);
        let settings = Self::read(&mut fields);
        problems.append(fields.finish());
        problems.or(settings)
    }

    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let data_dir = fields.path("data_dir").unwrap_or(default.data_dir);
        let (center, screen) = (CenterAccess::read(fields), Screen::read(fields));
        let (keys, card) = Keys::read(fields);
        Self {
            data_dir,
            center,
            screen,
            journal: Journal {
                keep_days: fields
                    .number("journal.keep_days", 30..=3650, "days")
                    .unwrap_or(default.journal.keep_days),
            },
            uplink: Uplink::read(fields),
            trigger: Trigger::read(fields),
            keys,
            card,
            maintenance: Maintenance::read(fields),
            log: Log::read(fields),
        }
    }

    /// Looks at the files that the settings name and that must be there from the start.
    pub(super) fn check_files(&self, file: &str) -> Result<(), Problems> {
        let mut problems = Problems::default();
        let mut told = |key: &str, path: &Path, checked: Result<(), String>| {
            let Err(found) = checked else { return };
            problems.push(Problem {
                file: file.to_owned(),
                line: None,
                key: key.to_owned(),
                found: format!("{}: {found}", path.display()),
                allowed: allowed_file(key).into(),
            });
        };
        if let Some(path) = &self.center.ca_file {
            told("center.ca_file", path, trigger::certificate(path));
        }
        self.trigger.check_files(&mut told);
        if let Some(PinHash::File(path)) = &self.maintenance.pin {
            told("maintenance.pin_file", path, self.maintenance.pin_hash().map(drop));
        }
        problems.or(())
    }
}

fn allowed_file(key: &str) -> &'static str {
    match key {
        "trigger.key_file" => "a readable PEM file with the certificate's private key",
        "trigger.tokens" => "a readable file whose first line is a token of 22 to 256 characters",
        "maintenance.pin_file" => maintenance::HASH,
        _ => "a readable PEM file with at least one certificate",
    }
}

impl CenterAccess {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            url: fields
                .text("center.url", url::ALLOWED, url::accept)
                .unwrap_or_else(|| Self::default().url),
            ca_file: fields.path("center.ca_file"),
            enrolment_file: fields
                .path("center.enrolment_file")
                .or_else(|| Self::default().enrolment_file),
        }
    }
}

impl Uplink {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        Self {
            heartbeat_seconds: fields
                .number("uplink.heartbeat_seconds", 5..=600, "seconds")
                .unwrap_or(default.heartbeat_seconds),
            backoff_max_seconds: fields
                .number("uplink.backoff_max_seconds", 10..=3600, "seconds")
                .unwrap_or(default.backoff_max_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../kiosk-config/terminal.toml");

    #[test]
    fn the_shipped_file_says_every_default() {
        let read = Terminal::parse("terminal.toml", SHIPPED.as_bytes(), &|_| None).unwrap();
        assert_eq!(read, Terminal::default());
    }

    #[test]
    fn the_shipped_file_names_every_key() {
        let (table, problems) =
            document::parse("terminal.toml", document::uncommented(SHIPPED).as_bytes());
        let mut fields = Fields::of_document("terminal.toml", table, &|_| None);
        Terminal::read(&mut fields);
        let missing: Vec<_> = fields.known().iter().filter(|key| !fields.has(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(problems, Problems::default());
        // The two places for the PIN's hash exclude each other; nothing else does.
        let told = fields.finish();
        let told = told.as_slice().iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>();
        assert_eq!(told, ["maintenance.pin_file"]);
    }

    #[test]
    fn a_certificate_file_that_is_missing_or_empty_of_certificates_is_told() {
        let mut settings = Terminal::default();
        for (path, found) in
            [("/nowhere/ca.pem", "No such file"), ("Cargo.toml", "without a certificate")]
        {
            settings.center.ca_file = Some(path.into());
            let told = settings.check_files("t.toml").unwrap_err().to_string();
            assert!(told.contains(path) && told.contains(found), "{told}");
        }
    }
}
