//! Shifts (上岗): who was on duty where, from when to when. A handful a day and terminal, so each
//! is written as it comes.

use std::collections::{HashMap, HashSet};

use super::{At, Flags};
use crate::center::db::{Row, Tx, params};
use crate::center::intake::rules::Noted;
use crate::center::ledger::Error;
use crate::center::ledger::store::{signed, unsigned};
use crate::domain::{Leaving, Means, Record, TerminalId};

/// A shift that began longer ago and was never ended says nothing about where somebody is, in
/// milliseconds.
const STALE: i64 = 24 * 3_600_000;

/// A terminal that was heard of within this time has sent what it knows, in milliseconds.
const HEARD_WITHIN: i64 = 90_000;

/// The shift that lasts at a terminal.
#[derive(Clone, Debug)]
struct Open {
    leaf: u64,
    employee_no: String,
    from_at: i64,
    away_at: Option<i64>,
}

/// The shifts that last, of the terminals of this transaction.
#[derive(Default)]
pub(super) struct Shifts {
    open: HashMap<TerminalId, Option<Open>>,
    /// Sign-ons of this transaction that were flagged for being at two windows.
    alarmed: HashSet<i64>,
}

impl Shifts {
    /// Reads the open shifts of terminals that will be asked for.
    pub(super) async fn prepare(
        &mut self,
        tx: &mut Tx,
        terminals: HashSet<&TerminalId>,
    ) -> Result<(), Error> {
        let terminals: Vec<&TerminalId> =
            terminals.into_iter().filter(|terminal| !self.open.contains_key(*terminal)).collect();
        if terminals.is_empty() {
            return Ok(());
        }
        let sql = "select leaf, employee_no, from_at, away_at from shifts
                   where terminal_id = $1 and why = '' order by leaf desc limit 1";
        let keys = terminals.iter().map(|terminal| params![terminal.as_str()]).collect();
        for (terminal, rows) in terminals.iter().zip(tx.read_many(sql, keys).await?) {
            let open = rows.first().map(read).transpose()?;
            self.open.insert((*terminal).clone(), open);
        }
        Ok(())
    }

    /// The leaf of the shift of a person that lasts at a terminal; 0 without one.
    pub(super) fn of(&self, terminal: &TerminalId, employee_no: &str) -> u64 {
        let open = self.open.get(terminal).and_then(Option::as_ref);
        open.filter(|open| open.employee_no == employee_no).map_or(0, |open| open.leaf)
    }

    /// Takes what an entry tells of the shift at its terminal.
    pub(super) async fn note(
        &mut self,
        tx: &mut Tx,
        flags: &mut Flags,
        at: At<'_>,
        noted: &Noted,
    ) -> Result<(), Error> {
        let terminal = at.source.terminal;
        if !noted.is_time_known {
            flags.about(at, "clock", "时间按收到的时间记");
        }
        let open = self.open.get(terminal).cloned().flatten();
        let own = open.clone().filter(|open| open.employee_no == noted.employee_no);
        let now = match (&noted.record, own) {
            (Record::SignedOn { by }, _) => {
                if let Some(open) = &open {
                    flags.about(at, "shift_not_ended", &open.employee_no);
                    self.end(tx, flags, at, noted, open, NOT_ENDED).await?;
                }
                Some(self.begin(tx, flags, at, noted, *by).await?)
            }
            (Record::SignedOff { why }, Some(own)) => {
                self.end(tx, flags, at, noted, &own, word(*why)).await?;
                None
            }
            (Record::SignedOff { why }, None) => {
                flags.about(at, "sign_off_without_sign_on", &noted.employee_no);
                insert(tx, at, noted, "", word(*why)).await?;
                open
            }
            (Record::Away { .. }, Some(own)) => {
                let own = back(tx, own, noted.at).await?;
                Some(away(tx, own, noted.at).await?)
            }
            (Record::Back, Some(own)) if own.away_at.is_some() => {
                Some(back(tx, own, noted.at).await?)
            }
            (_, own) => {
                let evidence = if own.is_some() { "没有暂停" } else { "不在岗" };
                let evidence = format!("{} {evidence}", noted.employee_no);
                flags.about(at, "absence_of_nobody", &evidence);
                open
            }
        };
        self.open.insert(terminal.clone(), now);
        Ok(())
    }

    async fn begin(
        &mut self,
        tx: &mut Tx,
        flags: &mut Flags,
        at: At<'_>,
        noted: &Noted,
        by: Means,
    ) -> Result<Open, Error> {
        let means = match by {
            Means::Pin => "pin",
            Means::Card => "card",
            Means::System => "system",
        };
        insert(tx, at, noted, means, "").await?;
        // Another shift of the person that had begun and, as far as is known, still lasted.
        let sql = "select s.leaf, s.terminal_id, s.window_id from shifts s
                   left join terminals t on t.terminal_id = s.terminal_id
                   where s.employee_no = $1 and s.window_id <> $2
                     and s.from_at <= $3 and s.from_at > $4
                     and (s.to_at > $3 or (s.why = '' and t.last_contact_at >= $5))
                   order by s.leaf limit 1";
        let values = params![
            noted.employee_no.as_str(),
            noted.window.as_str(),
            noted.at,
            noted.at - STALE,
            noted.at - HEARD_WITHIN
        ];
        if let Some(other) = tx.read_one(sql, values).await? {
            let (leaf, here) = (signed(at.leaf), (at.source.terminal.as_str(), &*noted.window));
            let there = (other.text("terminal_id")?, other.text("window_id")?);
            self.alarm(tx, flags, at, (leaf, &noted.employee_no), [there, here]).await?;
        }
        Ok(Open {
            leaf: at.leaf,
            employee_no: noted.employee_no.clone(),
            from_at: noted.at,
            away_at: None,
        })
    }

