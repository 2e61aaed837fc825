//! The network contract of terminal and center: addresses, headers and JSON bodies.
//!
//! Batches and gap statements travel as the signed text of [`crate::chain`]; all else is JSON.
//! Every reply to a known terminal is signed with the center's key (see
//! [`crate::chain::reply_bytes`]). Times are milliseconds UTC.

use serde::{Deserialize, Serialize};

use crate::chain::{CenterId, Hash, PublicKey};
use crate::domain::{BundleVersion, CodeId, Incarnation, Stamp, TerminalId, WindowId};

/// Addresses of the machine interface.
pub mod path {
    /// `POST` [`super::EnrolRequest`] -> [`super::EnrolReply`].
    pub const ENROL: &str = "/machine/v1/enrol";
    /// `POST` [`super::DecisionRequest`] -> [`super::DecisionReply`].
    pub const DECISION: &str = "/machine/v1/enrol/decision";
    /// `GET` -> [`super::Nonce`].
    pub const NONCE: &str = "/machine/v1/nonce";
    /// `POST` a batch -> [`super::Receipt`].
    pub const BATCH: &str = "/machine/v1/batch";
    /// `POST` a gap statement -> [`super::Receipt`].
    pub const GAP: &str = "/machine/v1/gap";
    /// `POST` [`super::Heartbeat`], signed -> [`super::HeartbeatReply`].
    pub const HEARTBEAT: &str = "/machine/v1/heartbeat";
    /// `GET`, signed -> the bundle's bytes, with [`super::header::CONTENT_SIGNATURE`].
    pub const CONTENT: &str = "/machine/v1/content";
}

/// HTTP headers of the machine interface.
pub mod header {
    /// The terminal that asks.
    pub const TERMINAL: &str = "pingyi-terminal";
    /// A nonce of the center, for signed requests.
    pub const NONCE: &str = "pingyi-nonce";
    /// The signature of a request, or of a reply.
    pub const SIGNATURE: &str = "pingyi-signature";
    /// The center's signature over a content bundle, see [`crate::chain::content_bytes`].
    pub const CONTENT_SIGNATURE: &str = "pingyi-content-signature";
}

/// How far the center holds one incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which life of the journal.
    pub incarnation: Incarnation,
    /// The seq that the center expects next; 1 when it holds nothing.
    pub next_seq: u64,
    /// The hash of the entry before; zero bytes when there is none.
    pub head: Hash,
}

/// What the office has decided of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In service.
    Active,
    /// Takes no more ratings, and sends what it has.
    Retiring,
    /// Drained and out of service.
    Retired,
    /// Stolen or lost: what arrives is quarantined and never acknowledged.
    Revoked,
}

impl Standing {
    /// The word as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Retiring => "retiring",
            Standing::Retired => "retired",
            Standing::Revoked => "revoked",
        }
    }
}

impl std::str::FromStr for Standing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Standing::Active, Standing::Retiring, Standing::Retired, Standing::Revoked]
            .into_iter()
            .find(|standing| standing.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not a terminal's standing"))
    }
}

/// The answer to a batch or a gap statement: durable when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The center's clock.
    pub time: i64,
    /// What the office has decided of this terminal.
    pub standing: Standing,
    /// The log's epoch: a new one begins when the center is restored from a backup.
    pub epoch: u64,
    /// How far the center holds this incarnation.
    pub position: Position,
    /// How far the center holds the continuation that the batch belongs to, the batch included;
    /// nothing when the batch begins after what the center holds and nothing was stored.
    pub held: Option<Position>,
    /// The batch did not fit what the center holds: it was stored apart, acknowledged, and is not
    /// counted until a person decides.
    pub branched: bool,
    /// The leaf of the first entry that this batch added to the log, if it added any.
    pub leaf: Option<u64>,
    /// The log's size after this batch.
    pub tree_size: u64,
    /// The log's root after this batch.
    pub tree_root: Hash,
}

/// A number used once, for a signed request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nonce {
    /// Opaque text.
    pub nonce: String,
}

/// How a terminal is; sent every half minute and after each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The program's version.
    pub version: String,
    /// The current incarnation.
    pub incarnation: Incarnation,
    /// Entries that no reply of the center covers yet.
    pub backlog: u64,
    /// The wall time of the oldest of them.
    pub oldest_unsent_at: Option<i64>,
    /// The content bundle on the screen; 0 for none.
    pub content_version: BundleVersion,
    /// What is wrong, in a word for the technician; empty when all is well.
    pub trouble: String,
    /// The terminal's clocks.
    pub at: Stamp,
}

/// What the center says to a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatReply {
    /// The center's clock.
    pub time: i64,
    /// What the office has decided of this terminal.
    pub standing: Standing,
    /// The log's epoch.
    pub epoch: u64,
    /// The window it stands at.
    pub window: WindowId,
    /// The newest content bundle for it; 0 for none.
    pub content_version: BundleVersion,
    /// How far the center holds the incarnation that was named.
    pub position: Position,
}

/// First contact: the terminal's key, proved with the one-time secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The public part of the one-time code.
    pub code: CodeId,
    /// The key that the terminal made for itself.
    pub public_key: PublicKey,
    /// HMAC-SHA256 under the secret, see [`enrol_proof_bytes`].
    pub proof: Hash,
}

/// The center's side of first contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// The center's key; its hash stands in the code.
    pub center_key: PublicKey,
}

/// Asks whether the administrator has confirmed the fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRequest {
    /// The public part of the one-time code.
    pub code: CodeId,
    /// The terminal's key.
    pub public_key: PublicKey,
}

/// The administrator's decision. Both enrolment requests carry the terminal's signature over
/// [`enrol_proof_bytes`] in [`header::SIGNATURE`], and both replies the center's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum DecisionReply {
    /// Nobody has decided yet.
    Waiting,
    /// The fingerprints were equal.
    Accepted {
        /// The terminal's name from now on.
        terminal: TerminalId,
        /// Where it stands.
        window: WindowId,
    },
    /// They were not, or the code has run out.
    Refused,
}

/// What the proof of first contact covers.
#[must_use]
pub fn enrol_proof_bytes(center: CenterId, code: &CodeId, key: &PublicKey) -> Vec<u8> {
    let key = String::from(*key);
    format!("pingyi/enrol/1\ncenter {center}\ncode {}\nkey {key}\n", code.as_str()).into_bytes()
}

/// Why the center does not take a request; the body of every answer but 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What a program may act on.
    pub code: RefusalCode,
    /// What a technician may read.
    pub message: String,
}

/// The refusals of the machine interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// 400: cannot be parsed; the message says what was found and what is allowed.
    Malformed,
    /// 413: larger than the center takes.
    TooLarge,
    /// 429: too many requests; wait as `Retry-After` says.
    TooMany,
    /// 401: the center does not know this terminal.
    UnknownTerminal,
    /// 401: the signature does not fit.
    BadSignature,
    /// 401: the nonce is unknown, used up or too old; ask for another.
    BadNonce,
    /// 403: revoked; nothing is acknowledged.
    Revoked,
    /// 403: the one-time code is unknown, used, expired or tried too often.
    BadCode,
    /// 404: there is no content for this window yet.
    NoContent,
    /// 503: busy or out of service; wait as `Retry-After` says.
    Busy,
}

impl RefusalCode {
    /// Whether trying again without a person's help is pointless.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        use RefusalCode::{BadSignature, Malformed, Revoked, TooLarge, UnknownTerminal};
        matches!(self, Malformed | TooLarge | UnknownTerminal | BadSignature | Revoked)
    }
}
