//! The one map from errors to HTTP. It logs once; what is inside never reaches the client.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::layout;
use crate::center::db;

/// What a page handler gives.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a person does not get the page that was asked for.
#[derive(Debug)]
pub enum Error {
    /// There is nothing at this address: 404.
    NotFound,
    /// What was sent cannot be taken; the sentence is shown: 400.
    Invalid(String),
    /// Not allowed; the sentence is shown: 403.
    Forbidden(&'static str),
    /// Nobody is logged in: to the login form, and from there to this local address.
    LogIn {
        /// Where to go afterwards.
        next: String,
    },
    /// Asked too often: 429.
    TooMany {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// Too much at once, or the database is away for a moment: 503.
    Busy,
    /// Our fault, told to the log alone: 500.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A failure that the client can do nothing about.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Internal(error.into())
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Error {
        if error.is_retryable() {
            tracing::warn!(%error, "the database is busy");
            return Error::Busy;
        }
        Error::internal(error)
    }
}

impl From<crate::center::ledger::Error> for Error {
    fn from(error: crate::center::ledger::Error) -> Error {
        match error {
            crate::center::ledger::Error::Db(error) => error.into(),
            other => Error::internal(other),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Error::NotFound => page(StatusCode::NOT_FOUND, None),
            Error::Invalid(said) => page(StatusCode::BAD_REQUEST, Some(&said)),
            Error::Forbidden(said) => page(StatusCode::FORBIDDEN, Some(said)),
            Error::LogIn { next } => {
                Redirect::to(&layout::address("/login", &[("next", &next)])).into_response()
            }
            Error::TooMany { retry_after_seconds } => {
                let said = format!("请 {retry_after_seconds} 秒后再试。");
                let headers = [(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds))];
                (headers, page(StatusCode::TOO_MANY_REQUESTS, Some(&said))).into_response()
            }
            Error::Busy => {
                let headers = [(header::RETRY_AFTER, HeaderValue::from(5_u64))];
                (headers, page(StatusCode::SERVICE_UNAVAILABLE, None)).into_response()
            }
            Error::Internal(error) => {
                tracing::error!(error = %chain(error.as_ref()), "a page failed");
                page(StatusCode::INTERNAL_SERVER_ERROR, None)
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

/// Heading and what a person may do, for each status that this center gives.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("没有这个页面", "地址可能写错了，或者内容已经移走。"),
        StatusCode::FORBIDDEN => ("不能这样做", "请重新登录后再试。"),
        StatusCode::METHOD_NOT_ALLOWED => ("不能这样做", "请从页面上的按钮进入。"),
        StatusCode::PAYLOAD_TOO_LARGE => ("内容太大", "请减少内容后再提交。"),
        StatusCode::TOO_MANY_REQUESTS => ("请求太频繁", "请稍等片刻再试。"),
        StatusCode::SERVICE_UNAVAILABLE => ("系统正忙", "请稍等片刻再试，已保存的数据不受影响。"),
        _ if status.is_server_error() => {
            ("系统出了问题", "已经记入日志，已保存的数据不受影响。请稍后再试。")
        }
        _ => ("提交的内容无法识别", "请返回上一页重新填写。"),
    }
}

fn page(status: StatusCode, said: Option<&str>) -> Response {
    let (heading, hint) = words(status);
    let body = layout::bare(
        heading,
        &html! {
            div.notice-page data-status=(status.as_u16()) {
                p.status { (status.as_u16()) }
                h1 { (heading) }
                p { (said.unwrap_or(hint)) }
                p { a.button href="/" { "返回总览" } }
            }
        },
    );
    (status, body).into_response()
}

/// Gives the framework's own refusals (a wrong method, a body too large) the same face; a machine
/// that asks gets the status without words, unless its interface wrote some.
pub(super) async fn calm(request: Request, next: Next) -> Response {
    let is_machine = request.uri().path().starts_with("/machine/");
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let ours: &[u8] = if is_machine { b"application/json" } else { b"text/html" };
    let is_ours = kind.is_some_and(|kind| kind.starts_with(ours));
    if is_ours {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut response = if is_machine { status.into_response() } else { page(status, None) };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = parts.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
