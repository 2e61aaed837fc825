//! `/r/{code}`: was mine counted? The answer says nothing of what was answered.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::lookup::{self, About};
use super::{Guest, frame, results};
use crate::center::wall::Parts;
use crate::center::wall::store::{self, Arrived};
use crate::center::web;
use crate::domain::ReceiptCode;

/// What is told of a receipt.
pub(super) async fn answer(
    parts: &Parts,
    guest: &Guest,
    code: &ReceiptCode,
) -> web::Result<Response> {
    let found = store::receipt(&parts.db, code).await?;
    let office = found.first().map_or("", |arrived| guest.tongue.text(&arrived.plate.unit));
    let mut walls = Vec::new();
    for arrived in &found {
        if let Ok(window) = arrived.plate.window.parse() {
            walls.extend(store::published(&parts.db, &window).await?);
        }
    }
    let main = html! {
        section.card {
            (lookup::number(guest, About::Receipt, code))
            @if found.is_empty() { (lookup::not_yet(guest, About::Complaint, code)) }
            @for arrived in &found { (one(guest, arrived)) }
            p.quiet {
                (guest.say("这里不显示您选了哪一项，任何人也不能要求您出示。",
                           "Your answer is not shown here, and nobody may ask you to show it."))
            }
        }
        @for published in &walls { (results::summary(guest, published)) }
    };
    Ok(guest.page(StatusCode::OK, (office, About::Receipt.word(guest)), &main))
}

fn one(guest: &Guest, arrived: &Arrived) -> Markup {
    let state = if arrived.is_counted { "counted" } else { "kept" };
    html! {
        div.state data-state=(state) {
            (frame::tick())
            h1 {
                @if arrived.is_counted { (guest.say("已计入", "Counted")) }
                @else { (guest.say("已收到，不计入统计", "Received, not counted")) }
            }
        }
        p.place { (guest.plate(&arrived.plate)) br; (guest.tongue.day(arrived.day)) }
        @if !arrived.is_counted {
            p {
                (guest.say("同一次服务只计一次评价，练习用的评价不计。这一条原样保存，谁也不能删除。",
                           "One service is counted once, and practice is not counted. This one is kept as it is; nobody can delete it."))
            }
        }
    }
}
