//! The routes: who is not ours is turned away, what is asked is passed on, and every answer to the
//! same question takes the same time.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, FromRequest, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::calls::{Act, Call};
use super::fault::Fault;
use super::operations::Operation;
use super::tokens::{Caller, Tokens};
use super::{events, openapi};
use crate::settings::terminal::Scope;
use crate::terminal::guard::{Names, Origin};
use crate::terminal::public::Public;

/// No body is larger.
const BODY_BYTES: usize = 4096;
/// A body that takes longer is not waited for.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// Calls that wait for an answer at once.
const MOST_AT_ONCE: usize = 4;
/// The terminal that takes longer does not answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);
/// No answer is given sooner. The screen's thread answers, and what it draws after a tap delays it
/// by some milliseconds: here they are lost, so that nobody can measure that there was a tap.
const ANSWER_AFTER: Duration = Duration::from_millis(150);

/// What the routes need.
pub(super) struct Desk {
    pub names: Names,
    pub tokens: Tokens,
    pub public: watch::Receiver<Public>,
    pub calls: Box<dyn Fn(Call) + Send + Sync>,
    pub places: Semaphore,
}

impl Desk {
    pub(super) fn new(
        names: Names,
        tokens: Tokens,
        public: watch::Receiver<Public>,
        calls: Box<dyn Fn(Call) + Send + Sync>,
    ) -> Desk {
        Desk { names, tokens, public, calls, places: Semaphore::new(MOST_AT_ONCE) }
    }

    async fn call(&self, act: Act) -> Result<(), Fault> {
        let _place = self.places.try_acquire().map_err(|_| Fault::busy())?;
        let not_before = Instant::now() + ANSWER_AFTER;
        let (reply, answer) = oneshot::channel();
        (self.calls)(Call { act, reply });
        let answered = timeout(ANSWER_PATIENCE, answer).await;
        sleep_until(not_before).await;
        match answered {
            Ok(Ok(outcome)) => outcome.map_err(Fault::from),
            _ => Err(Fault::no_answer()),
        }
    }
}

pub(super) fn routes(desk: Arc<Desk>) -> Router {
    let mut router = Router::new();
    for operation in Operation::ALL {
        let method = if operation.only_looks() { MethodFilter::GET } else { MethodFilter::POST };
        let answer = move |State(desk), Extension(caller), request| async move {
            answer(operation, desk, caller, request).await.unwrap_or_else(Fault::into_response)
        };
        router = router.route(operation.path(), on(method, answer));
    }
    router
        .fallback(async || Fault::not_found())
        .method_not_allowed_fallback(async || Fault::method())
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(desk.clone(), admit))
        .layer(map_response(close))
        .with_state(desk)
}

/// Who does not call this terminal by its name, or has no token, learns nothing more.
async fn admit(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Response {
    if !desk.names.fit(request.headers(), Origin::IfNamed) {
        return Fault::elsewhere().into_response();
    }
    let Some(caller) = desk.tokens.caller(request.headers()) else {
        return Fault::unauthorized().into_response();
    };
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Nothing is kept or guessed at.
async fn close(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn answer(
    operation: Operation,
    desk: Arc<Desk>,
    caller: Arc<Caller>,
    request: Request,
) -> Result<Response, Fault> {
    if let Some(scope) = operation.scope() {
        caller.may(scope)?;
    }
    match operation {
        // Not by a call: what the screen's thread is busy with would show in the time it takes.
        Operation::State => return Ok(Json(desk.public.borrow().clone()).into_response()),
        Operation::Events => return Ok(events::stream(desk.public.clone()).into_response()),
        Operation::Document => return Ok(Json(openapi::document()).into_response()),
        _ => {}
    }
    let body = body(request).await?;
    let Some(act) = operation.act(&body)? else { return Err(Fault::not_found()) };
    if matches!(act, Act::SignOn { pin: None, .. }) {
        caller.may(Scope::SignOnWithoutPin)?;
    }
    let called = desk.call(act).await;
    let code = called.as_ref().err().map(|fault| fault.code);
    tracing::info!(caller = caller.name, path = operation.path(), refused = code, "called");
    called.map(|()| StatusCode::NO_CONTENT.into_response())
}

async fn body(request: Request) -> Result<Bytes, Fault> {
    let declared = request.headers().get(header::CONTENT_TYPE).cloned();
    let read = timeout(BODY_PATIENCE, Bytes::from_request(request, &())).await;
    let body = read.map_err(|_| Fault::too_slow())?.map_err(|refused| {
        match refused.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Fault::too_large(BODY_BYTES),
            _ => Fault::too_slow(),
        }
    })?;
    let kind = declared.as_ref().and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !body.is_empty() && !kind.eq_ignore_ascii_case("application/json") {
        return Err(Fault::not_json());
    }
    Ok(body)
}
