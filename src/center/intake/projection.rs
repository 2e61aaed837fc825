//! What is counted: ratings, services, shifts, complaints and their roll-ups, gathered for a whole
//! transaction.

mod fingerprint;
mod ratings;
mod register;
mod services;
mod shifts;

use std::collections::HashSet;

use self::ratings::Ratings;
use self::register::Register;
use self::services::Services;
use self::shifts::Shifts;
use super::rules::{self, Counted, Meaning, Noted, Reading, Source, Uncounted};
use crate::center::db::{Tx, params};
use crate::center::ledger::Error;
use crate::center::ledger::store::{self, Flag, Sheet};
use crate::chain::{Entry, Kind};
use crate::domain::{Record, TerminalId};

pub(super) use fingerprint::fingerprint;

/// An entry on its way into the projections.
pub(super) struct Arrived<'a> {
    /// Its place in the log.
    pub leaf: u64,
    /// Its place in its journal.
    pub seq: u64,
    /// Its lines as values.
    pub reading: &'a Reading,
}

/// Where an entry stands and how it came.
#[derive(Clone, Copy)]
struct At<'a> {
    leaf: u64,
    seq: u64,
    source: &'a Source<'a>,
}

/// Flags that are not yet written.
#[derive(Default)]
struct Flags(Vec<Flag>);

impl Flags {
    fn raise(
        &mut self,
        leaf: Option<u64>,
        terminal: &TerminalId,
        rule: &'static str,
        evidence: &str,
    ) {
        // What a terminal wrote may be long, or hold letters that a database does not take.
        let evidence = evidence.chars().filter(|c| !c.is_control()).take(400).collect();
        self.0.push(Flag { leaf, terminal: terminal.clone(), rule, evidence });
    }

    fn about(&mut self, at: At<'_>, rule: &'static str, evidence: &str) {
        self.raise(Some(at.leaf), at.source.terminal, rule, evidence);
    }
}

/// Changes to what is counted, not yet written.
#[derive(Default)]
pub(super) struct Projection {
    ratings: Ratings,
    services: Services,
    shifts: Shifts,
    register: Register,
    flags: Flags,
}

/// Reads the lines of entries; a thing for the handlers, which run side by side.
pub(super) fn read_all(entries: &[Entry]) -> Vec<Reading> {
    entries.iter().map(Entry::read).collect()
}

