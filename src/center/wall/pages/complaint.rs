//! `/c/{number}`: where is my complaint? The answer says nothing of what it is about, for whoever
//! stood beside the terminal may have read the number.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::lookup::{self, About};
use super::{Guest, frame};
use crate::center::wall::Parts;
use crate::center::wall::store::{self, Complaint};
use crate::center::web;
use crate::domain::ReceiptCode;

/// What is told of a complaint's number.
pub(super) async fn answer(
    parts: &Parts,
    guest: &Guest,
    number: &ReceiptCode,
) -> web::Result<Response> {
    let found = store::complaints(&parts.db, number).await?;
    let office = found.first().map_or("", |complaint| guest.tongue.text(&complaint.plate.unit));
    let main = html! {
        section.card {
            (lookup::number(guest, About::Complaint, number))
            @if found.is_empty() { (lookup::not_yet(guest, About::Receipt, number)) }
            @for complaint in &found { (one(guest, complaint)) }
        }
        @for complaint in &found { (guest.way_to_wall(&complaint.plate.window)) }
    };
    Ok(guest.page(StatusCode::OK, (office, About::Complaint.word(guest)), &main))
}

fn one(guest: &Guest, complaint: &Complaint) -> Markup {
    html! {
        div.state data-state="received" {
            (frame::tick())
            h1 { (guest.say("已收到", "Received")) }
        }
        p.place { (guest.plate(&complaint.plate)) br; (guest.tongue.day(complaint.day)) }
        p {
            @if complaint.is_training {
                (guest.say("这一条是练习时写的，不会处理。",
                           "This one was written for practice; nobody will act on it."))
            } @else {
                (guest.say("已经登记在册，谁也不能删除。", "It is in the register, and nobody can delete it."))
            }
        }
    }
}