    async fn end(
        &mut self,
        tx: &mut Tx,
        flags: &mut Flags,
        at: At<'_>,
        noted: &Noted,
        open: &Open,
        why: &str,
    ) -> Result<(), Error> {
        let to_at = noted.at.max(open.from_at);
        let sql = "update shifts set to_at = $2, why = $3, away_ms = away_ms + $4, away_at = null
                   where leaf = $1";
        let away_ms = open.away_at.map_or(0, |away_at| (to_at - away_at).max(0));
        tx.run(sql, params![signed(open.leaf), to_at, why, away_ms]).await?;
        // Shifts of the person elsewhere that began during this one, known only now that it has
        // ended: this terminal had no network, or the other one came first.
        let sql = "select leaf, terminal_id, window_id from shifts
                   where employee_no = $1 and window_id <> $2 and from_at > $3 and from_at < $4
                   order by leaf";
        let values = params![open.employee_no.as_str(), noted.window.as_str(), open.from_at, to_at];
        for other in tx.read(sql, values).await? {
            let who = (other.int("leaf")?, open.employee_no.as_str());
            let there = (other.text("terminal_id")?, other.text("window_id")?);
            let here = (at.source.terminal.as_str(), noted.window.as_str());
            self.alarm(tx, flags, at, who, [here, there]).await?;
        }
        Ok(())
    }

    /// One alarm for the later of two shifts.
    async fn alarm(
        &mut self,
        tx: &mut Tx,
        flags: &mut Flags,
        at: At<'_>,
        (later, employee_no): (i64, &str),
        places: [(&str, &str); 2],
    ) -> Result<(), Error> {
        let sql = "select count(*) as n from flags where leaf = $1 and rule = 'two_windows'";
        let raised = tx.read_one(sql, params![later]).await?;
        let raised = raised.map(|row| row.int("n")).transpose()?.unwrap_or(0);
        if raised == 0 && self.alarmed.insert(later) {
            let [earlier, then] =
                places.map(|(terminal, window)| format!("{window}（{terminal}）"));
            let evidence = format!("{employee_no}：{earlier}、{then}");
            flags.raise(Some(unsigned(later)), at.source.terminal, "two_windows", &evidence);
        }
        Ok(())
    }
}

/// Why a shift ended that nobody ended before somebody else signed on.
const NOT_ENDED: &str = "not_ended";

fn word(why: Leaving) -> &'static str {
    match why {
        Leaving::SignedOff => "signed_off",
        Leaving::HandedOver => "handed_over",
        Leaving::EndOfDay => "end_of_day",
        Leaving::PastClosing => "past_closing",
    }
}

/// A new row: the beginning of a shift, or the end of one whose beginning is not known.
async fn insert(
    tx: &mut Tx,
    at: At<'_>,
    noted: &Noted,
    means: &str,
    why: &str,
) -> Result<(), Error> {
    let sql = "insert into shifts (leaf, terminal_id, window_id, employee_no, day, from_at, to_at,
                   means, why, away_at, away_ms, away_times, finished, rated, silent, cut)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, 0, 0, 0, 0, 0, 0)";
    let (from_at, to_at) =
        if why.is_empty() { (Some(noted.at), None) } else { (None, Some(noted.at)) };
    let values = params![
        signed(at.leaf),
        at.source.terminal.as_str(),
        noted.window.as_str(),
        noted.employee_no.as_str(),
        noted.day,
        from_at,
        to_at,
        means,
        why
    ];
    tx.run(sql, values).await?;
    Ok(())
}

async fn away(tx: &mut Tx, open: Open, at: i64) -> Result<Open, Error> {
    let sql = "update shifts set away_at = $2, away_times = away_times + 1 where leaf = $1";
    tx.run(sql, params![signed(open.leaf), at]).await?;
    Ok(Open { away_at: Some(at), ..open })
}

/// Ends the absence, if there is one.
async fn back(tx: &mut Tx, open: Open, at: i64) -> Result<Open, Error> {
    if let Some(away_at) = open.away_at {
        let sql = "update shifts set away_at = null, away_ms = away_ms + $2 where leaf = $1";
        tx.run(sql, params![signed(open.leaf), (at - away_at).max(0)]).await?;
    }
    Ok(Open { away_at: None, ..open })
}

fn read(row: &Row) -> Result<Open, Error> {
    Ok(Open {
        leaf: unsigned(row.int("leaf")?),
        employee_no: row.text("employee_no")?.to_owned(),
        from_at: row.opt_int("from_at")?.unwrap_or(0),
        away_at: row.opt_int("away_at")?,
    })
}
