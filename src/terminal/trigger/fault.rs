//! The one map from what is wrong to a status and `{code, message, allowed}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::calls::Refusal;

/// A request that is not done, as its sender reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fault {
    #[serde(skip)]
    pub status: StatusCode,
    #[serde(skip)]
    pub retry_after: Option<u32>,
    pub code: &'static str,
    pub message: String,
    pub allowed: String,
}

impl Fault {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Fault {
        Fault { status, code, message: message.into(), allowed: allowed.into(), retry_after: None }
    }

    fn after(self, seconds: u32) -> Fault {
        Fault { retry_after: Some(seconds), ..self }
    }

    pub(super) fn invalid(message: impl Into<String>, allowed: impl Into<String>) -> Fault {
        Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message, allowed)
    }

    pub(super) fn elsewhere() -> Fault {
        let said = "the Host or Origin of this request is not this terminal's";
        let allowed = "Host as in trigger.address or trigger.hosts with the port; no other Origin";
        Fault::new(StatusCode::FORBIDDEN, "elsewhere", said, allowed)
    }

    pub(super) fn unauthorized() -> Fault {
        let allowed = "Authorization: Bearer with a token of trigger.tokens";
        Fault::new(StatusCode::UNAUTHORIZED, "unauthorized", "no token, or another one", allowed)
    }

    pub(super) fn scope(needed: &str) -> Fault {
        let allowed = format!("a token with the scope {needed}");
        Fault::new(StatusCode::FORBIDDEN, "scope", "this token may not do that", allowed)
    }

    pub(super) fn not_found() -> Fault {
        let allowed = "the paths of GET /v1/openapi.json";
        Fault::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here", allowed)
    }

    pub(super) fn method() -> Fault {
        let allowed = "the methods of GET /v1/openapi.json";
        Fault::new(StatusCode::METHOD_NOT_ALLOWED, "method", "not by this method", allowed)
    }

    pub(super) fn too_large(most: usize) -> Fault {
        let allowed = format!("a body of at most {most} bytes");
        Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large", allowed)
    }

    pub(super) fn too_slow() -> Fault {
        let said = "the body did not arrive in time";
        Fault::new(StatusCode::REQUEST_TIMEOUT, "too_slow", said, "a body sent at once")
    }

    pub(super) fn not_json() -> Fault {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let allowed = "Content-Type: application/json";
        Fault::new(status, "not_json", "the body is not declared as JSON", allowed)
    }

    pub(super) fn busy() -> Fault {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Fault::new(status, "busy", "too many calls at once", "the same call a second later")
            .after(1)
    }

    pub(super) fn no_answer() -> Fault {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let said = "the terminal does not answer";
        Fault::new(status, "no_answer", said, "the same call a few seconds later").after(5)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        const BUSY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
        const STATE: StatusCode = StatusCode::CONFLICT;
        const VALUE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
        let (status, code, message, allowed) = match refusal {
            Refusal::NotReady => {
                (BUSY, "not_ready", "the terminal is not in service", "the same call later")
            }
            Refusal::NotNow => {
                (STATE, "not_now", "maintenance is under way", "the same call after it")
            }
            Refusal::NotSaved => (BUSY, "not_saved", "it was not stored", "the same call again"),
            Refusal::WrongPin => (
                StatusCode::FORBIDDEN,
                "wrong_pin",
                "employee number and PIN do not belong together",
                "a person of this unit with their PIN",
            ),
            Refusal::UnknownPerson => {
                (VALUE, "unknown_person", "nobody has this number", "a person of this unit")
            }
            Refusal::LockedOut { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "locked_out",
                "too many wrong PINs",
                "another try after the seconds of Retry-After",
            ),
            Refusal::NobodyOnDuty => {
                (STATE, "nobody_on_duty", "nobody is on duty", "POST /v1/duty/sign-on before it")
            }
            Refusal::Away => {
                (STATE, "away", "the person on duty is away", "POST /v1/duty/back before it")
            }
            Refusal::NotAway => {
                (STATE, "not_away", "the person on duty is not away", "back only after away")
            }
            Refusal::NoService => {
                (STATE, "no_service", "no service is open", "POST /v1/service/begin before it")
            }
            Refusal::UnknownItem => {
                (VALUE, "unknown_item", "there is no such item", "the id of an item of the content")
            }
            Refusal::UnknownReason => (
                VALUE,
                "unknown_reason",
                "there is no such reason of absence",
                "the id of a reason of the content",
            ),
        };
        let fault = Fault::new(status, code, message, allowed);
        match refusal {
            Refusal::LockedOut { seconds } => fault.after(seconds),
            Refusal::NotReady | Refusal::NotSaved => fault.after(5),
            _ => fault,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
