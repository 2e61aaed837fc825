//! Services and what is counted of them, by window and person and in the shifts they belong to.

use std::collections::{HashMap, HashSet};

use super::{At, Flags};
use crate::center::db::{self, Row, Tx, Value, params};
use crate::center::intake::rules::{Counted, Noted, Outcome, Service, Share};
use crate::center::ledger::Error;
use crate::center::ledger::store::{signed, unsigned};

/// Day, window, employee number, item.
type Key = (i64, String, String, String);

/// A service as the database has it, and as it is now.
struct Held {
    before: Option<Service>,
    now: Option<Service>,
}

/// Services that this transaction names.
#[derive(Default)]
pub(super) struct Services(HashMap<String, Held>);

impl Services {
    /// Reads what the database holds of services that will be asked for.
    pub(super) async fn prepare(&mut self, tx: &mut Tx, named: HashSet<&str>) -> Result<(), Error> {
        let named: Vec<&str> =
            named.into_iter().filter(|service| !self.0.contains_key(*service)).collect();
        if named.is_empty() {
            return Ok(());
        }
        let sql = "select leaf, shift, terminal_id, window_id, employee_no, item_id, day, begun_at,
                          finished_at, took_ms, asked_ms, rated_leaf, outcome
                   from services where service = $1";
        let keys = named.iter().map(|service| params![plain(service)]).collect();
        for (service, rows) in named.iter().zip(tx.read_many(sql, keys).await?) {
            let before = rows.first().map(read).transpose()?;
            let held = Held { now: before.clone(), before };
            self.0.insert((*service).to_owned(), held);
        }
        Ok(())
    }

    /// The leaf of the rating that counts for a service.
    pub(super) fn rating_of(&self, service: &str) -> Option<u64> {
        self.0.get(service)?.now.as_ref()?.rated_leaf
    }

    /// Takes what an entry tells of a service, in a shift or 0.
    pub(super) fn note(&mut self, flags: &mut Flags, at: At<'_>, shift: u64, noted: &Noted) {
        let place = (noted.window.as_str(), noted.employee_no.as_str(), noted.day);
        let service = self.service(at, &noted.service, place);
        if service.shift == 0 {
            service.shift = shift;
        }
        if let Some(rule) = service.tell(noted) {
            flags.about(at, rule, &noted.service);
        }
    }

    /// The service of a counted rating is rated.
    pub(super) fn rate(&mut self, at: At<'_>, counted: &Counted) {
        if counted.service.is_empty() {
            return;
        }
        let place = (counted.window.as_str(), counted.employee_no.as_str(), counted.day);
        self.service(at, &counted.service, place).rate(at.leaf);
    }

    fn service(
        &mut self,
        at: At<'_>,
        service: &str,
        (window, employee_no, day): (&str, &str, i64),
    ) -> &mut Service {
        let empty = || Held { before: None, now: None };
        let held = self.0.entry(service.to_owned()).or_insert_with(empty);
        held.now.get_or_insert_with(|| Service {
            leaf: at.leaf,
            terminal: at.source.terminal.as_str().to_owned(),
            window: window.to_owned(),
            employee_no: employee_no.to_owned(),
            day,
            ..Service::default()
        })
    }

