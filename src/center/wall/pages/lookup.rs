//! What receipts and complaints share: a number is typed, carelessly, and its page is found.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Guest, complaint, receipt};
use crate::center::wall::Parts;
use crate::domain::ReceiptCode;

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// `/r`
    Receipt,
    /// `/c`
    Complaint,
}

impl About {
    /// Where its numbers are looked up.
    pub(super) fn path(self) -> &'static str {
        match self {
            About::Receipt => "/r",
            About::Complaint => "/c",
        }
    }

    /// What it is called.
    pub(super) fn word(self, guest: &Guest) -> &str {
        match self {
            About::Receipt => guest.say("评价回执", "Receipt"),
            About::Complaint => guest.say("投诉与建议", "Complaint or suggestion"),
        }
    }

    fn label(self, guest: &Guest) -> &str {
        match self {
            About::Receipt => guest.say("回执码", "Receipt code"),
            About::Complaint => guest.say("编号", "Number"),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    code: String,
}

/// `/r` and `/c`: ask for a number, and lead to its page.
pub(super) async fn ask(guest: Guest, Query(asked): Query<Asked>, about: About) -> Response {
    if asked.code.is_empty() {
        return guest.page(StatusCode::OK, ("", about.word(&guest)), &form(&guest, about, None));
    }
    match asked.code.parse::<ReceiptCode>() {
        Ok(code) => Redirect::to(&page_of(&guest, about, &code)).into_response(),
        Err(_) => unreadable(&guest, about, &asked.code),
    }
}

/// `/r/{code}` and `/c/{number}`, however they were typed.
pub(super) async fn show(
    State(parts): State<Parts>,
    guest: Guest,
    Path(code): Path<String>,
    about: About,
) -> Response {
    let Ok(code) = code.parse() else { return unreadable(&guest, about, &code) };
    guest.or_sorry(match about {
        About::Receipt => receipt::answer(&parts, &guest, &code).await,
        About::Complaint => complaint::answer(&parts, &guest, &code).await,
    })
}

/// The address of a number's page.
fn page_of(guest: &Guest, about: About, code: &ReceiptCode) -> String {
    guest.link(&format!("{}/{}", about.path(), code.compact()))
}

fn unreadable(guest: &Guest, about: About, code: &str) -> Response {
    let main = form(guest, about, Some(code));
    guest.page(StatusCode::BAD_REQUEST, ("", about.word(guest)), &main)
}

/// The form for a number; with the one that cannot be read, if there is one.
fn form(guest: &Guest, about: About, unreadable: Option<&str>) -> Markup {
    html! {
        section.card {
            h1 { (guest.say("查询", "Look up")) " " (about.word(guest)) }
            @if unreadable.is_some() {
                p.fault role="alert" {
                    (guest.say("号码不对。它是八位字母和数字，如 7K3M-Q2XD。",
                               "This is not such a number. It has eight letters and digits, such as 7K3M-Q2XD."))
                }
            }
            form method="get" action=(about.path()) {
                label for="code" { (about.label(guest)) }
                input id="code" name="code" type="text" value=[unreadable] maxlength="32" required
                      autocapitalize="characters" autocomplete="off" spellcheck="false";
                @if guest.is_asked { input type="hidden" name="lang" value=(guest.tongue.code()); }
                button type="submit" { (guest.say("查询", "Look up")) }
            }
        }
    }
}

/// The number itself, above what is told of it.
pub(super) fn number(guest: &Guest, about: About, code: &ReceiptCode) -> Markup {
    html! { p.quiet { (about.word(guest)) " " strong.code data-figure="code" { (code) } } }
}

/// Nothing has arrived with this number; perhaps it is one of the others.
pub(super) fn not_yet(guest: &Guest, other: About, code: &ReceiptCode) -> Markup {
    html! {
        div.state data-state="not-yet" { h1 { (guest.say("尚未到达", "Not yet arrived")) } }
        p {
            (guest.say("终端没有联网时会先存在本机，联网后自动送达，不会丢失。请核对号码，过一天再查。",
                       "A terminal without a network keeps everything and sends it later; nothing is lost. Please check the number and look again in a day."))
        }
        p { a.way href=(page_of(guest, other, code)) {
            (guest.say("到这里查：", "Look here instead: ")) (other.word(guest)) " ›"
        } }
    }
}
