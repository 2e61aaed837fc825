//! The overview: one month of one unit, or of all.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Slice, windows};
use crate::center::accounts::Officer;
use crate::center::registry::store::terminals::{self, Summary};
use crate::center::registry::store::{self as registry, Unit, Window};
use crate::center::review::rules::{Month, SHOWN_FROM, Tally, yesterday};
use crate::center::review::store::duty::{self, Served};
use crate::center::review::store::{self, Figures, Until};
use crate::center::web::charts::{self, Bar};
use crate::center::web::{self, NONE, Page, Place, address, count, date_time, percent, point};
use crate::domain::{Day, Level};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    month: String,
    #[serde(default)]
    unit: String,
}

/// What the page is about, and everything that stands on it.
struct Overview {
    month: Month,
    months: Vec<Month>,
    unit: String,
    units: Vec<Unit>,
    windows: Vec<Window>,
    figures: Figures,
    served: Served,
    served_windows: BTreeMap<String, Served>,
    terminals: Summary,
    until: Until,
    mark: String,
    now: i64,
}

pub(super) async fn show(
    State(slice): State<Slice>,
    officer: Officer,
    Query(asked): Query<Asked>,
) -> web::Result<Markup> {
    let overview = look(&slice, asked).await?;
    let page = Page {
        title: "总览",
        place: Place::Overview,
        visitor: officer.visitor(),
        summary: html! { span.live-state data-live-state role="status" {} },
        controls: controls(&overview),
        main: main(&overview),
    };
    Ok(page.render())
}

async fn look(slice: &Slice, asked: Asked) -> web::Result<Overview> {
    let Slice { gate, db, .. } = slice;
    let now = gate.now();
    let today =
        Day::of(now).ok_or_else(|| web::Error::internal("the clock shows no calendar day"))?;
    let this_month = Month::of(today);
    let month = match asked.month.as_str() {
        "" => this_month,
        text => text.parse().map_err(|()| web::Error::NotFound)?,
    };
    let units = registry::units(db).await?;
    if !asked.unit.is_empty() && !units.iter().any(|unit| unit.unit_id == asked.unit) {
        return Err(web::Error::NotFound);
    }
    // Before the figures: what is committed in between makes the page look again, never miss.
    let mark = store::mark(db, &asked.unit, now).await?;
    let windows = registry::windows(db, &asked.unit).await?;
    let whole_days = month.last().min(yesterday(today));
    // The total of a single window is that window's figure.
    let totals = if windows.len() == 1 { whole_days } else { month.last() };
    let until = Until { totals, windows: whole_days };
    let first = store::first_day(db).await?.map_or(this_month, Month::of);
    let days = (until.totals, until.windows);
    let (served, served_windows) = duty::of_unit(db, &asked.unit, month.first(), days).await?;
    Ok(Overview {
        month,
        served,
        served_windows,
        months: this_month.max(month).back_to(first.min(month)),
        figures: store::figures(db, month, &asked.unit, until).await?,
        terminals: terminals::summary(db, &asked.unit, now).await?,
        unit: asked.unit,
        units,
        windows,
        until,
        mark,
        now,
    })
}

fn controls(overview: &Overview) -> Markup {
    let whole = match overview.units.as_slice() {
        [root, rest @ ..] if rest.iter().all(|unit| unit.depth > 0) => Some(root),
        _ => None,
    };
    let all: i64 =
        overview.units.iter().filter(|unit| unit.depth == 0).map(|unit| unit.windows).sum();
    let name = whole.map_or("全部单位", |unit| unit.name.as_str());
    let below = overview.units.iter().filter(|unit| whole.is_none_or(|whole| *whole != **unit));
    html! {
        form method="get" action="/" {
            select name="unit" aria-label="单位" {
                option value="" { (name) "（全部 " (all) " 个窗口）" }
                @for unit in below {
                    option value=(unit.unit_id) selected[unit.unit_id == overview.unit] {
                        @for _ in 0..unit.depth { "　" }
                        (unit.name) "（" (unit.windows) " 个窗口）"
                    }
                }
            }
            select name="month" aria-label="月份" {
                @for month in &overview.months {
                    option value=(month) selected[*month == overview.month] { (month.words()) }
                }
            }
            button type="submit" { "查看" }
        }
    }
}

