//! Ratings, their corrections, reasons and roll-ups.

mod rows;

use std::collections::HashMap;

use self::rows::{COLUMNS, DAY, REASON, ROLLUP, day, kept, read, reason, rollup, row};
use super::{At, Flags};
use crate::center::db::{Tx, Value, params};
use crate::center::intake::rules::{self, Counted};
use crate::center::ledger::Error;
use crate::center::ledger::store::{Sheet, signed, unsigned};
use crate::domain::{Incarnation, Level, Stamp, TerminalId};

/// A rating as the table has it.
struct Rating {
    counted: Counted,
    corrects: Option<u64>,
    is_counted: bool,
    tags: Vec<String>,
    has_contact: bool,
}

/// A rating of this transaction, with where it stands.
struct New {
    leaf: u64,
    rating: Rating,
    terminal: TerminalId,
    incarnation: Incarnation,
    seq: u64,
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

/// Day, window, tag, level.
type ReasonKey = (i64, String, String, u8);

/// How often a terminal was rated on a day, and how often dissatisfied.
#[derive(Default)]
struct OfDay {
    rated: i64,
    dissatisfied: i64,
}

/// Changes to ratings and what is counted of them.
#[derive(Default)]
pub(super) struct Ratings {
    new: Vec<New>,
    place: HashMap<u64, usize>,
    /// Those of the database that were asked for; what is known of them is written back.
    old: HashMap<u64, Rating>,
    rollups: HashMap<Key, i64>,
    reasons: HashMap<ReasonKey, i64>,
    days: HashMap<(TerminalId, i64), OfDay>,
}

impl Ratings {
    pub(super) fn add(&mut self, at: At<'_>, corrects: Option<u64>, counted: Counted) {
        let is_counted = counted.uncounted.is_none();
        let rating = Rating { counted, corrects, is_counted, tags: Vec::new(), has_contact: false };
        self.push(at, rating);
    }

    fn push(&mut self, at: At<'_>, rating: Rating) {
        if rating.is_counted {
            self.count(at, &rating, 1);
        }
        self.place.insert(at.leaf, self.new.len());
        let (terminal, incarnation) = (at.source.terminal.clone(), at.source.incarnation);
        self.new.push(New { leaf: at.leaf, rating, terminal, incarnation, seq: at.seq });
    }

    fn count(&mut self, at: At<'_>, rating: &Rating, by: i64) {
        let counted = &rating.counted;
        let level = counted.level.code();
        let key = Key {
            day: counted.day,
            hour: counted.hour,
            window: counted.window.clone(),
            employee_no: counted.employee_no.clone(),
            item: counted.item.clone(),
            level,
            with_service: !counted.service.is_empty(),
        };
        *self.rollups.entry(key).or_default() += by;
        for tag in &rating.tags {
            let key = (counted.day, counted.window.clone(), tag.clone(), level);
            *self.reasons.entry(key).or_default() += by;
        }
        let day = self.days.entry((at.source.terminal.clone(), counted.day)).or_default();
        day.rated += by;
        day.dissatisfied += if counted.level == Level::Dissatisfied { by } else { 0 };
    }

    /// The corrected rating no longer counts; the correction counts in its place: same day, hour,
    /// window, person, item and reasons, another level.
    pub(super) async fn correct(
        &mut self,
        (tx, sheet): (&mut Tx, &mut Sheet),
        flags: &mut Flags,
        at: At<'_>,
        corrected: u64,
        (counted, stamp): (Counted, Stamp),
    ) -> Result<(), Error> {
        if counted.uncounted.is_some() {
            self.add(at, None, counted);
            return Ok(());
        }
        let (terminal, incarnation) = (at.source.terminal, at.source.incarnation);
        let old = sheet.leaf_of(tx, terminal, incarnation, corrected).await?;
        let found = match old {
            Some(old) => self.find(tx, old).await?.map(|before| (old, before)),
            None => None,
        };
        let found = found.filter(|(_, before)| before.is_counted && before.corrects.is_none());
        let Some((old, before)) = found else {
            let evidence = format!("第 {corrected} 条没有计入");
            flags.about(at, "correction_of_nothing", &evidence);
            return Ok(());
        };
        let after_ms = counted.rated_at - before.counted.rated_at;
        let level = before.counted.level;
        let in_time = match rules::is_in_time(before.counted.rated_at, counted.rated_at) {
            true => Some(after_ms),
            false => in_time_there(tx, sheet, at, corrected, &stamp).await?,
        };
        let Some(after_ms) = in_time else {
            flags.about(at, "late_correction", &format!("评价之后 {after_ms} 毫秒"));
            return Ok(());
        };
        if counted.level < level {
            let (from, to) = (level.word(), counted.level.word());
            let evidence = format!("「{from}」改为「{to}」，评价之后 {after_ms} 毫秒");
            flags.about(at, "upward_correction", &evidence);
        }
        self.replace(at, old, &counted);
        Ok(())
    }

    fn replace(&mut self, at: At<'_>, old: u64, by: &Counted) {
        let Some(before) = self.held(old) else { return };
        let Rating { counted, tags, has_contact, .. } = before;
        let counted = Counted { level: by.level, receipt: by.receipt.clone(), ..counted.clone() };
        let (tags, has_contact) = (tags.clone(), *has_contact);
        before.is_counted = false;
        let gone = Rating {
            counted: before.counted.clone(),
            corrects: None,
            is_counted: false,
            tags: tags.clone(),
            has_contact,
        };
        self.count(at, &gone, -1);
        self.push(at, Rating { counted, corrects: Some(old), is_counted: true, tags, has_contact });
    }

