//! One-time codes: made for a window, claimed by a terminal's key, decided by an officer.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

pub use super::By;
use super::terminals;
use crate::center::db::{Db, Row, Tx, params};
use crate::center::ledger::Recorder;
use crate::center::registry::Error;
use crate::center::registry::rules::{self, Claim, Delivery};
use crate::chain::{CenterId, Hash, PublicKey};
use crate::domain::{CodeId, TerminalId, WindowId};
use crate::wire::{DecisionReply, DecisionRequest, EnrolRequest, enrol_proof_bytes};

/// An enrolment as it stands.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The public part of the code.
    pub code: CodeId,
    /// The window that the terminal is for.
    pub window_id: WindowId,
    /// How far it has come.
    pub progress: rules::Enrolment,
    /// How the code is carried.
    pub delivery: Delivery,
    /// Who made it.
    pub created_by: String,
    secret: [u8; 10],
    terminal: Option<TerminalId>,
}

impl Enrolment {
    /// The whole code, as it is typed.
    #[must_use]
    pub fn written(&self, center: CenterId) -> String {
        rules::write_code(&self.code, &self.secret, center)
    }

    /// In constant time.
    fn is_proved(&self, center: CenterId, key: &PublicKey, proof: &Hash) -> bool {
        Hmac::<Sha256>::new_from_slice(&self.secret).is_ok_and(|mut mac| {
            mac.update(&enrol_proof_bytes(center, &self.code, key));
            mac.verify_slice(&proof.0).is_ok()
        })
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Broken(format!("a stored enrolment: {error}"))
}

fn read(row: &Row) -> Result<Enrolment, Error> {
    let key = row.opt_bytes("public_key")?.map(PublicKey::try_from).transpose().map_err(broken)?;
    let terminal = row.opt_text("terminal_id")?.map(str::parse).transpose().map_err(broken)?;
    let expires_at = row.int("expires_at")?;
    Ok(Enrolment {
        code: row.text("code_id")?.parse().map_err(broken)?,
        window_id: row.text("window_id")?.parse().map_err(broken)?,
        progress: rules::Enrolment {
            expires_at,
            tries: row.int("tries")?,
            claimed_by: key,
            accepted: row.opt_text("decision")?.map(|word| word == "accepted"),
        },
        delivery: Delivery::of(row.int("created_at")?, expires_at),
        created_by: row.text("created_by")?.to_owned(),
        secret: row.array("secret")?,
        terminal,
    })
}

/// Those that can still lead to a terminal: first those that wait for an officer, then the newest.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &Db, now: i64) -> Result<Vec<Enrolment>, Error> {
    let sql =
        "select code_id, secret, window_id, expires_at, tries, public_key, terminal_id, decision,
                      created_by, created_at
               from enrolments where decided_at is null and expires_at > $1
               order by case when public_key is null then 1 else 0 end, created_at desc, code_id";
    let all: Result<Vec<_>, _> = db.read(sql, params![now]).await?.iter().map(read).collect();
    Ok(all?.into_iter().filter(|enrolment| enrolment.progress.is_open(now)).collect())
}

/// One enrolment, if there is such a code.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &Db, code: &CodeId) -> Result<Option<Enrolment>, Error> {
    let sql =
        "select code_id, secret, window_id, expires_at, tries, public_key, terminal_id, decision,
                      created_by, created_at
               from enrolments where code_id = $1";
    db.read_one(sql, params![code.as_str()]).await?.as_ref().map(read).transpose()
}

async fn find_in(tx: &mut Tx, code: &CodeId) -> Result<Option<Enrolment>, Error> {
    let sql =
        "select code_id, secret, window_id, expires_at, tries, public_key, terminal_id, decision,
                      created_by, created_at
               from enrolments where code_id = $1";
    tx.read_one(sql, params![code.as_str()]).await?.as_ref().map(read).transpose()
}

/// Makes a one-time code for a window.
///
/// # Errors
/// [`Error::Unknown`] window; no random source; the database.
pub async fn create(
    tx: &mut Tx,
    recorder: &Recorder,
    by: By<'_>,
    window: &WindowId,
    delivery: Delivery,
) -> Result<CodeId, Error> {
    let known = tx
        .read_one("select window_id from windows where window_id = $1", params![window.as_str()])
        .await?;
    if known.is_none() {
        return Err(Error::Unknown("window"));
    }
    let sql = "insert into enrolments(code_id, secret, window_id, expires_at, tries, created_by, created_at)
               values ($1, $2, $3, $4, 0, $5, $6) on conflict (code_id) do nothing";
    let expires_at = by.now + delivery.valid_ms();
    // Public ids are short, so one may be used up already; a few draws find another.
    for _ in 0..32 {
        let (code, secret) = (CodeId::from_random(random()?), random::<10>()?);
        let row = params![code.as_str(), secret, window.as_str(), expires_at, by.officer, by.now];
        if tx.run(sql, row).await? == 1 {
            let detail = json!({ "code": code, "window": window, "expires_at": expires_at });
            recorder.record(tx, by.officer, "enrolment_created", detail).await?;
            return Ok(code);
        }
    }
    Err(Error::Broken("no free enrolment code".to_owned()))
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bits = [0; N];
    getrandom::fill(&mut bits)
        .map_err(|error| Error::Broken(format!("no random source: {error}")))?;
    Ok(bits)
}

