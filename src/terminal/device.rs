//! The device at the window, from its settings: every part of it, one line each.

use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;

pub use super::Calls;
use super::identity::Identity;
use super::keys::Keys;
use super::pins::Pins;
use super::public::Public;
use super::sound::Player;
use super::trigger::{self, Trigger};
use super::uplink::{Config, Uplink};
use super::{Desk, Ears, Parts, Stage};
use crate::clock::Clock;
use crate::settings;

/// Why the device does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The screen.
    #[error(transparent)]
    Screen(#[from] super::Error),
    /// A thread, a file or a certificate.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The local interface.
    #[error(transparent)]
    Trigger(#[from] trigger::Error),
    /// The PIN of maintenance.
    #[error("the PIN of maintenance cannot be read: {0}")]
    Pin(String),
}

/// What the device is given beside its settings.
pub struct Given {
    /// How it speaks with the center.
    pub config: Config,
    /// Who it is.
    pub identity: Identity,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

/// Runs the device on the opened stage until it is ended; gives back when its threads have ended.
/// `also` is told where the counter hears, before anything speaks to it.
///
/// # Errors
/// When a part of it cannot start.
pub fn run(
    stage: Stage,
    settings: &settings::Terminal,
    given: Given,
    also: impl FnOnce(&Ears) + 'static,
) -> Result<(), Error> {
    let Given { config, identity, clock } = given;
    let (public, told) = watch::channel(Public::default());
    let (codes, typed) = unbounded_channel();
    let desk = Desk {
        rules: settings.into(),
        clock: clock.clone(),
        identity: identity.clone(),
        server: settings.center.url.clone(),
        keys: Keys::new(&settings.keys, &settings.card),
        pins: Pins::start()?,
        maintenance_pin: settings.maintenance.pin_hash().map_err(Error::Pin)?,
        player: Player::new(),
        public,
        codes,
    };
    let trigger = settings.trigger.clone();
    let (started, waiting) = std::sync::mpsc::channel();
    let start = Box::new(move |ears: Ears| {
        also(&ears);
        let Ears { notices, calls } = ears;
        let uplink = Uplink::start(config, identity, clock, typed, notices);
        let trigger = trigger
            .enabled
            .then(|| Trigger::start(&trigger, move |call| calls(call), told))
            .transpose();
        let _gone = started.send((uplink, trigger));
    });
    let shown = super::run(stage, Parts { display: (&settings.screen).into(), desk, start });
    // Held until here: both end with the screen.
    if let Ok((uplink, trigger)) = waiting.try_recv() {
        drop(uplink?);
        drop(trigger?);
    }
    Ok(shown?)
}
