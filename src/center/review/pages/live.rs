//! `/overview/live`: the overview's figures, fetched anew when they have changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Slice;
use crate::center::accounts::{Gate, Officer};
use crate::center::review::pulse::Beat;
use crate::center::review::store;
use crate::center::web;

/// Another node may write to the same database without a beat here.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// At most one event in this time.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
const KEEP_ALIVE: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    seen: String,
}

struct Listener {
    slice: Slice,
    headers: HeaderMap,
    unit: String,
    beats: watch::Receiver<Beat>,
    seen: String,
    is_first: bool,
}

/// `/overview/live`: one event, whose data is the mark of the figures, each time that they differ
/// from what the page showed when it was made (`seen`).
pub(super) async fn stream(
    State(slice): State<Slice>,
    _: Officer,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // After a lost connection the browser tells the last event that it had.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let listener = Listener {
        // Registers before the first look: what is committed in between is not missed.
        beats: slice.pulse.subscribe(),
        slice,
        headers,
        unit: asked.unit,
        seen: last.unwrap_or(asked.seen),
        is_first: true,
    };
    Sse::new(unfold(listener, next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// Waits until the figures differ. Ends with the center, with the session, or when the database
/// fails; the browser then connects again and is sent to the login form or served.
async fn next(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    loop {
        if !std::mem::take(&mut listener.is_first) {
            listener.rest().await;
            // No beat in time is no harm: it looks all the same.
            let _ = timeout(LOOK_AGAIN, listener.beats.changed()).await;
        }
        if listener.beats.borrow_and_update().is_closed {
            return None;
        }
        let mark = listener.look().await?;
        if mark != listener.seen {
            listener.seen.clone_from(&mark);
            let event = Event::default().id(&mark).data(&mark);
            return Some((Ok(event), listener));
        }
    }
}

impl Listener {
    /// The mark of the figures as they are now, if the officer is still logged in.
    async fn look(&self) -> Option<String> {
        let gate: &Gate = &self.slice.gate;
        let officer = gate.officer(&self.headers).await;
        let mark = match officer {
            Ok(Some(_)) => {
                store::mark(&self.slice.db, &self.unit, gate.now()).await.map_err(web::Error::from)
            }
            Ok(None) => return None,
            Err(error) => Err(error),
        };
        mark.inspect_err(|error| tracing::warn!(?error, "a live page could not be looked after"))
            .ok()
    }

    /// A flood of beats is looked at once a second; the end is seen at once.
    async fn rest(&mut self) {
        let mut beats = self.slice.pulse.subscribe();
        let closed = beats.wait_for(|beat| beat.is_closed);
        tokio::select! {
            () = sleep(AT_MOST_EVERY) => {}
            _ = closed => {}
        }
    }
}
