//! The local interface through real HTTP: what a queue or business system can say, what it hears,
//! and what it never learns.

mod document;
mod doors;
mod secrecy;
mod tls;

use pingyi::domain::Leaving;
use pingyi::settings::Secret;
use pingyi::settings::terminal::{Proof, Scope, Token, Trigger as Settings};
use pingyi::terminal::public::{Phase, Public};
use pingyi::terminal::trigger::{Act, Call, Refusal, Trigger};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;

use crate::support::hand;

/// A token for each scope, for all but `sign_on_without_pin`, and for all.
const STATE: &str = "token-state-0123456789abcdef";
const SERVICE: &str = "token-service-0123456789abcdef";
const DUTY: &str = "token-duty-0123456789abcdef";
const ALL: &str = "token-all-0123456789abcdef";

/// A started interface, whose calls the test answers.
struct Rig {
    trigger: Trigger,
    public: watch::Sender<Public>,
    calls: tokio::sync::Mutex<UnboundedReceiver<Call>>,
    http: reqwest::Client,
    scheme: &'static str,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    fn code(&self) -> String {
        let fault = self.json();
        for member in ["message", "allowed"] {
            assert!(fault[member].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        }
        assert_eq!(fault.as_object().unwrap().len(), 3, "{self:?}");
        fault["code"].as_str().unwrap().to_owned()
    }
}

fn settings() -> Settings {
    let token = |name: &str, text: &str, scopes: &[Scope]| Token {
        name: name.to_owned(),
        proof: Proof::Sha256(Sha256::digest(text).into()),
        scopes: scopes.to_owned(),
    };
    Settings {
        enabled: true,
        address: "127.0.0.1:0".parse().unwrap(),
        tokens: vec![
            token("board", STATE, &[Scope::State]),
            token("queue", SERVICE, &[Scope::Service]),
            token("desk", DUTY, &[Scope::Duty]),
            token("business", ALL, &Scope::ALL.map(|(_, scope)| scope)),
        ],
        ..Settings::default()
    }
}

impl Rig {
    fn new() -> Rig {
        Rig::with(&settings(), hand::http())
    }

    fn with(settings: &Settings, http: reqwest::Client) -> Rig {
        let (sender, calls) = unbounded_channel();
        let (public, heard) = watch::channel(Public::default());
        let send = move |call| {
            let _gone = sender.send(call);
        };
        let trigger = Trigger::start(settings, send, heard).unwrap();
        let scheme = if settings.tls.is_some() { "https" } else { "http" };
        Rig { trigger, public, calls: calls.into(), http, scheme }
    }

    fn url(&self, path: &str) -> String {
        format!("{}://localhost:{}{path}", self.scheme, self.trigger.address().port())
    }

    fn request(&self, method: Method, path: &str, token: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path)).header(AUTHORIZATION, format!("Bearer {token}"))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, body: response.text().await.unwrap() }
    }

    async fn post(&self, path: &str, token: &str, body: &str) -> Reply {
        let request = self.request(Method::POST, path, token);
        let declared = request.header(CONTENT_TYPE, "application/json");
        self.send(declared.body(body.to_owned())).await
    }

    async fn get(&self, path: &str, token: &str) -> Reply {
        self.send(self.request(Method::GET, path, token)).await
    }

    /// Takes the next call, answers it, and gives what was asked.
    async fn answer(&self, outcome: Result<(), Refusal>) -> Act {
        let call = self.calls.lock().await.recv().await.unwrap();
        call.reply.send(outcome).unwrap();
        call.act
    }

    /// A call and its answer.
    async fn call(&self, path: &str, body: &str, outcome: Result<(), Refusal>) -> (Reply, Act) {
        tokio::join!(self.post(path, ALL, body), self.answer(outcome))
    }

    /// Nothing was passed on to the terminal.
    fn nothing_was_asked(&self) {
        let asked = self.calls.try_lock().unwrap().try_recv();
        assert!(asked.is_err(), "{asked:?}");
    }

    fn show(&self, state: Phase) {
        self.public.send_replace(Public { state, on_duty: Some("0317".to_owned()) });
    }
}

