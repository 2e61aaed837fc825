//! What can be said over HTTP: one table for the routes and for the document that describes them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::calls::Act;
use super::fault::Fault;
use crate::domain::Leaving;
use crate::settings::Secret;
use crate::settings::terminal::Scope;
use crate::terminal::pins::is_pin;

/// One thing that can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    SignOn,
    SignOff,
    Away,
    Back,
    Begin,
    NameItem,
    Finish,
    State,
    Events,
    Document,
}

impl Operation {
    pub(super) const ALL: [Operation; 10] = [
        Operation::SignOn,
        Operation::SignOff,
        Operation::Away,
        Operation::Back,
        Operation::Begin,
        Operation::NameItem,
        Operation::Finish,
        Operation::State,
        Operation::Events,
        Operation::Document,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Operation::SignOn => "/v1/duty/sign-on",
            Operation::SignOff => "/v1/duty/sign-off",
            Operation::Away => "/v1/duty/away",
            Operation::Back => "/v1/duty/back",
            Operation::Begin => "/v1/service/begin",
            Operation::NameItem => "/v1/service/item",
            Operation::Finish => "/v1/service/finish",
            Operation::State => "/v1/state",
            Operation::Events => "/v1/events",
            Operation::Document => "/v1/openapi.json",
        }
    }

    /// What only looks is a GET; what is done is a POST.
    pub(super) fn only_looks(self) -> bool {
        matches!(self, Operation::State | Operation::Events | Operation::Document)
    }

    /// The scope that it takes; the document takes any token.
    pub(super) fn scope(self) -> Option<Scope> {
        match self {
            Operation::SignOn | Operation::SignOff | Operation::Away | Operation::Back => {
                Some(Scope::Duty)
            }
            Operation::Begin | Operation::NameItem | Operation::Finish => Some(Scope::Service),
            Operation::State | Operation::Events => Some(Scope::State),
            Operation::Document => None,
        }
    }

    /// What a body asks for; nothing for what only looks.
    pub(super) fn act(self, body: &[u8]) -> Result<Option<Act>, Fault> {
        Ok(Some(match self {
            Operation::SignOn => sign_on(read(body)?)?,
            Operation::SignOff => Act::SignOff { why: read::<SignOff>(body)?.why.into() },
            Operation::Away => away(read(body)?)?,
            Operation::Back => read::<Nothing>(body).map(|_| Act::Back)?,
            Operation::Begin => begin(read(body)?)?,
            Operation::NameItem => Act::NameItem { item: item(read::<Item>(body)?.item)? },
            Operation::Finish => read::<Nothing>(body).map(|_| Act::Finish)?,
            Operation::State | Operation::Events | Operation::Document => return Ok(None),
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOn {
    employee_no: String,
    pin: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOff {
    #[serde(default)]
    why: Why,
}

/// Why somebody leaves, as far as a system can know.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    #[default]
    SignedOff,
    EndOfDay,
}

impl From<Why> for Leaving {
    fn from(why: Why) -> Leaving {
        match why {
            Why::SignedOff => Leaving::SignedOff,
            Why::EndOfDay => Leaving::EndOfDay,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Away {
    why: String,
    minutes: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    ticket: Option<String>,
    item: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    item: String,
}

/// A body without a byte is an empty object: nothing more need be said to finish a service.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    const ALLOWED: &str = "the body that GET /v1/openapi.json describes for this path";
    let body = if body.is_empty() { b"{}" } else { body };
    // An object first: serde would take a list for a struct.
    let object: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| Fault::invalid("the body is not a JSON object", ALLOWED))?;
    let read = T::deserialize(Value::Object(object));
    read.map_err(|error| Fault::invalid(told(&error), ALLOWED))
}

/// What serde says of a member, without the value that it quotes.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(':') {
        Some((kind, _)) if kind.starts_with("invalid ") => format!("{kind} of a member"),
        _ => text,
    }
}

const EMPLOYEE_NO: &str = "employee_no: 1 to 12 letters, digits and hyphens";
const PIN: &str = "pin: 6 to 16 digits";
const MINUTES: &str = "minutes: a whole number from 1 to 240";
const TICKET: &str = "ticket: 1 to 32 bytes of UTF-8, without control characters";
const ID: &str = "item and why: 1 to 32 small letters, digits and hyphens";

fn sign_on(given: SignOn) -> Result<Act, Fault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let number = given.employee_no;
    if !(1..=12).contains(&number.len()) || !number.chars().all(fits) {
        return Err(Fault::invalid("no employee number", EMPLOYEE_NO));
    }
    if given.pin.as_deref().is_some_and(|pin| !is_pin(pin)) {
        return Err(Fault::invalid("no PIN", PIN));
    }
    Ok(Act::SignOn { employee_no: number, pin: given.pin.map(Secret::new) })
}

fn away(given: Away) -> Result<Act, Fault> {
    if !(1..=240).contains(&given.minutes) {
        return Err(Fault::invalid("no estimate", MINUTES));
    }
    Ok(Act::Away { why: item(given.why)?, minutes: given.minutes })
}

fn begin(given: Begin) -> Result<Act, Fault> {
    let is_ticket = |text: &str| {
        (1..=32).contains(&text.len()) && !text.chars().any(char::is_control) && text.trim() == text
    };
    if given.ticket.as_deref().is_some_and(|ticket| !is_ticket(ticket)) {
        return Err(Fault::invalid("no ticket", TICKET));
    }
    let item = given.item.map(item).transpose()?;
    Ok(Act::Begin { ticket: given.ticket.map(Secret::new), item })
}

fn item(id: String) -> Result<String, Fault> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let sound = (1..=32).contains(&id.len()) && id.chars().all(fits);
    if sound { Ok(id) } else { Err(Fault::invalid("no id", ID)) }
}
