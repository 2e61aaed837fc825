//! The center: opens the database, mounts the slices, serves until it is told to stop.

pub mod accounts;
pub mod content;
pub mod db;
pub mod fields;
pub mod intake;
pub mod ledger;
pub mod ops;
pub mod registry;
pub mod review;
pub mod wall;
pub mod web;

use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
/// Routes that are served beside the center's own, such as the glass of the demo.
pub use axum::Router as Routes;
use tokio::net::TcpListener;

use self::accounts::{Gate, Limits};
use self::db::Db;
use self::fields::FieldKeys;
use self::ledger::Recorder;
use self::review::Pulse;
use self::web::Front;
use crate::chain::Keypair;
use crate::clock::Clock;
use crate::settings;

/// Why the center cannot start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data directory, the key file or the network.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The registry.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// No random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
}

/// A center whose database is open.
#[derive(Clone)]
pub struct Center {
    /// The database.
    pub db: Db,
    /// The center's key; its hash is the center's name.
    pub key: Keypair,
    /// The keys that personal data is sealed to.
    pub field_keys: FieldKeys,
    /// The center's own journal.
    pub recorder: Recorder,
    /// The center's clock.
    pub clock: Arc<dyn Clock>,
    pulse: Pulse,
    settings: settings::Center,
}

impl Center {
    /// Opens data directory, keys and database; makes what is missing.
    ///
    /// # Errors
    /// When one of them cannot be opened.
    pub async fn open(settings: settings::Center, clock: Arc<dyn Clock>) -> Result<Center, Error> {
        make_private(&settings.data_dir)?;
        let key = Keypair::load_or_create(&settings.data_dir.join("center.key"))?;
        let field_keys = FieldKeys::load_or_create(&settings.data_dir)?;
        let db = Db::open(&settings.database.url()).await?;
        let recorder = Recorder::new(key.clone(), clock.clone());
        Ok(Center { db, key, field_keys, recorder, clock, pulse: Pulse::default(), settings })
    }

    /// All pages and the machine interface. To be called on the runtime that serves them.
    ///
    /// # Errors
    /// When there are no random numbers.
    pub fn router(&self) -> Result<Router, Error> {
        let settings = &self.settings;
        let front = Front {
            public_url: settings.listen.public_url.clone(),
            behind_proxy: settings.listen.behind_proxy,
        };
        let limits = Limits {
            idle_minutes: settings.accounts.session_idle_minutes,
            absolute_hours: settings.accounts.session_hours,
        };
        let gate = Gate::new(self.db.clone(), self.clock.clone(), front.clone(), limits);
        let (db, recorder) = (self.db.clone(), self.recorder.clone());
        let center = self.key.public().center_id();
        let routes = Router::new()
            .merge(accounts::routes(gate.clone()))
            .merge(registry::routes(gate.clone(), db.clone(), recorder, center))
            .merge(review::routes(gate, db, self.pulse.clone()))
            .merge(wall::routes(self.wall(front.clone())))
            .merge(self.intake()?);
        Ok(web::finish(routes, front))
    }

    fn wall(&self, front: Front) -> wall::Parts {
        wall::Parts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            recorder: self.recorder.clone(),
            field_keys: self.field_keys.public(),
            front,
        }
    }

    fn intake(&self) -> Result<Router, Error> {
        let settings = &self.settings.intake;
        let least = NonZeroU32::MIN;
        let parts = intake::Parts {
            db: self.db.clone(),
            key: self.key.clone(),
            clock: self.clock.clone(),
            recorder: self.recorder.clone(),
            pulse: self.pulse.clone(),
            allowance: intake::Allowance {
                body_bytes: settings.body_limit_kib as usize * 1024,
                terminal_per_minute: NonZeroU32::new(settings.requests_per_minute).unwrap_or(least),
                source_per_minute: NonZeroU32::new(settings.source_requests_per_minute)
                    .unwrap_or(least),
            },
        };
        intake::routes(parts).map_err(Error::Random)
    }

    /// Takes over an office's folder and publishes what terminals show. Gives how many windows got
    /// new content.
    ///
    /// # Errors
    /// When the database does not take it; then nothing has changed.
    pub async fn import_office(
        &self,
        office: &settings::Office,
        person: &str,
    ) -> Result<usize, Error> {
        let mut tx = self.db.begin().await?;
        registry::import_office(&mut tx, office).await?;
        let detail = serde_json::json!({
            "units": office.units.len(), "windows": office.windows.len(), "staff": office.staff.len(),
        });
        self.recorder.record(&mut tx, person, "office_imported", detail).await?;
        let published = self.publish(&mut tx, person).await?;
        tx.commit().await?;
        Ok(published)
    }

    /// Publishes what differs from what the windows show; gives how many windows got new content.
    async fn publish(&self, tx: &mut db::Tx, person: &str) -> Result<usize, Error> {
        let publisher = content::store::Publisher {
            key: &self.key,
            recorder: &self.recorder,
            public_url: self.settings.listen.public_url.as_deref(),
            field_keys: &self.field_keys.public(),
            person,
            now: self.clock.now().wall,
        };
        Ok(content::store::publish_all(tx, &publisher).await?)
    }

    /// Serves until `shutdown` is done, then finishes what has begun.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(
        self,
        listener: TcpListener,
        beside: Routes,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let app = self.router()?.merge(beside);
        // The public address or the keys may be other than when terminals last heard of them.
        let mut tx = self.db.begin().await?;
        self.publish(&mut tx, "start").await?;
        tx.commit().await?;
        let closer = tokio::spawn(self.closer().run());
        let pulse = self.pulse.clone();
        let stop = async move {
            shutdown.await;
            // Live pages hold their connections open; they are sent home first.
            pulse.close();
        };
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
        closer.abort();
        Ok(served?)
    }

    /// What closes each day.
    #[must_use]
    pub fn closer(&self) -> content::Closer {
        content::Closer {
            db: self.db.clone(),
            key: self.key.clone(),
            recorder: self.recorder.clone(),
            clock: self.clock.clone(),
            // As in `import_office`: what the close publishes must not differ from it.
            public_url: self.settings.listen.public_url.clone(),
            field_keys: self.field_keys.public(),
        }
    }
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
