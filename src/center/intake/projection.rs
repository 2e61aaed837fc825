//! What is counted: rows of ratings and roll-ups, gathered for a whole transaction.

use std::collections::HashMap;

use super::rules::{self, Counted, Meaning, Reading, Source};
use crate::center::db::{Tx, Value, params};
use crate::center::ledger::Error;
use crate::center::ledger::store::{self, Flag, Sheet, signed, unsigned};
use crate::chain::Entry;
use crate::domain::{Incarnation, Stamp, TerminalId};

/// An entry on its way into the projections.
pub(super) struct Arrived<'a> {
    /// Its place in the log.
    pub leaf: u64,
    /// Its place in its journal.
    pub seq: u64,
    /// Its lines as values.
    pub reading: &'a Reading,
}

#[derive(Clone)]
struct Rating {
    leaf: u64,
    counted: Counted,
    terminal: TerminalId,
    incarnation: Incarnation,
    seq: u64,
    corrects: Option<u64>,
    is_counted: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    day: i64,
    hour: i64,
    window: String,
    employee_no: String,
    item: String,
    level: u8,
    with_service: bool,
}

/// Changes to what is counted, not yet written.
#[derive(Default)]
pub(super) struct Projection {
    ratings: Vec<Rating>,
    place: HashMap<u64, usize>,
    rollups: HashMap<Key, i64>,
    superseded: Vec<u64>,
    flags: Vec<Flag>,
}

/// Reads the lines of entries; a thing for the handlers, which run side by side.
pub(super) fn read_all(entries: &[Entry]) -> Vec<Reading> {
    entries.iter().map(Entry::read).collect()
}

