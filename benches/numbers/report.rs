//! What a measurement says, and the machine it was made on.

use std::fs;
use std::process::Command;
use std::time::Duration;

/// One line of the table.
pub struct Row {
    pub what: &'static str,
    pub goal: &'static str,
    pub result: String,
    pub beside: String,
    pub ratio: String,
    pub met: bool,
}

/// Prints the head of the table.
pub fn head() {
    println!("\n| what | goal | result | beside, in the same run | ratio | met |");
    println!("| --- | --- | --- | --- | --- | --- |");
}

impl Row {
    pub fn print(&self) {
        let Row { what, goal, result, beside, ratio, met } = self;
        let met = if *met { "yes" } else { "**no**" };
        println!("| {what} | {goal} | {result} | {beside} | {ratio} | {met} |");
    }
}

/// Prints the machine, with how busy it was: a shared machine measures its neighbours too.
pub fn machine() {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let field = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown").to_owned()
    };
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = read("/proc/meminfo");
    let kib: u64 = memory.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    let load = read("/proc/loadavg");
    let kernel = read("/proc/sys/kernel/osrelease");
    let date = Command::new("date").arg("+%Y-%m-%d").output().expect("date runs");
    println!(
        "machine: {cores} cores ({}), {:.1} GiB, Linux {}, load {} at the start, {}",
        field("model name"),
        kib as f64 / f64::from(1 << 20),
        kernel.trim(),
        load.split(' ').next().unwrap_or("?"),
        String::from_utf8_lossy(&date.stdout).trim(),
    );
}

/// Measured times of the same thing.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut all: Vec<Duration>) -> Times {
        assert!(!all.is_empty(), "nothing was measured");
        all.sort_unstable();
        Times(all)
    }

    /// The time that this share of them did not exceed.
    pub fn percent(&self, percent: usize) -> Duration {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    pub fn median(&self) -> Duration {
        self.percent(50)
    }
}

pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.3} ms") } else { format!("{ms:.1} ms") }
}

pub fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}
