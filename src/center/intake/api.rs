//! Handlers of the machine interface: check in the order of cost, hand in, sign the answer.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::clerk::{Checked, Heard, Stated};
use super::refused::Refused;
use super::{Counter, projection, terminals};
use crate::center::content;
use crate::center::ledger::store;
use crate::center::web::Source;
use crate::chain::{Batch, Gap, Keypair, Signature, SignedRequest, reply_bytes};
use crate::domain::TerminalId;
use crate::wire::{Heartbeat, Nonce, Standing, header};

type Body = Result<Bytes, BytesRejection>;

pub(super) async fn nonce(
    State(counter): State<Counter>,
    source: Source,
) -> Result<Json<Nonce>, Refused> {
    counter.limits.check_source(source)?;
    Ok(Json(Nonce { nonce: counter.nonces.give()? }))
}

pub(super) async fn batch(
    State(counter): State<Counter>,
    source: Source,
    body: Body,
) -> Result<Response, Refused> {
    counter.limits.check_source(source)?;
    let body = body?;
    let batch = Batch::decode(&body)?;
    let terminal = &batch.header.terminal;
    let known = counter.known(terminal).await?;
    let is_ours = batch.header.center == counter.key.public().center_id();
    if !is_ours || !batch.is_signed_by(&known.key) {
        return Err(Refused::BadSignature);
    }
    counter.check_standing(terminal, &known, &body).await?;
    let hashes = batch.hashes()?;
    let readings = projection::read_all(&batch.entries);
    let signature = batch.signature;
    let checked = Checked { batch, hashes, readings, standing: known.standing };
    let receipt = counter.desk.batch(checked).await?;
    Ok(signed(&counter.key, &signature, &receipt))
}

pub(super) async fn gap(
    State(counter): State<Counter>,
    source: Source,
    body: Body,
) -> Result<Response, Refused> {
    counter.limits.check_source(source)?;
    let body = body?;
    let text = std::str::from_utf8(&body)
        .map_err(|_| Refused::Malformed("a gap statement is UTF-8 text".into()))?;
    let (gap, text, signature) = Gap::decode(text)?;
    let known = counter.known(&gap.terminal).await?;
    let is_ours = gap.center == counter.key.public().center_id();
    if !is_ours || !known.key.verifies(text.as_bytes(), &signature) {
        return Err(Refused::BadSignature);
    }
    counter.check_standing(&gap.terminal, &known, &body).await?;
    let stated = Stated { gap, text, signature, standing: known.standing };
    let receipt = counter.desk.gap(stated).await?;
    Ok(signed(&counter.key, &signature, &receipt))
}

pub(super) async fn heartbeat(
    State(counter): State<Counter>,
    source: Source,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    counter.limits.check_source(source)?;
    let body = body?;
    let (terminal, known, signature) = counter.caller(&method, &uri, &headers, &body).await?;
    let beat: Heartbeat = serde_json::from_slice(&body)
        .map_err(|error| Refused::Malformed(format!("heartbeat: {error}")))?;
    let reply = counter.desk.heartbeat(Heard { terminal, known, beat }).await?;
    Ok(signed(&counter.key, &signature, &reply))
}

pub(super) async fn content(
    State(counter): State<Counter>,
    source: Source,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    counter.limits.check_source(source)?;
    let (_, known, signature) = counter.caller(&method, &uri, &headers, &[]).await?;
    let newest = content::store::newest(&counter.db, &known.window).await?;
    let newest = newest.ok_or(Refused::NoContent)?;
    let mut response = sealed(&counter.key, &signature, newest.bundle);
    let value = header_value(&newest.signature);
    response.headers_mut().insert(HeaderName::from_static(header::CONTENT_SIGNATURE), value);
    Ok(response)
}

/// A reply with the center's signature over just this answer to just this request.
pub(super) fn signed(key: &Keypair, request: &Signature, body: &impl Serialize) -> Response {
    // Replies are plain structs of numbers and texts: there is nothing in them to fail on.
    sealed(key, request, serde_json::to_vec(body).unwrap_or_default())
}

fn sealed(key: &Keypair, request: &Signature, body: Vec<u8>) -> Response {
    let signature = key.sign(&reply_bytes(request, &body));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static(header::SIGNATURE), header_value(&signature)),
    ];
    (headers, body).into_response()
}

fn header_value(signature: &Signature) -> HeaderValue {
    HeaderValue::try_from(signature.to_string()).unwrap_or(HeaderValue::from_static(""))
}

fn field<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Refused> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or_else(|| Refused::Malformed(format!("the header {name} is missing")))
}

/// The signature that a request carries in its header.
pub(super) fn signature_of(headers: &HeaderMap) -> Result<Signature, Refused> {
    Ok(field(headers, header::SIGNATURE)?.parse()?)
}

impl Counter {
    async fn known(&self, terminal: &TerminalId) -> Result<terminals::Known, Refused> {
        self.limits.check_terminal(terminal)?;
        terminals::find(&self.db, terminal).await?.ok_or(Refused::UnknownTerminal)
    }

    /// Who signed a request without entries.
    async fn caller(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(TerminalId, terminals::Known, Signature), Refused> {
        let terminal: TerminalId = field(headers, header::TERMINAL)?
            .parse()
            .map_err(|error: crate::domain::InvalidId| Refused::Malformed(error.to_string()))?;
        let nonce = field(headers, header::NONCE)?;
        let signature = signature_of(headers)?;
        let known = self.known(&terminal).await?;
        let request = SignedRequest {
            center: self.key.public().center_id(),
            terminal: &terminal,
            method: method.as_str(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()),
            body,
            nonce,
        };
        if !request.is_signed_by(&known.key, &signature) {
            return Err(Refused::BadSignature);
        }
        self.nonces.take(nonce)?;
        if known.standing == Standing::Revoked {
            return Err(Refused::Revoked);
        }
        Ok((terminal, known, signature))
    }

    /// What a revoked terminal signs is kept apart, for whoever investigates; it hears only no.
    async fn check_standing(
        &self,
        terminal: &TerminalId,
        known: &terminals::Known,
        body: &[u8],
    ) -> Result<(), Refused> {
        if known.standing != Standing::Revoked {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        store::quarantine(&mut tx, terminal, body, self.clock.now().wall).await?;
        tx.commit().await?;
        Err(Refused::Revoked)
    }
}
