//! Tells live pages that figures have changed.

use tokio::sync::watch;

/// The heart of the live pages: intake beats it after each commit. Clones share it.
#[derive(Clone, Debug)]
pub struct Pulse(watch::Sender<Beat>);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beat {
    count: u64,
    /// No more will come: the center stops.
    pub(super) is_closed: bool,
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

impl Pulse {
    /// Still.
    #[must_use]
    pub fn new() -> Pulse {
        Pulse(watch::Sender::new(Beat::default()))
    }

    /// Something was committed; costs next to nothing when nobody listens.
    pub fn beat(&self) {
        self.0.send_modify(|beat| beat.count = beat.count.wrapping_add(1));
    }

    /// Ends every stream: the center stops, and would else wait for its readers.
    pub fn close(&self) {
        self.0.send_modify(|beat| beat.is_closed = true);
    }

    /// Hears every beat from now on.
    pub(super) fn subscribe(&self) -> watch::Receiver<Beat> {
        self.0.subscribe()
    }
}
