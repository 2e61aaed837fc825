//! Tells the service manager that the screen is up, and then again and again that its loop turns.
//!
//! The wiring calls this from timers of the screen's own loop. A thread of its own would go on
//! saying so while the screen hangs. Without a service manager nothing is said.

use std::time::Duration;

use sd_notify::NotifyState;

/// How often the service manager wants to hear that the loop turns: twice in the time that it
/// allows. Nothing when it does not watch.
#[must_use]
pub fn every() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|allowed| allowed / 2)
}

/// The screen is up and its loop turns.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// The loop still turns.
pub fn turns() {
    tell(NotifyState::Watchdog);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told that the screen is alive");
    }
}
