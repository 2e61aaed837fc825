//! `pingyi simulate`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use pingyi::simulate;

use super::log;

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
}

impl Simulate {
    pub fn run(self) -> anyhow::Result<()> {
        log("warn");
        let Act::Taps { data_dir, count } = self.act;
        Ok(simulate::taps(&data_dir, count, |seq| println!("{seq}"))?)
    }
}
