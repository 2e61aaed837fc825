//! A center on loopback and terminals that are enrolled at it by the real protocol.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use pingyi::center::Center;
use pingyi::center::registry::enrolment::{self, By};
use pingyi::center::registry::rules::Delivery;
use pingyi::clock::{Clock, SystemClock};
use pingyi::domain::Level;
use pingyi::settings;
use pingyi::terminal::identity::{EnrolmentCode, Identity};
use pingyi::terminal::journal::{Answer, Journal, Saved};
use pingyi::terminal::uplink::{Config, Notice, Uplink};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `look` gives something; panics with `what` when it never does.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    loop {
        tick.tick().await;
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
    }
}

/// The machine's own clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new().unwrap())
}

/// A center with its data directory and, while it serves, its server.
pub struct World {
    pub folder: TempDir,
    pub address: SocketAddr,
    pub center: Center,
    settings: settings::Center,
    server: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl World {
    /// A center with the sample office on SQLite, serving.
    pub async fn new() -> World {
        World::on(None).await
    }

    /// The same on the database at `url`.
    pub async fn on(url: Option<String>) -> World {
        let folder = tempfile::tempdir().unwrap();
        let variable = |name: &str| match name {
            "PINGYI_DATA_DIR" => Some(folder.path().join("center").display().to_string()),
            "PINGYI_DATABASE_URL" => url.clone(),
            "PINGYI_INTAKE_REQUESTS_PER_MINUTE" | "PINGYI_INTAKE_SOURCE_REQUESTS_PER_MINUTE" => {
                Some("60000".into())
            }
            _ => None,
        };
        let settings = settings::center(None, &variable).unwrap();
        let center = Center::open(settings.clone(), clock()).await.unwrap();
        center.import_office(&settings::sample_office().unwrap(), "test").await.unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let mut world = World { folder, address, center, settings, server: None };
        world.start().await;
        world
    }

    /// Serves; on the same port as before, if it served before.
    pub async fn start(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let center = self.center.clone();
        let server = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            center.run(listener, axum::Router::new(), stopped).await.unwrap();
        });
        self.server = Some((stop, server));
    }

    /// Stops serving, at once: open connections are cut.
    pub async fn stop(&mut self) {
        if let Some((stop, server)) = self.server.take() {
            let _ = stop.send(());
            server.abort();
            drop(server.await);
        }
    }

    /// Closes the database, lets `change` do something to the data directory, and opens it again.
    pub async fn reopen(&mut self, change: impl FnOnce(&Path)) {
        assert!(self.server.is_none(), "stop it first");
        let closed = Center::open(self.elsewhere(), clock()).await.unwrap();
        drop(std::mem::replace(&mut self.center, closed));
        change(&self.settings.data_dir);
        self.center = Center::open(self.settings.clone(), clock()).await.unwrap();
    }

    fn elsewhere(&self) -> settings::Center {
        let folder = self.folder.path().join("elsewhere").display().to_string();
        settings::center(None, &|name| (name == "PINGYI_DATA_DIR").then(|| folder.clone())).unwrap()
    }

    /// The center's address as terminals have it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A terminal at `window`, enrolled by code and fingerprint as in the field.
    pub async fn enrol(&self, window: &str) -> Rig {
        self.enrol_in(self.folder.path().join(format!("terminal-{window}")), window).await
    }

    /// The same with its data directory given.
    pub async fn enrol_in(&self, folder: PathBuf, window: &str) -> Rig {
        let now = clock().now().wall;
        let by = By { officer: "test", now };
        let recorder = &self.center.recorder;
        let mut tx = self.center.db.begin().await.unwrap();
        let window = window.parse().unwrap();
        let code =
            enrolment::create(&mut tx, recorder, by, &window, Delivery::Typed).await.unwrap();
        tx.commit().await.unwrap();
        let made = enrolment::find(&self.center.db, &code).await.unwrap().unwrap();
        let written: EnrolmentCode =
            made.written(self.center.key.public().center_id()).parse().unwrap();
        let rig = Rig::start(&folder, &self.url(), Some(written));
        let fingerprint = rig.identity.key.public().fingerprint().to_string();
        until("the terminal shows its key", || async {
            let enrolment = enrolment::find(&self.center.db, &code).await.unwrap().unwrap();
            enrolment.progress.claimed_by
        })
        .await;
        let mut tx = self.center.db.begin().await.unwrap();
        enrolment::confirm(&mut tx, recorder, by, &code, &fingerprint).await.unwrap();
        tx.commit().await.unwrap();
        rig
    }

    /// How many ratings the center counts, by level.
    pub async fn counted(&self) -> [i64; 3] {
        let sql = "select level, cast(sum(n) as bigint) as n from rollups group by level";
        let mut counts = [0; 3];
        for row in self.center.db.read(sql, Vec::new()).await.unwrap() {
            let level = usize::try_from(row.int("level").unwrap()).unwrap();
            counts[level - 1] = row.int("n").unwrap();
        }
        counts
    }

    /// One number of the database.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = self.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
        row.int("n").unwrap()
    }

    /// Waits until just so many ratings are counted, by level.
    pub async fn counts(&self, expected: [i64; 3]) {
        let deadline = Instant::now() + PATIENCE;
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            let found = self.counted().await;
            if found == expected {
                return;
            }
            assert!(Instant::now() < deadline, "counted {found:?}, should be {expected:?}");
        }
    }
}

