//! Retiring and revoking a terminal: first a page that asks, then the act.

use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use serde::Deserialize;

use super::Slice;
use crate::center::accounts::{Officer, Posted};
use crate::center::registry::rules::{Order, after};
use crate::center::registry::store::terminals::{self, Terminal};
use crate::center::web::{self, NONE, Page, Place, ago, count, token};
use crate::domain::TerminalId;

const LONGEST_REASON: usize = 200;

struct Words {
    title: &'static str,
    path: &'static str,
    means: &'static str,
    button: &'static str,
}

fn words(order: Order) -> Words {
    match order {
        Order::Retire => Words {
            title: "停用终端",
            path: "retire",
            means: "终端不再接受新的评价，先把没有上传的记录全部传完，然后停止工作。已收到的评价不受影响。",
            button: "确认停用",
        },
        Order::Revoke => Words {
            title: "吊销终端",
            path: "revoke",
            means: "用于丢失或被盗的终端：从现在起，它送来的内容单独封存，不确认、不计入。吊销后不能恢复。已收到的评价不受影响。",
            button: "确认吊销",
        },
    }
}

pub(super) async fn ask_retire(
    slice: State<Slice>,
    officer: Officer,
    terminal: Path<String>,
) -> web::Result<Markup> {
    ask(slice, officer, terminal, Order::Retire).await
}

pub(super) async fn ask_revoke(
    slice: State<Slice>,
    officer: Officer,
    terminal: Path<String>,
) -> web::Result<Markup> {
    ask(slice, officer, terminal, Order::Revoke).await
}

async fn ask(
    State(slice): State<Slice>,
    officer: Officer,
    Path(terminal): Path<String>,
    order: Order,
) -> web::Result<Markup> {
    let terminal: TerminalId = terminal.parse().map_err(|_| web::Error::NotFound)?;
    let now = slice.gate.now();
    let terminal = terminals::find(&slice.db, &terminal, now).await?.ok_or(web::Error::NotFound)?;
    if after(terminal.standing, order).is_none() {
        return Err(web::Error::Invalid("这台终端现在的状态不能这样处理。".to_owned()));
    }
    let page = Page {
        title: words(order).title,
        place: Place::Terminals,
        visitor: officer.visitor(),
        summary: html! {},
        controls: html! {},
        main: question(&terminal, order, &officer, now),
    };
    Ok(page.render())
}

fn question(terminal: &Terminal, order: Order, officer: &Officer, now: i64) -> Markup {
    let words = words(order);
    let look = if order == Order::Revoke { "grave" } else { "main-action" };
    html! {
        form.card.narrow method="post" action={ "/terminals/" (terminal.terminal_id) "/" (words.path) } {
            (token(&officer.csrf))
            p { strong { (terminal.window) } " " span.quiet { (terminal.terminal_id) } }
            p {
                "最近联系 " (terminal.last_contact_at.map_or_else(|| NONE.to_owned(), |at| ago(at, now)))
                "，未上传 " (count(terminal.backlog)) " 条。"
            }
            p { (words.means) }
            div.field {
                label for="reason" { "原因（记入中心日志）" }
                input id="reason" name="reason" type="text" maxlength=(LONGEST_REASON) required;
            }
            div.buttons {
                button.(look) type="submit" { (words.button) }
                a.button href="/terminals" { "取消" }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Ordered {
    reason: String,
}

pub(super) async fn retire(
    slice: State<Slice>,
    terminal: Path<String>,
    posted: Posted<Ordered>,
) -> web::Result<Redirect> {
    act(slice, terminal, posted, Order::Retire).await
}

pub(super) async fn revoke(
    slice: State<Slice>,
    terminal: Path<String>,
    posted: Posted<Ordered>,
) -> web::Result<Redirect> {
    act(slice, terminal, posted, Order::Revoke).await
}

async fn act(
    State(slice): State<Slice>,
    Path(terminal): Path<String>,
    Posted { officer, form }: Posted<Ordered>,
    order: Order,
) -> web::Result<Redirect> {
    let terminal: TerminalId = terminal.parse().map_err(|_| web::Error::NotFound)?;
    let reason = form.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(web::Error::Invalid("请写明原因，不超过 200 字。".to_owned()));
    }
    let mut tx = slice.db.begin().await?;
    let by = slice.by(&officer);
    terminals::order(&mut tx, &slice.recorder, by, (&terminal, order), reason).await?;
    tx.commit().await?;
    Ok(Redirect::to("/terminals"))
}
