//! The OpenAPI 3.1 document of the local interface, made from the table of what can be said.

use serde_json::{Map, Value, json};

use super::operations::Operation;
use crate::settings::terminal::Scope;
use crate::terminal::public::Phase;

const ABOUT: &str = "The rating terminal's interface for queue and business systems on the same machine \
or network: who is on duty, when a service begins and finishes, and what the window does. It never \
tells whether, or how, a citizen rated: after a finish the states asking, done and idle follow each \
other at times that do not depend on it, and every answer takes the same time. A ticket is sealed \
before it is stored. Requests with an Origin of elsewhere are refused; there is no CORS.";

const FINISH: &str = "The citizen is asked. This answer comes at once and is the same for all; the state \
becomes done after a fixed time, whatever was answered, or not.";

const BEGIN: &str = "A service that is open is finished by it, and its prompt is cut short, though not \
before it has stood for five seconds. With a ticket, one rating is counted for that ticket in a day.";

/// The document, as `pingyi terminal openapi` prints it.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in Operation::ALL {
        let method = if operation.only_looks() { "get" } else { "post" };
        paths.insert(operation.path().into(), json!({ method: described(operation) }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pingyi terminal",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "评价终端本机接口",
            "description": ABOUT,
        },
        "servers": [{ "url": "http://127.0.0.1:8481" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of trigger.tokens in terminal.toml. The names that stand with \
                                an operation are the scopes it takes.",
            }},
            "schemas": { "Error": error(), "State": state() },
        },
    })
}

fn described(operation: Operation) -> Value {
    let scopes = Scope::ALL.iter().filter(|(_, scope)| Some(*scope) == operation.scope());
    let scopes: Vec<_> = scopes.map(|(name, _)| name).collect();
    let (summary, more) = said(operation);
    let mut told = json!({
        "operationId": format!("{operation:?}"),
        "summary": summary,
        "description": more,
        "security": [{ "token": scopes }],
        "responses": responses(operation),
    });
    if let Some(schema) = body(operation) {
        let needed = schema["required"].as_array().is_some_and(|names| !names.is_empty());
        told["requestBody"] =
            json!({ "required": needed, "content": { "application/json": { "schema": schema } } });
    }
    told
}

/// What an operation does: in a line, and what else there is to know.
fn said(operation: Operation) -> (&'static str, &'static str) {
    match operation {
        Operation::SignOn => (
            "Somebody comes on duty (上岗)",
            "Whoever is on duty hands over. The pin may be left out by a token with the scope \
             sign_on_without_pin. Five wrong PINs lock that person out for a growing time.",
        ),
        Operation::SignOff => ("The person on duty leaves (离岗)", ""),
        Operation::Away => ("A short absence begins (暂停服务)", ""),
        Operation::Back => ("The absence is over (恢复服务)", ""),
        Operation::Begin => ("A service begins (开始服务)", BEGIN),
        Operation::NameItem => ("What the open service turns out to be (服务事项)", ""),
        Operation::Finish => ("The open service is finished (结束服务)", FINISH),
        Operation::State => ("What the window does now", ""),
        Operation::Events => (
            "What the window does, as it changes",
            "Server-sent events: first the state as it is, then every change. The event's name is the \
             state, its data the same object as GET /v1/state gives.",
        ),
        Operation::Document => ("This document", "For any token."),
    }
}

fn body(operation: Operation) -> Option<Value> {
    let id = json!({ "type": "string", "pattern": "^[a-z0-9-]{1,32}$" });
    let (required, members) = match operation {
        Operation::SignOn => (
            json!(["employee_no"]),
            json!({
                "employee_no": { "type": "string", "pattern": "^[A-Za-z0-9-]{1,12}$" },
                "pin": { "type": ["string", "null"], "pattern": "^[0-9]{6,16}$" },
            }),
        ),
        Operation::SignOff => {
            let why = ["signed_off", "end_of_day"];
            (json!([]), json!({ "why": { "enum": why, "default": "signed_off" } }))
        }
        Operation::Away => {
            let minutes = json!({ "type": "integer", "minimum": 1, "maximum": 240 });
            (json!(["why", "minutes"]), json!({ "why": id, "minutes": minutes }))
        }
        Operation::Begin => {
            let said = "The queue's ticket, at most 32 bytes of UTF-8";
            let ticket = json!({
                "type": ["string", "null"], "minLength": 1, "maxLength": 32, "description": said,
            });
            let item = json!({ "type": ["string", "null"], "pattern": id["pattern"] });
            (json!([]), json!({ "ticket": ticket, "item": item }))
        }
        Operation::NameItem => (json!(["item"]), json!({ "item": id })),
        Operation::Back | Operation::Finish => (json!([]), json!({})),
        Operation::State | Operation::Events | Operation::Document => return None,
    };
    Some(json!({
        "type": "object",
        "required": required,
        "properties": members,
        "additionalProperties": false,
    }))
}

fn responses(operation: Operation) -> Value {
    let mut responses = Map::new();
    let state = json!({ "$ref": "#/components/schemas/State" });
    let (code, good) = match operation {
        Operation::State => {
            ("200", json!({ "description": "The state", "content": content(&state) }))
        }
        Operation::Events => {
            let stream = json!({ "text/event-stream": { "schema": { "type": "string" } } });
            (
                "200",
                json!({ "description": "A stream that ends with the terminal", "content": stream }),
            )
        }
        Operation::Document => {
            let object = json!({ "type": "object" });
            ("200", json!({ "description": "OpenAPI 3.1", "content": content(&object) }))
        }
        _ => ("204", json!({ "description": "Done" })),
    };
    responses.insert(code.into(), good);
    for (code, description) in refusals(operation) {
        let schema = json!({ "$ref": "#/components/schemas/Error" });
        let told = json!({ "description": description, "content": content(&schema) });
        responses.insert((*code).into(), told);
    }
    Value::Object(responses)
}

fn content(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

/// The statuses of an operation that is not done, and their codes.
fn refusals(operation: Operation) -> &'static [(&'static str, &'static str)] {
    match operation {
        Operation::Document => &[("401", "unauthorized"), ("403", "elsewhere")],
        Operation::State | Operation::Events => {
            &[("401", "unauthorized"), ("403", "elsewhere, scope")]
        }
        _ => &[
            ("401", "unauthorized"),
            ("403", "elsewhere, scope, wrong_pin"),
            ("408", "too_slow"),
            ("409", "nobody_on_duty, away, not_away, no_service, not_now"),
            ("413", "too_large"),
            ("415", "not_json"),
            ("422", "invalid, unknown_person, unknown_item, unknown_reason"),
            ("429", "locked_out; Retry-After says for how long"),
            ("503", "not_ready, not_saved, busy, no_answer; Retry-After says how long to wait"),
        ],
    }
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["code", "message", "allowed"],
        "properties": {
            "code": { "type": "string", "description": "For programs; see the statuses" },
            "message": { "type": "string", "description": "What is wrong, for people" },
            "allowed": { "type": "string", "description": "What may be sent instead" },
        },
    })
}

fn state() -> Value {
    json!({
        "type": "object",
        "required": ["state", "on_duty"],
        "properties": {
            "state": { "enum": Phase::ALL.map(Phase::as_str) },
            "on_duty": {
                "type": ["string", "null"],
                "description": "The employee number on the badge, while somebody is on duty",
            },
        },
    })
}
