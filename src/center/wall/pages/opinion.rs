//! `/o/{token}`: an opinion from the citizen's own phone, once a token. The page neither knows nor
//! shows what was answered on the terminal.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Guest, frame};
use crate::center::wall::Parts;
use crate::center::wall::rules::{self, Draft, Fault, Issue, LONGEST_OPINION};
use crate::center::wall::store::{self, Opinion, Plate};
use crate::center::web;
use crate::chain::field::{self, Sealed};
use crate::chain::token::Token;
use crate::domain::{Day, Field};
use crate::wire::Standing;

/// Who stands in the center's journal for an opinion.
const PERSON: &str = "citizen";

/// What a token is worth.
enum Worth {
    /// Not a token.
    Unreadable,
    /// No terminal of this center signed it.
    Forged,
    /// Its terminal was revoked.
    Revoked,
    /// Its two days are over.
    Over,
    /// Its opinion arrived at this time.
    Used(Plate, i64),
    /// One opinion.
    Good(Plate, Token),
}

/// What was written on the form.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    opinion: String,
    #[serde(default)]
    phone: String,
    consent: Option<String>,
}

/// The form, or what has become of its token.
pub(super) async fn show(
    State(parts): State<Parts>,
    guest: Guest,
    Path(token): Path<String>,
) -> Response {
    let worth = weigh(&parts, &token).await;
    guest.or_sorry(worth.map(|worth| match worth {
        Worth::Good(plate, _) => form(&guest, &plate, &Written::default(), None),
        other => told(&guest, other),
    }))
}

/// Takes the form.
pub(super) async fn send(
    State(parts): State<Parts>,
    guest: Guest,
    Path(token): Path<String>,
    headers: HeaderMap,
    written: Result<Form<Written>, FormRejection>,
) -> Response {
    if !is_ours(&parts, &headers) {
        return guest.notice(
            StatusCode::FORBIDDEN,
            guest.say("没有提交", "Not sent"),
            guest.say(
                "这次提交不是从本页面发出的。请重新扫描二维码。",
                "This did not come from this page. Please scan the QR code again.",
            ),
        );
    }
    let written = match written {
        Ok(Form(written)) => written,
        Err(no) => return unreadable_form(&guest, no.status()),
    };
    guest.or_sorry(take(&parts, &guest, &token, &written).await)
}

/// Browsers tell which site a form came from; one that tells nothing has the token all the same.
fn is_ours(parts: &Parts, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let authority = text("origin").and_then(|origin| origin.split("//").nth(1));
    authority.is_some_and(|authority| parts.front.answers_to(authority, headers))
}

fn unreadable_form(guest: &Guest, status: StatusCode) -> Response {
    let said = guest.say("请返回上一页重新填写。", "Please go back and fill in the form again.");
    guest.notice(status, guest.say("没有提交", "Not sent"), said)
}

async fn weigh(parts: &Parts, text: &str) -> web::Result<Worth> {
    let Ok(read) = Token::parse(text) else { return Ok(Worth::Unreadable) };
    let Some(sender) = store::sender(&parts.db, &read.token.terminal).await? else {
        return Ok(Worth::Forged);
    };
    if !read.is_signed_by(&sender.key) {
        return Ok(Worth::Forged);
    }
    if sender.standing == Standing::Revoked {
        return Ok(Worth::Revoked);
    }
    let token = read.token;
    let used = store::used(&parts.db, &token).await?;
    if let Some(at) = used.received_at {
        return Ok(Worth::Used(sender.plate, at));
    }
    let now = parts.clock.now().wall;
    let clock_offset = sender.clock_offset;
    let issue = Issue { wall: token.issued, clock_offset, seen_at: used.seen_at };
    if issue.is_over(now) {
        return Ok(Worth::Over);
    }
    if issue.known_at(now).is_none() && issue.seen_at.is_none() {
        store::note_sight(&parts.db, &token, now).await?;
    }
    Ok(Worth::Good(sender.plate, token))
}

async fn take(
    parts: &Parts,
    guest: &Guest,
    text: &str,
    written: &Written,
) -> web::Result<Response> {
    let (plate, token) = match weigh(parts, text).await? {
        Worth::Good(plate, token) => (plate, token),
        other => return Ok(told(guest, other)),
    };
    match rules::draft(&written.opinion, &written.phone, written.consent.is_some()) {
        Err(fault) => return Ok(form(guest, &plate, written, Some(fault))),
        Ok(draft) => keep(parts, &plate, &token, &draft).await?,
    }
    // A page of its own: looking at it again sends nothing again.
    Ok(Redirect::to(&guest.link(&guest.path)).into_response())
}

/// Seals the words, then keeps them with the act in the center's journal. Of two that arrive at
/// once, one is kept; both see that it has arrived.
async fn keep(parts: &Parts, plate: &Plate, token: &Token, draft: &Draft) -> web::Result<()> {
    let words = seal(parts, token, Field::Opinion, &draft.opinion)?;
    let phone = draft.phone.as_deref().map(|phone| seal(parts, token, Field::Phone, phone));
    let phone = phone.transpose()?;
    let opinion = Opinion {
        token,
        window: &plate.window,
        received_at: parts.clock.now().wall,
        text: &words,
        phone: phone.as_ref(),
    };
    let mut tx = parts.db.begin().await?;
    if !store::keep(&mut tx, &opinion).await? {
        return Ok(());
    }
    let committed: Vec<_> = [Some(&words), phone.as_ref()].into_iter().flatten().collect();
    let committed: Vec<_> = committed.iter().map(|sealed| &sealed.committed).collect();
    let detail = serde_json::json!({
        "terminal": token.terminal, "incarnation": token.incarnation, "seq": token.seq,
        "window": plate.window, "fields": committed,
    });
    parts.recorder.record(&mut tx, PERSON, "opinion_received", detail).await?;
    Ok(tx.commit().await?)
}

