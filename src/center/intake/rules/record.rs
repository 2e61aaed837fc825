//! What an entry that is neither a rating nor a correction tells: shifts, services, reasons,
//! complaints, self-tests, reports.

use super::{Meaning, Source, is_countable, made_at};
use crate::chain::{Kind, PrivateLine, PublicLine};
use crate::domain::{Day, ReceiptCode, Record};

/// More tags are not on the screen.
const MOST_TAGS: usize = 9;

/// A record with what stands beside it, in a form that can be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// When it happened, in milliseconds UTC, as well as it can be known.
    pub at: i64,
    /// Whether that is known; where not, it is the time of receipt.
    pub is_time_known: bool,
    /// The local date.
    pub day: i64,
    /// The window.
    pub window: String,
    /// The employee number, or empty.
    pub employee_no: String,
    /// The service item, or empty.
    pub item: String,
    /// The service, or empty.
    pub service: String,
    /// Written to practise: never counted.
    pub is_training: bool,
    /// The number of a complaint, without its hyphen; else empty.
    pub number: String,
    /// What it tells.
    pub record: Record,
}

/// What an entry of another kind than a rating counts as; its texts beside the record were looked
/// at before.
pub(super) fn noted(public: &PublicLine, private: &PrivateLine, source: &Source<'_>) -> Meaning {
    let Some(record) = &private.record else {
        return Meaning::Odd("kind_and_content", "no record".to_owned());
    };
    if *record == Record::Unknown {
        return Meaning::Odd("unknown_record", String::new());
    }
    if Kind::of(record).as_ref() != Some(&public.kind) {
        return Meaning::Odd("kind_and_content", format!("{record:?}"));
    }
    if let Some(odd) = odd_text(record) {
        return Meaning::Odd("odd_text", odd);
    }
    if public.kind == Kind::Service && private.service.is_empty() {
        return Meaning::Odd("no_service", format!("{record:?}"));
    }
    if public.kind == Kind::Shift && private.staff.is_empty() {
        return Meaning::Odd("nobody", format!("{record:?}"));
    }
    let known = made_at(&private.at, &source.sent, source.received_at);
    let at = known.unwrap_or(source.received_at);
    Meaning::Noted(Box::new(Noted {
        at,
        is_time_known: known.is_some(),
        day: Day::of(at).map_or(0, Day::number),
        window: public.window.clone(),
        employee_no: private.staff.clone(),
        item: private.item.clone(),
        service: private.service.clone(),
        is_training: private.training,
        number: public.receipt.as_ref().map(ReceiptCode::compact).unwrap_or_default(),
        record: record.clone(),
    }))
}

fn odd_text(record: &Record) -> Option<String> {
    let (Record::Reasons { tags, .. } | Record::Complaint { tags, .. }) = record else {
        return None;
    };
    if tags.len() > MOST_TAGS {
        return Some(format!("{} tags", tags.len()));
    }
    tags.iter().find(|tag| tag.is_empty() || !is_countable(tag)).map(|tag| format!("{tag:?}"))
}
