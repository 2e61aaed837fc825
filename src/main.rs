//! The command line: settings, telemetry, run, exit code.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod command;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match command::run(command::Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(command::Failure::Settings(problems)) => {
            eprintln!("{problems}");
            ExitCode::from(2)
        }
        Err(command::Failure::Other(error)) => {
            eprintln!("pingyi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