fn seal(parts: &Parts, token: &Token, field: Field, text: &str) -> web::Result<Sealed> {
    let key = parts.field_keys.iter().find(|key| key.field == field);
    let key = key.ok_or_else(|| web::Error::internal(format!("no key for {}", field.as_str())))?;
    let Token { terminal, incarnation, seq, .. } = token;
    let place = field::Place { terminal, incarnation: *incarnation, seq: *seq };
    field::seal(key, &place, text).map_err(web::Error::internal)
}

/// What is told of a token that has no form.
fn told(guest: &Guest, worth: Worth) -> Response {
    let again = guest.say(
        "请在终端上重新扫描二维码，或当面、来电反映。",
        "Please scan the code on the terminal again, or tell the office in person or by phone.",
    );
    let (status, heading) = match worth {
        Worth::Used(plate, at) => return received(guest, &plate, at),
        Worth::Unreadable => {
            (StatusCode::BAD_REQUEST, guest.say("地址不完整", "The address is incomplete"))
        }
        Worth::Over => (StatusCode::GONE, guest.say("二维码已过期", "The QR code is too old")),
        Worth::Revoked => (
            StatusCode::FORBIDDEN,
            guest.say("这台终端已停止使用", "This terminal is no longer in use"),
        ),
        Worth::Forged | Worth::Good(..) => (
            StatusCode::FORBIDDEN,
            guest.say("无法确认这个二维码", "This QR code cannot be verified"),
        ),
    };
    guest.notice(status, heading, again)
}

fn received(guest: &Guest, plate: &Plate, at: i64) -> Response {
    let tongue = guest.tongue;
    let heading = guest.say("已收到", "Received");
    let main = html! {
        section.card data-state="received" {
            div.state { (frame::tick()) h1 { (heading) } }
            p.place {
                (guest.plate(plate))
                @if let Some(day) = Day::of(at) { br; (tongue.day(day)) }
            }
            p {
                (guest.say("谢谢您的意见，会有专人阅读和核实。每个二维码收一条意见；还想补充，请再扫一次新的二维码，或拨打监督电话。",
                           "Thank you. Somebody will read and check what you wrote. Each QR code takes one opinion; to add to it, please scan a new one or call the complaint line."))
            }
            p.quiet { (neutral(guest)) }
        }
        (guest.way_to_wall(&plate.window))
    };
    guest.page(StatusCode::OK, (tongue.text(&plate.unit), heading), &main)
}

fn neutral(guest: &Guest) -> &str {
    guest.say(
        "这里不知道、也不显示您在终端上选了哪一项。",
        "This page neither knows nor shows what you chose on the terminal.",
    )
}

fn fault_said(guest: &Guest, fault: Fault) -> &str {
    match fault {
        Fault::Empty => guest.say("请先写下意见。", "Please write something first."),
        Fault::TooLong => {
            guest.say("意见最多 500 字，请删减一些。", "At most 500 characters, please shorten it.")
        }
        Fault::Phone => {
            guest.say("电话号码不对，请核对。", "This is not a phone number, please check it.")
        }
        Fault::Consent => guest.say(
            "留电话需要您勾选同意；不想留，请清空电话。",
            "A phone number needs your consent below; else leave it empty.",
        ),
    }
}

fn form(guest: &Guest, plate: &Plate, written: &Written, fault: Option<Fault>) -> Response {
    let tongue = guest.tongue;
    let heading = guest.say("写下具体意见", "Write your opinion");
    let Written { opinion, phone, consent } = written;
    let is_of_phone = matches!(fault, Some(Fault::Phone | Fault::Consent));
    let main = html! {
        section.card {
            p.quiet { (guest.plate(plate)) }
            h1 { (heading) }
            @if let Some(fault) = fault { p.fault role="alert" { (fault_said(guest, fault)) } }
            form method="post" action=(guest.link(&guest.path)) {
                label.hidden for="opinion" { (heading) }
                textarea id="opinion" name="opinion" rows="6" maxlength=(LONGEST_OPINION) required
                         aria-invalid=[(fault.is_some() && !is_of_phone).then_some("true")]
                         placeholder=(guest.say("请写下您的意见，最多 500 字", "Your opinion, up to 500 characters")) {
                    // The first line feed after the tag is not the text's.
                    "\n" (opinion)
                }
                (contact(guest, phone, consent.is_some(), is_of_phone))
                button type="submit" { (guest.say("提交", "Send")) }
            }
            p.quiet { (neutral(guest)) }
        }
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    guest.page(status, (tongue.text(&plate.unit), heading), &main)
}

fn contact(guest: &Guest, phone: &str, consents: bool, is_faulty: bool) -> Markup {
    html! {
        label for="phone" { (guest.say("电话（可不填）", "Phone (optional)")) }
        input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="24"
              value=(phone) aria-invalid=[is_faulty.then_some("true")];
        label.choice {
            input name="consent" type="checkbox" value="yes" checked[consents];
            span {
                (guest.say("我同意用这个电话回访。号码加密保存，处理人看不到。",
                           "I agree to be called back on this number. It is kept encrypted; whoever handles the matter does not see it."))
            }
        }
    }
}
