//! Terminals: how they are, and what officers order of them.

use serde_json::json;

use super::By;
use crate::center::db::{self, Db, Row, Tx, Value, params};
use crate::center::ledger::Recorder;
use crate::center::registry::Error;
use crate::center::registry::rules::{self, CLOCK_TOLERANCE_MS, ONLINE_WITHIN_MS, Order};
use crate::chain::PublicKey;
use crate::domain::{TerminalId, WindowId};
use crate::wire::Standing;

/// How a terminal is, in one word: the gravest that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 在线
    Online,
    /// 离线
    Offline,
    /// 未联网: enrolled, and never heard of since.
    Unseen,
    /// 时钟偏差
    Clock,
    /// 日志分叉: a branch of its journal waits for a person.
    Forked,
    /// 有故障: it says so itself.
    Trouble,
    /// 停用中
    Retiring,
    /// 已停用
    Retired,
    /// 已吊销
    Revoked,
}

impl State {
    /// All, in the order of a filter.
    pub const ALL: [State; 9] = [
        State::Online,
        State::Offline,
        State::Unseen,
        State::Clock,
        State::Forked,
        State::Trouble,
        State::Retiring,
        State::Retired,
        State::Revoked,
    ];

    /// The word in SQL and in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Online => "online",
            State::Offline => "offline",
            State::Unseen => "unseen",
            State::Clock => "clock",
            State::Forked => "forked",
            State::Trouble => "trouble",
            State::Retiring => "retiring",
            State::Retired => "retired",
            State::Revoked => "revoked",
        }
    }

    /// The word on the page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::Online => "在线",
            State::Offline => "离线",
            State::Unseen => "未联网",
            State::Clock => "时钟偏差",
            State::Forked => "日志分叉",
            State::Trouble => "有故障",
            State::Retiring => "停用中",
            State::Retired => "已停用",
            State::Revoked => "已吊销",
        }
    }
}

/// A terminal as its row shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Its name.
    pub terminal_id: TerminalId,
    /// Where it stands, as people call it.
    pub window: String,
    /// How it is.
    pub state: State,
    /// What was ordered of it.
    pub standing: Standing,
    /// When it was heard of last.
    pub last_contact_at: Option<i64>,
    /// Entries that it had not sent yet.
    pub backlog: i64,
    /// The wall time of the oldest of them.
    pub oldest_unsent_at: Option<i64>,
    /// How far its clock is ahead.
    pub clock_offset_ms: Option<i64>,
    /// The content on its screen; 0 for none.
    pub content_version: i64,
    /// The newest content of its window; 0 for none.
    pub newest_version: i64,
    /// The program's version.
    pub version: String,
    /// What it says is wrong.
    pub trouble: String,
    /// Batches of it that are stored apart.
    pub branches: i64,
}

/// Which terminals are looked at.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of a window's name, a window's number, or part of a terminal's name.
    pub text: String,
    /// The word of a [`State`], `care` for all that need somebody, or nothing.
    pub state: String,
    /// The last terminal of the page before.
    pub after: String,
}

/// The parameters `$1` to `$3` of [`seen`].
fn view(unit: &str, now: i64) -> Vec<Value> {
    params![now - ONLINE_WITHIN_MS, CLOCK_TOLERANCE_MS, unit]
}

/// Terminals with their state, as the table `seen` for `rest`: of the unit `$3` and those below,
/// online when heard of since `$1`, with a clock at most `$2` milliseconds off.
fn seen(rest: &str) -> String {
    let sql = "with recursive below(unit_id) as (
            select unit_id from units where unit_id = $3
            union
            select u.unit_id from units u join below b on u.parent_id = b.unit_id),
        seen as (
            select t.terminal_id, t.window_id, t.status, t.last_contact_at, t.version, t.backlog,
                   t.oldest_unsent_at, t.clock_offset_ms, t.content_version, t.trouble,
                   coalesce(w.number, '') as number, coalesce(w.name, '') as name,
                   case when t.status <> 'active' then t.status
                        when t.terminal_id in (select terminal_id from branches) then 'forked'
                        when t.last_contact_at is null then 'unseen'
                        when t.last_contact_at < $1 then 'offline'
                        when abs(coalesce(t.clock_offset_ms, 0)) > $2 then 'clock'
                        when t.trouble <> '' then 'trouble'
                        else 'online' end as state
            from terminals t left join windows w on w.window_id = t.window_id
            where $3 = '' or t.window_id in (select v.window_id from windows v
                                             where v.unit_id in (select unit_id from below)))";
    format!("{sql} {rest}")
}

/// One page of terminals by name, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, filter: &Filter, now: i64, limit: i64) -> Result<Vec<Terminal>, Error> {
    let sql = seen(
        "select s.terminal_id, s.window_id, s.number, s.name, s.state, s.status, s.last_contact_at,
                s.version, s.backlog, s.oldest_unsent_at, s.clock_offset_ms, s.content_version, s.trouble,
                (select count(*) from branches b where b.terminal_id = s.terminal_id) as branches,
                coalesce((select max(c.content_version) from contents c
                          where c.window_id = s.window_id), 0) as newest_version
         from seen s
         where s.terminal_id > $4
           and ($5 = '' or s.state = $5
                or ($5 = 'care' and s.state in ('forked', 'clock', 'trouble', 'offline', 'unseen')))
           and ($6 = '' or s.number = $6 or lower(s.terminal_id) like $7 escape '\\'
                or lower(s.name) like $7 escape '\\')
         order by s.terminal_id limit $8",
    );
    let mut params = view("", now);
    let text = filter.text.trim().to_lowercase();
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    params.extend(params![&filter.after, &filter.state, text, pattern, limit]);
    db.read(&sql, params).await?.iter().map(read).collect()
}

