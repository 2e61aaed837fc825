//! Reads the machine's clocks. Pure code gets values; only loops and wiring hold a [`Clock`].

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::{BootId, Stamp};

/// Where the time comes from; a test gives one that it drives.
pub trait Clock: Send + Sync {
    /// All clocks at once.
    fn now(&self) -> Stamp;
}

/// The machine's own clocks.
#[derive(Clone, Debug)]
pub struct SystemClock {
    boot: BootId,
}

impl SystemClock {
    /// Learns which boot this is from the kernel; where there is no such file, draws a number, so
    /// that times of two runs are never compared.
    ///
    /// # Errors
    /// When there is neither a boot id nor a random source.
    pub fn new() -> std::io::Result<SystemClock> {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        let known =
            data_encoding::HEXLOWER.decode(hex.as_bytes()).ok().and_then(|b| b.try_into().ok());
        if let Some(bytes) = known {
            return Ok(SystemClock { boot: BootId(bytes) });
        }
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(SystemClock { boot: BootId(bytes) })
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Stamp {
        Stamp { wall: wall(), mono: since_boot(), boot: self.boot }
    }
}

/// Milliseconds since 1970-01-01 UTC by the wall clock; negative before.
#[must_use]
pub fn wall() -> i64 {
    let signed = |millis: u128| i64::try_from(millis).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => signed(since.as_millis()),
        Err(before) => -signed(before.duration().as_millis()),
    }
}

/// Milliseconds since the machine started, sleep included.
fn since_boot() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
