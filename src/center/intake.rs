//! The machine interface: enrolment, batches, gap statements, heartbeats, content.
//!
//! Checks stand in the order of their cost: size, rate by source, form, rate by terminal, known
//! terminal, signature, chain. What passes goes to the one clerk, which applies it in a
//! transaction and answers when it is durable. Nothing that can be parsed is refused.

mod api;
mod clerk;
mod enrolment;
mod limits;
mod nonce;
mod projection;
pub mod rebuild;
mod refused;
pub mod rules;
mod terminals;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use limits::Allowance;

use self::clerk::Desk;
use self::limits::Limits;
use self::nonce::Nonces;
use super::db::Db;
use super::ledger::Recorder;
use super::review::Pulse;
use crate::chain::Keypair;
use crate::clock::Clock;
use crate::wire::path;

/// How long a nonce is good for.
const NONCE_LIFE: Duration = Duration::from_secs(120);

/// What the machine interface needs.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The center's key.
    pub key: Keypair,
    /// The center's clock.
    pub clock: Arc<dyn Clock>,
    /// The center's own journal.
    pub recorder: Recorder,
    /// Tells the overview that figures have changed.
    pub pulse: Pulse,
    /// How much one source and one terminal may ask.
    pub allowance: Allowance,
}

/// What the handlers share.
#[derive(Clone)]
struct Counter {
    db: Db,
    key: Keypair,
    clock: Arc<dyn Clock>,
    desk: Desk,
    limits: Arc<Limits>,
    nonces: Arc<Nonces>,
}

/// The routes of the machine interface; starts the clerk on the current runtime.
///
/// # Errors
/// When there are no random numbers.
pub fn routes(parts: Parts) -> Result<Router, getrandom::Error> {
    let Parts { db, key, clock, recorder, pulse, allowance } = parts;
    let counter = Counter {
        desk: Desk::open(db.clone(), clock.clone(), recorder, pulse),
        limits: Arc::new(Limits::new(&allowance)),
        nonces: Arc::new(Nonces::new(NONCE_LIFE)?),
        db,
        key,
        clock,
    };
    Ok(Router::new()
        .route(path::ENROL, post(enrolment::enrol))
        .route(path::DECISION, post(enrolment::decision))
        .route(path::NONCE, get(api::nonce))
        .route(path::BATCH, post(api::batch))
        .route(path::GAP, post(api::gap))
        .route(path::HEARTBEAT, post(api::heartbeat))
        .route(path::CONTENT, get(api::content))
        .layer(DefaultBodyLimit::max(allowance.body_bytes))
        .with_state(counter))
}
