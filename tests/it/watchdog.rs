//! The service manager's watchdog: a real terminal tells a socket that its screen's loop turns.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::process::Process;
use crate::support::world::PATIENCE;

/// What the service manager allows between two words; the terminal speaks twice as often.
const ALLOWED: Duration = Duration::from_millis(400);

/// A terminal, and the service manager's ear.
struct Watched {
    terminal: Process,
    ear: UnixDatagram,
    _folder: TempDir,
}

impl Watched {
    fn start(allowed: Option<Duration>) -> Watched {
        Watched::start_with_code(allowed, "")
    }

    /// A terminal whose disk was delivered with a file for its enrolment code.
    fn start_with_code(allowed: Option<Duration>, code: &str) -> Watched {
        let folder = TempDir::new().unwrap();
        let (socket, file) = (folder.path().join("notify"), folder.path().join("code"));
        std::fs::write(&file, code).unwrap();
        let ear = UnixDatagram::bind(&socket).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pingyi"));
        command.args(["terminal", "--glass"]).env_remove("WATCHDOG_PID");
        command.env("PINGYI_DATA_DIR", folder.path().join("data")).env("NOTIFY_SOCKET", &socket);
        command.stderr(Stdio::null());
        command.env("PINGYI_CENTER_ENROLMENT_FILE", file);
        match allowed {
            Some(allowed) => command.env("WATCHDOG_USEC", allowed.as_micros().to_string()),
            None => command.env_remove("WATCHDOG_USEC"),
        };
        let terminal = Process::start(&mut command);
        Watched { terminal, ear, _folder: folder }
    }

    /// The next word within `patience`, if there is one.
    fn hears(&self, patience: Duration) -> Option<String> {
        self.ear.set_read_timeout(Some(patience)).unwrap();
        let mut word = [0; 256];
        match self.ear.recv(&mut word) {
            Ok(length) => Some(String::from_utf8(word[..length].to_vec()).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits until nothing has been heard for longer than is allowed.
    fn falls_silent(&self) {
        let most = Instant::now() + PATIENCE;
        while self.hears(ALLOWED * 4).is_some() {
            assert!(Instant::now() < most, "it goes on speaking");
        }
    }
}

#[test]
fn the_screens_loop_says_that_it_is_up_and_then_that_it_turns() {
    let watched = Watched::start(Some(ALLOWED));
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "READY=1");
    for _ in 0..4 {
        assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "WATCHDOG=1");
    }
}

#[test]
fn a_terminal_that_hangs_is_silent_and_one_that_goes_on_speaks_again() {
    let watched = Watched::start(Some(ALLOWED));
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "READY=1");
    watched.terminal.signal(Signal::STOP);
    watched.falls_silent();
    watched.terminal.signal(Signal::CONT);
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "WATCHDOG=1");
}

/// A loop that hangs while every other thread of the program goes on.
#[test]
fn only_the_screens_own_loop_speaks() {
    let watched = Watched::start(Some(ALLOWED));
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "READY=1");
    let main_thread = watched.terminal.id().to_string();
    let mut command = Command::new("strace");
    command.args(["-q", "-o", "/dev/null", "-e", "inject=all:delay_enter=3600s", "-p"]);
    let held_up = Process::start(command.arg(main_thread));
    watched.falls_silent();
    drop(held_up);
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "WATCHDOG=1");
}

#[test]
fn where_nobody_watches_only_the_start_is_told() {
    let watched = Watched::start(None);
    assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "READY=1");
    assert_eq!(watched.hears(ALLOWED * 4), None);
}

#[test]
fn a_code_that_cannot_be_used_does_not_keep_the_screen_dark() {
    for code in ["", "# forgotten\n", "not a code\n", "\u{0}"] {
        let watched = Watched::start_with_code(None, code);
        assert_eq!(watched.hears(PATIENCE).unwrap().trim_end(), "READY=1", "{code}");
    }
}
