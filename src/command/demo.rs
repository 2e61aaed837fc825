//! `pingyi demo`.

use std::path::PathBuf;

use clap::Args;
use pingyi::demo::{self, Options};

use super::log;

/// Center and terminal in one process, with the sample office.
#[derive(Args, Default)]
pub struct Demo {
    /// Where the demo keeps its data.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Show the terminal's screen in a browser even where there is a display.
    #[arg(long)]
    glass: bool,
    /// Begin with three months of sample ratings; they stay in this demo's data.
    #[arg(long)]
    history: bool,
}

impl Demo {
    pub fn run(self) -> anyhow::Result<()> {
        log("warn");
        let data_dir = self.data_dir.unwrap_or_else(demo::default_data_dir);
        Ok(demo::run(Options { data_dir, glass: self.glass, history: self.history }, |line| {
            println!("{line}")
        })?)
    }
}
