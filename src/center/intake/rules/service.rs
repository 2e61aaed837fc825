//! One service, told by several entries: begun, named, finished, rated or silent, in any order.

use super::Noted;
use crate::domain::Record;

/// What is known of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The leaf of the first entry about it.
    pub leaf: u64,
    /// The leaf of the shift in which it began; 0 without one.
    pub shift: u64,
    /// The terminal.
    pub terminal: String,
    /// The window.
    pub window: String,
    /// The person on duty, or empty.
    pub employee_no: String,
    /// The service item, or empty while it is not known.
    pub item: String,
    /// The local date of the first entry about it.
    pub day: i64,
    /// When it began.
    pub begun_at: Option<i64>,
    /// When it was finished.
    pub finished_at: Option<i64>,
    /// How long it took, in milliseconds by the terminal.
    pub took_ms: Option<i64>,
    /// How long the prompt stood without an answer, in milliseconds.
    pub asked_ms: Option<i64>,
    /// The leaf of the rating that counts for it.
    pub rated_leaf: Option<u64>,
    /// How it ended for the citizen.
    pub outcome: Outcome,
}

/// How a service ended for the citizen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is known yet, or the terminal went out before the end.
    #[default]
    Open,
    /// It was rated.
    Rated,
    /// Nobody rated it.
    Silent,
    /// Nobody rated it, and the next service cut the prompt short.
    Cut,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 4] = [Outcome::Open, Outcome::Rated, Outcome::Silent, Outcome::Cut];

    /// The word as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Rated => "rated",
            Outcome::Silent => "silent",
            Outcome::Cut => "cut",
        }
    }
}

/// What a service adds to the counts: nothing before it is finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Services finished.
    pub finished: i64,
    /// Of these, rated.
    pub rated: i64,
    /// Of these, not rated: silence, cut or not.
    pub silent: i64,
    /// Of the silent, those whose prompt was cut.
    pub cut: i64,
    /// How long they took together, in milliseconds.
    pub took_ms: i64,
}

impl Share {
    /// What changes where `before` becomes `self`.
    #[must_use]
    pub fn minus(self, before: Share) -> Share {
        Share {
            finished: self.finished - before.finished,
            rated: self.rated - before.rated,
            silent: self.silent - before.silent,
            cut: self.cut - before.cut,
            took_ms: self.took_ms - before.took_ms,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Share) -> Share {
        self.minus(Share::default().minus(other))
    }
}

impl Service {
    /// What it adds to the counts.
    #[must_use]
    pub fn share(&self) -> Share {
        if self.finished_at.is_none() {
            return Share::default();
        }
        Share {
            finished: 1,
            rated: i64::from(self.outcome == Outcome::Rated),
            silent: i64::from(matches!(self.outcome, Outcome::Silent | Outcome::Cut)),
            cut: i64::from(self.outcome == Outcome::Cut),
            took_ms: self.took_ms.unwrap_or(0),
        }
    }

    /// Takes what an entry tells of it; gives the rule by which the entry is odd, if it is.
    pub fn tell(&mut self, noted: &Noted) -> Option<&'static str> {
        if self.employee_no.is_empty() {
            self.employee_no.clone_from(&noted.employee_no);
        }
        if !noted.item.is_empty() {
            self.item.clone_from(&noted.item);
        }
        match noted.record {
            Record::Begun if self.begun_at.is_some() || self.finished_at.is_some() => {
                Some("begun_twice")
            }
            Record::Begun => {
                self.begun_at = Some(noted.at);
                None
            }
            Record::ItemNamed => self.begun_at.is_none().then_some("item_without_service"),
            Record::Finished { .. } if self.finished_at.is_some() => Some("finished_twice"),
            Record::Finished { took_ms } => {
                self.finished_at = Some(noted.at);
                self.took_ms = Some(took_ms.max(0));
                self.begun_at.is_none().then_some("finish_without_begin")
            }
            Record::Silent { asked_ms, cut } => {
                self.asked_ms = Some(asked_ms.max(0));
                if self.outcome == Outcome::Open {
                    self.outcome = if cut { Outcome::Cut } else { Outcome::Silent };
                }
                self.finished_at.is_none().then_some("silence_without_finish")
            }
            _ => None,
        }
    }

    /// It was rated by the rating at this leaf.
    pub fn rate(&mut self, leaf: u64) {
        self.rated_leaf = Some(leaf);
        self.outcome = Outcome::Rated;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(record: Record) -> Noted {
        Noted {
            at: 1000,
            is_time_known: true,
            day: 20_261_122,
            window: "w3".into(),
            employee_no: "0317".into(),
            item: String::new(),
            service: "s".into(),
            is_training: false,
            number: String::new(),
            record,
        }
    }

    #[test]
    fn what_a_service_counts_as_after_each_course() {
        use Record::Begun;
        let finished = || Record::Finished { took_ms: 500 };
        let silent = |cut| Record::Silent { asked_ms: 9000, cut };
        let done = || vec![Begun, finished()];
        let cases = [
            ("begun only", vec![Begun], false, [0, 0, 0, 0], ""),
            ("finished", done(), false, [1, 0, 0, 0], ""),
            ("rated", done(), true, [1, 1, 0, 0], ""),
            ("silent", [done(), vec![silent(false)]].concat(), false, [1, 0, 1, 0], ""),
            ("cut", [done(), vec![silent(true)]].concat(), false, [1, 0, 1, 1], ""),
            ("rated late", [done(), vec![silent(true)]].concat(), true, [1, 1, 0, 0], ""),
            ("not begun", vec![finished()], false, [1, 0, 0, 0], "finish_without_begin"),
            ("begun twice", vec![Begun, Begun], false, [0, 0, 0, 0], "begun_twice"),
            (
                "done twice",
                [done(), done()].concat(),
                false,
                [1, 0, 0, 0],
                "begun_twice finished_twice",
            ),
        ];
        for (name, records, is_rated, counts, odd) in cases {
            let mut service = Service::default();
            let told = records.into_iter().filter_map(|record| service.tell(&noted(record)));
            assert_eq!(told.collect::<Vec<_>>().join(" "), odd, "{name}");
            if is_rated {
                service.rate(7);
            }
            let Share { finished, rated, silent, cut, took_ms } = service.share();
            assert_eq!([finished, rated, silent, cut], counts, "{name}");
            assert_eq!(took_ms, 500 * finished, "{name}");
        }
    }
}