/// A terminal without a screen: its identity, journal and uplink.
pub struct Rig {
    pub identity: Identity,
    pub folder: PathBuf,
    notices: mpsc::Receiver<Notice>,
    uplink: Option<Uplink>,
}

impl Rig {
    /// Starts the terminal of a data directory.
    pub fn start(folder: &Path, url: &str, code: Option<EnrolmentCode>) -> Rig {
        let identity = Identity::load(folder).unwrap();
        let (tell, notices) = mpsc::channel();
        let config = Config {
            center_url: url.to_owned(),
            ca_file: None,
            code,
            keep_days: 30,
            heartbeat: Duration::from_millis(300),
            backoff_ceiling: Duration::from_millis(500),
        };
        let notify = move |notice| drop(tell.send(notice));
        let uplink = Uplink::start(config, identity.clone(), clock(), notify).unwrap();
        Rig { identity, folder: folder.to_owned(), notices, uplink: Some(uplink) }
    }

    /// Stops the uplink and forgets the journal.
    pub fn stop(mut self) {
        drop(self.uplink.take());
    }

    /// Waits for a notice that `pick` recognises.
    pub fn wait<T>(&self, what: &str, mut pick: impl FnMut(Notice) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.notices.recv_timeout(left) {
                Ok(notice) => {
                    if let Some(found) = pick(notice) {
                        return found;
                    }
                }
                Err(error) => panic!("never happened: {what} ({error})"),
            }
        }
    }

    /// Waits for the journal.
    pub fn journal(&self) -> Journal {
        self.wait("the journal is ready", |notice| match notice {
            Notice::Ready(journal) => Some(journal),
            _ => None,
        })
    }
}

/// Taps, and waits until it is durable.
pub async fn tap(journal: &Journal, level: Level, corrects: Option<Saved>) -> Saved {
    let (reply, saved) = oneshot::channel();
    let answer = Answer { level, corrects, staff: "0317".into() };
    journal.save(answer, move |result| drop(reply.send(result)));
    saved.await.unwrap().unwrap()
}

/// Waits until the terminal knows that the center holds everything.
pub async fn drained(journal: &Journal) {
    until("everything is acknowledged", || async {
        let summary = journal.ask(|file, _| file.summary()).await.unwrap();
        (summary.backlog == 0).then_some(())
    })
    .await;
}
