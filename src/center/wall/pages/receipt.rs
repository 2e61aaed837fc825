//! `/r/{code}`: was mine counted? The answer says nothing of what was answered.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Guest, frame, results};
use crate::center::wall::store::{self, Arrived};
use crate::center::wall::{Parts, rules::Tongue};
use crate::center::web;
use crate::domain::ReceiptCode;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    code: String,
}

/// `/r`: asks for a code, and leads to its page.
pub(super) async fn ask(guest: Guest, Query(asked): Query<Asked>) -> Response {
    if asked.code.is_empty() {
        return guest.page(StatusCode::OK, ("", heading(&guest)), &form(&guest, None));
    }
    match asked.code.parse::<ReceiptCode>() {
        Ok(code) => Redirect::to(&guest.link(&format!("/r/{}", code.compact()))).into_response(),
        Err(_) => unreadable(&guest, &asked.code),
    }
}

/// `/r/{code}`, however it was typed.
pub(super) async fn show(
    State(parts): State<Parts>,
    guest: Guest,
    Path(code): Path<String>,
) -> Response {
    let Ok(code) = code.parse() else { return unreadable(&guest, &code) };
    guest.or_sorry(answer(&parts, &guest, &code).await)
}

fn heading(guest: &Guest) -> &str {
    guest.say("评价回执", "Receipt")
}

fn unreadable(guest: &Guest, code: &str) -> Response {
    let main = form(guest, Some(code));
    guest.page(StatusCode::BAD_REQUEST, ("", heading(guest)), &main)
}

/// The form for a code; with the one that cannot be read, if there is one.
fn form(guest: &Guest, unreadable: Option<&str>) -> Markup {
    html! {
        section.card {
            h1 { (guest.say("查询回执", "Look up a receipt")) }
            @if unreadable.is_some() {
                p.fault role="alert" {
                    (guest.say("这不是回执码。回执码是八位字母和数字，如 7K3M-Q2XD。",
                               "This is not a receipt code. A code has eight letters and digits, such as 7K3M-Q2XD."))
                }
            }
            form method="get" action="/r" {
                label for="code" { (guest.say("回执码", "Receipt code")) }
                input id="code" name="code" type="text" value=[unreadable] maxlength="32" required
                      autocapitalize="characters" autocomplete="off" spellcheck="false";
                @if guest.is_asked { input type="hidden" name="lang" value=(guest.tongue.code()); }
                button type="submit" { (guest.say("查询", "Look up")) }
            }
        }
    }
}

async fn answer(parts: &Parts, guest: &Guest, code: &ReceiptCode) -> web::Result<Response> {
    let found = store::receipt(&parts.db, code).await?;
    let office = match found.first() {
        Some(arrived) => guest.tongue.text(&arrived.plate.unit).to_owned(),
        None => String::new(),
    };
    let mut walls = Vec::new();
    for arrived in &found {
        if let Ok(window) = arrived.plate.window.parse() {
            walls.extend(store::published(&parts.db, &window).await?);
        }
    }
    let main = html! {
        section.card {
            p.quiet { (heading(guest)) " " strong.code data-figure="code" { (code) } }
            @if found.is_empty() { (not_yet(guest)) }
            @for arrived in &found { (one(guest, arrived)) }
            p.quiet {
                (guest.say("这里不显示您选了哪一项，任何人也不能要求您出示。",
                           "Your answer is not shown here, and nobody may ask you to show it."))
            }
        }
        @for published in &walls { (results::summary(guest, published)) }
    };
    Ok(guest.page(StatusCode::OK, (&office, heading(guest)), &main))
}

fn one(guest: &Guest, arrived: &Arrived) -> Markup {
    let tongue = guest.tongue;
    let state = if arrived.is_counted { "counted" } else { "kept" };
    html! {
        div.state data-state=(state) {
            (frame::tick())
            h1 {
                @if arrived.is_counted { (guest.say("已计入", "Counted")) }
                @else { (guest.say("已收到，不计入统计", "Received, not counted")) }
            }
        }
        p.place { (guest.plate(&arrived.plate)) br; (tongue.day(arrived.day)) }
        @if !arrived.is_counted {
            p {
                (guest.say("同一次服务只计一次评价，练习用的评价不计。这一条原样保存，谁也不能删除。",
                           "One service is counted once, and practice is not counted. This one is kept as it is; nobody can delete it."))
            }
        }
    }
}

fn not_yet(guest: &Guest) -> Markup {
    let tongue = guest.tongue;
    html! {
        div.state data-state="not-yet" { h1 { (tongue.say("尚未到达", "Not yet arrived")) } }
        p { (patience(tongue)) }
    }
}

/// What to do while something has not arrived.
pub(super) fn patience(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::CHINESE => {
            "终端没有联网时会先存在本机，联网后自动送达，不会丢失。请过一天再查；请核对号码是否抄对。"
        }
        _ => {
            "A terminal without a network keeps everything and sends it later; nothing is lost. Please look again in a day, and check the number."
        }
    }
}
