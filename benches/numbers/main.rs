//! The measured table of docs/performance.md: whole paths of the real program, each beside a peer
//! in the same run. `cargo bench` measures all, `cargo bench -- NAME` one.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark prints, and ends where it cannot measure"
)]
#![expect(clippy::cast_precision_loss, reason = "ratios for people")]

mod browser;
mod bulk;
mod display;
mod house;
mod intake;
mod kiosk;
mod overview;
mod process;
mod report;
#[path = "../../tests/it/sample.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod sample;
mod tap;
mod thanks;
mod window;

use report::Row;

/// A name for the command line, and what it measures.
type Measure = (&'static str, fn() -> Vec<Row>);

const ALL: &[Measure] = &[
    ("tap", tap::run),
    ("thanks", thanks::run),
    ("start", window::start),
    ("memory", window::memory),
    ("idle", window::idle),
    ("intake", intake::run),
    ("overview", overview::run),
];

fn main() {
    let asked: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    report::machine();
    report::head();
    for (name, run) in ALL {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            run().iter().for_each(Row::print);
        }
    }
}
