//! The center's settings: kiosk-config/center.toml explains each.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::fields::Fields;
use super::{Environment, Log, Problems, Secret, document, url};

/// What the server is told once, at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Center {
    /// Where the keys and the embedded database live.
    pub data_dir: PathBuf,
    /// Where the center listens, and under which name it is known.
    pub listen: Listen,
    /// Where the ledger is kept.
    pub database: Database,
    /// How long a session lasts.
    pub accounts: Accounts,
    /// What terminals may send.
    pub intake: Intake,
    /// What is logged.
    pub log: Log,
}

/// Where the center listens, and under which name it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Address and port of the listener.
    pub address: SocketAddr,
    /// The address that citizens' receipts carry, without a final slash.
    pub public_url: Option<String>,
    /// Behind a proxy that sets `X-Forwarded-For` and `X-Forwarded-Proto`; else they are ignored.
    pub behind_proxy: bool,
}

/// Where the ledger is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// One file of embedded SQLite.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database, with its password.
    Postgres(Secret),
}

/// How long a session lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// A session ends after so long without a request.
    pub session_idle_minutes: u32,
    /// A session ends after so long in any case.
    pub session_hours: u32,
}

/// What terminals may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The largest request body.
    pub body_limit_kib: u32,
    /// Requests of one terminal.
    pub requests_per_minute: u32,
    /// Requests of one source address, behind which many terminals may stand.
    pub source_requests_per_minute: u32,
}

impl Default for Center {
    fn default() -> Self {
        let data_dir = PathBuf::from("/var/lib/pingyi/center");
        Self {
            database: Database::within(&data_dir),
            data_dir,
            listen: Listen::default(),
            accounts: Accounts::default(),
            intake: Intake::default(),
            log: Log::default(),
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, 8480).into(), public_url: None, behind_proxy: false }
    }
}

impl Default for Accounts {
    fn default() -> Self {
        Self { session_idle_minutes: 30, session_hours: 12 }
    }
}

impl Default for Intake {
    fn default() -> Self {
        Self { body_limit_kib: 1024, requests_per_minute: 600, source_requests_per_minute: 6000 }
    }
}

impl Center {
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
        let data_dir = fields.path("data_dir").unwrap_or(Self::default().data_dir);
        Self {
            listen: Listen::read(fields),
            database: Database::read(fields).unwrap_or_else(|| Database::within(&data_dir)),
            accounts: Accounts::read(fields),
            intake: Intake::read(fields),
            log: Log::read(fields),
            data_dir,
        }
    }
}

impl Listen {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        Self {
            address: fields
                .text(
                    "listen.address",
                    "IP:PORT, for example 127.0.0.1:8480 or [::]:8480",
                    |text| text.parse().ok(),
                )
                .unwrap_or(default.address),
            public_url: fields.text("listen.public_url", url::ALLOWED, url::accept),
            behind_proxy: fields.switch("listen.behind_proxy").unwrap_or(default.behind_proxy),
        }
    }
}

impl Database {
    /// The embedded database of a data directory.
    #[must_use]
    pub fn within(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("center.sqlite3"))
    }

    /// The address as the database handle takes it; it may hold a password.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.expose().to_owned(),
        }
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let folder = fields.folder("database.url");
        fields.secret(
            "database.url",
            "\"sqlite:PATH\" or \"postgres://USER:PASSWORD@HOST[:PORT]/DATABASE\"",
            |text| match text.split_once(':')? {
                ("sqlite", path) if !path.is_empty() => Some(Self::Sqlite(folder.join(path))),
                ("postgres" | "postgresql", rest) if rest.len() > 2 && rest.starts_with("//") => {
                    Some(Self::Postgres(Secret::new(text.to_owned())))
                }
                _ => None,
            },
        )
    }
}

impl Accounts {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let hours = fields
            .number("accounts.session_hours", 1..=24, "hours")
            .unwrap_or(default.session_hours);
        let idle = fields
            .number("accounts.session_idle_minutes", 5..=480, "minutes")
            .unwrap_or(default.session_idle_minutes);
        if idle > hours * 60 {
            fields.contradict(
                "accounts.session_idle_minutes",
                idle.to_string(),
                format!("at most {}, which is accounts.session_hours", hours * 60),
            );
        }
        Self { session_idle_minutes: idle, session_hours: hours }
    }
}

impl Intake {
    fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        Self {
            body_limit_kib: fields
                .number("intake.body_limit_kib", 64..=8192, "KiB")
                .unwrap_or(default.body_limit_kib),
            requests_per_minute: fields
                .number("intake.requests_per_minute", 10..=60_000, "requests")
                .unwrap_or(default.requests_per_minute),
            source_requests_per_minute: fields
                .number("intake.source_requests_per_minute", 10..=1_000_000, "requests")
                .unwrap_or(default.source_requests_per_minute),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../kiosk-config/center.toml");

    #[test]
    fn the_shipped_file_says_every_default() {
        let read = Center::parse("center.toml", SHIPPED.as_bytes(), &|_| None).unwrap();
        assert_eq!(read, Center::default());
    }

    #[test]
    fn the_shipped_file_names_every_key() {
        let (table, problems) =
            document::parse("center.toml", document::uncommented(SHIPPED).as_bytes());
        let mut fields = Fields::of_document("center.toml", table, &|_| None);
        Center::read(&mut fields);
        let missing: Vec<_> = fields.known().iter().filter(|key| !fields.has(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(problems, Problems::default());
        assert_eq!(fields.finish(), Problems::default());
    }

    #[test]
    fn a_password_is_seen_neither_in_debug_nor_in_a_report() {
        let good = b"[database]\nurl = \"postgres://pingyi:hunter2@db/pingyi\"";
        let settings = Center::parse("c", good, &|_| None).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
        for bad in
            ["url = \"mysql://pingyi:hunter2@db\"", "urn = \"hunter2\"", "url = [\"hunter2\"]"]
        {
            let text = format!("[database]\n{bad}");
            let told = Center::parse("c", text.as_bytes(), &|_| None).unwrap_err();
            assert!(!format!("{told} {told:?}").contains("hunter2"), "{told}");
        }
    }

    #[test]
    fn the_embedded_database_lies_in_the_data_directory() {
        let env = |name: &str| (name == "PINGYI_DATA_DIR").then(|| "/srv/p".to_owned());
        let settings = Center::parse("c", b"", &env).unwrap();
        assert_eq!(settings.database, Database::Sqlite("/srv/p/center.sqlite3".into()));
    }
}
