//! Center and terminal in one process: the real parts, the real protocol, the sample office.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::center::accounts::{self, Role};
use crate::center::registry::enrolment::{self, By};
use crate::center::registry::rules::Delivery;
use crate::center::{self, Center, Routes};
use crate::clock::{Clock, SystemClock};
use crate::domain::to_crockford;
use crate::settings::{self, Problems};
use crate::terminal::identity::{EnrolmentCode, Identity};
use crate::terminal::surface::{self, Offer};
use crate::terminal::uplink::{Config, Uplink};
use crate::terminal::{self, Parts, glass};
use crate::{center as center_side, files};

/// The port of the center's pages, where it is free.
const PORT: u16 = 8480;

/// The window at which the demo's terminal stands.
const WINDOW: &str = "w3";

/// The account of the demo's officer.
const ACCOUNT: &str = "admin";

/// How the demo is started.
pub struct Options {
    /// Where center and terminal keep their data.
    pub data_dir: PathBuf,
    /// Show the screen in a browser even where there is a display.
    pub glass: bool,
}

/// Why the demo ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, the network, or a thread.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The settings of the environment, or the sample office.
    #[error("{0}")]
    Settings(#[from] Problems),
    /// The center.
    #[error(transparent)]
    Center(#[from] center::Error),
    /// The demo's account.
    #[error(transparent)]
    Account(#[from] accounts::Error),
    /// The demo's terminal at the center.
    #[error(transparent)]
    Registry(#[from] center_side::registry::Error),
    /// The screen.
    #[error(transparent)]
    Screen(#[from] terminal::Error),
    /// Nowhere to show the screen.
    #[error(transparent)]
    Nowhere(#[from] surface::Nowhere),
}

impl From<center::db::Error> for Error {
    fn from(error: center::db::Error) -> Self {
        Error::Center(error.into())
    }
}

/// Where the demo keeps its data when it is not told: among the user's data, else among the
/// temporary files.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let shared = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")));
    shared.unwrap_or_else(std::env::temp_dir).join("pingyi/demo")
}

/// Runs center and terminal until the window is closed or the process is interrupted. `say` gets
/// the lines that a person reads.
///
/// # Errors
/// When one of them cannot start.
pub fn run(options: Options, say: impl Fn(&str)) -> Result<(), Error> {
    let choice = surface::choose(&Offer::from_env(options.glass, true))?;
    let stage = terminal::open(choice, glass::Size::default())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new()?);
    let identity = Identity::load(&options.data_dir.join("terminal"))?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let house = runtime.block_on(House::open(&options.data_dir, clock.clone()))?;
    let (listener, address) = runtime.block_on(listen())?;
    let glass = stage.glass();
    let shown = glass.as_ref().map(|glass| format!("http://{address}{}", glass.path()));
    let beside = glass.map(|glass| glass::routes(glass, address.port())).unwrap_or_default();
    house.introduce(&say, address);
    say(&stage.choice().sentence(&shown.unwrap_or_default()));
    say("Ctrl+C 结束 / ends it");
    let code = runtime.block_on(house.welcome(&identity))?;
    let server = Server::start(&runtime, house.center, listener, beside);
    interrupted(&runtime, stage.stop());
    let config = Config {
        center_url: format!("http://{address}"),
        code,
        heartbeat: Duration::from_secs(5),
        ..Config::from(&settings::Terminal::default())
    };
    let screen = settings::terminal::Screen { fullscreen: false, ..Default::default() };
    show(stage, &screen, config, identity, clock)?;
    server.stop(&runtime)
}

/// Shows the terminal on this thread until it is closed.
fn show(
    stage: terminal::Stage,
    screen: &settings::terminal::Screen,
    config: Config,
    identity: Identity,
    clock: Arc<dyn Clock>,
) -> Result<(), Error> {
    let (hand_over, started) = std::sync::mpsc::channel();
    let uplink_clock = clock.clone();
    let start = Box::new(move |tell: terminal::Tell| {
        let _gone = hand_over.send(Uplink::start(config, identity, uplink_clock, tell));
    });
    let parts = Parts { rules: screen.into(), display: screen.into(), clock, start };
    let shown = terminal::run(stage, parts);
    // Held until here: the uplink ends with the screen.
    if let Ok(uplink) = started.try_recv() {
        drop(uplink?);
    }
    Ok(shown?)
}

async fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let asked = std::env::var("PINGYI_LISTEN_ADDRESS").ok().and_then(|text| text.parse().ok());
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let listener = match TcpListener::bind(asked.unwrap_or(usual)).await {
        Ok(listener) => listener,
        // Another demo runs: this one takes whatever port is free.
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
    };
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn interrupted(runtime: &Runtime, stop: terminal::Stop) {
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.stop();
        }
    });
}

