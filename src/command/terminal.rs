//! `pingyi terminal`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use pingyi::clock::{Clock, SystemClock};
use pingyi::settings;
use pingyi::terminal::device::{self, Given};
use pingyi::terminal::glass;
use pingyi::terminal::identity::{EnrolmentCode, Identity};
use pingyi::terminal::surface::{self, Offer};
use pingyi::terminal::uplink::Config;
use pingyi::terminal::{self, pins, trigger};

use super::picture::Picture;
use super::{log, variable};

/// The device at the window.
#[derive(Args)]
pub struct Terminal {
    /// The settings file; without one the defaults and the environment stand.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Show the screen in a browser on this machine instead of on a display.
    #[arg(long)]
    glass: bool,
    #[command(flatten)]
    picture: Picture,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Subcommand)]
enum Act {
    /// Joins this terminal to a center with a one-time code, then serves.
    Enrol {
        /// The code, nine groups of four characters.
        code: EnrolmentCode,
    },
    /// Prints the OpenAPI document of the local interface for queue and business systems.
    Openapi,
    /// Prints the hash of a PIN for `maintenance.pin_hash`; the PIN is read from standard input.
    Pin,
}

impl Terminal {
    pub fn run(self) -> anyhow::Result<()> {
        if self.picture.run()? {
            return Ok(());
        }
        match &self.act {
            Some(Act::Openapi) => {
                println!("{}", serde_json::to_string_pretty(&trigger::document())?);
                Ok(())
            }
            Some(Act::Pin) => print_pin_hash(),
            Some(Act::Enrol { code }) => self.serve(Some(code.clone())),
            None => self.serve(None),
        }
    }

    fn serve(&self, code: Option<EnrolmentCode>) -> anyhow::Result<()> {
        let settings = settings::terminal(self.config.as_deref(), &variable)?;
        log(&settings.log.filter);
        let choice = surface::choose(&Offer::from_env(self.glass, false))?;
        let stage = terminal::open(choice, glass::Size::default())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new()?);
        let identity = Identity::load(&settings.data_dir)?;
        let code = match code {
            Some(code) => Some(code),
            None => delivered(&settings),
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let address = match stage.glass() {
            Some(glass) => runtime.block_on(glass::serve(glass))?,
            None => String::new(),
        };
        println!("{}", stage.choice().sentence(&address));
        let config = Config { code, ..Config::from(&settings) };
        Ok(device::run(stage, &settings, Given { config, identity, clock }, |_| {})?)
    }
}

/// From standard input, so that the PIN stands in no list of processes and no shell history.
fn print_pin_hash() -> anyhow::Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let pin = line.trim();
    anyhow::ensure!(pins::is_pin(pin), "a PIN is 6 to 16 digits, on one line");
    println!("{}", pins::hash(&settings::Secret::new(pin.to_owned()))?);
    Ok(())
}

/// The code of a file that was delivered with the device. A file that cannot be used stops
/// nothing: nobody may stand there with a keyboard, and the screen says that the terminal waits.
fn delivered(settings: &settings::Terminal) -> Option<EnrolmentCode> {
    let path = settings.center.enrolment_file.as_ref()?;
    let told = |error: &dyn std::fmt::Display| {
        tracing::warn!(%error, file = %path.display(), "no enrolment code is read");
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        // Used and removed, or not delivered.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            told(&error);
            return None;
        }
    };
    let code = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    code.unwrap_or_default().parse().inspect_err(|error| told(error)).ok()
}
