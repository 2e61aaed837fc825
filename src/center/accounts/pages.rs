//! The login form, and the way out.

use axum::extract::{Form, FromRef, Query, State};
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::DefaultBodyLimit};
use maud::{Markup, html};
use serde::Deserialize;

use super::guard::{self, Gate, Officer, Posted};
use super::{Error, rules, store};
use crate::center::db::Db;
use crate::center::web::{self, Source, bare};

/// The cookie that binds a login form to the browser that asked for it.
const FORM: &str = "pingyi-login";
const FORM_SECONDS: i64 = 3600;
const FORM_LIMIT_BYTES: usize = 16 * 1024;

#[derive(Clone)]
struct Slice {
    gate: Gate,
}

impl FromRef<Slice> for Gate {
    fn from_ref(slice: &Slice) -> Gate {
        slice.gate.clone()
    }
}

/// `/login` and `/logout`.
pub fn routes(gate: Gate) -> Router {
    Router::new()
        .route("/login", get(show).post(log_in))
        .route("/logout", post(log_out))
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .with_state(Slice { gate })
}

impl From<Error> for web::Error {
    fn from(error: Error) -> web::Error {
        match error {
            Error::Busy => web::Error::Busy,
            Error::Unfit(unfit) => web::Error::Invalid(unfit.to_string()),
            Error::Db(error) => error.into(),
            other => web::Error::internal(other),
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

async fn show(
    State(Slice { gate }): State<Slice>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> web::Result<Response> {
    let next = rules::local_path(&asked.next);
    if gate.officer(&headers).await?.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    // A second form in another tab shares the cookie, else it would spoil the first.
    let token = match gate.cookie_in(&headers, FORM) {
        Some(token) if token.len() == 43 => token,
        _ => guard::random_token()?,
    };
    let form = Filled { next, account: "", token: &token, fault: None };
    Ok(([(SET_COOKIE, gate.cookie(FORM, &token, FORM_SECONDS))], form.render()).into_response())
}

struct Filled<'a> {
    next: &'a str,
    account: &'a str,
    token: &'a str,
    fault: Option<&'a str>,
}

impl Filled<'_> {
    fn render(&self) -> Markup {
        bare(
            "登录",
            &html! {
                form.card method="post" action="/login" {
                    h1 { "登录评议中心" }
                    @if let Some(fault) = self.fault { p.fault role="alert" { (fault) } }
                    input type="hidden" name="token" value=(self.token);
                    input type="hidden" name="next" value=(self.next);
                    div.field {
                        label for="account" { "账号" }
                        input id="account" name="account" type="text" autocomplete="username" maxlength="64"
                            autocapitalize="none" spellcheck="false" required autofocus[self.account.is_empty()] value=(self.account);
                    }
                    div.field {
                        label for="password" { "密码" }
                        input id="password" name="password" type="password" autocomplete="current-password"
                            maxlength="256" required autofocus[!self.account.is_empty()];
                    }
                    button.main-action type="submit" { "登录" }
                }
                p.hint { "账号由系统管理员在服务器上建立。" }
            },
        )
    }
}

#[derive(Deserialize)]
struct Login {
    account: String,
    password: String,
    token: String,
    #[serde(default)]
    next: String,
}

async fn log_in(
    State(Slice { gate }): State<Slice>,
    source: Source,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> web::Result<Response> {
    let next = rules::local_path(&login.next);
    let expected = gate.cookie_in(&headers, FORM);
    let is_ours = expected.as_deref().is_some_and(|expected| guard::same(expected, &login.token));
    if !is_ours || !gate.is_same_origin(&headers) {
        return Err(web::Error::Forbidden("登录页面已经过期，请重新打开后再试。"));
    }
    let account = login.account.trim();
    let again = |status: StatusCode, fault: &str| {
        let form = Filled { next, account, token: &login.token, fault: Some(fault) };
        (status, form.render()).into_response()
    };
    if let Err(seconds) = gate.throttle.enter(account, source, gate.clock.now().mono) {
        let wait =
            again(StatusCode::TOO_MANY_REQUESTS, &format!("尝试次数太多，请 {seconds} 秒后再试。"));
        return Ok(
            ([(HeaderName::from_static("retry-after"), seconds.to_string())], wait).into_response()
        );
    }
    if login.password.chars().count() > rules::LONGEST
        || !verify(&gate, account, login.password.clone()).await?
    {
        tracing::warn!(account, source = %source.0, "a login failed");
        return Ok(again(StatusCode::FORBIDDEN, "账号或密码不对。"));
    }
    gate.throttle.forgive(account, source);
    tracing::info!(account, source = %source.0, "logged in");
    let cookies = begin(&gate, &headers, account).await?;
    Ok((cookies, Redirect::to(next)).into_response())
}

async fn verify(gate: &Gate, account: &str, password: String) -> Result<bool, Error> {
    let hash = store::password_hash(&gate.db, account).await?;
    gate.passwords.verify(password, hash).await
}

type Cookies = axum::response::AppendHeaders<[(HeaderName, String); 2]>;

/// A session under a new token; the one that the browser brought ends.
async fn begin(gate: &Gate, headers: &HeaderMap, account: &str) -> web::Result<Cookies> {
    let (token, csrf, now) = (guard::random_token()?, guard::random_token()?, gate.now());
    let hashes = (guard::hash_of(&token), gate.token_hash(headers));
    let ends = gate.limits.end(now);
    store::begin_session(&gate.db, hashes, (account, &csrf), (now, ends)).await?;
    Ok(axum::response::AppendHeaders([
        (SET_COOKIE, gate.cookie(guard::SESSION, &token, (ends - now) / 1000)),
        (SET_COOKIE, gate.cookie(FORM, "", 0)),
    ]))
}

#[derive(Deserialize)]
struct Nothing {}

async fn log_out(
    State(Slice { gate }): State<Slice>,
    headers: HeaderMap,
    Posted { officer, form: Nothing {} }: Posted<Nothing>,
) -> web::Result<Response> {
    end(&gate.db, gate.token_hash(&headers)).await?;
    let Officer { account, .. } = officer;
    tracing::info!(account, "logged out");
    Ok(([(SET_COOKIE, gate.cookie(guard::SESSION, "", 0))], Redirect::to("/login")).into_response())
}

async fn end(db: &Db, token_hash: Option<[u8; 32]>) -> web::Result<()> {
    if let Some(token_hash) = token_hash {
        store::end_session(db, token_hash).await?;
    }
    Ok(())
}
