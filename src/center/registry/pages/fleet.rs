//! The fleet: which terminals there are and how they are.

use std::collections::HashMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Slice, enrol};
use crate::center::accounts::Officer;
use crate::center::registry::rules::{CLOCK_TOLERANCE_MS, Order, after};
use crate::center::registry::store;
use crate::center::registry::store::enrolment;
use crate::center::registry::store::health::{Health, Tested, health};
use crate::center::registry::store::terminals::{self, Filter, Summary, Terminal};
use crate::center::web::{
    self, NONE, Page, Place, ago, count, date_time, duration, signed_seconds, time_of_day,
};

const PER_PAGE: usize = 200;
/// Flags of the last thirty days are counted.
const FLAGS_WITHIN_MS: i64 = 30 * 24 * 3_600_000;
const REFRESH_SECONDS: u32 = 15;
/// While somebody waits for a terminal to show its fingerprint.
const REFRESH_SECONDS_ENROLLING: u32 = 3;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

pub(super) async fn show(
    State(slice): State<Slice>,
    officer: Officer,
    Query(asked): Query<Asked>,
) -> web::Result<Markup> {
    let Slice { gate, db, center, .. } = &slice;
    let now = gate.now();
    let filter = Filter { text: asked.q, state: asked.state, after: asked.after };
    let limit = i64::try_from(PER_PAGE).unwrap_or(i64::MAX);
    let mut rows = terminals::list(db, &filter, now, limit + 1).await?;
    let is_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let summary = terminals::summary(db, "", now).await?;
    let windows = store::windows(db, "").await?;
    let open = enrolment::open(db, now).await?;
    let seconds = if open.is_empty() { REFRESH_SECONDS } else { REFRESH_SECONDS_ENROLLING };
    let names = rows.iter().map(|terminal| terminal.terminal_id.as_str());
    let names = (names.clone().min().unwrap_or(""), names.max().unwrap_or(""));
    let health = health(db, names, now - FLAGS_WITHIN_MS).await?;
    let next = rows.last().filter(|_| is_more).map(|last| last.terminal_id.as_str());
    let main = html! {
        div id="live" data-refresh-seconds=(seconds) {
            @for terminal in rows.iter().filter(|terminal| terminal.branches > 0) { (alarm(terminal)) }
            section.card {
                (table(&rows, &health, now))
                (pages(&filter, next))
                p.as-of {
                    "截至 " time data-figure="as-of" { (date_time(now)) }
                    " · 未上传数是终端最近一次联系时报告的"
                }
            }
            (enrol::cards(&open, &windows, *center, &officer))
        }
        (enrol::form(&windows, &officer))
    };
    let page = Page {
        title: "终端",
        place: Place::Terminals,
        visitor: officer.visitor(),
        summary: headline(&summary),
        controls: controls(&filter),
        main,
    };
    Ok(page.render())
}

fn headline(summary: &Summary) -> Markup {
    let figure =
        |name: &str, n: i64| html! { span data-figure=(name) data-value=(n) { (count(n)) } };
    html! {
        span id="live-beside" {
        (figure("terminals", summary.all)) " 台 · 在线 " (figure("terminals-online", summary.online))
        " · 离线 " (figure("terminals-offline", summary.offline))
        " · 需处理 " (figure("terminals-care", summary.care))
        }
    }
}

fn controls(filter: &Filter) -> Markup {
    let option = |value: &str, word: &str| {
        html! { option value=(value) selected[filter.state == value] { (word) } }
    };
    html! {
        form method="get" action="/terminals" role="search" {
            input type="search" name="q" value=(filter.text) placeholder="窗口、编号" aria-label="窗口、编号" size="14";
            select name="state" aria-label="状态" {
                (option("", "全部状态"))
                (option("care", "需处理"))
                @for state in terminals::State::ALL { (option(state.as_str(), state.word())) }
            }
            button type="submit" { "查询" }
        }
        a.button.main-action href="#new" { "装一台新终端" }
    }
}

fn alarm(terminal: &Terminal) -> Markup {
    html! {
        section.card.alarm role="alert" {
            p {
                strong { (terminal.window) } strong.state-bad { "日志分叉" }
                span.quiet {
                    "同一位置收到两份不同的记录，可能是磁盘被复制或回退。分支 "
                    (count(terminal.branches)) " 批已保存，未计入。"
                }
            }
        }
    }
}

fn table(rows: &[Terminal], health: &HashMap<String, Health>, now: i64) -> Markup {
    let healthy = Health::default();
    let of = |terminal: &Terminal| health.get(terminal.terminal_id.as_str()).unwrap_or(&healthy);
    html! {
        @if rows.is_empty() {
            p.empty { "没有符合条件的终端。" }
        } @else {
            div.wide {
                table {
                    thead {
                        tr {
                            th scope="col" { "窗口" } th scope="col" { "编号" } th scope="col" { "状态" }
                            th scope="col" { "最近联系" } th.n scope="col" { "未上传" }
                            th scope="col" { "最早未上传" } th scope="col" { "时钟" }
                            th scope="col" { "内容版本" } th scope="col" { "按钮自检" }
                            th.n scope="col" { "异常" } th scope="col" { "程序" }
                            th.action scope="col" { span.quiet { "处理" } }
                        }
                    }
                    tbody { @for terminal in rows { (row(terminal, of(terminal), now)) } }
                }
            }
        }
    }
}