/// A terminal shows its key, and that it holds the secret. Commit whatever the outcome is: a wrong
/// try is counted.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    center: CenterId,
    request: &EnrolRequest,
    now: i64,
) -> Result<Claim, Error> {
    let EnrolRequest { code, public_key, proof } = request;
    let Some(enrolment) = find_in(tx, code).await? else { return Ok(Claim::Refused) };
    let fits = enrolment.is_proved(center, public_key, proof);
    let claim = enrolment.progress.claim(public_key, fits, now);
    match claim {
        Claim::WrongProof => {
            tx.run(
                "update enrolments set tries = tries + 1 where code_id = $1",
                params![code.as_str()],
            )
            .await?;
        }
        Claim::Taken if enrolment.progress.claimed_by.is_none() => {
            if terminals::is_key_in_use(tx, public_key).await? {
                return Ok(Claim::Refused);
            }
            let sql = "update enrolments set public_key = $2, claimed_at = $3 where code_id = $1";
            tx.run(sql, params![code.as_str(), public_key.bytes(), now]).await?;
        }
        Claim::Taken | Claim::Refused => {}
    }
    Ok(claim)
}

/// What the terminal that claimed a code is told when it asks.
///
/// # Errors
/// When the database fails.
pub async fn decision(
    db: &Db,
    request: &DecisionRequest,
    now: i64,
) -> Result<DecisionReply, Error> {
    let Some(enrolment) = find(db, &request.code).await? else { return Ok(DecisionReply::Refused) };
    let is_theirs = enrolment.progress.claimed_by == Some(request.public_key);
    Ok(match (is_theirs, enrolment.progress.accepted, enrolment.terminal) {
        (true, Some(true), Some(terminal)) => {
            DecisionReply::Accepted { terminal, window: enrolment.window_id }
        }
        (true, None, _) if now < enrolment.progress.expires_at => DecisionReply::Waiting,
        _ => DecisionReply::Refused,
    })
}

/// The officer has compared the fingerprints of both screens: the terminal gets its name. `shown`
/// is the fingerprint that stood on the officer's page, so that no other key is accepted by
/// accident.
///
/// # Errors
/// [`Error::Unknown`] code; [`Error::Refused`] before the claim, after the end, or decided before.
pub async fn confirm(
    tx: &mut Tx,
    recorder: &Recorder,
    by: By<'_>,
    code: &CodeId,
    shown: &str,
) -> Result<TerminalId, Error> {
    let enrolment = find_in(tx, code).await?.ok_or(Error::Unknown("code"))?;
    enrolment.progress.may_decide(by.now).map_err(Error::Refused)?;
    let Some(key) = enrolment.progress.claimed_by else { return Err(Error::Unknown("key")) };
    if key.fingerprint().to_string() != shown {
        return Err(Error::Refused("页面上的指纹已经变了，请刷新后重新核对。"));
    }
    if terminals::is_key_in_use(tx, &key).await? {
        return Err(Error::Refused("这台终端已经启用，请先停用原来的编号。"));
    }
    let terminal = terminals::add(tx, &enrolment.window_id, &key, by.now).await?;
    decide(tx, code, by.now, Some(&terminal)).await?;
    let detail =
        json!({ "code": code, "terminal": terminal, "window": enrolment.window_id, "key": key });
    recorder.record(tx, by.officer, "enrolment_confirmed", detail).await?;
    Ok(terminal)
}

/// The fingerprints differ, or the code is not wanted any more.
///
/// # Errors
/// [`Error::Unknown`] code; [`Error::Refused`] when it was decided before.
pub async fn refuse(
    tx: &mut Tx,
    recorder: &Recorder,
    by: By<'_>,
    code: &CodeId,
) -> Result<(), Error> {
    let enrolment = find_in(tx, code).await?.ok_or(Error::Unknown("code"))?;
    if enrolment.progress.accepted.is_some() {
        return Err(Error::Refused("这个代码已经处理过了。"));
    }
    decide(tx, code, by.now, None).await?;
    let key = enrolment.progress.claimed_by.map(|key| key.fingerprint().to_string());
    let detail = json!({ "code": code, "window": enrolment.window_id, "fingerprint": key });
    recorder.record(tx, by.officer, "enrolment_refused", detail).await?;
    Ok(())
}

async fn decide(
    tx: &mut Tx,
    code: &CodeId,
    now: i64,
    terminal: Option<&TerminalId>,
) -> Result<(), Error> {
    let decision = if terminal.is_some() { "accepted" } else { "refused" };
    let sql =
        "update enrolments set decided_at = $2, decision = $3, terminal_id = $4 where code_id = $1";
    let terminal = terminal.map(TerminalId::as_str);
    tx.run(sql, params![code.as_str(), now, decision, terminal]).await?;
    Ok(())
}
