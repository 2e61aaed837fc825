//! Accounts and sessions in the database.

use super::rules::Role;
use crate::center::db::{Db, Error, Tx, params};

/// Whether the account was new.
pub async fn insert_account(
    tx: &mut Tx,
    account: &str,
    hash: &str,
    role: Role,
    now: i64,
) -> Result<bool, Error> {
    let sql =
        "insert into accounts(account, password_hash, role, created_at) values ($1, $2, $3, $4)
               on conflict (account) do nothing";
    Ok(tx.run(sql, params![account, hash, role.as_str(), now]).await? == 1)
}

/// The hash of an account that may log in.
pub async fn password_hash(db: &Db, account: &str) -> Result<Option<String>, Error> {
    let sql = "select password_hash from accounts where account = $1 and disabled_at is null";
    let row = db.read_one(sql, params![account]).await?;
    row.map(|row| row.text("password_hash").map(str::to_owned)).transpose()
}

/// A session as stored, with its account's role.
pub struct Session {
    pub account: String,
    pub role: Role,
    pub csrf: String,
    pub seen_at: i64,
    pub expires_at: i64,
}

/// The session of a token's hash, if its account may still log in.
pub async fn session(db: &Db, token_hash: [u8; 32]) -> Result<Option<Session>, Error> {
    let sql = "select s.account, a.role, s.csrf, s.seen_at, s.expires_at
               from sessions s join accounts a on a.account = s.account
               where s.token_hash = $1 and a.disabled_at is null";
    let Some(row) = db.read_one(sql, params![token_hash]).await? else { return Ok(None) };
    let Some(role) = Role::from_word(row.text("role")?) else { return Ok(None) };
    Ok(Some(Session {
        account: row.text("account")?.to_owned(),
        role,
        csrf: row.text("csrf")?.to_owned(),
        seen_at: row.int("seen_at")?,
        expires_at: row.int("expires_at")?,
    }))
}

/// Begins a session in place of the one that the browser had, and clears away those that are over.
pub async fn begin_session(
    db: &Db,
    (token_hash, replaced): ([u8; 32], Option<[u8; 32]>),
    (account, csrf): (&str, &str),
    (now, expires_at): (i64, i64),
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.run("delete from sessions where expires_at <= $1", params![now]).await?;
    if let Some(replaced) = replaced {
        tx.run("delete from sessions where token_hash = $1", params![replaced]).await?;
    }
    let sql = "insert into sessions(token_hash, account, csrf, created_at, seen_at, expires_at)
               values ($1, $2, $3, $4, $4, $5)";
    tx.run(sql, params![token_hash, account, csrf, now, expires_at]).await?;
    tx.commit().await
}

/// Notes that a session was used.
pub async fn touch_session(db: &Db, token_hash: [u8; 32], now: i64) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.run("update sessions set seen_at = $2 where token_hash = $1", params![token_hash, now])
        .await?;
    tx.commit().await
}

/// Ends a session.
pub async fn end_session(db: &Db, token_hash: [u8; 32]) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.run("delete from sessions where token_hash = $1", params![token_hash]).await?;
    tx.commit().await
}
