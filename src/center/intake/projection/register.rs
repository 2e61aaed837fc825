//! The register of complaints, and the self-tests of the terminals.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Flags};
use crate::center::db::{Tx, Value, params};
use crate::center::intake::rules::Noted;
use crate::center::ledger::Error;
use crate::center::ledger::store::{Sheet, signed};
use crate::domain::{About, Incarnation, Record, SelfTest, TerminalId};

struct Complaint {
    noted: Noted,
    terminal: TerminalId,
    incarnation: Incarnation,
    seq: u64,
    has_contact: bool,
}

/// Complaints and self-tests that are not yet written.
#[derive(Default)]
pub(super) struct Register {
    complaints: BTreeMap<u64, Complaint>,
    /// Complaints of the database to which a contact was added.
    contacts: BTreeSet<u64>,
    tests: Vec<Vec<Value>>,
}

impl Register {
    pub(super) fn complain(&mut self, flags: &mut Flags, at: At<'_>, noted: &Noted) {
        if noted.number.is_empty() {
            flags.about(at, "complaint_without_number", "");
        }
        if !noted.is_time_known {
            flags.about(at, "clock", "日期按收到的时间记");
        }
        let complaint = Complaint {
            noted: noted.clone(),
            terminal: at.source.terminal.clone(),
            incarnation: at.source.incarnation,
            seq: at.seq,
            has_contact: false,
        };
        self.complaints.insert(at.leaf, complaint);
    }

    /// Notes that a contact was left with the complaint at a seq of the same journal. Tells whether
    /// there is such a complaint.
    pub(super) async fn give_contact(
        &mut self,
        (tx, sheet): (&mut Tx, &mut Sheet),
        at: At<'_>,
        to: u64,
    ) -> Result<bool, Error> {
        let (terminal, incarnation) = (at.source.terminal, at.source.incarnation);
        let Some(leaf) = sheet.leaf_of(tx, terminal, incarnation, to).await? else {
            return Ok(false);
        };
        if let Some(complaint) = self.complaints.get_mut(&leaf) {
            complaint.has_contact = true;
            return Ok(true);
        }
        let sql = "select leaf from complaints where leaf = $1";
        let is_there = tx.read_one(sql, params![signed(leaf)]).await?.is_some();
        if is_there {
            self.contacts.insert(leaf);
        }
        Ok(is_there)
    }

    pub(super) fn test(&mut self, flags: &mut Flags, at: At<'_>, noted: &Noted, test: &SelfTest) {
        if !test.passed {
            flags.about(at, "self_test_failed", &test.fault);
        }
        let micros = test.micros.map(signed);
        self.tests.push(params![
            signed(at.leaf),
            at.source.terminal.as_str(),
            noted.at,
            test.passed,
            micros[0],
            micros[1],
            micros[2],
            serde_json::json!(test.sizes).to_string(),
            plain(&test.fault)
        ]);
    }

    /// Writes everything.
    pub(super) async fn write(self, tx: &mut Tx) -> Result<(), Error> {
        let complaints: Vec<_> = self.complaints.into_iter().filter_map(row).collect();
        if !complaints.is_empty() {
            tx.append("complaints", COLUMNS, complaints).await?;
        }
        if !self.contacts.is_empty() {
            let sql = "update complaints set has_contact = 1 where leaf = $1";
            let rows = self.contacts.into_iter().map(|leaf| params![signed(leaf)]).collect();
            tx.run_many(sql, rows).await?;
        }
        if !self.tests.is_empty() {
            tx.append("self_tests", TEST, self.tests).await?;
        }
        Ok(())
    }
}

/// The first letters of a text, without those that a database does not take.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(400).collect()
}

const COLUMNS: &[&str] = &[
    "leaf",
    "number",
    "at",
    "day",
    "window_id",
    "employee_no",
    "terminal_id",
    "incarnation",
    "seq",
    "about",
    "tags",
    "anonymous",
    "has_contact",
    "training",
];

const TEST: &[&str] =
    &["leaf", "terminal_id", "at", "passed", "micros_1", "micros_2", "micros_3", "sizes", "fault"];

fn row((leaf, complaint): (u64, Complaint)) -> Option<Vec<Value>> {
    let Complaint { noted, terminal, incarnation, seq, has_contact } = complaint;
    let Record::Complaint { about, tags, anonymous } = noted.record else { return None };
    let about = match about {
        About::Window => "window",
        About::Office => "office",
        About::Other => "other",
    };
    Some(params![
        signed(leaf),
        noted.number,
        noted.at,
        noted.day,
        noted.window,
        noted.employee_no,
        String::from(terminal),
        incarnation.0,
        signed(seq),
        about,
        serde_json::Value::from(tags).to_string(),
        anonymous,
        has_contact,
        noted.is_training
    ])
}