impl Projection {
    /// Takes entries that were just appended to the log, in order.
    pub(super) async fn take(
        &mut self,
        tx: &mut Tx,
        sheet: &mut Sheet,
        source: &Source<'_>,
        entries: Vec<Arrived<'_>>,
    ) -> Result<(), Error> {
        for Arrived { leaf, seq, reading } in entries {
            match rules::meaning(reading, seq, source) {
                Meaning::Nothing => {}
                Meaning::Odd(rule, evidence) => self.flag(Some(leaf), source, rule, evidence),
                Meaning::Rating(counted) => {
                    if !counted.is_time_known {
                        let evidence = "the day is that of receipt".to_owned();
                        self.flag(Some(leaf), source, "clock", evidence);
                    }
                    self.add(source, leaf, seq, None, counted);
                }
                Meaning::Correction(corrected, counted, at) => {
                    self.correct(tx, sheet, source, (leaf, seq), corrected, (counted, at)).await?;
                }
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
        evidence: String,
    ) {
        // What a terminal wrote may be long, or hold letters that a database does not take.
        let evidence = evidence.chars().filter(|c| !c.is_control()).take(400).collect();
        self.flags.push(Flag { leaf, terminal: source.terminal.clone(), rule, evidence });
    }

    fn add(
        &mut self,
        source: &Source<'_>,
        leaf: u64,
        seq: u64,
        corrects: Option<u64>,
        counted: Counted,
    ) {
        self.count(&counted, 1);
        self.place.insert(leaf, self.ratings.len());
        let (terminal, incarnation) = (source.terminal.clone(), source.incarnation);
        let is_counted = true;
        self.ratings.push(Rating {
            leaf,
            counted,
            terminal,
            incarnation,
            seq,
            corrects,
            is_counted,
        });
    }

    fn count(&mut self, counted: &Counted, by: i64) {
        let key = Key {
            day: counted.day,
            hour: counted.hour,
            window: counted.window.clone(),
            employee_no: counted.employee_no.clone(),
            item: counted.item.clone(),
            level: counted.level.code(),
            with_service: counted.with_service,
        };
        *self.rollups.entry(key).or_default() += by;
    }

    /// The corrected rating no longer counts; the correction counts in its place: same day, hour,
    /// window, person and item, another level.
    async fn correct(
        &mut self,
        tx: &mut Tx,
        sheet: &mut Sheet,
        source: &Source<'_>,
        (leaf, seq): (u64, u64),
        corrected: u64,
        (counted, at): (Counted, Stamp),
    ) -> Result<(), Error> {
        let found = sheet.leaf_of(tx, source.terminal, source.incarnation, corrected).await?;
        let before = match found {
            Some(old) => self.counted_at(tx, old).await?.map(|before| (old, before)),
            None => None,
        };
        let Some((old, before)) = before else {
            let evidence = format!("nothing counted at seq {corrected}");
            self.flag(Some(leaf), source, "correction_of_nothing", evidence);
            return Ok(());
        };
        if !rules::is_in_time(before.rated_at, counted.rated_at)
            && !is_in_time_there(tx, sheet, source, corrected, &at).await?
        {
            let late = counted.rated_at - before.rated_at;
            self.flag(Some(leaf), source, "late_correction", format!("{late} ms after the rating"));
            return Ok(());
        }
        self.count(&before, -1);
        match self.place.get(&old) {
            Some(place) => {
                if let Some(rating) = self.ratings.get_mut(*place) {
                    rating.is_counted = false;
                }
            }
            None => self.superseded.push(old),
        }
        let instead = Counted { level: counted.level, receipt: counted.receipt, ..before };
        self.add(source, leaf, seq, Some(old), instead);
        Ok(())
    }

    async fn counted_at(&self, tx: &mut Tx, leaf: u64) -> Result<Option<Counted>, Error> {
        if let Some(rating) = self.place.get(&leaf).and_then(|place| self.ratings.get(*place)) {
            return Ok(
                (rating.is_counted && rating.corrects.is_none()).then(|| rating.counted.clone())
            );
        }
        if self.superseded.contains(&leaf) {
            return Ok(None);
        }
        let sql =
            "select rated_at, day, hour, window_id, employee_no, item_id, level, with_service,
                          receipt
                   from ratings where leaf = $1 and counted = 1 and corrects is null";
        let Some(row) = tx.read_one(sql, params![signed(leaf)]).await? else { return Ok(None) };
        let Ok(level) = row.int("level")?.try_into() else { return Ok(None) };
        Ok(Some(Counted {
            rated_at: row.int("rated_at")?,
            is_time_known: true,
            day: row.int("day")?,
            hour: row.int("hour")?,
            window: row.text("window_id")?.to_owned(),
            employee_no: row.text("employee_no")?.to_owned(),
            item: row.text("item_id")?.to_owned(),
            level,
            with_service: row.int("with_service")? != 0,
            receipt: row.text("receipt")?.to_owned(),
        }))
    }

    /// Writes the counts of a ledger that is counted anew: its flags stand already.
    pub(super) async fn write_without_flags(
        mut self,
        tx: &mut Tx,
        now: i64,
    ) -> Result<bool, Error> {
        self.flags.clear();
        self.write(tx, now).await
    }

    /// Writes everything gathered; tells whether any figure changed.
    pub(super) async fn write(self, tx: &mut Tx, now: i64) -> Result<bool, Error> {
        let changed = !self.ratings.is_empty();
        for leaf in &self.superseded {
            let sql = "update ratings set counted = 0 where leaf = $1";
            tx.run(sql, params![signed(*leaf)]).await?;
        }
        if changed {
            tx.append("ratings", COLUMNS, self.ratings.into_iter().map(row).collect()).await?;
        }
        let sql = "insert into rollups (day, hour, window_id, employee_no, item_id, level,
                       with_service, channel, n)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                   on conflict (day, hour, window_id, employee_no, item_id, level, with_service,
                       channel)
                   do update set n = rollups.n + excluded.n";
        let moved = self.rollups.into_iter().filter(|(_, by)| *by != 0);
        let rows: Vec<Vec<Value>> = moved.map(|(key, by)| rollup(key, by)).collect();
        if !rows.is_empty() {
            tx.run_many(sql, rows).await?;
        }
        store::raise(tx, &self.flags, now).await?;
        Ok(changed)
    }
}

const COLUMNS: &[&str] = &[
    "leaf",
    "day",
    "hour",
    "rated_at",
    "window_id",
    "employee_no",
    "item_id",
    "level",
    "with_service",
    "channel",
    "receipt",
    "terminal_id",
    "incarnation",
    "seq",
    "corrects",
    "counted",
];

fn row(rating: Rating) -> Vec<Value> {
    let Rating { leaf, counted, terminal, incarnation, seq, corrects, is_counted } = rating;
    params![
        signed(leaf),
        counted.day,
        counted.hour,
        counted.rated_at,
        counted.window,
        counted.employee_no,
        counted.item,
        i64::from(counted.level.code()),
        counted.with_service,
        rules::TERMINAL_CHANNEL,
        counted.receipt,
        String::from(terminal),
        incarnation.0,
        signed(seq),
        corrects.map(signed),
        is_counted
    ]
}

fn rollup(key: Key, by: i64) -> Vec<Value> {
    params![
        key.day,
        key.hour,
        key.window,
        key.employee_no,
        key.item,
        i64::from(key.level),
        key.with_service,
        rules::TERMINAL_CHANNEL,
        by
    ]
}

async fn is_in_time_there(
    tx: &mut Tx,
    sheet: &mut Sheet,
    source: &Source<'_>,
    rated: u64,
    corrected: &Stamp,
) -> Result<bool, Error> {
    let kept = sheet.entry_at(tx, source.terminal, source.incarnation, rated).await?;
    let lines = kept.and_then(|kept| kept.entry.read().ok());
    Ok(lines.is_some_and(|(_, private)| rules::is_in_time_there(&private.at, corrected)))
}

/// Forgets everything counted, before it is counted anew.
pub(super) async fn clear(tx: &mut Tx) -> Result<(), Error> {
    for sql in ["delete from ratings", "delete from rollups"] {
        tx.run(sql, params![]).await?;
    }
    Ok(())
}

/// One number over everything counted, equal only where all of it is equal: rows of the roll-ups
/// with something in them, and their sum weighted by every part of the key that is a number.
pub(super) async fn fingerprint(tx: &mut Tx) -> Result<(u64, String), Error> {
    let sql = "select day, hour, window_id, employee_no, item_id, level, with_service, channel, n
               from rollups where n <> 0
               order by day, hour, window_id, employee_no, item_id, level, with_service, channel";
    let rows = tx.read(sql, params![]).await?;
    let mut text = String::new();
    let mut rated = 0;
    for row in &rows {
        rated += unsigned(row.int("n")?);
        for column in ["day", "hour", "level", "with_service", "n"] {
            text.push_str(&row.int(column)?.to_string());
            text.push(' ');
        }
        for column in ["window_id", "employee_no", "item_id", "channel"] {
            text.push_str(row.text(column)?);
            text.push('\u{1f}');
        }
        text.push('\n');
    }
    Ok((rated, crate::chain::Hash::of(&[text.as_bytes()]).to_string()))
}
