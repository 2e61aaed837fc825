//! The real program, started as a person starts it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::process::Process;
use crate::support::visitor::Visitor;

pub struct Demo {
    process: Process,
    folder: TempDir,
    /// `127.0.0.1:40123`
    pub host: String,
    pub account: String,
    pub password: String,
    /// The one line that says where the screen is, and why.
    pub surface: String,
}

impl Demo {
    /// `pingyi demo` with `DISPLAY` set so, or without one, and with data of its own.
    pub fn start(display: Option<&str>) -> Demo {
        Demo::start_in(tempfile::tempdir().unwrap(), display, &[])
    }

    /// The same on the data of an earlier one, and with more to say.
    pub fn start_in(folder: TempDir, display: Option<&str>, more: &[&str]) -> Demo {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pingyi"));
        command.arg("demo").arg("--data-dir").arg(folder.path()).args(more);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "SLINT_BACKEND"] {
            command.env_remove(name);
        }
        command.envs(display.map(|display| ("DISPLAY", display)));
        command.env("PINGYI_LISTEN_ADDRESS", "127.0.0.1:0");
        let process = Process::start(&mut command);
        let after = |name: &str| {
            process.line(name, |line| line.strip_prefix(name).map(|rest| rest.trim().to_owned()))
        };
        let host = after("center").replace("http://", "").replace('/', "");
        let login = after("login");
        let (account, password) = login.split_once("  ").unwrap();
        assert_eq!(after("data"), folder.path().display().to_string());
        let surface = process.line("where the screen is", |line| Some(line.to_owned()));
        Demo {
            host,
            account: account.to_owned(),
            password: password.to_owned(),
            surface,
            process,
            folder,
        }
    }

    /// What it says next after a word at the beginning of a line.
    pub fn says(&self, word: &str) -> String {
        let after = |line: &str| line.strip_prefix(word).map(|rest| rest.trim().to_owned());
        self.process.line(word, after)
    }

    /// Where it keeps its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it, and gives back its data.
    pub fn end(self) -> TempDir {
        self.folder
    }

    /// The address at the end of the line about the screen.
    pub fn glass(&self) -> &str {
        let start = self.surface.find("http://").expect("an address is printed");
        &self.surface[start..]
    }

    /// The officer, logged in with what was printed.
    pub fn officer(&self) -> Visitor {
        let mut visitor = Visitor::new(&self.host);
        visitor.log_in(&self.account, &self.password);
        visitor
    }
}
