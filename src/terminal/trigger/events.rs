//! The stream of what the window does, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;

use crate::terminal::public::Public;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Listener {
    public: watch::Receiver<Public>,
    told: Option<Public>,
}

/// What the window does now, then every change, in order; a listener that is slow hears the latest.
pub(super) fn stream(
    public: watch::Receiver<Public>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listener = Listener { public, told: None };
    Sse::new(unfold(listener, next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Waits for what was not told yet; ends with the terminal.
async fn next(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    loop {
        let now = listener.public.borrow_and_update().clone();
        if listener.told.as_ref() != Some(&now) {
            let event = Event::default().event(now.state.as_str()).json_data(&now).ok()?;
            listener.told = Some(now);
            return Some((Ok(event), listener));
        }
        listener.public.changed().await.ok()?;
    }
}
