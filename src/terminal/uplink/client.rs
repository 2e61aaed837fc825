//! Talks HTTP with the center: signs what goes out, checks what comes back.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Method, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::de::DeserializeOwned;

use super::time::CenterTime;
use crate::chain::{Keypair, PublicKey, Signature, SignedRequest, reply_bytes};
use crate::terminal::identity::Enrolment;
use crate::terminal::journal;
use crate::wire::{Nonce, Refusal, RefusalCode, header, path};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// No reply of the center is larger, a content bundle with portraits included.
const REPLY_LIMIT: usize = 16 << 20;

/// Why a round with the center did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection, no answer, or an answer that is not the center's.
    #[error("the center cannot be reached: {0}")]
    Unreachable(String),
    /// The center asks to wait.
    #[error("the center asks to wait")]
    Wait(Option<Duration>),
    /// The center refuses, and a person has to see to it.
    #[error("the center refuses ({code:?}): {message}", code = .0.code, message = .0.message)]
    Refused(Refusal),
    /// A reply without the center's signature on it.
    #[error("the reply is not signed by the center that was pinned")]
    Forged,
    /// The terminal's own storage.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// The terminal's own files.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

fn unreachable(error: &reqwest::Error) -> Failure {
    // The outer error only says which request; the cause says why.
    let cause = std::error::Error::source(error).map(ToString::to_string);
    Failure::Unreachable(cause.unwrap_or_else(|| error.to_string()))
}

/// A connection to one center.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
}

/// A reply's body and headers, unchecked.
pub struct Raw {
    body: Vec<u8>,
    headers: reqwest::header::HeaderMap,
}

impl Raw {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is something else.
    pub fn json<A: DeserializeOwned>(&self) -> Result<A, Failure> {
        read_json(&self.body)
    }

    /// Checks that the center signed this reply to just this request.
    ///
    /// # Errors
    /// [`Failure::Forged`].
    pub fn check(&self, center: &PublicKey, request: &Signature) -> Result<(), Failure> {
        let signature = self.signature(header::SIGNATURE).ok_or(Failure::Forged)?;
        if center.verifies(&reply_bytes(request, &self.body), &signature) {
            Ok(())
        } else {
            Err(Failure::Forged)
        }
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        self.headers.get(name)?.to_str().ok()?.parse().ok()
    }
}

impl Client {
    /// Prepares connections to `base`, such as `https://center.example:8443`. Certificates are
    /// judged against the file alone, at the time that [`CenterTime`] tells.
    ///
    /// # Errors
    /// When the file holds no certificate that can be read.
    pub fn new(
        base: &str,
        ca_file: Option<&Path>,
        time: Arc<CenterTime>,
    ) -> std::io::Result<Client> {
        let wrong = |error: String| std::io::Error::new(std::io::ErrorKind::InvalidInput, error);
        let mut roots = rustls::RootCertStore::empty();
        if let Some(file) = ca_file {
            let said =
                |error: &dyn std::fmt::Display| wrong(format!("{}: {error}", file.display()));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| said(&error))? {
                roots
                    .add(certificate.map_err(|error| said(&error))?)
                    .map_err(|error| said(&error))?;
            }
            if roots.is_empty() {
                return Err(said(&"no certificate in this file; PEM is expected"));
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_details(provider, time)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Client { http, base: base.trim_end_matches('/').to_owned() })
    }

    /// First contact: sends JSON with the terminal's signature over what it proves, and gives the
    /// reply unchecked, since only the reply tells the center's key.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn introduce<Q: serde::Serialize>(
        &self,
        path: &str,
        body: &Q,
        signature: &Signature,
    ) -> Result<Raw, Failure> {
        let body = serde_json::to_vec(body).map_err(std::io::Error::from)?;
        self.send(Method::POST, path, body, &[(header::SIGNATURE, signature.to_string())]).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, String)],
    ) -> Result<Raw, Failure> {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = request.send().await.map_err(|error| unreachable(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
            if body.len() + chunk.len() > REPLY_LIMIT {
                return Err(Failure::Unreachable("the reply is too large".into()));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            Ok(Raw { body, headers })
        } else {
            Err(refused(status, &headers, &body))
        }
    }
}

fn refused(status: StatusCode, headers: &reqwest::header::HeaderMap, body: &[u8]) -> Failure {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal)
            if refusal.code == RefusalCode::TooMany || refusal.code == RefusalCode::Busy =>
        {
            Failure::Wait(seconds.map(Duration::from_secs))
        }
        Ok(refusal) => Failure::Refused(refusal),
        // A proxy between, or something that is not a center at all.
        Err(_) if matches!(status.as_u16(), 429 | 503) => {
            Failure::Wait(seconds.map(Duration::from_secs))
        }
        Err(_) if status == StatusCode::PAYLOAD_TOO_LARGE => Failure::Refused(Refusal {
            code: RefusalCode::TooLarge,
            message: "something before the center takes no larger body".into(),
        }),
        Err(_) => Failure::Unreachable(format!("answer {status} that is not a center's")),
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body)
        .map_err(|error| Failure::Unreachable(format!("unreadable reply: {error}")))
}

/// The same connection, once the terminal is somebody.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    key: Keypair,
    enrolment: Enrolment,
}

impl Session {
    /// The session of an enrolled terminal.
    #[must_use]
    pub fn new(client: Client, key: Keypair, enrolment: Enrolment) -> Session {
        Session { client, key, enrolment }
    }

    /// The terminal's key.
    #[must_use]
    pub fn key(&self) -> &Keypair {
        &self.key
    }

    /// What the center made of the terminal.
    #[must_use]
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    /// Sends text that carries its own signature: a batch or a gap statement.
    ///
    /// # Errors
    /// See [`Failure`]; a reply that does not answer just this text is forged.
    pub async fn deliver<A: DeserializeOwned>(
        &self,
        path: &str,
        text: Vec<u8>,
        signature: &Signature,
    ) -> Result<A, Failure> {
        let raw = self.client.send(Method::POST, path, text, &[]).await?;
        raw.check(&self.enrolment.center_key, signature)?;
        raw.json()
    }

    /// Sends a signed request and reads JSON.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn ask<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<A, Failure> {
        self.request(method, path, body).await?.json()
    }

    /// Fetches the content bundle with the signature that stays with it.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn content(&self) -> Result<(Vec<u8>, Signature), Failure> {
        let raw = self.request(Method::GET, path::CONTENT, Vec::new()).await?;
        let signature = raw.signature(header::CONTENT_SIGNATURE).ok_or(Failure::Forged)?;
        Ok((raw.body, signature))
    }

    async fn request(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Raw, Failure> {
        let nonce = self.client.send(Method::GET, path::NONCE, Vec::new(), &[]).await?;
        let Nonce { nonce } = read_json(&nonce.body)?;
        let signature = SignedRequest {
            center: self.enrolment.center_key.center_id(),
            terminal: &self.enrolment.terminal,
            method: method.as_str(),
            path,
            body: &body,
            nonce: &nonce,
        }
        .sign(&self.key);
        let headers = [
            (header::TERMINAL, self.enrolment.terminal.to_string()),
            (header::NONCE, nonce),
            (header::SIGNATURE, signature.to_string()),
        ];
        let raw = self.client.send(method, path, body, &headers).await?;
        raw.check(&self.enrolment.center_key, &signature)?;
        Ok(raw)
    }
}