    /// Writes everything; tells whether there was anything.
    pub(super) async fn write(self, tx: &mut Tx) -> Result<bool, Error> {
        let moved = self.0.into_iter().filter(|(_, held)| held.now != held.before);
        let (mut rows, mut keys, mut shifts) = (Vec::new(), HashMap::new(), HashMap::new());
        for (id, Held { before, now }) in moved {
            for (service, sign) in [(before, -1), (now.clone(), 1)] {
                let Some(service) = service else { continue };
                let mut share = service.share();
                if sign < 0 {
                    share = Share::default().minus(share);
                }
                let sum: &mut Share = shifts.entry(service.shift).or_default();
                *sum = sum.plus(share);
                let key = (service.day, service.window, service.employee_no, service.item);
                let sum: &mut Share = keys.entry(key).or_default();
                *sum = sum.plus(share);
            }
            rows.extend(now.map(|now| row(id, now)));
        }
        let is_moved = |share: &Share| *share != Share::default();
        shifts.retain(|leaf, share| *leaf != 0 && is_moved(share));
        keys.retain(|_, share| is_moved(share));
        let changed = !rows.is_empty();
        for (sql, rows) in [
            (SET, rows),
            (ROLLUP, keys.into_iter().map(rollup).collect()),
            (SHIFT, shifts.into_iter().map(shift).collect()),
        ] {
            if !rows.is_empty() {
                tx.run_many(sql, rows).await?;
            }
        }
        Ok(changed)
    }
}

/// Entries with a text that a database does not take are flagged later, and never looked up.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(64).collect()
}

const SET: &str = "insert into services (service, leaf, shift, terminal_id, window_id, employee_no,
        item_id, day, begun_at, finished_at, took_ms, asked_ms, rated_leaf, outcome)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    on conflict (service) do update set shift = excluded.shift,
        employee_no = excluded.employee_no, item_id = excluded.item_id,
        begun_at = excluded.begun_at, finished_at = excluded.finished_at,
        took_ms = excluded.took_ms, asked_ms = excluded.asked_ms,
        rated_leaf = excluded.rated_leaf, outcome = excluded.outcome";

const ROLLUP: &str = "insert into service_rollups (day, window_id, employee_no, item_id, finished,
        rated, silent, cut, took_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (day, window_id, employee_no, item_id) do update set
        finished = service_rollups.finished + excluded.finished,
        rated = service_rollups.rated + excluded.rated,
        silent = service_rollups.silent + excluded.silent,
        cut = service_rollups.cut + excluded.cut,
        took_ms = service_rollups.took_ms + excluded.took_ms";

const SHIFT: &str = "update shifts set finished = finished + $2, rated = rated + $3,
    silent = silent + $4, cut = cut + $5 where leaf = $1";

fn row(id: String, service: Service) -> Vec<Value> {
    params![
        id,
        signed(service.leaf),
        signed(service.shift),
        service.terminal,
        service.window,
        service.employee_no,
        service.item,
        service.day,
        service.begun_at,
        service.finished_at,
        service.took_ms,
        service.asked_ms,
        service.rated_leaf.map(signed),
        service.outcome.as_str()
    ]
}

fn rollup(((day, window, employee_no, item), share): (Key, Share)) -> Vec<Value> {
    let Share { finished, rated, silent, cut, took_ms } = share;
    params![day, window, employee_no, item, finished, rated, silent, cut, took_ms]
}

fn shift((leaf, share): (u64, Share)) -> Vec<Value> {
    params![signed(leaf), share.finished, share.rated, share.silent, share.cut]
}

fn read(row: &Row) -> Result<Service, Error> {
    let word = row.text("outcome")?;
    let outcome = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
    let outcome = outcome.ok_or_else(|| db::Error::Column {
        column: "outcome".into(),
        wanted: "what was written",
        found: "something else",
    })?;
    Ok(Service {
        leaf: unsigned(row.int("leaf")?),
        shift: unsigned(row.int("shift")?),
        terminal: row.text("terminal_id")?.to_owned(),
        window: row.text("window_id")?.to_owned(),
        employee_no: row.text("employee_no")?.to_owned(),
        item: row.text("item_id")?.to_owned(),
        day: row.int("day")?,
        begun_at: row.opt_int("begun_at")?,
        finished_at: row.opt_int("finished_at")?,
        took_ms: row.opt_int("took_ms")?,
        asked_ms: row.opt_int("asked_ms")?,
        rated_leaf: row.opt_int("rated_leaf")?.map(unsigned),
        outcome,
    })
}
