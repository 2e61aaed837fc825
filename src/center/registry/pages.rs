//! /terminals: the fleet, new terminals, and what is ordered of old ones.

mod enrol;
mod fleet;
mod order;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};

use super::Error;
use super::store::enrolment::By;
use crate::center::accounts::{Gate, Officer};
use crate::center::db::Db;
use crate::center::ledger::Recorder;
use crate::center::web;
use crate::chain::CenterId;

#[derive(Clone)]
struct Slice {
    gate: Gate,
    db: Db,
    recorder: Recorder,
    center: CenterId,
}

impl FromRef<Slice> for Gate {
    fn from_ref(slice: &Slice) -> Gate {
        slice.gate.clone()
    }
}

impl Slice {
    fn by<'a>(&self, officer: &'a Officer) -> By<'a> {
        By { officer: &officer.account, now: self.gate.now() }
    }
}

/// `/terminals` and below.
pub fn routes(gate: Gate, db: Db, recorder: Recorder, center: CenterId) -> Router {
    Router::new()
        .route("/terminals", get(fleet::show))
        .route("/terminals/enrolments", post(enrol::create))
        .route("/terminals/enrolments/{code}/file", get(enrol::file))
        .route("/terminals/enrolments/{code}/confirm", post(enrol::confirm))
        .route("/terminals/enrolments/{code}/refuse", post(enrol::refuse))
        .route("/terminals/{terminal}/retire", get(order::ask_retire).post(order::retire))
        .route("/terminals/{terminal}/revoke", get(order::ask_revoke).post(order::revoke))
        .with_state(Slice { gate, db, recorder, center })
}

impl From<Error> for web::Error {
    fn from(error: Error) -> web::Error {
        match error {
            Error::Unknown(_) => web::Error::NotFound,
            Error::Refused(said) => web::Error::Invalid(said.to_owned()),
            Error::Db(error) => error.into(),
            Error::Ledger(error) => error.into(),
            broken @ Error::Broken(_) => web::Error::internal(broken),
        }
    }
}