    /// Attaches tags to the rating at a seq of the same journal; later ones replace them. Tells
    /// whether there is such a rating.
    pub(super) async fn give_reasons(
        &mut self,
        from: (&mut Tx, &mut Sheet),
        at: At<'_>,
        to: u64,
        tags: &[String],
    ) -> Result<bool, Error> {
        let Some(leaf) = self.standing_at(from, at, to).await? else { return Ok(false) };
        let Some(rating) = self.held(leaf) else { return Ok(false) };
        let mut tags = tags.to_vec();
        tags.sort();
        tags.dedup();
        let before = std::mem::replace(&mut rating.tags, tags.clone());
        if rating.is_counted {
            let (day, window) = (rating.counted.day, rating.counted.window.clone());
            let level = rating.counted.level.code();
            for (tags, by) in [(before, -1), (tags, 1)] {
                for tag in tags {
                    *self.reasons.entry((day, window.clone(), tag, level)).or_default() += by;
                }
            }
        }
        Ok(true)
    }

    /// Notes that a contact was left with the rating at a seq of the same journal. Tells whether
    /// there is such a rating.
    pub(super) async fn give_contact(
        &mut self,
        from: (&mut Tx, &mut Sheet),
        at: At<'_>,
        to: u64,
    ) -> Result<bool, Error> {
        let Some(leaf) = self.standing_at(from, at, to).await? else { return Ok(false) };
        let rating = self.held(leaf);
        Ok(rating.map(|rating| rating.has_contact = true).is_some())
    }

    /// The leaf of the rating at a seq, or of the correction that counts in its place.
    async fn standing_at(
        &mut self,
        (tx, sheet): (&mut Tx, &mut Sheet),
        at: At<'_>,
        seq: u64,
    ) -> Result<Option<u64>, Error> {
        let (terminal, incarnation) = (at.source.terminal, at.source.incarnation);
        let Some(leaf) = sheet.leaf_of(tx, terminal, incarnation, seq).await? else {
            return Ok(None);
        };
        match self.find(tx, leaf).await? {
            None => return Ok(None),
            Some(rating) if rating.is_counted || rating.counted.uncounted.is_some() => {
                return Ok(Some(leaf));
            }
            Some(_) => {}
        }
        if let Some(new) = self.new.iter().find(|new| new.rating.corrects == Some(leaf)) {
            return Ok(Some(new.leaf));
        }
        let sql = "select leaf from ratings where corrects = $1";
        let row = tx.read_one(sql, params![signed(leaf)]).await?;
        let Some(row) = row else { return Ok(None) };
        let leaf = unsigned(row.int("leaf")?);
        Ok(self.find(tx, leaf).await?.map(|_| leaf))
    }

    fn held(&mut self, leaf: u64) -> Option<&mut Rating> {
        match self.place.get(&leaf) {
            Some(place) => self.new.get_mut(*place).map(|new| &mut new.rating),
            None => self.old.get_mut(&leaf),
        }
    }

    async fn find(&mut self, tx: &mut Tx, leaf: u64) -> Result<Option<&mut Rating>, Error> {
        if !self.place.contains_key(&leaf) && !self.old.contains_key(&leaf) {
            let sql = "select rated_at, day, hour, window_id, employee_no, item_id, level, service,
                        receipt, uncounted, corrects, counted, tags, has_contact
                 from ratings where leaf = $1";
            let Some(row) = tx.read_one(sql, params![signed(leaf)]).await? else {
                return Ok(None);
            };
            self.old.insert(leaf, read(&row)?);
        }
        Ok(self.held(leaf))
    }

    /// Writes everything; tells whether there was anything.
    pub(super) async fn write(self, tx: &mut Tx) -> Result<bool, Error> {
        let Ratings { new, old, rollups, reasons, days, .. } = self;
        let changed = !(new.is_empty() && old.is_empty());
        if !old.is_empty() {
            let sql =
                "update ratings set counted = $2, tags = $3, has_contact = $4 where leaf = $1";
            tx.run_many(sql, old.into_iter().map(kept).collect()).await?;
        }
        if !new.is_empty() {
            tx.append("ratings", COLUMNS, new.into_iter().map(row).collect()).await?;
        }
        let moved = |by: &i64| *by != 0;
        let rollups = rollups.into_iter().filter(|(_, by)| moved(by)).map(rollup);
        let reasons = reasons.into_iter().filter(|(_, by)| moved(by)).map(reason);
        let days = days.into_iter().filter(|(_, of)| moved(&of.rated) || moved(&of.dissatisfied));
        add(tx, ROLLUP, rollups.collect()).await?;
        add(tx, REASON, reasons.collect()).await?;
        add(tx, DAY, days.map(day).collect()).await?;
        Ok(changed)
    }
}

async fn add(tx: &mut Tx, sql: &'static str, rows: Vec<Vec<Value>>) -> Result<(), Error> {
    if !rows.is_empty() {
        tx.run_many(sql, rows).await?;
    }
    Ok(())
}

async fn in_time_there(
    tx: &mut Tx,
    sheet: &mut Sheet,
    at: At<'_>,
    rated: u64,
    corrected: &Stamp,
) -> Result<Option<i64>, Error> {
    let kept = sheet.entry_at(tx, at.source.terminal, at.source.incarnation, rated).await?;
    let lines = kept.and_then(|kept| kept.entry.read().ok());
    Ok(lines.and_then(|(_, private)| rules::in_time_there(&private.at, corrected)))
}