/// One terminal, if there is one of this name.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &Db, terminal: &TerminalId, now: i64) -> Result<Option<Terminal>, Error> {
    // A terminal's name is also a text by which a list is filtered; only the very name counts here.
    let filter = Filter { text: terminal.to_string(), ..Filter::default() };
    let found = list(db, &filter, now, i64::MAX).await?;
    Ok(found.into_iter().find(|known| known.terminal_id == *terminal))
}

fn read(row: &Row) -> Result<Terminal, Error> {
    let broken =
        |error: &dyn std::fmt::Display| Error::Broken(format!("a stored terminal: {error}"));
    let state = row.text("state")?;
    let (number, name) = (row.text("number")?, row.text("name")?);
    Ok(Terminal {
        terminal_id: row.text("terminal_id")?.parse().map_err(|e| broken(&e))?,
        window: if number.is_empty() {
            row.text("window_id")?.to_owned()
        } else {
            super::label(number, name)
        },
        state: State::ALL
            .into_iter()
            .find(|s| s.as_str() == state)
            .ok_or_else(|| broken(&state))?,
        standing: row.text("status")?.parse().map_err(|e: String| broken(&e))?,
        last_contact_at: row.opt_int("last_contact_at")?,
        backlog: row.int("backlog")?,
        oldest_unsent_at: row.opt_int("oldest_unsent_at")?,
        clock_offset_ms: row.opt_int("clock_offset_ms")?,
        content_version: row.int("content_version")?,
        newest_version: row.int("newest_version")?,
        version: row.text("version")?.to_owned(),
        trouble: row.text("trouble")?.to_owned(),
        branches: row.int("branches")?,
    })
}

/// Terminals in service, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Summary {
    /// In service: active or retiring.
    pub all: i64,
    /// Heard of just now.
    pub online: i64,
    /// Not heard of, or never.
    pub offline: i64,
    /// Those that need somebody.
    pub care: i64,
    /// Entries not sent yet, as they said last.
    pub backlog: i64,
}

/// Counts the terminals of a unit and of those below, or all where `unit` is empty.
///
/// # Errors
/// When the database fails.
pub async fn summary(db: &Db, unit: &str, now: i64) -> Result<Summary, db::Error> {
    let sql = seen(
        "select count(*) as n, count(*) filter (where last_contact_at >= $1) as online,
                count(*) filter (where state in ('forked', 'clock', 'trouble', 'offline', 'unseen')) as care,
                cast(coalesce(sum(backlog), 0) as bigint) as backlog
         from seen where status in ('active', 'retiring')",
    );
    let Some(row) = db.read_one(&sql, view(unit, now)).await? else {
        return Ok(Summary::default());
    };
    let (all, online) = (row.int("n")?, row.int("online")?);
    let (care, backlog) = (row.int("care")?, row.int("backlog")?);
    Ok(Summary { all, online, offline: all - online, care, backlog })
}

/// Whether a terminal that is not retired has this key: a key that was revoked stays out, and one
/// that is in service is one terminal.
pub(super) async fn is_key_in_use(tx: &mut Tx, key: &PublicKey) -> Result<bool, db::Error> {
    let sql = "select terminal_id from terminals where public_key = $1 and status <> 'retired'";
    Ok(tx.read_one(sql, params![key.bytes()]).await?.is_some())
}

/// Adds a terminal under the next free name.
pub(super) async fn add(
    tx: &mut Tx,
    window: &WindowId,
    key: &PublicKey,
    now: i64,
) -> Result<TerminalId, Error> {
    let sql = "select terminal_id from terminals where terminal_id like 'T-%'
               order by length(terminal_id) desc, terminal_id desc limit 1";
    let highest = tx.read_one(sql, params![]).await?;
    let highest = highest.as_ref().map(|row| row.text("terminal_id")).transpose()?;
    let terminal: TerminalId = rules::next_terminal(highest)
        .parse()
        .map_err(|error| Error::Broken(format!("a terminal's name: {error}")))?;
    let sql = "insert into terminals(terminal_id, window_id, public_key, status, enrolled_at, version, backlog,
                                     content_version, trouble)
               values ($1, $2, $3, 'active', $4, '', 0, 0, '')";
    tx.run(sql, params![terminal.as_str(), window.as_str(), key.bytes(), now]).await?;
    Ok(terminal)
}

/// Retires (停用) or revokes (吊销) a terminal. A retiring one becomes retired by `intake`, when it
/// has sent everything.
///
/// # Errors
/// [`Error::Unknown`] terminal; [`Error::Refused`] where the order makes no sense.
pub async fn order(
    tx: &mut Tx,
    recorder: &Recorder,
    by: By<'_>,
    (terminal, order): (&TerminalId, Order),
    reason: &str,
) -> Result<Standing, Error> {
    let row = tx
        .read_one("select status from terminals where terminal_id = $1", params![terminal.as_str()])
        .await?;
    let row = row.ok_or(Error::Unknown("terminal"))?;
    let standing: Standing = row.text("status")?.parse().map_err(Error::Broken)?;
    let after =
        rules::after(standing, order).ok_or(Error::Refused("这台终端现在的状态不能这样处理。"))?;
    let sql = "update terminals set status = $2 where terminal_id = $1";
    tx.run(sql, params![terminal.as_str(), after.as_str()]).await?;
    let act = match order {
        Order::Retire => "terminal_retired",
        Order::Revoke => "terminal_revoked",
    };
    recorder.record(tx, by.officer, act, json!({ "terminal": terminal, "reason": reason })).await?;
    Ok(after)
}
