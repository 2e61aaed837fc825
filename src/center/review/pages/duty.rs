//! `/duty`: the duty ledger (上岗服务工作台帐) of a month, by person and window.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Period, Slice, turn};
use crate::center::accounts::Officer;
use crate::center::review::rules::{SHOWN_FROM, yesterday};
use crate::center::review::store::duty::{self, Filter, Post, Served, Shift, Sum};
use crate::center::web::{
    self, NONE, Page, Place, address, count, date_time, duration, percent, time_of_day,
};
use crate::domain::Day;

const PER_PAGE: usize = 400;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    month: String,
    #[serde(default)]
    window: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    before: i64,
}

struct Ledger {
    period: Period,
    filter: Filter,
    names: BTreeMap<String, String>,
    sums: BTreeMap<Post, Sum>,
    shifts: Vec<Shift>,
    before: i64,
    is_more: bool,
    now: i64,
}

pub(super) async fn show(
    State(slice): State<Slice>,
    officer: Officer,
    Query(asked): Query<Asked>,
) -> web::Result<Markup> {
    let ledger = look(&slice, asked).await?;
    let page = Page {
        title: "上岗台帐",
        place: Place::Duty,
        visitor: officer.visitor(),
        summary: html! { (ledger.period.month.words()) },
        controls: controls(&ledger),
        main: html! {
            (sums(&ledger))
            (shifts(&ledger))
            p.as-of { span { "截至 " time data-figure="as-of" { (date_time(ledger.now)) } } }
        },
    };
    Ok(page.render())
}

async fn look(slice: &Slice, asked: Asked) -> web::Result<Ledger> {
    let Slice { gate, db, .. } = slice;
    let Asked { month, window, person, before } = asked;
    let period = Period::of(slice, &month, duty::first_day(db).await?).await?;
    let filter = Filter {
        from: period.month.first(),
        to: period.month.last(),
        // Who stands beside the window shall not read from its figures what was just answered.
        counted_to: period.month.last().min(yesterday(period.today)),
        window,
        person,
    };
    let limit = i64::try_from(PER_PAGE).unwrap_or(i64::MAX);
    let from = if before > 0 { before } else { i64::MAX };
    let mut shifts = duty::shifts(db, &filter, from, limit + 1).await?;
    let is_more = shifts.len() > PER_PAGE;
    shifts.truncate(PER_PAGE);
    let sums = duty::sums(db, &filter).await?;
    let names = duty::names(db).await?;
    Ok(Ledger { period, filter, names, sums, shifts, before, is_more, now: gate.now() })
}

impl Ledger {
    fn name<'a>(&'a self, employee_no: &'a str) -> &'a str {
        if employee_no.is_empty() {
            return "（无人上岗）";
        }
        self.names.get(employee_no).map_or(employee_no, String::as_str)
    }

    fn address(&self, window: &str, person: &str, before: &str) -> String {
        let month = self.period.month.to_string();
        let all = [("month", &*month), ("window", window), ("person", person), ("before", before)];
        let some: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        address("/duty", &some)
    }
}

fn controls(ledger: &Ledger) -> Markup {
    let Filter { window, person, .. } = &ledger.filter;
    html! {
        form method="get" action="/duty" {
            (ledger.period.choice())
            select name="window" aria-label="窗口" {
                option value="" { "全部窗口" }
                @for (id, label) in &ledger.period.windows {
                    option value=(id) selected[id == window] { (label) }
                }
            }
            select name="person" aria-label="人员" {
                option value="" { "全部人员" }
                @for (employee_no, name) in &ledger.names {
                    option value=(employee_no) selected[employee_no == person] { (name) " " (employee_no) }
                }
            }
            button type="submit" { "查看" }
        }
    }
}

fn sums(ledger: &Ledger) -> Markup {
    html! {
        section.card.ledger {
            header {
                h2 { "按人员和窗口" }
                p { "服务和评价到 " (ledger.filter.counted_to) "，当天的在结束后计入" }
            }
            @if ledger.sums.is_empty() {
                p.empty { "这个月没有上岗记录。" }
            } @else {
                div.wide {
                    table {
                        thead {
                            tr {
                                th scope="col" { "人员" } th scope="col" { "窗口" }
                                th.n scope="col" { "上岗" } th.n scope="col" { "在岗时间" }
                                th.n scope="col" { "其中暂停" } (served_heads())
                            }
                        }
                        tbody {
                            @for ((window, person), sum) in &ledger.sums { (sum_row(ledger, window, person, sum)) }
                        }
                    }
                }
                p.hint {
                    "评价率 = 有评价的服务 / 办结的服务，不到 " (SHOWN_FROM) " 次服务不计算；没有评价就是没有评价，不算任何等级。"
                    "打断：下一次服务开始，评价提示提前结束。"
                }
            }
        }
    }
}

