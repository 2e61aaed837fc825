//! `/w/{window}`: what a window publishes, just as its terminal shows it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::Guest;
use crate::center::wall::Parts;
use crate::center::wall::rules::Tongue;
use crate::center::wall::store::{self, Published};
use crate::center::web;
use crate::domain::{Bulletin, Day, Figures, Rectification};

/// `/w/{window}`
pub(super) async fn show(
    State(parts): State<Parts>,
    guest: Guest,
    Path(window): Path<String>,
) -> Response {
    let Ok(window) = window.parse() else { return guest.nothing_here() };
    let published = store::published(&parts.db, &window).await.map_err(web::Error::from);
    guest.or_sorry(published.map(|published| match published {
        Some(published) => page(&guest, &published),
        None => guest.nothing_here(),
    }))
}

fn page(guest: &Guest, published: &Published) -> Response {
    let tongue = guest.tongue;
    let plate = &published.window;
    let label = guest.label(&plate.number, tongue.text(&plate.name));
    let main = html! {
        section.card {
            h1 { (label) }
            @if !plate.place.is_empty() { p { (tongue.text(&plate.place)) } }
            @if !plate.hours.is_empty() { p { (tongue.text(&plate.hours)) } }
        }
        (figures(guest, published, true))
        (rectifications(guest, &published.wall.rectifications))
        (bulletins(guest, &published.wall.bulletins))
        (items(guest, published))
        (lines(guest, published))
    };
    guest.page(StatusCode::OK, (tongue.text(&published.office.name), &label), &main)
}

/// The card below a receipt: this window's figures and what was put right, with the way to more.
pub(super) fn summary(guest: &Guest, published: &Published) -> Markup {
    let wall = &published.wall;
    html! {
        @if wall.figures.is_some() { (figures(guest, published, false)) }
        (rectifications(guest, wall.rectifications.get(..2).unwrap_or(&wall.rectifications)))
        (guest.way_to_wall(published.window.window.as_str()))
    }
}

/// Tenths of a percent as `97.8`.
fn tenths(permille: u16) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn month(tongue: Tongue, month: i64) -> String {
    let Some(first) = Day::from_number(month * 100 + 1) else { return String::new() };
    first.date().format(tongue.say("%Y 年 %-m 月", "%B %Y")).to_string()
}

/// The month's figures; `is_whole` with all of them.
fn figures(guest: &Guest, published: &Published, is_whole: bool) -> Markup {
    let tongue = guest.tongue;
    let wall = &published.wall;
    html! {
        section.card.results {
            header {
                h2 {
                    @if wall.month > 0 { (month(tongue, wall.month)) }
                    @else { (guest.say("满意率", "Satisfaction")) }
                }
                @if let Some(figures) = &wall.figures {
                    p.quiet {
                        (guest.say("评价 ", "")) span data-figure="rated" { (web::count(figures.rated.into())) }
                        (guest.say(" 次", " ratings"))
                    }
                }
            }
            @match &wall.figures {
                Some(figures) => {
                    (satisfaction(guest, figures))
                    @if is_whole { (numbers(guest, figures)) }
                },
                None => p.quiet data-figure="too-few" {
                    (guest.say("评价还太少，暂不公布数字，以免看出某一个人的评价。",
                               "There are too few ratings to publish figures without giving away single answers."))
                },
            }
        }
    }
}

fn satisfaction(guest: &Guest, figures: &Figures) -> Markup {
    let Figures { permille, low, high, .. } = *figures;
    html! {
        p.share {
            strong data-figure="satisfaction" { (tenths(permille)) "%" }
            span.quiet {
                (guest.say("满意率，95% 区间 ", "satisfaction, 95% interval "))
                (tenths(low)) "–" (tenths(high))
            }
        }
    }
}

fn numbers(guest: &Guest, figures: &Figures) -> Markup {
    let Figures { services, rated_services, dissatisfied, rectified, .. } = *figures;
    html! {
        dl {
            @if services > 0 {
                dt { (guest.say("评价率", "Response rate")) }
                dd {
                    (web::percent(f64::from(rated_services) / f64::from(services)))
                    span.quiet { " " (web::count(rated_services.into())) " / " (web::count(services.into())) }
                }
            }
            dt { (guest.say("不满意", "Dissatisfied")) }
            dd { (web::count(dissatisfied.into())) }
            dt { (guest.say("其中已整改", "of them put right")) }
            dd { (web::count(rectified.into())) }
        }
    }
}

fn rectifications(guest: &Guest, all: &[Rectification]) -> Markup {
    let tongue = guest.tongue;
    html! {
        @if !all.is_empty() {
            section.card {
                h2 { (guest.say("您提 · 我改", "You said, we did")) }
                @for one in all {
                    div.rectification {
                        h3 { (tongue.text(&one.title)) }
                        dl {
                            dt { (guest.say("您提", "You said")) }
                            dd { (tongue.text(&one.said)) }
                            dt { (guest.say("我改", "We did")) }
                            dd {
                                (tongue.text(&one.done)) " "
                                @match one.done_on.and_then(Day::from_number) {
                                    Some(day) => strong.done { (guest.say("已完成", "Done")) " " (tongue.day(day)) },
                                    None => strong.doing { (guest.say("进行中", "Under way")) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bulletins(guest: &Guest, all: &[Bulletin]) -> Markup {
    let tongue = guest.tongue;
    html! {
        @if !all.is_empty() {
            section.card {
                h2 { (guest.say("通报", "Bulletins")) }
                @for one in all {
                    article {
                        h3 { (tongue.text(&one.title)) }
                        @if let Some(day) = Day::from_number(one.issued_on) { p.quiet { (tongue.day(day)) } }
                        p.written { (tongue.text(&one.body)) }
                    }
                }
            }
        }
    }
}

fn items(guest: &Guest, published: &Published) -> Markup {
    html! {
        @if !published.items.is_empty() {
            section.card {
                h2 { (guest.say("办事指南", "Service guide")) }
                ul.links {
                    @for item in &published.items {
                        li { a href=(guest.link(&format!("/g/{}", item.id))) { (guest.tongue.text(&item.name)) } }
                    }
                }
            }
        }
    }
}

fn lines(guest: &Guest, published: &Published) -> Markup {
    html! {
        @if !published.supervision_lines.is_empty() {
            section.card {
                h2 { (guest.say("监督投诉", "Complaint lines")) }
                dl {
                    @for line in &published.supervision_lines {
                        dt { (guest.tongue.text(&line.label)) }
                        dd { a href={ "tel:" (line.phone) } { (line.phone) } }
                    }
                }
            }
        }
    }
}
