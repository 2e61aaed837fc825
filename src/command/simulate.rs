//! `pingyi simulate`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use pingyi::center::Center;
use pingyi::center::registry::store;
use pingyi::chain::Keypair;
use pingyi::clock::{Clock, SystemClock};
use pingyi::demo;
use pingyi::domain::WindowId;
use pingyi::settings;
use pingyi::simulate::{self, fleet};

use super::{log, variable};

/// Taps and terminals made by the program.
#[derive(Args)]
pub struct Simulate {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Taps into a journal of its own and prints each seq once it is durable.
    Taps {
        /// Where the journal lies.
        #[arg(long, value_name = "DIR")]
        data_dir: PathBuf,
        /// How many; 0 goes on until it is stopped.
        #[arg(long, default_value_t = 0)]
        count: u64,
    },
    /// Terminals that come back from days without a network and deliver all at once.
    Fleet(Fleet),
}

/// The terminals are enrolled straight in the center's database; what they send goes over HTTP.
#[derive(Args)]
struct Fleet {
    /// The settings file of the center; ratings of the fleet stay in its ledger for ever.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where that center answers.
    #[arg(long, value_name = "URL")]
    center: String,
    /// How many, in turn at the windows of the office.
    #[arg(long, default_value_t = 46)]
    terminals: usize,
    /// Batches a terminal.
    #[arg(long, default_value_t = 20)]
    batches: u32,
    /// Ratings a batch.
    #[arg(long, default_value_t = 100)]
    size: u32,
    /// Over how many days the ratings were given.
    #[arg(long, default_value_t = 7)]
    days: u32,
}

impl Simulate {
    pub fn run(self) -> anyhow::Result<()> {
        log("warn");
        match self.act {
            Act::Taps { data_dir, count } => {
                Ok(simulate::taps(&data_dir, count, |seq| println!("{seq}"))?)
            }
            Act::Fleet(fleet) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(fleet.run())
            }
        }
    }
}

impl Fleet {
    async fn run(self) -> anyhow::Result<()> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new()?);
        let settings = settings::center(self.config.as_deref(), &variable)?;
        let center = Center::open(settings, clock.clone()).await?;
        let windows = store::windows(&center.db, "").await?;
        let windows: Result<Vec<WindowId>, _> =
            windows.iter().map(|window| window.window_id.parse()).collect();
        let windows = windows?;
        let mut members = Vec::new();
        for window in windows.iter().cycle().take(self.terminals) {
            members.push(enrol(&center, window).await?);
        }
        // Its connections to the database are closed before the clock starts.
        drop(center);
        let Fleet { batches, size, days, .. } = self;
        let plan = fleet::Plan { batches, size, days };
        let outcome = fleet::run(members, &self.center, clock, plan).await?;
        let millis = |percent| outcome.reply_time(percent).as_secs_f64() * 1000.0;
        println!(
            "{} ratings, {} bytes in {:.3} s: {:.0} ratings/s; a batch was acknowledged after \
             {:.1} ms (median), {:.1} ms (99 %); the center asked to wait {} times",
            outcome.entries,
            outcome.bytes,
            outcome.elapsed.as_secs_f64(),
            outcome.rate(),
            millis(50),
            millis(99),
            outcome.waits
        );
        Ok(())
    }
}

/// One more terminal at a window, with a new key.
async fn enrol(center: &Center, window: &WindowId) -> anyhow::Result<fleet::Member> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
    let key = Keypair::from_seed(seed);
    let enrolment = demo::enrolled(center, window, &key, "simulate").await?;
    Ok(fleet::Member { key, enrolment })
}
