//! Many terminals that come back from days without a network: real keys, real signatures, the
//! terminal's own HTTP client. Only the journals are missing: entries are made in memory, and
//! signed before the clock starts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::book::Book;
use super::visits::{Span, Visits};
use crate::chain::{self, Batch, CenterId, Entry, Hash, Header, Keypair};
use crate::clock::Clock;
use crate::terminal::identity::Enrolment;
use crate::terminal::uplink::{CenterTime, Client, Failure, Session};
use crate::wire::{Position, Receipt, path};

/// One enrolled terminal.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its key.
    pub key: Keypair,
    /// What the center made of it.
    pub enrolment: Enrolment,
}

/// What each terminal sends.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Batches a terminal.
    pub batches: u32,
    /// Entries a batch.
    pub size: u32,
    /// Over how many days the ratings were given.
    pub days: u32,
}

/// How it went.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Entries that the center acknowledged as durable.
    pub entries: u64,
    /// Bytes sent as bodies.
    pub bytes: u64,
    /// From the first request to the last reply.
    pub elapsed: Duration,
    /// How long each batch waited for its reply, shortest first.
    pub replies: Vec<Duration>,
    /// How often the center asked to wait.
    pub waits: u64,
}

impl Outcome {
    /// Entries a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn rate(&self) -> f64 {
        self.entries as f64 / self.elapsed.as_secs_f64()
    }

    /// The reply time that this share of the batches did not exceed; nothing without batches.
    #[must_use]
    pub fn reply_time(&self, percent: usize) -> Duration {
        let last = self.replies.len().saturating_sub(1);
        self.replies.get(last * percent.min(100) / 100).copied().unwrap_or_default()
    }
}

/// Why the fleet did not finish.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The center, or the way to it.
    #[error(transparent)]
    Uplink(#[from] Failure),
    /// An entry could not be written.
    #[error(transparent)]
    Entry(#[from] chain::Error),
    /// The client or a thread.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The center acknowledged something else than what was sent.
    #[error("the center holds {0} after a batch that ends elsewhere")]
    Misplaced(u64),
}

/// Signs every batch of every terminal, then delivers: each terminal one batch at a time, all
/// terminals at once.
///
/// # Errors
/// When the center refuses, or acknowledges something else than what was sent.
pub async fn run(
    members: Vec<Member>,
    center_url: &str,
    clock: Arc<dyn Clock>,
    plan: Plan,
) -> Result<Outcome, Error> {
    let time = Arc::new(CenterTime::load(std::path::PathBuf::new(), clock.clone()));
    let client = Client::new(center_url, None, time)?;
    let now = clock.now().wall;
    let mut loads = Vec::with_capacity(members.len());
    for (seed, member) in (1..).zip(members) {
        let letters = letters(&member, plan, now, seed)?;
        loads.push((Session::new(client.clone(), member.key, member.enrolment), letters));
    }
    let started = Instant::now();
    let mut crew = JoinSet::new();
    for (session, letters) in loads {
        crew.spawn(deliver(session, letters));
    }
    let mut outcome = Outcome::default();
    while let Some(ended) = crew.join_next().await {
        let one = ended.map_err(std::io::Error::other)??;
        outcome.entries += one.entries;
        outcome.bytes += one.bytes;
        outcome.waits += one.waits;
        outcome.replies.extend(one.replies);
    }
    outcome.elapsed = started.elapsed();
    outcome.replies.sort_unstable();
    Ok(outcome)
}

/// A batch, ready to be sent.
pub(super) struct Letter {
    body: Vec<u8>,
    signature: chain::Signature,
    count: u64,
    next_seq: u64,
    head: Hash,
}

fn letters(member: &Member, plan: Plan, now: i64, seed: u64) -> Result<Vec<Letter>, Error> {
    let Enrolment { terminal, window, center_key } = &member.enrolment;
    let visits = u64::from(plan.batches) * u64::from(plan.size);
    let span = Span { until: now, days: plan.days, visits };
    // Two runs of one process, and two processes, are other journals.
    let seed = seed ^ now.unsigned_abs().rotate_left(20) ^ u64::from(std::process::id()) << 44;
    let mut visits = Visits::new(terminal.clone(), window.clone(), span, seed);
    let center = center_key.center_id();
    (0..plan.batches).map(|_| letter(member, &mut visits, center, plan.size, now)).collect()
}

fn letter(
    member: &Member,
    visits: &mut Visits,
    center: CenterId,
    size: u32,
    now: i64,
) -> Result<Letter, Error> {
    let before = (visits.book.seq, visits.book.head);
    let entries: Result<Vec<Entry>, chain::Error> =
        (0..size.max(1)).map(|_| visits.next()).collect();
    Ok(Letter::seal(member, &visits.book, before, entries?, (center, now)))
}

impl Letter {
    /// What a book has gained since it ended `before`, signed by its terminal.
    pub(super) fn seal(
        member: &Member,
        book: &Book,
        (last, previous): (u64, Hash),
        entries: Vec<Entry>,
        (center, now): (CenterId, i64),
    ) -> Letter {
        let header = Header {
            center,
            terminal: book.terminal.clone(),
            incarnation: book.incarnation,
            first: last + 1,
            last: book.seq,
            head: book.head,
            previous,
            sent: book.stamp(now),
        };
        let count = entries.len() as u64;
        let batch = Batch::sign(header, entries, &member.key);
        let (next_seq, head) = (book.seq + 1, book.head);
        Letter { signature: batch.signature, body: batch.encode(), count, next_seq, head }
    }
}

/// Delivers letters of one terminal, one after the other.
///
/// # Errors
/// When the center refuses, or acknowledges something else than what was sent.
pub(super) async fn deliver(session: Session, letters: Vec<Letter>) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    for letter in letters {
        let asked = Instant::now();
        let (bytes, mut body) = (letter.body.len() as u64, letter.body);
        let receipt: Receipt = loop {
            let copy = body.clone();
            match session.deliver(path::BATCH, body, &letter.signature).await {
                Ok(receipt) => break receipt,
                Err(Failure::Wait(pause)) => {
                    outcome.waits += 1;
                    tokio::time::sleep(pause.unwrap_or(Duration::from_secs(1))).await;
                    body = copy;
                }
                Err(failure) => return Err(failure.into()),
            }
        };
        // Further on where all this has been sent before.
        let Position { next_seq, head, .. } = receipt.position;
        if next_seq < letter.next_seq || (next_seq == letter.next_seq && head != letter.head) {
            return Err(Error::Misplaced(next_seq));
        }
        outcome.replies.push(asked.elapsed());
        outcome.entries += letter.count;
        outcome.bytes += bytes;
    }
    Ok(outcome)
}
