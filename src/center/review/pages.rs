//! `/`: the overview (总览).

mod live;
mod overview;
mod windows;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;

use super::Pulse;
use crate::center::accounts::Gate;
use crate::center::db::Db;

#[derive(Clone)]
struct Slice {
    gate: Gate,
    db: Db,
    pulse: Pulse,
}

impl FromRef<Slice> for Gate {
    fn from_ref(slice: &Slice) -> Gate {
        slice.gate.clone()
    }
}

/// `/` and `/overview/live`.
pub fn routes(gate: Gate, db: Db, pulse: Pulse) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/overview/live", get(live::stream))
        .with_state(Slice { gate, db, pulse })
}
