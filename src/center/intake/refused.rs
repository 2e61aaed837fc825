//! Every way in which the machine interface says no, and how it says it in HTTP.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use crate::center::{db, ledger};
use crate::chain;
use crate::wire::{Refusal, RefusalCode};

/// How long a terminal waits when the center cannot write, in seconds.
const BUSY_SECONDS: u64 = 10;

/// A request that is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("{0}")]
    Malformed(String),
    #[error("the body is larger than the center takes")]
    TooLarge,
    #[error("too many requests; try again in {seconds} s")]
    TooMany { seconds: u64 },
    #[error("this center does not know the terminal")]
    UnknownTerminal,
    #[error("the signature does not fit the terminal's key")]
    BadSignature,
    #[error("the nonce is unknown, used or too old")]
    BadNonce,
    #[error("the terminal is revoked; what it sends is set apart and not acknowledged")]
    Revoked,
    #[error("the one-time code is unknown, used, expired or was tried too often")]
    BadCode,
    #[error("there is no content for this window yet")]
    NoContent,
    #[error("the center cannot write at the moment")]
    Busy,
    #[error(transparent)]
    Failed(#[from] ledger::Error),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Refused::Failed(error.into())
    }
}

impl From<chain::Error> for Refused {
    fn from(error: chain::Error) -> Self {
        Refused::Malformed(error.to_string())
    }
}

impl From<getrandom::Error> for Refused {
    fn from(error: getrandom::Error) -> Self {
        Refused::Failed(ledger::Error::Random(error))
    }
}

impl From<BytesRejection> for Refused {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refused::TooLarge,
            _ => Refused::Malformed(rejection.body_text()),
        }
    }
}

impl Refused {
    fn answer(&self) -> (StatusCode, RefusalCode, Option<u64>) {
        use RefusalCode as Code;
        match self {
            Refused::Malformed(_) => (StatusCode::BAD_REQUEST, Code::Malformed, None),
            Refused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, None),
            Refused::TooMany { seconds } => {
                (StatusCode::TOO_MANY_REQUESTS, Code::TooMany, Some(*seconds))
            }
            Refused::UnknownTerminal => (StatusCode::UNAUTHORIZED, Code::UnknownTerminal, None),
            Refused::BadSignature => (StatusCode::UNAUTHORIZED, Code::BadSignature, None),
            Refused::BadNonce => (StatusCode::UNAUTHORIZED, Code::BadNonce, None),
            Refused::Revoked => (StatusCode::FORBIDDEN, Code::Revoked, None),
            Refused::BadCode => (StatusCode::FORBIDDEN, Code::BadCode, None),
            Refused::NoContent => (StatusCode::NOT_FOUND, Code::NoContent, None),
            Refused::Busy | Refused::Failed(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::Busy, Some(BUSY_SECONDS))
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, wait) = self.answer();
        let message = match &self {
            Refused::Failed(error) => {
                tracing::error!(%error, "a machine's request failed");
                Refused::Busy.to_string()
            }
            other => other.to_string(),
        };
        let mut response = (status, Json(Refusal { code, message })).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
