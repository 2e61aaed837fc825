//! `/`: the overview (总览); `/duty`, `/complaints` and `/flags`: lists that are kept and printed.

mod complaints;
mod duty;
mod flags;
mod live;
mod overview;
mod windows;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use maud::{Markup, html};

use super::Pulse;
use super::rules::Month;
use crate::center::accounts::Gate;
use crate::center::db::Db;
use crate::center::registry::store as registry;
use crate::center::web;
use crate::domain::Day;

#[derive(Clone)]
struct Slice {
    gate: Gate,
    db: Db,
    pulse: Pulse,
}

impl FromRef<Slice> for Gate {
    fn from_ref(slice: &Slice) -> Gate {
        slice.gate.clone()
    }
}

/// `/` with `/overview/live`, `/duty`, `/complaints` and `/flags`.
pub fn routes(gate: Gate, db: Db, pulse: Pulse) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/overview/live", get(live::stream))
        .route("/duty", get(duty::show))
        .route("/complaints", get(complaints::show))
        .route("/flags", get(flags::show))
        .with_state(Slice { gate, db, pulse })
}

/// What a list is about: its month, its windows by name, and what else can be chosen.
struct Period {
    month: Month,
    months: Vec<Month>,
    today: Day,
    windows: BTreeMap<String, String>,
}

impl Period {
    /// The month of an address, or this one; `first` is the first day of which there is anything.
    async fn of(slice: &Slice, asked: &str, first: Option<Day>) -> web::Result<Period> {
        let today = Day::of(slice.gate.now())
            .ok_or_else(|| web::Error::internal("the clock shows no calendar day"))?;
        let this_month = Month::of(today);
        let month = match asked {
            "" => this_month,
            text => text.parse().map_err(|()| web::Error::NotFound)?,
        };
        let first = first.map_or(this_month, Month::of);
        let months = this_month.max(month).back_to(first.min(month));
        let windows = registry::windows(&slice.db, "").await?;
        let windows = windows.into_iter().map(|window| (window.window_id.clone(), window.label()));
        Ok(Period { month, months, today, windows: windows.collect() })
    }

    /// The window as people call it; its id where the registry no longer knows it.
    fn label<'a>(&'a self, window: &'a str) -> &'a str {
        self.windows.get(window).map_or(window, String::as_str)
    }

    fn choice(&self) -> Markup {
        html! {
            select name="month" aria-label="月份" {
                @for month in &self.months {
                    option value=(month) selected[*month == self.month] { (month.words()) }
                }
            }
        }
    }
}

/// The links under a list of which there is more.
fn turn(first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if first.is_some() || next.is_some() {
            nav.pages aria-label="翻页" {
                @if let Some(first) = first { a href=(first) { "‹ 回到第一页" } } @else { span {} }
                @if let Some(next) = next { a href=(next) { "下一页 ›" } }
            }
        }
    }
}