impl Projection {
    /// Reads at once what the entries of many batches will ask for: the services they name, and the
    /// open shifts of the terminals that tell of shifts or services.
    pub(super) async fn prepare<'a>(
        &mut self,
        tx: &mut Tx,
        batches: impl Iterator<Item = (&'a TerminalId, &'a [Reading])>,
    ) -> Result<(), Error> {
        let (mut named, mut at_work) = (HashSet::new(), HashSet::new());
        for (terminal, readings) in batches {
            for (public, private) in readings.iter().flatten() {
                if !private.service.is_empty() {
                    named.insert(private.service.as_str());
                }
                if matches!(public.kind, Kind::Shift | Kind::Service) {
                    at_work.insert(terminal);
                }
            }
        }
        self.services.prepare(tx, named).await?;
        self.shifts.prepare(tx, at_work).await
    }

    /// Takes entries that were just appended to the log, in order.
    pub(super) async fn take(
        &mut self,
        tx: &mut Tx,
        sheet: &mut Sheet,
        source: &Source<'_>,
        entries: Vec<Arrived<'_>>,
    ) -> Result<(), Error> {
        for Arrived { leaf, seq, reading } in entries {
            let at = At { leaf, seq, source };
            match rules::meaning(reading, seq, source) {
                Meaning::Nothing => {}
                Meaning::Odd(rule, evidence) => self.flags.about(at, rule, &evidence),
                Meaning::Rating(counted) => self.rate(at, counted),
                Meaning::Correction(corrected, counted, stamp) => {
                    let flags = &mut self.flags;
                    self.ratings
                        .correct((tx, sheet), flags, at, corrected, (counted, stamp))
                        .await?;
                }
                Meaning::Noted(noted) => self.note(tx, sheet, at, &noted).await?,
            }
        }
        Ok(())
    }

    /// Raises a flag with the rest.
    pub(super) fn flag(
        &mut self,
        leaf: Option<u64>,
        source: &Source<'_>,
        rule: &'static str,
        evidence: &str,
    ) {
        self.flags.raise(leaf, source.terminal, rule, evidence);
    }

    fn rate(&mut self, at: At<'_>, mut counted: Counted) {
        if !counted.is_time_known {
            self.flags.about(at, "clock", "日期按收到的时间记");
        }
        match counted.uncounted {
            Some(Uncounted::Training) => {}
            Some(Uncounted::Again) => {
                self.flags.about(at, "second_rating", "终端自己标明");
            }
            None => {
                if let Some(first) = self.services.rating_of(&counted.service) {
                    let evidence = format!("这次服务已有评价，总账序号 {first}");
                    self.flags.about(at, "second_rating", &evidence);
                    counted.uncounted = Some(Uncounted::Again);
                } else {
                    self.services.rate(at, &counted);
                }
            }
        }
        self.ratings.add(at, None, counted);
    }

    async fn note(
        &mut self,
        tx: &mut Tx,
        sheet: &mut Sheet,
        at: At<'_>,
        noted: &Noted,
    ) -> Result<(), Error> {
        let Projection { ratings, services, shifts, register, flags } = self;
        match &noted.record {
            Record::SelfTest(test) => register.test(flags, at, noted, test),
            Record::LockedOut { tries, seconds } => {
                let evidence = format!("{}：连错 {tries} 次，锁定 {seconds} 秒", noted.employee_no);
                flags.about(at, "locked_out", &evidence);
            }
            Record::Unshowable { characters, place } => {
                flags.about(at, "unshowable", &format!("{characters}（{place}）"));
            }
            Record::Complaint { .. } => register.complain(flags, at, noted),
            Record::Reasons { to, tags } => {
                if !ratings.give_reasons((tx, sheet), at, *to, tags).await? {
                    flags.about(at, "addition_to_nothing", &format!("第 {to} 条不是评价"));
                }
            }
            Record::Contact { to } => {
                let to_rating = ratings.give_contact((tx, sheet), at, *to).await?;
                if !to_rating && !register.give_contact((tx, sheet), at, *to).await? {
                    flags.about(at, "addition_to_nothing", &format!("第 {to} 条不是评价或投诉"));
                }
            }
            // Who practises is not on duty and serves nobody.
            _ if noted.is_training => {}
            Record::SignedOn { .. }
            | Record::SignedOff { .. }
            | Record::Away { .. }
            | Record::Back => shifts.note(tx, flags, at, noted).await?,
            Record::Begun | Record::ItemNamed | Record::Finished { .. } | Record::Silent { .. } => {
                let shift = shifts.of(at.source.terminal, &noted.employee_no);
                services.note(flags, at, shift, noted);
            }
            Record::Unknown => {}
        }
        Ok(())
    }

    /// Writes the counts of a ledger that is counted anew: its flags stand already.
    pub(super) async fn write_without_flags(
        mut self,
        tx: &mut Tx,
        now: i64,
    ) -> Result<bool, Error> {
        self.flags.0.clear();
        self.write(tx, now).await
    }

    /// Writes everything gathered; tells whether any figure changed.
    pub(super) async fn write(self, tx: &mut Tx, now: i64) -> Result<bool, Error> {
        let Projection { ratings, services, register, flags, .. } = self;
        let mut changed = ratings.write(tx).await?;
        changed |= services.write(tx).await?;
        register.write(tx).await?;
        store::raise(tx, &flags.0, now).await?;
        Ok(changed)
    }
}

/// Forgets everything counted, before it is counted anew.
pub(super) async fn clear(tx: &mut Tx) -> Result<(), Error> {
    for sql in [
        "delete from ratings",
        "delete from rollups",
        "delete from reason_rollups",
        "delete from terminal_days",
        "delete from services",
        "delete from service_rollups",
        "delete from shifts",
        "delete from complaints",
        "delete from self_tests",
    ] {
        tx.run(sql, params![]).await?;
    }
    Ok(())
}
