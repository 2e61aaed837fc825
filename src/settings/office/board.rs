//! Reads the rows about what terminals offer and show beside the guide, and how they behave.

use super::super::fields::Fields;
use super::parts::{Behaviour, Bulletin, Notice, Rectification, Slide, Tag, TagKind};
use super::words::{ALLOWED_ID, Reader, accept_id, id};
use crate::domain::{self, AwayReason};

impl Reader<'_> {
    pub fn tag(&self, fields: &mut Fields<'_>, kind: TagKind) -> Tag {
        Tag {
            unit: id(fields, "unit"),
            kind,
            tag: domain::Tag { id: id(fields, "id"), text: self.text(fields, "text", (8, 24)) },
        }
    }

    pub fn notice(&self, fields: &mut Fields<'_>) -> Notice {
        let (from, to) = days(fields);
        let (title, body) =
            (self.text(fields, "title", (24, 80)), self.text(fields, "body", (200, 600)));
        Notice { unit: id(fields, "unit"), notice: domain::Notice { title, body, from, to } }
    }

    pub fn slide(&self, fields: &mut Fields<'_>) -> Slide {
        let (from, to) = days(fields);
        let caption = self.maybe(fields, "caption", (30, 80));
        Slide {
            unit: id(fields, "unit"),
            picture: self.picture(fields, "picture", "pictures"),
            slide: domain::Slide { file: String::new(), caption, from, to },
        }
    }

    pub fn rectification(&self, fields: &mut Fields<'_>) -> Rectification {
        Rectification {
            unit: id(fields, "unit"),
            window: fields.text("window", ALLOWED_ID, accept_id),
            answers: fields.number("answers", 0..=10_000, "answers").unwrap_or_default(),
            rectification: domain::Rectification {
                title: self.text(fields, "title", (16, 50)),
                said: self.text(fields, "said", (60, 160)),
                done: self.text(fields, "done", (100, 240)),
                done_on: fields.day("done_on"),
            },
        }
    }

    pub fn bulletin(&self, fields: &mut Fields<'_>) -> Bulletin {
        let issued_on = fields.day("issued_on");
        let allowed = "the day it was issued, such as 2026-11-05";
        Bulletin {
            unit: id(fields, "unit"),
            bulletin: domain::Bulletin {
                title: self.text(fields, "title", (24, 80)),
                body: self.text(fields, "body", (200, 600)),
                issued_on: fields.require("issued_on", issued_on, allowed).unwrap_or_default(),
            },
        }
    }

    pub fn behaviour(&self, fields: &mut Fields<'_>) -> Behaviour {
        let usual = domain::Behaviour::default();
        let mut seconds =
            |key: &str, range, usual: u32| fields.number(key, range, "seconds").unwrap_or(usual);
        let behaviour = domain::Behaviour {
            prompt_seconds: seconds("prompt_seconds", 10..=120, usual.prompt_seconds),
            prompt_least_seconds: seconds(
                "prompt_least_seconds",
                5..=60,
                usual.prompt_least_seconds,
            ),
            idle_seconds: seconds("idle_seconds", 0..=3600, usual.idle_seconds),
            slide_seconds: seconds("slide_seconds", 5..=120, usual.slide_seconds),
            closes_at_minutes: fields
                .text("closes_at", "a time of day such as 17:30", accept_time)
                .unwrap_or(usual.closes_at_minutes),
            away_reasons: fields.rows("away_reasons", |row| AwayReason {
                id: id(row, "id"),
                text: self.text(row, "text", (12, 40)),
            }),
            ..usual
        };
        if behaviour.prompt_least_seconds > behaviour.prompt_seconds {
            fields.contradict(
                "prompt_least_seconds",
                behaviour.prompt_least_seconds.to_string(),
                format!("at most prompt_seconds, which is {}", behaviour.prompt_seconds),
            );
        }
        let sounds = [("prompt", "prompt_sound"), ("thanks", "thanks_sound")];
        let sounds = sounds
            .into_iter()
            .filter_map(|(occasion, key)| Some((occasion, self.sound(fields, key)?)));
        Behaviour { sounds: sounds.collect(), unit: id(fields, "unit"), behaviour }
    }
}

/// The first and the last day on which something is shown.
fn days(fields: &mut Fields<'_>) -> (Option<i64>, Option<i64>) {
    let (from, to) = (fields.day("from"), fields.day("to"));
    if let (Some(first), Some(last)) = (from, to)
        && last < first
    {
        fields.contradict("to", "a day before from".into(), "from or a later day".into());
    }
    (from, to)
}

fn accept_time(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let part = |digits: &str, most| {
        let fits = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|part: &u32| fits && *part <= most)
    };
    Some(part(hours, 23)? * 60 + part(minutes, 59)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_hours_and_minutes() {
        for (text, read) in [
            ("17:30", Some(1050)),
            ("00:00", Some(0)),
            ("23:59", Some(1439)),
            ("24:00", None),
            ("9:30", None),
            ("17:60", None),
            ("+7:30", None),
            ("1730", None),
        ] {
            assert_eq!(accept_time(text), read, "{text}");
        }
    }
}
