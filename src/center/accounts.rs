//! The people who sign in: accounts, passwords, sessions, and the guard before every page.
//!
//! An account is created on the command line only; there is none at first, and none by default.

pub mod guard;
mod pages;
mod passwords;
mod rules;
mod store;
mod throttle;

use serde_json::json;

pub use guard::{Gate, Limits, Officer, Posted};
pub use pages::routes;
pub use passwords::Passwords;
pub use rules::{Role, Unfit};

use super::db::{self, Db};
use super::ledger::Recorder;

/// Why an account was not created, or nobody logged in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name or the password is not allowed; the sentence says why.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// There is an account of this name already.
    #[error("账号 {0} 已经存在")]
    Exists(String),
    /// Too many passwords are being checked at once.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// The password could not be hashed or checked.
    #[error("password hashing failed: {0}")]
    Hashing(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The center's own journal.
    #[error(transparent)]
    Ledger(#[from] super::ledger::Error),
}

/// Creates an account at the command line, whose operator (`person`) is recorded with the act.
///
/// # Errors
/// When name or password break the rules, the name is taken, or the database fails.
pub async fn create(
    db: &Db,
    recorder: &Recorder,
    (person, now): (&str, i64),
    account: &str,
    password: &str,
    role: Role,
) -> Result<(), Error> {
    let account = rules::account_name(account)?;
    rules::check_password(&account, password)?;
    let hash = Passwords::new().hash(password.to_owned()).await?;
    let mut tx = db.begin().await?;
    if !store::insert_account(&mut tx, &account, &hash, role, now).await? {
        return Err(Error::Exists(account));
    }
    let detail = json!({ "account": account, "role": role.as_str() });
    recorder.record(&mut tx, person, "account_created", detail).await?;
    tx.commit().await?;
    Ok(())
}
