//! Center and terminal in one process: the real parts, the real protocol, the sample office.

mod history;

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
use crate::settings::terminal::PinHash;
use crate::settings::{self, Problems, Secret};
use crate::terminal::device::{self, Given};
use crate::terminal::identity::{EnrolmentCode, Identity};
use crate::terminal::surface::{self, Offer};
use crate::terminal::trigger::{Act, Call};
use crate::terminal::uplink::Config;
use crate::terminal::{self, Ears, glass, pins};
use crate::{center as center_side, files, simulate};

pub use self::history::enrolled;

/// The port of the center's pages, where it is free.
const PORT: u16 = 8480;

/// The window at which the demo's terminal stands.
const WINDOW: &str = "w3";

/// Who is on duty there when the demo begins.
const ON_DUTY: &str = "0317";

/// The account of the demo's officer.
const ACCOUNT: &str = "admin";

/// How the demo is started.
pub struct Options {
    /// Where center and terminal keep their data.
    pub data_dir: PathBuf,
    /// Show the screen in a browser even where there is a display.
    pub glass: bool,
    /// Fill the center with three months that never were.
    pub history: bool,
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
    /// The months before.
    #[error(transparent)]
    History(#[from] simulate::fleet::Error),
    /// The screen.
    #[error(transparent)]
    Screen(#[from] terminal::Error),
    /// The device.
    #[error(transparent)]
    Device(#[from] device::Error),
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
    let (listener, address) = runtime.block_on(listen())?;
    let house = runtime.block_on(House::open(&options.data_dir, address, clock.clone()))?;
    let glass = stage.glass();
    let shown = glass.as_ref().map(|glass| format!("http://{address}{}", glass.path()));
    let beside = glass.map(|glass| glass::routes(glass, address.port())).unwrap_or_default();
    house.introduce(&say, address);
    say(&stage.choice().sentence(&shown.unwrap_or_default()));
    say("Ctrl+C 结束 / ends it");
    let code = runtime.block_on(house.welcome(&identity))?;
    let house_pin = house.pin.clone();
    let center = house.center.clone();
    let server = Server::start(&runtime, house.center, listener, beside);
    if options.history {
        say("三个月的示范数据正在生成 / three months of sample ratings are being made");
        let folder = &options.data_dir;
        if let Some(entries) = runtime.block_on(history::add(&center, folder, address))? {
            say(&format!("history {entries}"));
        }
    }
    interrupted(&runtime, stage.stop());
    let config = Config {
        center_url: format!("http://{address}"),
        code,
        heartbeat: Duration::from_secs(5),
        ..Config::from(&settings::Terminal::default())
    };
    let settings = device_settings(&house_pin)?;
    let handle = runtime.handle().clone();
    let signs_on = move |ears: &Ears| sign_on(&handle, ears.calls.clone());
    device::run(stage, &settings, Given { config, identity, clock }, signs_on)?;
    server.stop(&runtime)
}

/// The demo's device: as delivered, in a window of its own, with a PIN for its maintenance.
fn device_settings(pin: &str) -> Result<settings::Terminal, Error> {
    let hash = pins::hash(&Secret::new(pin.to_owned())).map_err(std::io::Error::other)?;
    let screen = settings::terminal::Screen { fullscreen: false, ..Default::default() };
    let pin = Some(PinHash::Here(Secret::new(hash)));
    let maintenance = settings::terminal::Maintenance { pin };
    Ok(settings::Terminal { screen, maintenance, ..settings::Terminal::default() })
}

/// Signs the demo's person on as soon as the terminal takes it, so that the first look is a window
/// that serves: by the local interface's own call, as a queue system would.
fn sign_on(runtime: &tokio::runtime::Handle, calls: device::Calls) {
    runtime.spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
            let (reply, answer) = oneshot::channel();
            let act = Act::SignOn { employee_no: ON_DUTY.to_owned(), pin: None };
            calls(Call { act, reply });
            // Not ready yet: there is no journal or no content.
            if !matches!(answer.await, Ok(Err(_))) {
                return;
            }
        }
    });
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
    /// Of the terminal's maintenance.
    pin: String,
}

impl House {
    async fn open(
        data_dir: &Path,
        address: SocketAddr,
        clock: Arc<dyn Clock>,
    ) -> Result<House, Error> {
        let folder = data_dir.join("center").display().to_string();
        let public_url = std::env::var("PINGYI_LISTEN_PUBLIC_URL").ok();
        let public_url = public_url.unwrap_or_else(|| format!("http://{address}"));
        let settings = settings::center(None, &|name| match name {
            "PINGYI_DATA_DIR" => Some(folder.clone()),
            "PINGYI_LISTEN_PUBLIC_URL" => Some(public_url.clone()),
            _ => None,
        })?;
        let center = Center::open(settings, clock).await?;
        center.import_office(&settings::sample_office()?, "demo").await?;
        let password = officer(&center, &data_dir.join("password.txt")).await?;
        let pin = kept(&data_dir.join("maintenance-pin.txt"), six_digits)?;
        Ok(House { center, data_dir: data_dir.to_owned(), password, pin })
    }

    fn introduce(&self, say: &impl Fn(&str), address: SocketAddr) {
        say("评议 Pingyi · demo");
        say(&format!("center  http://{address}/"));
        say(&format!("login   {ACCOUNT}  {}", self.password));
        let pin = settings::sample_pin("0317");
        say(&format!("PIN     工号后加 00 / the employee number and 00: 0317 → {pin}"));
        say(&format!("staff   {ON_DUTY}  PIN {}", settings::sample_pin(ON_DUTY)));
        say(&format!("upkeep  PIN {}  (tap the clock seven times)", self.pin));
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
    let is_new = !file.exists();
    let password = kept(file, |bits| to_crockford(bits).to_lowercase())?;
    if is_new {
        let by = ("demo", center.clock.now().wall);
        accounts::create(&center.db, &center.recorder, by, ACCOUNT, &password, Role::Admin).await?;
    }
    Ok(password)
}

/// A secret of this data directory: drawn once, and kept in a file of its own.
fn kept(file: &Path, written: impl Fn(&[u8; 15]) -> String) -> Result<String, Error> {
    if let Ok(text) = std::fs::read_to_string(file) {
        return Ok(text.trim().to_owned());
    }
    let mut bits = [0; 15];
    getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
    let text = written(&bits);
    files::write_secret(file, format!("{text}\n").as_bytes())?;
    Ok(text)
}

fn six_digits(bits: &[u8; 15]) -> String {
    bits.iter().take(6).map(|byte| char::from(b'0' + byte % 10)).collect()
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
