//! First contact of a terminal: the one-time code, then the administrator's word.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Counter;
use super::api::{signature_of, signed};
use super::refused::Refused;
use crate::center::registry::Error as RegistryError;
use crate::center::registry::rules::Claim;
use crate::center::registry::store::enrolment;
use crate::center::web::Source;
use crate::chain::{PublicKey, Signature};
use crate::domain::CodeId;
use crate::wire::{DecisionRequest, EnrolReply, EnrolRequest, enrol_proof_bytes};

impl From<RegistryError> for Refused {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Db(error) => error.into(),
            RegistryError::Ledger(error) => Refused::Failed(error),
            RegistryError::Unknown(_) | RegistryError::Refused(_) => Refused::BadCode,
            RegistryError::Broken(what) => crate::center::db::Error::Refused(what).into(),
        }
    }
}

impl Counter {
    fn signature(
        &self,
        headers: &HeaderMap,
        code: &CodeId,
        key: &PublicKey,
    ) -> Result<Signature, Refused> {
        let signature = signature_of(headers)?;
        let bytes = enrol_proof_bytes(self.key.public().center_id(), code, key);
        if key.verifies(&bytes, &signature) { Ok(signature) } else { Err(Refused::BadSignature) }
    }
}

pub(super) async fn enrol(
    State(counter): State<Counter>,
    source: Source,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Refused> {
    counter.limits.check_enrolment(source)?;
    let request: EnrolRequest = read(&body)?;
    let signature = counter.signature(&headers, &request.code, &request.public_key)?;
    let now = counter.clock.now().wall;
    let mut tx = counter.db.begin().await?;
    let claim = enrolment::claim(&mut tx, counter.key.public().center_id(), &request, now).await?;
    tx.commit().await?;
    match claim {
        Claim::Taken => {
            let reply = EnrolReply { center_key: counter.key.public() };
            Ok(signed(&counter.key, &signature, &reply))
        }
        Claim::WrongProof | Claim::Refused => Err(Refused::BadCode),
    }
}

pub(super) async fn decision(
    State(counter): State<Counter>,
    source: Source,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Refused> {
    counter.limits.check_source(source)?;
    let request: DecisionRequest = read(&body)?;
    let signature = counter.signature(&headers, &request.code, &request.public_key)?;
    let now = counter.clock.now().wall;
    let reply = enrolment::decision(&counter.db, &request, now).await?;
    Ok(signed(&counter.key, &signature, &reply))
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| Refused::Malformed(error.to_string()))
}
