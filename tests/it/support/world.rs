//! A center on loopback and terminals that are enrolled at it by the real protocol.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use pingyi::center::Center;
use pingyi::center::registry::enrolment::{self, By};
use pingyi::center::registry::rules::{Delivery, Order};
use pingyi::center::registry::store::terminals;
use pingyi::chain::PublicKey;
use pingyi::clock::{Clock, SystemClock};
use pingyi::domain::{BootId, Level, Stamp, TerminalId};
use pingyi::settings;
use pingyi::terminal::identity::{Enrolment, EnrolmentCode, Identity};
use pingyi::terminal::journal::{Answer, Journal, Saved};
use pingyi::terminal::uplink::{Config, Notice, Uplink, proof};
use pingyi::wire::EnrolRequest;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

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

impl Drop for World {
    fn drop(&mut self) {
        if let Some(runtime) = self.server.take() {
            runtime.shutdown_background();
        }
    }
}

/// Whether this process has a database of the folder open.
pub fn is_open(folder: &Path) -> bool {
    let files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let mut files = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    files.any(|file| file.starts_with(folder) && file.to_string_lossy().contains(".sqlite"))
}

/// A clock that a test drives.
pub struct Driven(Mutex<Stamp>);

impl Driven {
    /// The machine's clocks as they stand, and then still.
    pub fn new() -> Arc<Driven> {
        Arc::new(Driven(Mutex::new(clock().now())))
    }

    /// All clocks go on.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        let mut stamp = self.0.lock().unwrap();
        stamp.wall += by;
        stamp.mono += by;
    }

    /// What all clocks say.
    pub fn stamp(&self) -> Stamp {
        *self.0.lock().unwrap()
    }

    /// The machine is started anew.
    pub fn reboot(&self) {
        let mut stamp = self.0.lock().unwrap();
        (stamp.mono, stamp.boot) = (0, BootId(stamp.boot.0.map(|byte| !byte)));
    }

    /// Somebody sets the wall clock.
    pub fn set(&self, wall: i64) {
        self.0.lock().unwrap().wall = wall;
    }
}

impl Clock for Driven {
    fn now(&self) -> Stamp {
        self.stamp()
    }
}

/// A center with its data directory and, while it serves, its server.
pub struct World {
    pub folder: TempDir,
    pub address: SocketAddr,
    pub center: Center,
    settings: settings::Center,
    server: Option<Runtime>,
}

impl World {
    /// A center with the sample office on SQLite, serving.
    pub async fn new() -> World {
        World::on(None).await
    }

    /// The same on the database at `url`.
    pub async fn on(url: Option<String>) -> World {
        World::with(url, clock(), &[]).await
    }

    /// The same with another clock and other settings, as the environment names them.
    pub async fn with(
        url: Option<String>,
        clock: Arc<dyn Clock>,
        variables: &[(&str, &str)],
    ) -> World {
        let folder = tempfile::tempdir().unwrap();
        let variable = |name: &str| match name {
            _ if variables.iter().any(|(other, _)| *other == name) => {
                variables.iter().find(|(other, _)| *other == name).map(|(_, v)| (*v).to_owned())
            }
            "PINGYI_DATA_DIR" => Some(folder.path().join("center").display().to_string()),
            "PINGYI_DATABASE_URL" => url.clone(),
            "PINGYI_INTAKE_REQUESTS_PER_MINUTE" | "PINGYI_INTAKE_SOURCE_REQUESTS_PER_MINUTE" => {
                Some("60000".into())
            }
            _ => None,
        };
        let settings = settings::center(None, &variable).unwrap();
        let center = Center::open(settings.clone(), clock).await.unwrap();
        center.import_office(&settings::sample_office().unwrap(), "test").await.unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let mut world = World { folder, address, center, settings, server: None };
        world.start().await;
        world
    }

