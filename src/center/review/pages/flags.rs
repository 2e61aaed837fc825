//! `/flags`: what was accepted and is odd all the same, newest first.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Period, Slice, turn};
use crate::center::accounts::Officer;
use crate::center::review::rules::flags::{RULES, words};
use crate::center::review::store::register::{self, Filter, Raised};
use crate::center::web::{self, NONE, Page, Place, address, date_time};

const PER_PAGE: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    terminal: String,
    #[serde(default)]
    before: i64,
}

pub(super) async fn show(
    State(slice): State<Slice>,
    officer: Officer,
    Query(asked): Query<Asked>,
) -> web::Result<Markup> {
    let Asked { rule, terminal, before } = asked;
    let filter = Filter { rule, terminal, before };
    let limit = i64::try_from(PER_PAGE).unwrap_or(i64::MAX);
    let mut flags = register::flags(&slice.db, &filter, limit + 1).await?;
    let is_more = flags.len() > PER_PAGE;
    flags.truncate(PER_PAGE);
    let period = Period::of(&slice, "", None).await?;
    let first = (before > 0).then(|| link(&filter, ""));
    let last = flags.last().filter(|_| is_more);
    let next = last.map(|last| link(&filter, &last.flag_id.to_string()));
    let page = Page {
        title: "异常",
        place: Place::Flags,
        visitor: officer.visitor(),
        summary: html! { "都已收下；不对的不计入，可疑的等人看" },
        controls: controls(&filter),
        main: html! {
            section.card.ledger {
                (table(&period, &flags))
                (turn(first.as_deref(), next.as_deref()))
            }
        },
    };
    Ok(page.render())
}

fn link(filter: &Filter, before: &str) -> String {
    let all = [("rule", &*filter.rule), ("terminal", &*filter.terminal), ("before", before)];
    let some: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    address("/flags", &some)
}

fn controls(filter: &Filter) -> Markup {
    html! {
        form method="get" action="/flags" {
            input type="search" name="terminal" value=(filter.terminal) placeholder="终端编号" aria-label="终端编号" size="10";
            select name="rule" aria-label="种类" {
                option value="" { "全部种类" }
                @for (rule, words) in RULES {
                    option value=(rule) selected[filter.rule == rule] { (words) }
                }
            }
            button type="submit" { "查看" }
        }
    }
}

fn table(period: &Period, flags: &[Raised]) -> Markup {
    html! {
        @if flags.is_empty() {
            p.empty { "没有异常。" }
        } @else {
            div.wide {
                table {
                    thead {
                        tr {
                            th scope="col" { "时间" } th scope="col" { "种类" } th scope="col" { "窗口" }
                            th scope="col" { "终端" } th scope="col" { "依据" } th.n scope="col" { "总账序号" }
                        }
                    }
                    tbody { @for flag in flags { (row(period, flag)) } }
                }
            }
        }
    }
}

fn row(period: &Period, flag: &Raised) -> Markup {
    let leaf = flag.leaf.map_or_else(|| NONE.to_owned(), |leaf| leaf.to_string());
    html! {
        tr data-flag=(flag.rule) {
            td { (date_time(flag.raised_at)) }
            th.strong scope="row" { (words(&flag.rule)) }
            td { (period.label(&flag.window_id)) }
            td.quiet { (flag.terminal_id) }
            td.wrap { (flag.evidence) }
            td.n { (leaf) }
        }
    }
}
