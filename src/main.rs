//! The command line: settings, telemetry, run, exit code.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod command;

use std::process::ExitCode;

use clap::Parser;
use pingyi::settings::Problems;

fn main() -> ExitCode {
    let Err(error) = command::run(command::Line::parse()) else { return ExitCode::SUCCESS };
    if let Some(problems) = error.downcast_ref::<Problems>() {
        eprintln!("{problems}");
        return ExitCode::from(2);
    }
    eprintln!("pingyi: {error:#}");
    ExitCode::FAILURE
}
