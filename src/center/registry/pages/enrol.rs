//! New terminals: a one-time code, the fingerprint, the officer's word.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::Slice;
use crate::center::accounts::{Officer, Posted};
use crate::center::registry::rules::Delivery;
use crate::center::registry::store::Window;
use crate::center::registry::store::enrolment::{self, Enrolment};
use crate::center::web::{self, time_of_day, token};
use crate::chain::CenterId;
use crate::domain::{CodeId, WindowId};

#[derive(Deserialize)]
pub(super) struct Wanted {
    window: String,
    #[serde(default)]
    delivery: String,
}

pub(super) async fn create(
    State(slice): State<Slice>,
    Posted { officer, form }: Posted<Wanted>,
) -> web::Result<Redirect> {
    let window: WindowId =
        form.window.parse().map_err(|_| web::Error::Invalid("请选择一个窗口。".to_owned()))?;
    let delivery = if form.delivery == "file" { Delivery::File } else { Delivery::Typed };
    let mut tx = slice.db.begin().await?;
    let code =
        enrolment::create(&mut tx, &slice.recorder, slice.by(&officer), &window, delivery).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/terminals#code-{}", code.as_str())))
}

fn parse(code: &str) -> web::Result<CodeId> {
    code.parse().map_err(|_| web::Error::NotFound)
}

/// The code as a file that the terminal's settings name, with nothing else in it.
pub(super) async fn file(
    State(slice): State<Slice>,
    _: Officer,
    Path(code): Path<String>,
) -> web::Result<Response> {
    let enrolment =
        enrolment::find(&slice.db, &parse(&code)?).await?.ok_or(web::Error::NotFound)?;
    if enrolment.delivery != Delivery::File || !enrolment.progress.is_open(slice.gate.now()) {
        return Err(web::Error::NotFound);
    }
    let name = format!("attachment; filename=\"pingyi-{}.txt\"", enrolment.code.as_str());
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, format!("{}\n", enrolment.written(slice.center))).into_response())
}

#[derive(Deserialize)]
pub(super) struct Compared {
    fingerprint: String,
}

pub(super) async fn confirm(
    State(slice): State<Slice>,
    Path(code): Path<String>,
    Posted { officer, form }: Posted<Compared>,
) -> web::Result<Redirect> {
    let code = parse(&code)?;
    let mut tx = slice.db.begin().await?;
    let by = slice.by(&officer);
    enrolment::confirm(&mut tx, &slice.recorder, by, &code, &form.fingerprint).await?;
    tx.commit().await?;
    Ok(Redirect::to("/terminals"))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn refuse(
    State(slice): State<Slice>,
    Path(code): Path<String>,
    Posted { officer, form: Nothing {} }: Posted<Nothing>,
) -> web::Result<Redirect> {
    let code = parse(&code)?;
    let mut tx = slice.db.begin().await?;
    enrolment::refuse(&mut tx, &slice.recorder, slice.by(&officer), &code).await?;
    tx.commit().await?;
    Ok(Redirect::to("/terminals"))
}

/// Codes that wait for a terminal or for an officer.
pub(super) fn cards(
    open: &[Enrolment],
    windows: &[Window],
    center: CenterId,
    officer: &Officer,
) -> Markup {
    html! {
        @if !open.is_empty() {
            section.card.no-print {
                header { h2 { "等待启用" } p { "终端屏幕和这里显示的指纹一致，才可以启用。" } }
                @for enrolment in open { (card(enrolment, windows, center, officer)) }
            }
        }
    }
}

fn card(enrolment: &Enrolment, windows: &[Window], center: CenterId, officer: &Officer) -> Markup {
    let code = enrolment.code.as_str();
    let window = windows.iter().find(|window| window.window_id == enrolment.window_id.as_str());
    let label = window.map_or_else(|| enrolment.window_id.to_string(), Window::label);
    let until = time_of_day(enrolment.progress.expires_at);
    let address = |what: &str| format!("/terminals/enrolments/{code}/{what}");
    html! {
        article.enrolment id={ "code-" (code) } data-code=(code) {
            dl {
                dt { "窗口" } dd.strong { (label) }
                @match (&enrolment.progress.claimed_by, enrolment.delivery) {
                    (Some(key), _) => {
                        dt { "代码" } dd { (code) "…" " " span.quiet { (until) " 后失效" } }
                        dt { "终端屏幕上的指纹" }
                        dd.fingerprint data-figure="fingerprint" { (key.fingerprint()) }
                    }
                    (None, Delivery::Typed) => {
                        dt { "一次性代码" }
                        dd {
                            div.code data-figure="code" { (written(&enrolment.written(center))) }
                            span.quiet { (until) " 后失效。在终端上输入后，指纹会显示在这里。" }
                        }
                    }
                    (None, Delivery::File) => {
                        dt { "一次性代码" }
                        dd {
                            a.button href=(address("file")) { "下载代码文件" } " "
                            span.quiet { "明天 " (until) " 后失效" }
                        }
                    }
                }
                dt { "生成人" } dd.quiet { (enrolment.created_by) }
            }
            (buttons(enrolment, officer, address))
        }
    }
}

/// In groups of four that stay together where the line is narrow.
fn written(code: &str) -> Markup {
    let groups: Vec<&str> = code.split('-').collect();
    html! {
        @for (place, group) in groups.iter().enumerate() {
            @if place > 0 { "-" wbr; }
            span { (group) }
        }
    }
}

fn buttons(enrolment: &Enrolment, officer: &Officer, address: impl Fn(&str) -> String) -> Markup {
    html! {
        div.buttons {
            @if let Some(key) = &enrolment.progress.claimed_by {
                form method="post" action=(address("confirm")) {
                    (token(&officer.csrf))
                    input type="hidden" name="fingerprint" value=(key.fingerprint());
                    button.main-action type="submit" { "指纹一致，启用" }
                }
                form method="post" action=(address("refuse")) {
                    (token(&officer.csrf))
                    button type="submit" { "不一致，作废" }
                }
            } @else {
                form method="post" action=(address("refuse")) {
                    (token(&officer.csrf))
                    button type="submit" { "作废这个代码" }
                }
            }
        }
    }
}

/// The card that makes a code.
pub(super) fn form(windows: &[Window], officer: &Officer) -> Markup {
    html! {
        section.card.no-print id="new" {
            header { h2 { "装一台新终端" } p { "为窗口生成一次性代码，在终端第一次开机时输入。" } }
            @if windows.is_empty() {
                p.empty { "还没有窗口。请先在服务器上导入单位资料。" }
            } @else {
                form.narrow method="post" action="/terminals/enrolments" {
                    (token(&officer.csrf))
                    div.field {
                        label for="window" { "窗口" }
                        select id="window" name="window" required {
                            option value="" { "请选择" }
                            @for window in windows { option value=(window.window_id) { (window.label()) } }
                        }
                    }
                    label.choice {
                        input type="radio" name="delivery" value="typed" checked; " 在终端上输入（15 分钟内有效）"
                    }
                    label.choice {
                        input type="radio" name="delivery" value="file"; " 用文件带去（24 小时内有效）"
                    }
                    div { button.main-action type="submit" { "生成代码" } }
                }
            }
        }
    }
}
