//! Stands before every page: who is logged in, and whether a form is really theirs.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Form, FromRef, FromRequest, FromRequestParts, Request};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::passwords::Passwords;
use super::rules;
pub use super::rules::{Limits, Role};
use super::store::{self, Session};
use super::throttle::Throttle;
use crate::center::db::Db;
use crate::center::web::{Error, Front, Visitor};
use crate::chain::Hash;
use crate::clock::Clock;

/// A session is noted as used at most this often, so that a page view is rarely a write.
const TOUCH_EVERY_MS: i64 = 60_000;

/// Knows sessions; slices put it into their state, where [`Officer`] and [`Posted`] find it.
#[derive(Clone)]
pub struct Gate {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) front: Front,
    pub(super) limits: Limits,
    pub(super) passwords: Passwords,
    pub(super) throttle: Throttle,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("front", &self.front)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// One gate serves all slices; clones share what it remembers.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, front: Front, limits: Limits) -> Gate {
        Gate {
            db,
            clock,
            front,
            limits,
            passwords: Passwords::new(),
            throttle: Throttle::default(),
        }
    }

    /// Milliseconds UTC by this center's clock.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now().wall
    }

    /// The name of a cookie: with HTTPS the prefix binds it to this host (RFC 6265bis 4.1.3.2).
    pub(super) fn cookie_name(&self, name: &str) -> String {
        if self.front.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// A cookie for this host alone, that no script reads and no other site sends with a form.
    pub(super) fn cookie(&self, name: &str, value: &str, max_age_seconds: i64) -> String {
        let secure = if self.front.is_secure() { "; Secure" } else { "" };
        let name = self.cookie_name(name);
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}")
    }

    /// The value of a cookie that the browser sent.
    pub(super) fn cookie_in(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.cookie_name(name);
        let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs =
            all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// The hash by which the browser's session is stored.
    pub(super) fn token_hash(&self, headers: &HeaderMap) -> Option<[u8; 32]> {
        let token = self.cookie_in(headers, SESSION)?;
        Some(hash_of(&token))
    }

    /// Who is logged in with these headers. What the script fetches by itself is no sign of life.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn officer(&self, headers: &HeaderMap) -> Result<Option<Officer>, Error> {
        let Some(hash) = self.token_hash(headers) else { return Ok(None) };
        let now = self.now();
        let session = store::session(&self.db, hash).await?;
        let Some(Session { account, role, csrf, seen_at, expires_at }) = session else {
            return Ok(None);
        };
        if !self.limits.allow(seen_at, expires_at, now) {
            store::end_session(&self.db, hash).await?;
            return Ok(None);
        }
        let is_stream = headers.get(header::ACCEPT).is_some_and(|kind| kind == "text/event-stream");
        let by_itself = is_stream || headers.contains_key("pingyi-live");
        if now - seen_at >= TOUCH_EVERY_MS && !by_itself {
            store::touch_session(&self.db, hash, now).await?;
        }
        Ok(Some(Officer { account, role, csrf }))
    }

    /// Whether a form was sent from a page of this center, as far as the browser tells. Old ones
    /// tell nothing: the token in the form decides then.
    pub(super) fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(site) = text("sec-fetch-site") {
            return site == "same-origin";
        }
        match text("origin").or_else(|| text("referer")) {
            None => !headers.contains_key("origin"),
            Some(origin) => {
                let authority = origin.split("//").nth(1).and_then(|rest| rest.split('/').next());
                authority.is_some_and(|authority| self.front.answers_to(authority, headers))
            }
        }
    }
}

/// The cookie that carries the session's token.
pub(super) const SESSION: &str = "pingyi";

/// What stands in the database for a token, which itself stands in the browser alone.
pub(super) fn hash_of(token: &str) -> [u8; 32] {
    let Hash(hash) = Hash::of(&[b"pingyi/session/1\n", token.as_bytes()]);
    hash
}

/// 256 random bits as text.
pub(super) fn random_token() -> Result<String, Error> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits)
        .map_err(|error| Error::internal(format!("no random source: {error}")))?;
    Ok(BASE64URL_NOPAD.encode(&bits))
}

/// A person who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// The account; stands in the center's journal beside what it did.
    pub account: String,
    /// What it may do.
    pub role: Role,
    /// The token of its forms.
    pub csrf: String,
}

impl Officer {
    /// For the layout.
    #[must_use]
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { account: &self.account, csrf: &self.csrf }
    }
}

impl<S> FromRequestParts<S> for Officer
where
    Gate: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let gate = Gate::from_ref(state);
        if let Some(officer) = gate.officer(&parts.headers).await? {
            return Ok(officer);
        }
        if matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Error::LogIn { next: next(&parts.uri) });
        }
        Err(Error::Forbidden("登录已经结束，请重新登录后再试。"))
    }
}

fn next(uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    rules::local_path(path).to_owned()
}

/// A form that an officer sent from a page of this center: session, origin and token were checked.
#[derive(Debug)]
pub struct Posted<T> {
    /// Who sent it.
    pub officer: Officer,
    /// What stands in it.
    pub form: T,
}

#[derive(Deserialize)]
struct Token {
    csrf: String,
}

impl<S, T> FromRequest<S> for Posted<T>
where
    Gate: FromRef<S>,
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let officer = Officer::from_request_parts(&mut parts, state).await?;
        if !Gate::from_ref(state).is_same_origin(&parts.headers) {
            return Err(Error::Forbidden("这次提交不是从本系统的页面发出的。"));
        }
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let body = body.map_err(|_| Error::Invalid("内容太大或没有传完。".to_owned()))?;
        let Token { csrf } = form(&parts, body.clone()).await?;
        if !same(&csrf, &officer.csrf) {
            return Err(Error::Forbidden("页面已经过期，请刷新后再试。"));
        }
        Ok(Posted { officer, form: form(&parts, body).await? })
    }
}

async fn form<T: DeserializeOwned>(parts: &Parts, body: Bytes) -> Result<T, Error> {
    let request = Request::from_parts(parts.clone(), body.into());
    let read = Form::<T>::from_request(request, &()).await;
    read.map(|Form(value)| value)
        .map_err(|_| Error::Invalid("提交的内容不完整，请返回上一页重新填写。".to_owned()))
}

/// Compares secrets by their hashes, so that time tells nothing of where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    Hash::of(&[a.as_bytes()]) == Hash::of(&[b.as_bytes()])
}
