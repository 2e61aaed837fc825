//! What is still to be sent, and how far the center has come: positions, branches, pruning.

use rusqlite::{Connection, OptionalExtension, params};

use super::Error;
use super::file::{self, File, hash_of, place, seq_of, signed, unsigned};
use super::note;
use crate::chain::{Entry, Hash, SealedField, StartReason};
use crate::clock::Clock;
use crate::domain::Incarnation;
use crate::wire::Position;

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;

/// Entries of one incarnation that the center is not known to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Which life.
    pub incarnation: Incarnation,
    /// The seq of the first.
    pub first: u64,
    /// The hash before the first.
    pub previous: Hash,
    /// The hash of the last.
    pub head: Hash,
    /// The entries, without a gap; never empty.
    pub entries: Vec<Entry>,
    /// Their sealed fields.
    pub sealed: Vec<SealedField>,
}

/// How the center's position compares with the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The heads agree: send from `next_seq`.
    Agrees {
        /// The seq to send next.
        next_seq: u64,
    },
    /// The center lacks entries that are no longer kept here.
    Gone {
        /// The first seq that is gone.
        first: u64,
        /// The last seq that is gone.
        last: u64,
        /// The hash of the last one.
        head: Hash,
    },
    /// The center holds more of this life than this disk does.
    RolledBack,
    /// The center holds another continuation of this life.
    Forked,
    /// The position is of a life this journal never had.
    Stranger,
}

/// What a heartbeat tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The current life.
    pub incarnation: Incarnation,
    /// Entries that no reply covers.
    pub backlog: u64,
    /// The wall time of the oldest of them, as the terminal's clock had it.
    pub oldest_unsent_at: Option<i64>,
}

struct Life {
    ordinal: i64,
    next_seq: u64,
    kept_from: u64,
    kept_hash: Hash,
    last: u64,
    diverged: bool,
}

