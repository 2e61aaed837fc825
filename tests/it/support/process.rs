//! A program that a test starts. It goes with the test, and so does all that it has started.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use super::world::PATIENCE;

pub struct Process {
    child: Child,
    name: String,
    said: Receiver<String>,
}

impl Process {
    pub fn start(command: &mut Command) -> Process {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (say, said) = channel();
        // Reads to the end even when nobody listens, so that the program is never held up.
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| drop(say.send(line)))
        });
        Process { child, name, said }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// The next line on its standard output that `pick` recognises.
    pub fn line<T>(&self, what: &str, mut pick: impl FnMut(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut heard = String::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.said.recv_timeout(left).unwrap_or_else(|error| {
                panic!("{} never said {what} ({error}), only:\n{heard}", self.name)
            });
            if let Some(found) = pick(&line) {
                return found;
            }
            heard = format!("{heard}{line}\n");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for pid in family(self.child.id()) {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let _gone = pid.map(|pid| kill_process(pid, Signal::KILL));
        }
        let _gone = self.child.wait();
    }
}

/// The process and all below it, parents first.
fn family(root: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = fs::read_dir("/proc").unwrap().filter_map(with_parent).collect();
    let (mut found, mut open) = (Vec::new(), VecDeque::from([root]));
    while let Some(parent) = open.pop_front() {
        open.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| pid));
        found.push(parent);
    }
    found
}

fn with_parent(entry: std::io::Result<fs::DirEntry>) -> Option<(u32, u32)> {
    let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
    // After the name, which may hold anything in its brackets: the state, then the parent.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
    Some((pid, parent))
}

#[test]
fn what_a_program_has_started_goes_with_it() {
    let shell = Process::start(Command::new("sh").args(["-c", "sleep 600 & echo $!; wait"]));
    let below: u32 = shell.line("a number", |line| line.parse().ok());
    let lives = || {
        fs::read_to_string(format!("/proc/{below}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
    };
    assert!(lives());
    drop(shell);
    let patience = Instant::now() + PATIENCE;
    while lives() {
        assert!(Instant::now() < patience, "it still runs");
        std::thread::yield_now();
    }
}
