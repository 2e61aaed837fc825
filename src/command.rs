//! What can be said on the command line. A role that is not compiled in is not there.

#[cfg(feature = "center")]
mod center;
#[cfg(all(feature = "terminal", feature = "center"))]
mod demo;
#[cfg(feature = "terminal")]
mod picture;
#[cfg(all(feature = "terminal", feature = "center"))]
mod simulate;
#[cfg(feature = "terminal")]
mod terminal;
#[cfg(all(feature = "terminal", feature = "center"))]
mod window;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// 评议: the rating terminal at a public service window, and the center behind it.
#[derive(Parser)]
#[command(name = "pingyi", version, about, max_term_width = 100)]
pub struct Line {
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Center and terminal in one process, with the sample office (the default).
    #[cfg(all(feature = "terminal", feature = "center"))]
    Demo(demo::Demo),
    /// The device at the window.
    #[cfg(feature = "terminal")]
    Terminal(terminal::Terminal),
    /// The server, and what its operator does.
    #[cfg(feature = "center")]
    Center(center::Center),
    /// Taps and terminals made by the program, for load and for tests of durability.
    #[cfg(all(feature = "terminal", feature = "center"))]
    Simulate(simulate::Simulate),
}

/// Runs what was said.
///
/// # Errors
/// Whatever went wrong; wrong settings are [`pingyi::settings::Problems`].
pub fn run(line: Line) -> anyhow::Result<()> {
    match line.role {
        #[cfg(all(feature = "terminal", feature = "center"))]
        None => demo::Demo::default().run(),
        #[cfg(not(all(feature = "terminal", feature = "center")))]
        None => {
            use clap::CommandFactory;
            Line::command().print_help()?;
            Ok(())
        }
        #[cfg(all(feature = "terminal", feature = "center"))]
        Some(Role::Demo(demo)) => demo.run(),
        #[cfg(feature = "terminal")]
        Some(Role::Terminal(terminal)) => terminal.run(),
        #[cfg(feature = "center")]
        Some(Role::Center(center)) => center.run(),
        #[cfg(all(feature = "terminal", feature = "center"))]
        Some(Role::Simulate(simulate)) => simulate.run(),
    }
}

/// Where log lines go: the journal of systemd, or whoever reads standard error.
fn log(filter: &str) {
    let filter = EnvFilter::try_from_env("PINGYI_LOG").unwrap_or_else(|_| EnvFilter::new(filter));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
