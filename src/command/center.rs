//! `pingyi center` and what its operator does.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use pingyi::center;
use pingyi::center::accounts::{self, Role};
use pingyi::center::intake::rebuild;
use pingyi::center::ops::{self, Restoration};
use pingyi::clock::SystemClock;
use pingyi::settings::{self, center::Database};
use tokio::net::TcpListener;

use super::{log, variable};

/// The server, and what its operator does.
#[derive(Args)]
pub struct Center {
    /// The settings file; without one the defaults and the environment stand.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Subcommand)]
enum Act {
    /// Creates an administrator; the password is read from standard input.
    Account {
        /// The name to log in with.
        name: String,
    },
    /// Reads an office from a folder and publishes it to the terminals.
    ImportOffice {
        /// A folder like kiosk-config/demo.
        folder: PathBuf,
    },
    /// Counts everything anew from the ledger; exit code 1 when the numbers were not the same.
    Rebuild,
    /// Copies the SQLite database while the center runs.
    Backup {
        /// The file to write; it must not exist.
        file: PathBuf,
    },
    /// Puts a backup in place (SQLite) and opens a new epoch of the log. The center must be stopped.
    Restore {
        /// The backup; left out for PostgreSQL, after its own restore.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who.
        #[arg(long)]
        person: String,
    },
}

impl Center {
    pub fn run(self) -> anyhow::Result<()> {
        let settings = settings::center(self.config.as_deref(), &variable)?;
        log(&settings.log.filter);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            if let Some(Act::Restore { from: Some(from), .. }) = &self.act {
                put_in_place(&settings.database, from)?;
            }
            let address = settings.listen.address;
            let center = center::Center::open(settings, Arc::new(SystemClock::new()?)).await?;
            match self.act {
                None => serve(center, address).await,
                Some(act) => act.run(&center).await,
            }
        })
    }
}

async fn serve(center: center::Center, address: std::net::SocketAddr) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await?;
    println!("center {} at http://{}/", center.key.public().center_id(), listener.local_addr()?);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let stopped = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    };
    Ok(center.run(listener, center::Routes::new(), stopped).await?)
}

impl Act {
    async fn run(self, center: &center::Center) -> anyhow::Result<()> {
        let now = center.clock.now().wall;
        match self {
            Act::Account { name } => {
                let mut password = String::new();
                std::io::stdin().read_to_string(&mut password)?;
                let password = password.trim_end_matches(['\r', '\n']);
                let by = ("command line", now);
                let (db, recorder) = (&center.db, &center.recorder);
                accounts::create(db, recorder, by, &name, password, Role::Admin).await?;
                println!("account {name} created");
            }
            Act::ImportOffice { folder } => {
                let office = settings::office(&folder)?;
                let published = center.import_office(&office, "command line").await?;
                println!("{} windows, new content for {published}", office.windows.len());
            }
            Act::Rebuild => {
                let outcome = rebuild::run(&center.db, now).await?;
                println!("{} entries, {} ratings counted", outcome.entries, outcome.rated_after);
                if !outcome.is_equal {
                    let before = outcome.rated_before;
                    let said = format!("the counts were not those of the ledger ({before} before)");
                    anyhow::bail!("{said}");
                }
            }
            Act::Backup { file } => {
                center.db.backup(&file).await?;
                println!("{}", file.display());
            }
            Act::Restore { reason, person, .. } => {
                let restoration = Restoration { person: &person, reason: &reason, now };
                let id = center.key.public().center_id();
                let epoch = ops::open_epoch(&center.db, &center.recorder, id, restoration).await?;
                println!("epoch {epoch} is open");
            }
        }
        Ok(())
    }
}

/// Puts a backup where the database stands; what stood there is kept beside.
fn put_in_place(database: &Database, from: &Path) -> anyhow::Result<()> {
    let Database::Sqlite(path) = database else {
        let said =
            "--from is for SQLite; restore PostgreSQL with pg_restore, then run this without it";
        anyhow::bail!("{said}");
    };
    if !from.is_file() {
        anyhow::bail!("{}: no such file", from.display());
    }
    let beside = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let aside = beside(path, &format!(".before-restore-{}", pingyi::clock::wall()));
    for ending in ["", "-wal", "-shm"] {
        let old = beside(path, ending);
        if old.exists() {
            std::fs::rename(&old, beside(&aside, ending))?;
        }
    }
    std::fs::copy(from, path)?;
    println!("the database before is kept as {}", aside.display());
    Ok(())
}