    /// Serves; on the same port as before, if it served before. It has a runtime of its own, so
    /// that it can be killed.
    pub async fn start(&mut self) {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let listener = listener.into_std().unwrap();
        let center = self.center.clone();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            center.run(listener, axum::Router::new(), std::future::pending()).await.unwrap();
        });
        self.server = Some(runtime);
    }

    /// Kills the server: whatever it is doing ends where it waits, and every connection is cut.
    pub async fn stop(&mut self) {
        if let Some(runtime) = self.server.take() {
            let kill = move || runtime.shutdown_timeout(PATIENCE);
            tokio::task::spawn_blocking(kill).await.unwrap();
        }
    }

    /// Closes the database, lets `change` do something to the data directory, and opens it again.
    pub async fn reopen(&mut self, change: impl FnOnce(&Path)) {
        assert!(self.server.is_none(), "stop it first");
        let clock = self.center.clock.clone();
        let closed = Center::open(self.elsewhere(), clock.clone()).await.unwrap();
        drop(std::mem::replace(&mut self.center, closed));
        let data = self.settings.data_dir.clone();
        until("the database is closed", || async { (!is_open(&data)).then_some(()) }).await;
        change(&data);
        self.center = Center::open(self.settings.clone(), clock).await.unwrap();
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
        let code = self.code(window).await;
        let rig = Rig::start(&folder, &self.url(), Some(code.clone()));
        self.confirm(&code, &rig.identity.key.public()).await;
        rig
    }

    /// A new one-time code for `window`, as it is typed.
    pub async fn code(&self, window: &str) -> EnrolmentCode {
        let by = By { officer: "test", now: self.center.clock.now().wall };
        let recorder = &self.center.recorder;
        let mut tx = self.center.db.begin().await.unwrap();
        let window = window.parse().unwrap();
        let code =
            enrolment::create(&mut tx, recorder, by, &window, Delivery::Typed).await.unwrap();
        tx.commit().await.unwrap();
        let made = enrolment::find(&self.center.db, &code).await.unwrap().unwrap();
        made.written(self.center.key.public().center_id()).parse().unwrap()
    }

    /// Waits until a terminal has claimed the code and confirms it. Gives the terminal's name.
    pub async fn confirm(&self, code: &EnrolmentCode, key: &PublicKey) -> TerminalId {
        let code = &code.code;
        until("the terminal shows its key", || async {
            let enrolment = enrolment::find(&self.center.db, code).await.unwrap().unwrap();
            enrolment.progress.claimed_by
        })
        .await;
        let by = By { officer: "test", now: self.center.clock.now().wall };
        let recorder = &self.center.recorder;
        let mut tx = self.center.db.begin().await.unwrap();
        let shown = key.fingerprint().to_string();
        let terminal = enrolment::confirm(&mut tx, recorder, by, code, &shown).await.unwrap();
        tx.commit().await.unwrap();
        terminal
    }

    /// Makes `folder` that of a terminal enrolled at `window`, without starting it.
    pub async fn seat(&self, folder: &Path, window: &str) -> TerminalId {
        let identity = Identity::load(folder).unwrap();
        let code = self.code(window).await;
        let public_key = identity.key.public();
        let proof = proof(&code, &public_key);
        let request = EnrolRequest { code: code.code.clone(), public_key, proof };
        let center_key = self.center.key.public();
        let mut tx = self.center.db.begin().await.unwrap();
        let now = self.center.clock.now().wall;
        enrolment::claim(&mut tx, center_key.center_id(), &request, now).await.unwrap();
        tx.commit().await.unwrap();
        let terminal = self.confirm(&code, &public_key).await;
        let window = window.parse().unwrap();
        identity.enrol(&Enrolment { center_key, terminal: terminal.clone(), window }).unwrap();
        terminal
    }

    /// Retires or revokes a terminal.
    pub async fn order(&self, terminal: &TerminalId, order: Order) {
        let by = By { officer: "test", now: self.center.clock.now().wall };
        let recorder = &self.center.recorder;
        let mut tx = self.center.db.begin().await.unwrap();
        terminals::order(&mut tx, recorder, by, (terminal, order), "test").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// How often a rule has raised a flag.
    pub async fn flags(&self, rule: &str) -> i64 {
        self.number(&format!("select count(*) as n from flags where rule = '{rule}'")).await
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

/// An uplink's settings that lose no time.
pub fn config(url: &str) -> Config {
    Config {
        center_url: url.to_owned(),
        ca_file: None,
        code: None,
        keep_days: 30,
        change_seconds: 5,
        heartbeat: Duration::from_millis(300),
        backoff_ceiling: Duration::from_millis(500),
    }
}

/// The same for tests in which much goes wrong.
pub fn brisk(url: &str) -> Config {
    let (heartbeat, backoff_ceiling) = (Duration::from_millis(60), Duration::from_millis(30));
    Config { heartbeat, backoff_ceiling, ..config(url) }
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
        Rig::start_with(folder, Config { code, ..config(url) }, clock())
    }

    /// The same with its settings and its clock.
    pub fn start_with(folder: &Path, config: Config, clock: Arc<dyn Clock>) -> Rig {
        let identity = Identity::load(folder).unwrap();
        let (tell, notices) = mpsc::channel();
        let notify = move |notice| drop(tell.send(notice));
        let uplink = Uplink::start(config, identity.clone(), clock, notify).unwrap();
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
    let answer = Answer { corrects, ..Answer::new(level, "0317") };
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
