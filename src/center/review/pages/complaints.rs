//! `/complaints`: the register of complaints and suggestions. Contacts and texts are sealed and not
//! shown here.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Period, Slice, turn};
use crate::center::accounts::Officer;
use crate::center::review::store;
use crate::center::review::store::register::{self, Complaint};
use crate::center::web::{self, NONE, Page, Place, address, count, date_time};
use crate::domain::ReceiptCode;

const PER_PAGE: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    month: String,
    #[serde(default)]
    before: i64,
}

pub(super) async fn show(
    State(slice): State<Slice>,
    officer: Officer,
    Query(asked): Query<Asked>,
) -> web::Result<Markup> {
    let db = &slice.db;
    let period = Period::of(&slice, &asked.month, store::first_day(db).await?).await?;
    let days = (period.month.first().number(), period.month.last().number());
    let limit = i64::try_from(PER_PAGE).unwrap_or(i64::MAX);
    let from = if asked.before > 0 { asked.before } else { i64::MAX };
    let mut complaints = register::complaints(db, days, from, limit + 1).await?;
    let is_more = complaints.len() > PER_PAGE;
    complaints.truncate(PER_PAGE);
    let tags = register::tag_words(db, "complaint").await?;
    let month = period.month.to_string();
    let link = |before: &str| {
        let query = [("month", month.as_str()), ("before", before)];
        address("/complaints", query.get(..if before.is_empty() { 1 } else { 2 }).unwrap_or(&query))
    };
    let first = (asked.before > 0).then(|| link(""));
    let last = complaints.last().filter(|_| is_more);
    let next = last.map(|last| link(&last.leaf.to_string()));
    let number = i64::try_from(complaints.len()).unwrap_or(i64::MAX);
    let page = Page {
        title: "投诉登记",
        place: Place::Complaints,
        visitor: officer.visitor(),
        summary: html! {
            (period.month.words()) @if !is_more && asked.before == 0 {
                " · " span data-figure="complaints" { (count(number)) } " 件"
            }
        },
        controls: html! {
            form method="get" action="/complaints" { (period.choice()) button type="submit" { "查看" } }
        },
        main: html! {
            section.card.ledger {
                (table(&period, &complaints, &tags))
                (turn(first.as_deref(), next.as_deref()))
                p.hint { "联系电话和投诉内容密封保存，这里不显示。" }
            }
        },
    };
    Ok(page.render())
}

fn table(period: &Period, complaints: &[Complaint], tags: &BTreeMap<String, String>) -> Markup {
    html! {
        @if complaints.is_empty() {
            p.empty { "这个月没有投诉和建议。" }
        } @else {
            div.wide {
                table {
                    thead {
                        tr {
                            th scope="col" { "编号" } th scope="col" { "时间" } th scope="col" { "在哪里提出" }
                            th scope="col" { "关于" } th scope="col" { "类别" } th scope="col" { "联系方式" }
                        }
                    }
                    tbody { @for complaint in complaints { (row(period, complaint, tags)) } }
                }
            }
        }
    }
}

fn row(period: &Period, complaint: &Complaint, tags: &BTreeMap<String, String>) -> Markup {
    let number = complaint.number.parse::<ReceiptCode>();
    let number = number.map_or_else(|_| complaint.number.clone(), |code| code.to_string());
    let words = complaint.tags.iter().map(|tag| tags.get(tag).unwrap_or(tag).as_str());
    let words = words.collect::<Vec<_>>().join("、");
    html! {
        tr data-complaint=(complaint.number) {
            th.strong scope="row" { @if number.is_empty() { (NONE) } @else { (number) } }
            td { (date_time(complaint.at)) }
            td { (period.label(&complaint.window_id)) }
            td { (about(&complaint.about)) }
            td.wrap { @if words.is_empty() { (NONE) } @else { (words) } }
            td {
                (contact(complaint))
                @if complaint.is_training { " " span.state-off { "演练" } }
            }
        }
    }
}

fn about(word: &str) -> &str {
    match word {
        "window" => "窗口服务",
        "office" => "本单位",
        "other" => "其他",
        other => other,
    }
}

fn contact(complaint: &Complaint) -> &'static str {
    match (complaint.has_contact, complaint.is_anonymous) {
        (true, _) => "已留电话（密封）",
        (false, true) => "匿名",
        (false, false) => "未留",
    }
}