impl File {
    /// The oldest entries that the center is not known to hold, at most `limit` of one life.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unsent(&self, limit: u64) -> Result<Option<Unsent>, Error> {
        let sql = "select ordinal, incarnation, next_seq from incarnations i
                   where (ordinal << 40) + next_seq <=
                         (select max(place) from entries where place < (i.ordinal + 1) << 40)
                   order by ordinal limit 1";
        let row = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
            })
            .optional()?;
        let Some((ordinal, incarnation, next)) = row else { return Ok(None) };
        let incarnation =
            incarnation.parse().map_err(|_| Error::Damaged("an incarnation's name".into()))?;
        let first = unsigned(next)?;
        let life = self
            .life(incarnation)?
            .ok_or_else(|| Error::Damaged("a life without entries".into()))?;
        let previous = self
            .hash_before(&life, first)?
            .ok_or_else(|| Error::Damaged(format!("nothing kept before entry {first}")))?;
        let sql = "select public, private, hash, sealed from entries
                   where place >= ?1 and place < ?2 order by place limit ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(
            params![place(ordinal, next), place(ordinal + 1, 0), signed(limit)?],
            |row| {
                let entry = Entry { public: row.get(0)?, private: row.get(1)? };
                Ok((entry, row.get::<_, Vec<u8>>(2)?, row.get::<_, Option<String>>(3)?))
            },
        )?;
        let (mut entries, mut sealed) = (Vec::new(), Vec::new());
        let mut head = previous;
        for (row, seq) in rows.zip(first..) {
            let (entry, hash, lines) = row?;
            // The center refuses a batch that does not chain, and every one behind it would wait:
            // what is whole goes first, and then the file is known to be damaged.
            if entry.hash(&head) != hash_of(&hash)? {
                break;
            }
            head = hash_of(&hash)?;
            entries.push(entry);
            if let Some(lines) = lines {
                sealed.extend(note::sealed_of(seq, &lines)?);
            }
        }
        if entries.is_empty() {
            return Err(Error::Damaged(format!("entry {first} does not follow the one before")));
        }
        Ok(Some(Unsent { incarnation, first, previous, head, entries, sealed }))
    }

    /// Compares the center's position with this journal. Nothing moves.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn judge(&self, position: &Position) -> Result<Verdict, Error> {
        let Some(life) = self.life(position.incarnation)? else { return Ok(Verdict::Stranger) };
        let next = position.next_seq.max(1);
        if next > life.last + 1 {
            return Ok(Verdict::RolledBack);
        }
        Ok(match self.hash_before(&life, next)? {
            Some(own) if own == position.head => Verdict::Agrees { next_seq: next },
            Some(_) => Verdict::Forked,
            None => Verdict::Gone { first: next, last: life.kept_from - 1, head: life.kept_hash },
        })
    }

    /// Moves the position of a life to where the heads agreed, and notes when by the center's clock.
    /// A center that holds less than it has acknowledged was restored from a backup without saying
    /// so: everything that is kept is offered again, other lives and branches included.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn advance(
        &mut self,
        incarnation: Incarnation,
        next: u64,
        center_at: i64,
    ) -> Result<(), Error> {
        let Some(life) = self.life(incarnation)? else { return Ok(()) };
        if next < life.next_seq {
            return self.offer_everything();
        }
        if next == life.next_seq {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        let sql = "update incarnations set next_seq = ?2 where ordinal = ?1";
        transaction.execute(sql, params![life.ordinal, signed(next)?])?;
        let sql = "insert into acknowledgements (ordinal, next_seq, center_at)
                   select ?1, ?2, ?3 where not exists (
                       select 1 from acknowledgements where ordinal = ?1 and center_at > ?3 - ?4)
                   on conflict do nothing";
        transaction.execute(sql, params![life.ordinal, signed(next)?, center_at, DAY])?;
        transaction.commit()?;
        Ok(())
    }

    /// Marks a life as parted from what the center holds and, when it is the current one, begins
    /// another. From then on its entries travel as a branch. Nobody knows how much of it the center
    /// holds, so everything that is kept is offered again; the center recognises what it has.
    /// Tells whether this was news.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn part(
        &mut self,
        incarnation: Incarnation,
        reason: StartReason,
        clock: &dyn Clock,
    ) -> Result<bool, Error> {
        let Some(life) = self.life(incarnation)? else { return Ok(false) };
        if life.diverged {
            return Ok(false);
        }
        let mark = |db: &Connection| {
            db.execute("update incarnations set next_seq = kept_from", [])?;
            let sql = "update incarnations set diverged = 1 where ordinal = ?1";
            db.execute(sql, [life.ordinal])?;
            Ok(())
        };
        if life.ordinal == self.end.ordinal {
            self.begin_anew(reason, clock, mark)?;
        } else {
            let transaction = self.connection.transaction()?;
            mark(&transaction)?;
            transaction.commit()?;
        }
        Ok(true)
    }

    /// Every entry that is still kept is offered again, of all lives.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn offer_everything(&mut self) -> Result<(), Error> {
        self.connection.execute("update incarnations set next_seq = kept_from", [])?;
        Ok(())
    }

    /// Whether this life is known to have parted from what the center holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_parted(&self, incarnation: Incarnation) -> Result<bool, Error> {
        Ok(self.life(incarnation)?.is_some_and(|life| life.diverged))
    }

    /// After the center was restored from a backup: every entry still kept is offered again. The
    /// center recognises what it holds; what it lost comes back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn offer_again(&mut self, epoch: u64) -> Result<bool, Error> {
        let known = self.fact("epoch")?;
        if known == Some(epoch) {
            return Ok(false);
        }
        let transaction = self.connection.transaction()?;
        let sql = "insert into facts (name, value) values ('epoch', ?1)
                   on conflict (name) do update set value = excluded.value";
        transaction.execute(sql, [signed(epoch)?])?;
        if known.is_some() {
            transaction.execute("update incarnations set next_seq = kept_from", [])?;
        }
        transaction.commit()?;
        Ok(known.is_some())
    }

    /// What a heartbeat tells.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn summary(&self) -> Result<Summary, Error> {
        let sql = "select count(*), min(e.place) from incarnations i
                   join entries e on e.place >= (i.ordinal << 40) + i.next_seq
                                 and e.place < (i.ordinal + 1) << 40";
        let (backlog, oldest): (i64, Option<i64>) =
            self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let oldest_unsent_at = match oldest {
            Some(place) => self.wall_at(place)?,
            None => None,
        };
        Ok(Summary {
            incarnation: self.end.incarnation,
            backlog: unsigned(backlog)?,
            oldest_unsent_at,
        })
    }

    /// Drops acknowledged entries that are older than `keep_days` by the center's clock.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn prune(&mut self, center_at: i64) -> Result<u64, Error> {
        let horizon = center_at - i64::from(self.owner.keep_days) * DAY;
        let sql = "select a.ordinal, max(a.next_seq) from acknowledgements a
                   join incarnations i on i.ordinal = a.ordinal
                   where a.center_at <= ?1 and a.next_seq <= i.next_seq and a.next_seq > i.kept_from
                   group by a.ordinal";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([horizon], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let old: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
        drop(statement);
        let mut dropped = 0;
        for (ordinal, next) in old {
            let last = if ordinal == self.end.ordinal { signed(self.end.seq)? } else { i64::MAX };
            dropped += self.drop_before(ordinal, next.min(last))?;
        }
        Ok(dropped)
    }

    /// Entries before `keep` go; the hash before it stays, and the newest entry of a life always.
    /// What is to be remembered moves to the end.
    fn drop_before(&mut self, ordinal: i64, keep: i64) -> Result<u64, Error> {
        let transaction = self.connection.transaction()?;
        let sql = "select hash, (select max(place) from entries where place < ?2) from entries
                   where place = ?1 - 1";
        let (kept, end) = (place(ordinal, keep), place(ordinal + 1, 0));
        let found: Option<(Vec<u8>, i64)> = transaction
            .query_row(sql, [kept, end], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((hash, last)) = found else { return Ok(0) };
        if kept > last {
            return Ok(0);
        }
        let sql = "update incarnations set kept_from = ?2, kept_hash = ?3 where ordinal = ?1";
        transaction.execute(sql, params![ordinal, keep, hash])?;
        let newest = place(self.end.ordinal, signed(self.end.seq)?);
        let goes = self.memory_at.filter(|at| (place(ordinal, 0)..kept).contains(at));
        if let Some(at) = goes {
            let sql = "select memory from entries where place = ?1";
            let memory: String = transaction.query_row(sql, [at], |row| row.get(0))?;
            file::remember(&transaction, Some(at), newest, &memory)?;
        }
        let dropped = transaction.execute(
            "delete from entries where place >= ?1 and place < ?2",
            [place(ordinal, 0), kept],
        )?;
        let sql = "delete from acknowledgements where ordinal = ?1 and next_seq < ?2";
        transaction.execute(sql, [ordinal, keep])?;
        transaction.commit()?;
        self.memory_at = goes.map_or(self.memory_at, |_| Some(newest));
        Ok(dropped as u64)
    }

    fn life(&self, incarnation: Incarnation) -> Result<Option<Life>, Error> {
        let sql = "select i.ordinal, i.next_seq, i.kept_from, i.kept_hash, i.diverged,
                          (select max(place) from entries where place < (i.ordinal + 1) << 40)
                   from incarnations i where i.incarnation = ?1";
        let row = self
            .connection
            .prepare_cached(sql)?
            .query_row([incarnation.to_string()], |row| {
                let numbers = [row.get::<_, i64>(1)?, row.get(2)?, row.get(5)?];
                let rest = (row.get::<_, Vec<u8>>(3)?, row.get::<_, bool>(4)?);
                Ok((row.get::<_, i64>(0)?, numbers, rest))
            })
            .optional()?;
        let Some((ordinal, numbers, (kept_hash, diverged))) = row else { return Ok(None) };
        let [next_seq, kept_from, last] = numbers;
        Ok(Some(Life {
            ordinal,
            next_seq: unsigned(next_seq)?,
            kept_from: unsigned(kept_from)?,
            kept_hash: hash_of(&kept_hash)?,
            last: seq_of(last)?,
            diverged,
        }))
    }

    /// The hash before `seq`: nothing where that entry is no longer kept.
    fn hash_before(&self, life: &Life, seq: u64) -> Result<Option<Hash>, Error> {
        if seq == life.kept_from {
            return Ok(Some(life.kept_hash));
        }
        let sql = "select hash from entries where place = ?1";
        let before = place(life.ordinal, signed(seq.saturating_sub(1))?);
        let hash: Option<Vec<u8>> = self
            .connection
            .prepare_cached(sql)?
            .query_row([before], |row| row.get(0))
            .optional()?;
        hash.as_deref().map(hash_of).transpose()
    }

    fn fact(&self, name: &str) -> Result<Option<u64>, Error> {
        let sql = "select value from facts where name = ?1";
        let value: Option<i64> =
            self.connection.query_row(sql, [name], |row| row.get(0)).optional()?;
        value.map(unsigned).transpose()
    }

    fn wall_at(&self, place: i64) -> Result<Option<i64>, Error> {
        let sql = "select private from entries where place = ?1";
        let private: Option<String> =
            self.connection.query_row(sql, [place], |row| row.get(0)).optional()?;
        let line =
            private.and_then(|text| serde_json::from_str::<crate::chain::PrivateLine>(&text).ok());
        Ok(line.map(|line| line.at.wall))
    }
}