fn served_heads() -> Markup {
    html! {
        th.n scope="col" { "服务" } th.n scope="col" { "评价" } th.n scope="col" { "未评价" }
        th.n scope="col" { "其中打断" } th.n scope="col" { "评价率" }
    }
}

fn sum_row(ledger: &Ledger, window: &str, person: &str, sum: &Sum) -> Markup {
    html! {
        tr data-post={ (window) "/" (person) } {
            th scope="row" {
                a href=(ledger.address("", person, "")) { (ledger.name(person)) } " " span.quiet { (person) }
            }
            td { a href=(ledger.address(window, "", "")) { (ledger.period.label(window)) } }
            td.n data-figure="shifts" { (count(sum.shifts)) }
            td.n data-figure="lasted" { (hours(sum.lasted_ms)) }
            td.n data-figure="away" { (hours(sum.away_ms)) }
            (served(Some(sum.served)))
        }
    }
}

/// The cells of services; without figures while the day is not over.
fn served(served: Option<Served>) -> Markup {
    let Some(served) = served else {
        return html! { @for _ in 0..5 { td.n { (NONE) } } };
    };
    let rate = served.response_rate().filter(|_| served.finished >= SHOWN_FROM);
    html! {
        td.n data-figure="finished" { (count(served.finished)) }
        td.n data-figure="rated" { (count(served.rated)) }
        td.n data-figure="silent" { (count(served.silent)) }
        td.n data-figure="cut" { (count(served.cut)) }
        td.n.strong data-figure="response-rate" { (rate.map_or_else(|| NONE.to_owned(), percent)) }
    }
}

/// Milliseconds as `0 分钟`, `5 分钟`, `3 小时 12 分`, `152 小时`.
fn hours(millis: i64) -> String {
    match millis {
        ..60_000 => "0 分钟".to_owned(),
        60_000..86_400_000 => duration(millis),
        _ => format!("{} 小时", count(millis / 3_600_000)),
    }
}

fn shifts(ledger: &Ledger) -> Markup {
    let Filter { window, person, .. } = &ledger.filter;
    let first = (ledger.before > 0).then(|| ledger.address(window, person, ""));
    let last = ledger.shifts.last().filter(|_| ledger.is_more);
    let next = last.map(|last| ledger.address(window, person, &last.leaf.to_string()));
    html! {
        section.card.ledger {
            header { h2 { "每次上岗" } }
            @if ledger.shifts.is_empty() {
                p.empty { "没有符合条件的上岗记录。" }
            } @else {
                div.wide {
                    table {
                        thead {
                            tr {
                                th scope="col" { "日期" } th scope="col" { "窗口" } th scope="col" { "人员" }
                                th scope="col" { "签到" } th scope="col" { "签退" }
                                th.n scope="col" { "暂停" } (served_heads())
                            }
                        }
                        tbody { @for shift in &ledger.shifts { (shift_row(ledger, shift)) } }
                    }
                }
                (turn(first.as_deref(), next.as_deref()))
            }
        }
    }
}

fn shift_row(ledger: &Ledger, shift: &Shift) -> Markup {
    let day = Day::from_number(shift.day);
    let is_over = day.is_some_and(|day| day < ledger.period.today);
    html! {
        tr data-shift=(shift.leaf) {
            td { (day.map_or_else(|| NONE.to_owned(), |day| day.to_string())) }
            td { (ledger.period.label(&shift.window_id)) }
            th scope="row" { (ledger.name(&shift.employee_no)) " " span.quiet { (shift.employee_no) } }
            td {
                @match shift.from_at {
                    Some(from_at) => { (time_of_day(from_at)) " " span.quiet { (means(&shift.means)) } }
                    None => span.state-care.regular { "没有签到" },
                }
            }
            td {
                @if let Some(to_at) = shift.to_at { (time_of_day(to_at)) " " }
                (why(&shift.why))
            }
            td.n {
                @if shift.away_times == 0 { (NONE) }
                @else { (shift.away_times) " 次 " (hours(shift.away_ms)) }
            }
            (served(is_over.then_some(shift.served)))
        }
    }
}

fn means(word: &str) -> &str {
    match word {
        "pin" => "密码",
        "card" => "刷卡",
        "system" => "叫号系统",
        other => other,
    }
}

fn why(word: &str) -> Markup {
    match word {
        "" => html! { span.state-good.regular { "在岗" } },
        "signed_off" => html! {},
        "handed_over" => html! { span.quiet { "交接" } },
        "end_of_day" => html! { span.quiet { "下班" } },
        "past_closing" => html! { span.state-care.regular { "过时未签退" } },
        "not_ended" => html! { span.state-care.regular { "没有签退" } },
        other => html! { (other) },
    }
}