fn secret(text: &str) -> Option<Secret> {
    Some(Secret::new(text.to_owned()))
}

fn acts() -> Vec<(&'static str, &'static str, Act)> {
    let no = || "0317".to_owned();
    let item = || "cert-copy".to_owned();
    vec![
        (
            "/v1/duty/sign-on",
            r#"{"employee_no":"0317","pin":"246810"}"#,
            Act::SignOn { employee_no: no(), pin: secret("246810") },
        ),
        (
            "/v1/duty/sign-on",
            r#"{"employee_no":"0317"}"#,
            Act::SignOn { employee_no: no(), pin: None },
        ),
        ("/v1/duty/sign-off", "", Act::SignOff { why: Leaving::SignedOff }),
        ("/v1/duty/sign-off", r#"{"why":"end_of_day"}"#, Act::SignOff { why: Leaving::EndOfDay }),
        (
            "/v1/duty/away",
            r#"{"why":"meeting","minutes":15}"#,
            Act::Away { why: "meeting".to_owned(), minutes: 15 },
        ),
        ("/v1/duty/back", "", Act::Back),
        ("/v1/service/begin", "", Act::Begin { ticket: None, item: None }),
        (
            "/v1/service/begin",
            r#"{"ticket":"甲 028","item":"cert-copy"}"#,
            Act::Begin { ticket: secret("甲 028"), item: Some(item()) },
        ),
        ("/v1/service/item", r#"{"item":"cert-copy"}"#, Act::NameItem { item: item() }),
        ("/v1/service/finish", "{}", Act::Finish),
    ]
}

#[tokio::test]
async fn whatever_can_be_asked_reaches_the_terminal_as_it_was_meant() {
    let rig = Rig::new();
    for (path, body, meant) in acts() {
        let (reply, act) = rig.call(path, body, Ok(())).await;
        assert_eq!((reply.status, reply.body.as_str()), (StatusCode::NO_CONTENT, ""), "{path}");
        assert_eq!(act, meant, "{path} {body}");
    }
    rig.nothing_was_asked();
}

#[tokio::test]
async fn a_pin_and_a_ticket_are_not_seen_in_what_is_logged_of_a_call() {
    let shown = acts().iter().map(|(_, _, act)| format!("{act:?}")).collect::<String>();
    assert!(
        shown.contains("0317") && !shown.contains("246810") && !shown.contains("028"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_refusal_says_why_and_what_would_be_taken() {
    let rig = Rig::new();
    for (refusal, status, code) in [
        (Refusal::NotReady, 503, "not_ready"),
        (Refusal::NotNow, 409, "not_now"),
        (Refusal::NotSaved, 503, "not_saved"),
        (Refusal::WrongPin, 403, "wrong_pin"),
        (Refusal::UnknownPerson, 422, "unknown_person"),
        (Refusal::LockedOut { seconds: 120 }, 429, "locked_out"),
        (Refusal::NobodyOnDuty, 409, "nobody_on_duty"),
        (Refusal::Away, 409, "away"),
        (Refusal::NotAway, 409, "not_away"),
        (Refusal::NoService, 409, "no_service"),
        (Refusal::UnknownItem, 422, "unknown_item"),
        (Refusal::UnknownReason, 422, "unknown_reason"),
    ] {
        let (reply, _) = rig.call("/v1/service/finish", "", Err(refusal)).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code));
        let waits = reply.headers.get(RETRY_AFTER).map(|after| after.to_str().unwrap());
        let expected = match status {
            429 => Some("120"),
            503 => Some("5"),
            _ => None,
        };
        assert_eq!(waits, expected, "{refusal:?}");
    }
}

#[tokio::test]
async fn what_is_not_well_formed_is_told_and_goes_no_further() {
    let rig = Rig::new();
    let long = format!(r#"{{"ticket":"{}"}}"#, "票".repeat(11));
    for (path, body) in [
        ("/v1/duty/sign-on", ""),
        ("/v1/duty/sign-on", "{"),
        ("/v1/duty/sign-on", "[]"),
        ("/v1/duty/sign-on", r#"{"employee_no":317}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"","pin":"246810"}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317 ","pin":"246810"}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317","pin":"24681"}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317","pin":"24681x"}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317","pin":246810}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317","pin":"246810","level":1}"#),
        ("/v1/duty/sign-on", r#"{"employee_no":"0317","pin":"246810"} x"#),
        ("/v1/duty/sign-off", r#"{"why":"handed_over"}"#),
        ("/v1/duty/away", r#"{"why":"meeting"}"#),
        ("/v1/duty/away", r#"{"why":"meeting","minutes":0}"#),
        ("/v1/duty/away", r#"{"why":"meeting","minutes":241}"#),
        ("/v1/duty/away", r#"{"why":"Meeting","minutes":5}"#),
        ("/v1/duty/back", r#"{"minutes":5}"#),
        ("/v1/service/begin", r#"{"ticket":""}"#),
        ("/v1/service/begin", r#"{"ticket":"A\n28"}"#),
        ("/v1/service/begin", &long),
        ("/v1/service/begin", r#"{"item":"../x"}"#),
        ("/v1/service/item", "{}"),
        ("/v1/service/finish", r#"{"level":"satisfied"}"#),
    ] {
        let reply = rig.post(path, ALL, body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {reply:?}");
        assert_eq!(reply.code(), "invalid", "{path} {body}");
        assert!(!reply.body.contains("24681"), "a PIN comes back: {reply:?}");
    }
    rig.nothing_was_asked();
}

#[tokio::test]
async fn a_body_is_json_and_small() {
    let rig = Rig::new();
    let form = rig.request(Method::POST, "/v1/service/begin", ALL);
    let reply = rig.send(form.header(CONTENT_TYPE, "text/plain").body("{}")).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (415, "not_json"));
    let undeclared = rig.request(Method::POST, "/v1/service/begin", ALL).body("{}");
    assert_eq!(rig.send(undeclared).await.code(), "not_json");
    let large = format!(r#"{{"ticket":"A"{}}}"#, " ".repeat(5000));
    let reply = rig.post("/v1/service/begin", ALL, &large).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (413, "too_large"));
    rig.nothing_was_asked();
}

#[tokio::test]
async fn a_terminal_that_gives_no_answer_is_told_of() {
    let rig = Rig::new();
    let dropped = async { drop(rig.calls.lock().await.recv().await.unwrap()) };
    let (reply, ()) = tokio::join!(rig.post("/v1/service/finish", ALL, ""), dropped);
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (503, "no_answer"));
}

#[tokio::test]
async fn a_flood_of_calls_does_not_reach_the_terminal() {
    let rig = Rig::new();
    let flood = (0..12).map(|_| rig.post("/v1/service/finish", ALL, ""));
    let (refused, mut counted) = watch::channel(0);
    let answer = async {
        let mut calls = rig.calls.lock().await;
        // The reply is kept back until the flood is over: the places stay taken.
        let mut held = Vec::new();
        while *counted.borrow_and_update() + held.len() < 12 {
            tokio::select! {
                call = calls.recv() => held.push(call.unwrap()),
                changed = counted.changed() => changed.unwrap(),
            }
        }
        let passed = held.len();
        for call in held {
            call.reply.send(Ok(())).unwrap();
        }
        passed
    };
    let replies = flood.map(async |reply| {
        let reply = reply.await;
        if reply.status == StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!(reply.code(), "busy");
            refused.send_modify(|count| *count += 1);
        }
        reply.status
    });
    let (passed, statuses) = tokio::join!(answer, futures_util::future::join_all(replies));
    assert_eq!(passed, 4, "no more wait at once");
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::NO_CONTENT).count(), 4);
}
