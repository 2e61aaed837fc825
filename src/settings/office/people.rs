//! Reads the rows about who serves where, and what they have promised.

use super::super::Secret;
use super::super::fields::Fields;
use super::parts::{
    Commitment, Department, Letter, Pin, Promiser, Staff, SupervisionLine, Unit, Window,
};
use super::words::{ALLOWED_ID, ALLOWED_NUMBER, Reader, accept_id, accept_number, id};
use super::words::{required_phone, words};
use crate::domain;

impl Reader<'_> {
    pub fn unit(&self, fields: &mut Fields<'_>) -> Unit {
        Unit {
            id: id(fields, "id"),
            name: self.text(fields, "name", (30, 80)),
            short_name: words(fields, "short_name", 15),
        }
    }

    pub fn department(&self, fields: &mut Fields<'_>) -> Department {
        Department {
            id: id(fields, "id"),
            unit: id(fields, "unit"),
            name: self.text(fields, "name", (15, 40)),
        }
    }

    pub fn window(&self, fields: &mut Fields<'_>) -> Window {
        let number = fields.number("number", 1..=999, "");
        Window {
            id: id(fields, "id"),
            department: id(fields, "department"),
            number: fields.require("number", number, "the number on the sign").unwrap_or_default(),
            name: self.text(fields, "name", (12, 40)),
            place: self.maybe(fields, "place", (15, 50)),
            hours: self.maybe(fields, "hours", (30, 60)),
            training: fields.switch("training").unwrap_or_default(),
            on_duty: fields.text("on_duty", ALLOWED_NUMBER, accept_number),
        }
    }

    pub fn staff(&self, fields: &mut Fields<'_>) -> Staff {
        let stars = fields.number("stars", 0..=5, "stars");
        let number = fields.text("employee_no", ALLOWED_NUMBER, accept_number);
        Staff {
            employee_no: fields.require("employee_no", number, ALLOWED_NUMBER).unwrap_or_default(),
            department: id(fields, "department"),
            name: self.text(fields, "name", (15, 40)),
            post: self.text(fields, "post", (15, 40)),
            duties: self.maybe(fields, "duties", (60, 200)),
            honours: self.texts(fields, "honours", 8, (12, 40)),
            stars: stars.and_then(|stars| u8::try_from(stars).ok()).unwrap_or_default(),
            portrait: self.picture(fields, "portrait", "portraits"),
            pin: pin(fields),
            card: fields.secret("card", ALLOWED_CARD, |text| {
                let fits = text.chars().all(|c| c.is_ascii_alphanumeric());
                (fits && (4..=32).contains(&text.len())).then(|| Secret::new(text.to_owned()))
            }),
        }
    }

    pub fn commitment(&self, fields: &mut Fields<'_>) -> Commitment {
        Commitment {
            by: promiser(fields),
            id: id(fields, "id"),
            text: self.text(fields, "text", (40, 100)),
        }
    }

    pub fn letter(&self, fields: &mut Fields<'_>) -> Letter {
        let by = promiser(fields);
        let title = self.text(fields, "title", (20, 60));
        let paragraphs = self.texts(fields, "paragraphs", 20, (200, 600));
        if paragraphs.is_empty() && !fields.has("paragraphs") {
            fields.contradict("paragraphs", "nothing".into(), "at least one paragraph".into());
        }
        let signed_on = fields.day("signed_on");
        let allowed = "the day it was signed, such as 2026-03-01";
        let letter = domain::Letter {
            title,
            paragraphs,
            signer: self.text(fields, "signer", (30, 80)),
            signed_on: fields.require("signed_on", signed_on, allowed).unwrap_or_default(),
        };
        Letter { by, letter }
    }

    pub fn supervision_line(&self, fields: &mut Fields<'_>) -> SupervisionLine {
        SupervisionLine {
            id: id(fields, "id"),
            unit: id(fields, "unit"),
            label: self.text(fields, "label", (8, 24)),
            phone: required_phone(fields),
        }
    }
}

const ALLOWED_CARD: &str = "what the card reader types: 4 to 32 letters and digits, in quotes";
const ALLOWED_PIN: &str = "6 to 12 digits, in quotes";
const ALLOWED_HASH: &str = "argon2id as a PHC string: $argon2id$v=19$m=…,t=…,p=…$salt$hash";

fn pin(fields: &mut Fields<'_>) -> Option<Pin> {
    let digits = fields.secret("pin", ALLOWED_PIN, |text| {
        let fits = text.chars().all(|c| c.is_ascii_digit()) && (6..=12).contains(&text.len());
        fits.then(|| Pin::Digits(Secret::new(text.to_owned())))
    });
    let hash = fields.secret("pin_hash", ALLOWED_HASH, |text| {
        let parts: Vec<_> = text.split('$').collect();
        let fits = matches!(parts[..], ["", "argon2id", "v=19", _, salt, hash]
            if salt.len() >= 11 && hash.len() >= 22);
        fits.then(|| Pin::Hash(text.to_owned()))
    });
    if fields.has("pin") && fields.has("pin_hash") {
        fields.contradict("pin_hash", "both".into(), "either pin or pin_hash".into());
    }
    hash.or(digits)
}

fn promiser(fields: &mut Fields<'_>) -> Promiser {
    let unit = fields.text("unit", ALLOWED_ID, accept_id);
    let employee_no = fields.text("employee_no", ALLOWED_NUMBER, accept_number);
    if fields.has("unit") == fields.has("employee_no") {
        let found = if fields.has("unit") { "both" } else { "neither" };
        fields.contradict("unit", found.into(), "either unit or employee_no: who promises".into());
    }
    match employee_no {
        Some(number) => Promiser::Staff(number),
        None => Promiser::Unit(unit.unwrap_or_default()),
    }
}
