//! Names of services, which change daily, and which services were rated under them.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Sha256;

use super::file::{self, File};
use super::{Answer, Error, Saved, draft};
use crate::chain::{Entry, Kind, PrivateLine, PublicLine};
use crate::domain::{Day, Stamp};

/// Before this (2026-01-01 in China) a clock does not know the day, and the key stays.
const KNOWN_FROM: i64 = 1_767_196_800_000;

/// What one day's tickets are named under.
struct Key {
    day: i64,
    key: Vec<u8>,
    before: i64,
}

/// A service's rating: where it stands, and when.
#[derive(Clone)]
struct Rated {
    place: i64,
    saved: Saved,
    at: Stamp,
    is_corrected: bool,
}

/// What a day holds beside its entries; read from them when the file is opened.
#[derive(Default)]
pub(super) struct Days {
    key: Option<Key>,
    rated: HashMap<String, Rated>,
}

/// What a rating turns out to be.
pub(super) enum Place {
    /// The first of its service, or one without a service.
    First,
    /// The correction of this one; as evidence, when that one is evidence itself.
    Corrects(Saved, bool),
    /// Another one of its service, too late to be a correction: evidence, not counted.
    Again,
}

impl Days {
    /// Reads the key and what was rated under it and the one before.
    pub(super) fn read(db: &Connection) -> Result<Days, Error> {
        let sql = "select day, key, before from day_key";
        let key = db.query_row(sql, [], |row| {
            Ok(Key { day: row.get(0)?, key: row.get(1)?, before: row.get(2)? })
        });
        let key = key.optional()?;
        let before = key.as_ref().map_or(0, |key| key.before);
        let mut days = Days { key, rated: HashMap::new() };
        let sql = "select place, public, private from entries
                   where place > ?1 and private not like '%\"service\":\"\"%'
                     and (public like '%\"kind\":\"rating\"%'
                          or public like '%\"kind\":\"correction\"%')
                   order by place";
        let mut statement = db.prepare(sql)?;
        let rows = statement.query_map([before], |row| {
            Ok((row.get(0)?, Entry { public: row.get(1)?, private: row.get(2)? }))
        })?;
        for row in rows {
            let (place, entry) = row?;
            // What cannot be read is the business of the check at the start.
            if let Ok((public, private)) = entry.read() {
                days.learn(place, public, private);
            }
        }
        Ok(days)
    }

    fn learn(&mut self, place: i64, public: PublicLine, private: PrivateLine) {
        let PublicLine { incarnation, seq, receipt, .. } = public;
        match public.kind {
            Kind::Rating if !private.again => {
                let saved = Saved { incarnation, seq, receipt };
                let rated = Rated { place, saved, at: private.at, is_corrected: false };
                self.rated.insert(private.service, rated);
            }
            Kind::Correction => {
                if let Some(rated) = self.rated.get_mut(&private.service)
                    && private.corrects == Some(rated.saved.seq)
                    && rated.saved.incarnation == incarnation
                {
                    rated.is_corrected = true;
                }
            }
            _ => {}
        }
    }

    /// What an answer is, given what its service was rated before.
    pub(super) fn place(&self, answer: &Answer, now: Stamp, change_seconds: u32) -> Place {
        let service = Some(&answer.service).filter(|service| !service.is_empty());
        let before = service.and_then(|service| self.rated.get(service));
        match (&answer.corrects, before) {
            (None, None) => Place::First,
            (Some(saved), before) => {
                let is_other = before.is_some_and(|rated| rated.saved != *saved);
                Place::Corrects(saved.clone(), is_other)
            }
            (None, Some(rated)) if rated.can_be_corrected(now, change_seconds) => {
                Place::Corrects(rated.saved.clone(), false)
            }
            (None, Some(_)) => Place::Again,
        }
    }

    /// Notes a rating or correction that is on the disk.
    pub(super) fn note(
        &mut self,
        answer: &Answer,
        place: i64,
        saved: &Saved,
        what: &Place,
        at: Stamp,
    ) {
        if answer.service.is_empty() {
            return;
        }
        match what {
            Place::First => {
                let rated = Rated { place, saved: saved.clone(), at, is_corrected: false };
                self.rated.insert(answer.service.clone(), rated);
            }
            Place::Corrects(..) => {
                if let Some(rated) = self.rated.get_mut(&answer.service) {
                    rated.is_corrected = true;
                }
            }
            Place::Again => {}
        }
    }

    fn is_of(&self, day: Option<i64>) -> bool {
        self.key.as_ref().is_some_and(|key| day.is_none_or(|day| day == key.day))
    }
}

impl Rated {
    fn can_be_corrected(&self, now: Stamp, change_seconds: u32) -> bool {
        let since = now.mono - self.at.mono;
        let is_in_time =
            now.boot == self.at.boot && (0..=i64::from(change_seconds) * 1000).contains(&since);
        is_in_time && change_seconds > 0 && !self.is_corrected
    }
}

/// The number of the day, where the clock can know it.
fn day_of(now: Stamp) -> Option<i64> {
    (now.wall >= KNOWN_FROM).then(|| Day::of(now.wall)).flatten().map(Day::number)
}

impl File {
    /// The name of a service: the same for one ticket all day, and for none on any other day.
    pub(super) fn name_service(
        &mut self,
        ticket: Option<&str>,
        now: Stamp,
    ) -> Result<String, Error> {
        let day = day_of(now);
        if !self.days.is_of(day) {
            self.draw_key(day.unwrap_or_default())?;
        }
        match (ticket, &self.days.key) {
            (Some(ticket), Some(key)) => named(&key.key, ticket),
            _ => random_name(),
        }
    }

    /// When the day is over, its key is overwritten by the next one's.
    pub(super) fn turn_day(&mut self, now: Stamp) -> Result<(), Error> {
        match day_of(now) {
            Some(day) if self.days.key.is_some() && !self.days.is_of(Some(day)) => {
                self.draw_key(day)
            }
            _ => Ok(()),
        }
    }

    fn draw_key(&mut self, day: i64) -> Result<(), Error> {
        let key: [u8; 32] = draft::random()?;
        let since = file::place(self.end.ordinal, file::signed(self.end.seq)?);
        let sql = "insert into day_key (id, day, key, since, before) values (1, ?1, ?2, ?3, 0)
                   on conflict (id) do update set before = since, since = excluded.since,
                   day = excluded.day, key = excluded.key returning before";
        let before =
            self.connection
                .query_row(sql, params![day, key.as_slice(), since], |row| row.get(0))?;
        self.days.rated.retain(|_, rated| rated.place > before);
        self.days.key = Some(Key { day, key: key.to_vec(), before });
        self.log_holds_old_key = true;
        Ok(())
    }
}

fn named(key: &[u8], ticket: &str) -> Result<String, Error> {
    let odd = |_| Error::Damaged("the day's key".into());
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).map_err(odd)?;
    hmac.update(ticket.as_bytes());
    let bytes: [u8; 32] = hmac.finalize().into_bytes().into();
    Ok(BASE64URL_NOPAD.encode(&bytes[..16]))
}

/// The name of a service without a ticket.
pub(super) fn random_name() -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&draft::random::<16>()?))
}