fn main(overview: &Overview) -> Markup {
    let query = [("unit", overview.unit.as_str()), ("seen", overview.mark.as_str())];
    html! {
        div id="live" data-live=(address("/overview/live", &query)) {
            (cards(overview))
            (daily(overview))
            (windows::card(
                &overview.windows,
                (&overview.figures.windows, &overview.served_windows),
                overview.until.windows,
            ))
            p.as-of {
                span { "截至 " time data-figure="as-of" { (date_time(overview.now)) } }
                @if overview.until.totals < overview.month.last() && overview.windows.len() == 1 {
                    span { "只有一个窗口，全部数字在每天结束后更新。" }
                }
            }
        }
    }
}

fn card(name: &str, number: &Markup, beside: &Markup) -> Markup {
    html! {
        section.card {
            dl { dt { (name) } dd.number { (number) } dd.beside { (beside) } }
        }
    }
}

/// A number that a test, or a person, finds by its name.
fn figure(name: &str, value: i64) -> Markup {
    html! { span data-figure=(name) data-value=(value) { (count(value)) } }
}

fn cards(overview: &Overview) -> Markup {
    let total = overview.figures.total();
    let Summary { all, online, offline, backlog, .. } = overview.terminals;
    let none = |name: &str| html! { span data-figure=(name) data-value="" { (NONE) } };
    let served = overview.served;
    let services =
        if served.finished > 0 { figure("services", served.finished) } else { none("services") };
    let response_rate = match served.response_rate() {
        Some(rate) => html! {
            span data-figure="response-rate" data-value=(format!("{rate:.6}")) { (percent(rate)) }
        },
        None => none("response-rate"),
    };
    html! {
        div.figures {
            (card("服务", &services, &html! { "人次" }))
            (card("评价", &figure("rated", total.rated()), &html! { "评价率 " (response_rate) }))
            (satisfaction(total))
            (card(
                Level::Dissatisfied.word(),
                &figure("dissatisfied", total.dissatisfied),
                &html! { "共 " (count(total.rated())) " 次评价" },
            ))
            (card(
                "终端",
                &html! { (figure("terminals-online", online)) " / " (figure("terminals", all)) },
                &html! {
                    "离线 " (figure("terminals-offline", offline)) " · 积压 " (figure("backlog", backlog)) " 条"
                },
            ))
        }
    }
}

fn satisfaction(total: Tally) -> Markup {
    let part = |name: &str, value: f64, text: String| {
        html! { span data-figure=(name) data-value=(format!("{value:.6}")) { (text) } }
    };
    match total.satisfaction() {
        Some(rate) => card(
            "满意率",
            &part("satisfaction", rate.share, percent(rate.share)),
            &html! {
                "95% 区间 " (part("satisfaction-low", rate.low, point(rate.low))) "–"
                (part("satisfaction-high", rate.high, point(rate.high)))
            },
        ),
        None => card(
            "满意率",
            &html! { span data-figure="satisfaction" data-value="" { (NONE) } },
            &html! { "评价不到 " (SHOWN_FROM) " 次，不计算" },
        ),
    }
}

fn daily(overview: &Overview) -> Markup {
    let of = |day: &Day| overview.figures.days.get(day).copied().unwrap_or_default();
    let days = overview.month.days();
    let bars: Vec<Bar> = days
        .iter()
        .map(|day| {
            let Tally { satisfied, basic, dissatisfied } = of(day);
            Bar {
                label: day.date().format("%m-%d").to_string(),
                // A correction may arrive before what it corrects was counted on that day.
                counts: [satisfied.max(0), basic.max(0), dissatisfied.max(0)],
            }
        })
        .collect();
    let name = format!("{}每日评价，下面的表格有同样的数字", overview.month.words());
    html! {
        section.card {
            header { h2 { "每日评价" } (charts::legend()) }
            @if overview.figures.days.is_empty() {
                p.empty { "这个月还没有评价。" }
            } @else {
                div.wide { (charts::daily(&name, &bars)) }
                details {
                    summary { "用表格看" }
                    div.wide { (table(overview)) }
                }
            }
        }
    }
}

fn table(overview: &Overview) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "日期" }
                    @for level in Level::ALL { th.n scope="col" { (level.word()) } }
                    th.n scope="col" { "合计" }
                }
            }
            tbody {
                @for (day, tally) in &overview.figures.days {
                    tr data-day=(day) {
                        th scope="row" { (day) }
                        @for n in [tally.satisfied, tally.basic, tally.dissatisfied] { td.n { (count(n)) } }
                        td.n { (count(tally.rated())) }
                    }
                }
            }
        }
    }
}
