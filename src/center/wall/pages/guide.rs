//! `/g/{item}`: what a service item needs, told once and completely, to take away or to print.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::Guest;
use crate::center::wall::Parts;
use crate::center::wall::rules::{self, Tongue};
use crate::center::wall::store;
use crate::center::web;
use crate::domain::{Fee, Item, Text, TimeLimit, TimeUnit};

/// `/g/{item}`
pub(super) async fn show(
    State(parts): State<Parts>,
    guest: Guest,
    Path(item): Path<String>,
) -> Response {
    if !rules::is_item_id(&item) {
        return guest.nothing_here();
    }
    let found = store::item(&parts.db, &item).await.map_err(web::Error::from);
    guest.or_sorry(found.map(|found| match found {
        Some((unit, item)) => page(&guest, &unit, &item),
        None => guest.nothing_here(),
    }))
}

fn page(guest: &Guest, unit: &Text, item: &Item) -> Response {
    let tongue = guest.tongue;
    let name = tongue.text(&item.name);
    let main = html! {
        section.card {
            @if !item.department.is_empty() { p.quiet { (tongue.text(&item.department)) } }
            h1 { (name) }
            (limits(guest, item))
        }
        (fees(guest, item))
        (list(guest, guest.say("需要的材料", "What to bring"), &item.materials, false))
        (list(guest, guest.say("办理步骤", "Steps"), &item.steps, true))
        (place(guest, item))
    };
    guest.page(StatusCode::OK, (tongue.text(unit), name), &main)
}

/// A time limit in words: `当场办结`, `5 个工作日`.
fn said(tongue: Tongue, limit: TimeLimit) -> String {
    let TimeLimit { amount, unit } = limit;
    if amount == 0 {
        return tongue.say("当场办结", "On the spot").to_owned();
    }
    let (zh, en) = match unit {
        TimeUnit::Minutes => ("分钟", "minute"),
        TimeUnit::Hours => ("小时", "hour"),
        TimeUnit::WorkingDays => ("个工作日", "working day"),
        TimeUnit::Days => ("日", "day"),
    };
    match tongue {
        Tongue::CHINESE => format!("{amount} {zh}"),
        _ => format!("{amount} {en}{}", if amount == 1 { "" } else { "s" }),
    }
}

fn limits(guest: &Guest, item: &Item) -> Markup {
    let rows = [
        (guest.say("承诺时限", "Promised within"), item.promised),
        (guest.say("法定时限", "By law within"), item.legal),
    ];
    html! {
        @if item.promised.is_some() || item.legal.is_some() {
            dl.limits {
                @for (label, limit) in rows {
                    @if let Some(limit) = limit {
                        dt { (label) }
                        dd { (said(guest.tongue, limit)) }
                    }
                }
            }
        }
    }
}

/// Fen as yuan: `12.50`.
fn yuan(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// A price, which breaks before what it is for and nowhere else.
fn price(guest: &Guest, fee: &Fee) -> Markup {
    let amount = yuan(fee.fen);
    html! {
        span {
            @match guest.tongue {
                Tongue::CHINESE => { (amount) " 元" }
                _ => { "CNY " (amount) }
            }
        }
        @if !fee.per.is_empty() { " " span { "/ " (guest.tongue.text(&fee.per)) } }
    }
}

fn fees(guest: &Guest, item: &Item) -> Markup {
    let tongue = guest.tongue;
    html! {
        section.card {
            h2 { (guest.say("收费", "Fees")) }
            @if item.fees.is_empty() {
                p.free { (guest.say("不收费", "Free of charge")) }
            } @else {
                table {
                    @for fee in &item.fees {
                        tr {
                            th scope="row" {
                                (tongue.text(&fee.name))
                                @if !fee.basis.is_empty() { br; small.quiet { (tongue.text(&fee.basis)) } }
                            }
                            td { (price(guest, fee)) }
                        }
                    }
                }
            }
            @if !item.fee_basis.is_empty() {
                p.quiet { (guest.say("依据：", "Basis: ")) (tongue.text(&item.fee_basis)) }
            }
        }
    }
}

fn list(guest: &Guest, heading: &str, texts: &[Text], is_ordered: bool) -> Markup {
    let points = html! { @for text in texts { li { (guest.tongue.text(text)) } } };
    html! {
        @if !texts.is_empty() {
            section.card {
                h2 { (heading) }
                @if is_ordered { ol { (points) } } @else { ul { (points) } }
            }
        }
    }
}

fn place(guest: &Guest, item: &Item) -> Markup {
    let tongue = guest.tongue;
    let rows = [
        (guest.say("地点", "Where"), tongue.text(&item.place)),
        (guest.say("时间", "When"), tongue.text(&item.hours)),
        (guest.say("负责人", "Responsible"), tongue.text(&item.responsible)),
    ];
    let has_rows = rows.iter().any(|(_, text)| !text.is_empty()) || !item.phone.is_empty();
    html! {
        @if has_rows {
            section.card {
                dl {
                    @for (label, text) in rows {
                        @if !text.is_empty() { dt { (label) } dd { (text) } }
                    }
                    @if !item.phone.is_empty() {
                        dt { (guest.say("电话", "Phone")) }
                        dd { a href={ "tel:" (item.phone) } { (item.phone) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_and_a_price_are_said_in_words() {
        let limit = |amount, unit| TimeLimit { amount, unit };
        for (limit, zh, en) in [
            (limit(0, TimeUnit::Days), "当场办结", "On the spot"),
            (limit(5, TimeUnit::WorkingDays), "5 个工作日", "5 working days"),
            (limit(1, TimeUnit::Hours), "1 小时", "1 hour"),
        ] {
            assert_eq!(said(Tongue::CHINESE, limit), zh);
            assert_eq!(said(Tongue::ENGLISH, limit), en);
        }
        assert_eq!((yuan(1250), yuan(5)), ("12.50".into(), "0.05".into()));
    }
}