/// The state's colour; the word beside it says the same.
fn tone(terminal: &Terminal) -> &'static str {
    use terminals::State::{
        Clock, Forked, Offline, Online, Retired, Retiring, Revoked, Trouble, Unseen,
    };
    match terminal.state {
        Online if terminal.backlog > 0 => "state-care",
        Online => "state-good",
        Clock | Retiring | Unseen => "state-care",
        Offline | Forked | Trouble | Revoked => "state-bad",
        Retired => "state-off",
    }
}

fn row(terminal: &Terminal, health: &Health, now: i64) -> Markup {
    let is_online = terminal.state == terminals::State::Online;
    let address = |what: &str| format!("/terminals/{}/{what}", terminal.terminal_id);
    html! {
        tr data-terminal=(terminal.terminal_id) {
            th.strong scope="row" {
                (terminal.window)
                @if health.is_training { " " span.state-off { "演练" } }
            }
            td.quiet { (terminal.terminal_id) }
            td data-figure="state" data-value=(terminal.state.as_str()) {
                span.(tone(terminal)) { (terminal.state.word()) }
                @if !terminal.trouble.is_empty() { " " span.quiet { (terminal.trouble) } }
            }
            td { (terminal.last_contact_at.map_or_else(|| NONE.to_owned(), |at| ago(at, now))) }
            td.n data-figure="backlog" data-value=(terminal.backlog) {
                (count(terminal.backlog))
                @if terminal.backlog > 0 && !is_online { "（估）" }
            }
            td { (terminal.oldest_unsent_at.map_or_else(|| NONE.to_owned(), |at| duration(now - at))) }
            td { (clock(terminal.clock_offset_ms)) }
            td { (content(terminal)) }
            td data-figure="self-test" { (tested(health.tested.as_ref(), now)) }
            td.n data-figure="flags" data-value=(health.flags) {
                @if health.flags == 0 { "0" } @else {
                    a href=(web::address("/flags", &[("terminal", terminal.terminal_id.as_str())])) { (count(health.flags)) }
                }
            }
            td.quiet { @if terminal.version.is_empty() { (NONE) } @else { (terminal.version) } }
            td.action {
                @if after(terminal.standing, Order::Retire).is_some() { a href=(address("retire")) { "停用" } }
                @if after(terminal.standing, Order::Revoke).is_some() { a href=(address("revoke")) { "吊销" } }
            }
        }
    }
}

fn clock(offset_ms: Option<i64>) -> Markup {
    match offset_ms {
        None => html! { (NONE) },
        Some(offset) if offset.abs() > CLOCK_TOLERANCE_MS => {
            html! { span.state-care { (signed_seconds(offset)) } }
        }
        Some(offset) => html! { (signed_seconds(offset)) },
    }
}

/// The last self-test: when, and how long each button took.
fn tested(tested: Option<&Tested>, now: i64) -> Markup {
    let Some(tested) = tested else { return html! { (NONE) } };
    let [first, second, third] = tested.micros.map(|micros| (micros + 500) / 1000);
    let took = format!("{first}/{second}/{third} 毫秒");
    // Each day has one; an older one says nothing about today.
    let is_old = now - tested.at > 2 * 24 * 3_600_000;
    html! {
        @if !tested.has_passed {
            span.state-bad title=(took) { "未通过：" (tested.fault) }
        } @else if is_old {
            span.state-care title=(took) { "通过 " (ago(tested.at, now)) }
        } @else {
            span title=(date_time(tested.at)) { "通过 " (time_of_day(tested.at)) } " " span.quiet { (took) }
        }
    }
}

fn content(terminal: &Terminal) -> Markup {
    match terminal.content_version {
        0 => html! { "还没有" },
        shown if shown < terminal.newest_version => {
            html! { "公示 " (shown) " · " span.state-care { "待更新" } }
        }
        shown => html! { "公示 " (shown) },
    }
}

fn pages(filter: &Filter, next: Option<&str>) -> Markup {
    let query = |after: &str| {
        web::address(
            "/terminals",
            &[("q", &filter.text), ("state", &filter.state), ("after", after)],
        )
    };
    html! {
        @if next.is_some() || !filter.after.is_empty() {
            nav.pages aria-label="翻页" {
                @if filter.after.is_empty() { span {} } @else { a href=(query("")) { "‹ 回到第一页" } }
                @if let Some(next) = next { a href=(query(next)) { "下一页 ›" } }
            }
        }
    }
}
