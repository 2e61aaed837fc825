//! `/o`, `/r`, `/c`, `/g` and `/w`: whole without a script, made for a phone.

mod complaint;
mod frame;
mod guide;
mod lookup;
mod opinion;
mod receipt;
mod results;

use std::convert::Infallible;

use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts as Head;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::HeaderMap};
use maud::{Markup, html};
use serde::Deserialize;

use self::lookup::About;
use super::Parts;
use super::limits::{Limits, hold};
use super::rules::Tongue;
use super::store::Plate;
use crate::center::web;

/// Five hundred characters of four bytes, each written as `%XX`, and the rest of the form.
const FORM_LIMIT_BYTES: usize = 16 * 1024;

/// The public pages.
pub fn routes(parts: Parts) -> Router {
    Router::new()
        .route("/o/{token}", get(opinion::show).post(opinion::send))
        .merge(lookups(About::Receipt))
        .merge(lookups(About::Complaint))
        .route("/g/{item}", get(guide::show))
        .route("/w/{window}", get(results::show))
        .method_not_allowed_fallback(async |guest: Guest| guest.wrong_way())
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .layer(from_fn_with_state(Limits::new(), hold))
        .with_state(parts)
}

fn lookups(about: About) -> Router<Parts> {
    let ask = async move |guest: Guest, asked: Query<lookup::Asked>| {
        lookup::ask(guest, asked, about).await
    };
    let show = async move |parts: State<Parts>, guest: Guest, code: Path<String>| {
        lookup::show(parts, guest, code, about).await
    };
    let path = about.path();
    Router::new().route(path, get(ask)).route(&format!("{path}/{{number}}"), get(show))
}

/// Whoever looks: in which language, and at which address.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    tongue: Tongue,
    path: String,
    /// The address itself asks for the language, so links go on asking for it.
    is_asked: bool,
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Head, _: &S) -> Result<Self, Infallible> {
        Ok(Guest::of(&head.uri, &head.headers))
    }
}

impl Guest {
    fn of(uri: &Uri, headers: &HeaderMap) -> Guest {
        let asked = Query::<Asked>::try_from_uri(uri).ok().and_then(|Query(asked)| asked.lang);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Guest {
            tongue: Tongue::choose(asked.as_deref(), accepted.unwrap_or_default()),
            path: uri.path().to_owned(),
            is_asked: asked.is_some(),
        }
    }

    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.tongue.say(zh, en)
    }

    /// A local address, in the language that was asked for.
    fn link(&self, path: &str) -> String {
        if self.is_asked {
            web::address(path, &[("lang", self.tongue.code())])
        } else {
            path.to_owned()
        }
    }

    /// As people call a window: `3 号窗口 · 预防接种`, `Window 3 · Vaccination`.
    fn label(&self, number: &str, name: &str) -> String {
        match self.tongue {
            Tongue::CHINESE => format!("{number} 号窗口 · {name}"),
            _ => format!("Window {number} · {name}"),
        }
    }

    fn plate(&self, plate: &Plate) -> String {
        if plate.number.is_empty() {
            return plate.window.clone();
        }
        self.label(&plate.number, self.tongue.text(&plate.name))
    }

    /// The way to what a window publishes.
    fn way_to_wall(&self, window: &str) -> Markup {
        let address = self.link(&format!("/w/{window}"));
        html! {
            p.more { a href=(address) { (self.say("本窗口公示", "What this window publishes")) " ›" } }
        }
    }

    /// A page of one card that says one thing.
    fn notice(&self, status: StatusCode, heading: &str, said: &str) -> Response {
        let main = html! {
            section.card data-status=(status.as_u16()) { h1 { (heading) } p { (said) } }
        };
        self.page(status, ("", heading), &main)
    }

    fn page(&self, status: StatusCode, titles: (&str, &str), main: &Markup) -> Response {
        (status, frame::document(self, titles, main)).into_response()
    }

    fn nothing_here(&self) -> Response {
        self.notice(
            StatusCode::NOT_FOUND,
            self.say("没有这个页面", "There is no such page"),
            self.say(
                "地址可能不完整，请重新扫描二维码。",
                "The address may be incomplete. Please scan the QR code again.",
            ),
        )
    }

    fn wrong_way(&self) -> Response {
        let heading = self.say("不能这样做", "This is not possible");
        let said = self.say("请从页面上的按钮进入。", "Please use the buttons of the pages.");
        self.notice(StatusCode::METHOD_NOT_ALLOWED, heading, said)
    }

    /// Asked too often.
    pub(super) fn too_many(&self, seconds: u64) -> Response {
        let said = match self.tongue {
            Tongue::CHINESE => format!("请 {seconds} 秒后再试。"),
            _ => format!("Please try again in {seconds} seconds."),
        };
        let heading = self.say("请求太频繁", "Too many requests");
        let mut response = self.notice(StatusCode::TOO_MANY_REQUESTS, heading, &said);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }

    /// The page, or a calm one where something failed inside; the log has the cause.
    fn or_sorry(&self, page: web::Result<Response>) -> Response {
        let error = match page {
            Ok(page) => return page,
            Err(error) => error.into_response(),
        };
        let status = error.status();
        let heading = self.say("系统正忙", "The system is busy");
        let said = self.say(
            "请稍等片刻再试，已经提交的内容不受影响。",
            "Please try again in a moment. What was sent before is safe.",
        );
        let mut response = self.notice(status, heading, said);
        if let Some(seconds) = error.headers().get(header::RETRY_AFTER) {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
        }
        response
    }
}