/// The demo's center with its office and its officer.
struct House {
    center: Center,
    data_dir: PathBuf,
    password: String,
}

impl House {
    async fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<House, Error> {
        let folder = data_dir.join("center").display().to_string();
        let settings =
            settings::center(None, &|name| (name == "PINGYI_DATA_DIR").then(|| folder.clone()))?;
        let center = Center::open(settings, clock).await?;
        center.import_office(&settings::sample_office()?, "demo").await?;
        let password = officer(&center, &data_dir.join("password.txt")).await?;
        Ok(House { center, data_dir: data_dir.to_owned(), password })
    }

    fn introduce(&self, say: &impl Fn(&str), address: SocketAddr) {
        say("评议 Pingyi · demo");
        say(&format!("center  http://{address}/"));
        say(&format!("login   {ACCOUNT}  {}", self.password));
        let pin = settings::sample_pin("0317");
        say(&format!("PIN     工号后加 00 / the employee number and 00: 0317 → {pin}"));
        say(&format!("data    {}", self.data_dir.display()));
    }

    /// A one-time code for a terminal that is new, and the officer who confirms its fingerprint.
    async fn welcome(&self, identity: &Identity) -> Result<Option<EnrolmentCode>, Error> {
        if identity.enrolment()?.is_some() {
            return Ok(None);
        }
        let Center { db, recorder, key, clock, .. } = &self.center;
        let mut tx = db.begin().await?;
        let by = By { officer: ACCOUNT, now: clock.now().wall };
        let unknown = |_| center_side::registry::Error::Unknown("window");
        let window = WINDOW.parse().map_err(unknown)?;
        let code = enrolment::create(&mut tx, recorder, by, &window, Delivery::Typed).await?;
        tx.commit().await?;
        let made = enrolment::find(db, &code).await?;
        let written = made.map(|made| made.written(key.public().center_id())).unwrap_or_default();
        let (center, own) = (self.center.clone(), identity.key.public());
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(100));
            loop {
                tick.tick().await;
                let found = enrolment::find(&center.db, &code).await.ok().flatten();
                if found.and_then(|found| found.progress.claimed_by) == Some(own) {
                    break;
                }
            }
            if let Err(error) = confirm(&center, &code, &own.fingerprint().to_string()).await {
                tracing::error!(%error, "the demo's terminal could not be confirmed");
            }
        });
        Ok(written.parse().ok())
    }
}

async fn confirm(center: &Center, code: &crate::domain::CodeId, shown: &str) -> Result<(), Error> {
    let mut tx = center.db.begin().await?;
    let by = By { officer: ACCOUNT, now: center.clock.now().wall };
    enrolment::confirm(&mut tx, &center.recorder, by, code, shown).await?;
    Ok(tx.commit().await?)
}

/// The officer's account, with a password made for this data directory and kept in it.
async fn officer(center: &Center, file: &Path) -> Result<String, Error> {
    if let Ok(password) = std::fs::read_to_string(file) {
        return Ok(password.trim().to_owned());
    }
    let mut bits = [0; 15];
    getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
    let password = to_crockford(&bits).to_lowercase();
    let by = ("demo", center.clock.now().wall);
    accounts::create(&center.db, &center.recorder, by, ACCOUNT, &password, Role::Admin).await?;
    files::write_secret(file, format!("{password}\n").as_bytes())?;
    Ok(password)
}

/// The center's server, on the runtime's threads.
struct Server {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<Result<(), center::Error>>,
}

impl Server {
    fn start(runtime: &Runtime, center: Center, listener: TcpListener, beside: Routes) -> Server {
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async { drop(stopped.await) };
        Server { stop, task: runtime.spawn(center.run(listener, beside, stopped)) }
    }

    fn stop(self, runtime: &Runtime) -> Result<(), Error> {
        let _gone = self.stop.send(());
        match runtime.block_on(self.task) {
            Ok(ended) => Ok(ended?),
            Err(error) => Err(std::io::Error::other(error).into()),
        }
    }
}
