//! The terminal's settings: kiosk-config/terminal.toml explains each.

use std::path::PathBuf;

use super::fields::Fields;
use super::{Environment, Log, Problem, Problems, document, url};

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

/// What the screen does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Covers the whole panel, without a frame.
    pub fullscreen: bool,
    /// The language at start and after every visit.
    pub language: Language,
    /// The text size at start and after every visit.
    pub text: TextSize,
    /// Without a touch for so long, a visit ends.
    pub idle_reset_seconds: u32,
    /// How long the thank-you stays.
    pub thanks_seconds: u32,
    /// How long an answer may be changed; within `thanks_seconds`, 0 for never.
    pub change_seconds: u32,
    /// No motion at all.
    pub reduced_motion: bool,
}

/// A language of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `zh`
    Chinese,
    /// `en`
    English,
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

impl Default for Screen {
    fn default() -> Self {
        Self {
            fullscreen: true,
            language: Language::Chinese,
            text: TextSize::Normal,
            idle_reset_seconds: 60,
            thanks_seconds: 20,
            change_seconds: 5,
            reduced_motion: false,
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
        Self {
            data_dir: fields.path("data_dir").unwrap_or(default.data_dir),
            center: CenterAccess::read(fields),
            screen: Screen::read(fields),
            journal: Journal {
                keep_days: fields
                    .number("journal.keep_days", 30..=3650, "days")
                    .unwrap_or(default.journal.keep_days),
            },
            uplink: Uplink::read(fields),
            log: Log::read(fields),
        }
    }

    /// Looks at the files that the settings name and that must be there from the start.
    pub(super) fn check_files(&self, file: &str) -> Result<(), Problems> {
        let Some(path) = &self.center.ca_file else {
            return Ok(());
        };
        let found = match std::fs::read_to_string(path) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => return Ok(()),
            Ok(_) => "a file without a certificate".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(Problems::from(Problem {
            file: file.to_owned(),
            line: None,
            key: "center.ca_file".into(),
            found: format!("{}: {found}", path.display()),
            allowed: "a readable PEM file with at least one certificate".into(),
        }))
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

impl Screen {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let languages = [("zh", Language::Chinese), ("en", Language::English)];
        let sizes = [("normal", TextSize::Normal), ("large", TextSize::Large)];
        let mut seconds =
            |key, range, default| fields.number(key, range, "seconds").unwrap_or(default);
        let idle = seconds("screen.idle_reset_seconds", 10..=600, default.idle_reset_seconds);
        let thanks = seconds("screen.thanks_seconds", 5..=60, default.thanks_seconds);
        let change = seconds("screen.change_seconds", 0..=30, default.change_seconds);
        if change > thanks {
            fields.contradict(
                "screen.change_seconds",
                change.to_string(),
                format!("at most screen.thanks_seconds, which is {thanks}"),
            );
        }
        Self {
            fullscreen: fields.switch("screen.fullscreen").unwrap_or(default.fullscreen),
            language: fields.choice("screen.language", &languages).unwrap_or(default.language),
            text: fields.choice("screen.text", &sizes).unwrap_or(default.text),
            idle_reset_seconds: idle,
            thanks_seconds: thanks,
            change_seconds: change,
            reduced_motion: fields
                .switch("screen.reduced_motion")
                .unwrap_or(default.reduced_motion),
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
        assert_eq!(fields.finish(), Problems::default());
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
