//! One round with the center: heartbeat, then batches until nothing is left.

use std::time::Duration;

use reqwest::Method;
use tokio::time::Instant;

use super::CenterTime;
use super::client::{Failure, Session};
use crate::chain::{Batch, Gap, Header, StartReason};
use crate::clock::Clock;
use crate::domain::Incarnation;
use crate::terminal::journal::{Journal, Unsent, Verdict};
use crate::wire::{Heartbeat, HeartbeatReply, Position, Receipt, RefusalCode, Standing, path};

/// Entries a batch: a few dozen kilobytes, signed once.
const BATCH_ENTRIES: u64 = 200;

/// How often in a row the center may send us back before the round is given up.
const PATIENCE: u32 = 4;

/// What rounds need; lives as long as the connection.
pub(super) struct Round<'a> {
    session: &'a Session,
    journal: &'a Journal,
    clock: &'a dyn Clock,
    time: &'a CenterTime,
    next_heartbeat: Instant,
    stalls: u32,
    entries: u64,
    standing: Standing,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        session: &'a Session,
        journal: &'a Journal,
        clock: &'a dyn Clock,
        time: &'a CenterTime,
    ) -> Round<'a> {
        let next_heartbeat = Instant::now();
        Round {
            session,
            journal,
            clock,
            time,
            next_heartbeat,
            stalls: 0,
            entries: BATCH_ENTRIES,
            standing: Standing::Active,
        }
    }

    /// When the center should hear from an idle terminal again.
    pub(super) fn next_heartbeat(&self) -> Instant {
        self.next_heartbeat
    }

    /// The next round begins with a heartbeat: after a failure nothing is taken for granted.
    pub(super) fn start_over(&mut self) {
        self.next_heartbeat = Instant::now();
        self.stalls = 0;
    }

    /// Runs one round; gives the reply to the heartbeat, if there was one.
    pub(super) async fn run(
        &mut self,
        shown: i64,
        every: Duration,
    ) -> Result<Option<HeartbeatReply>, Failure> {
        let mut reply = None;
        if Instant::now() >= self.next_heartbeat {
            reply = Some(self.heartbeat(shown).await?);
            self.next_heartbeat = Instant::now() + every;
        }
        let mut sent = false;
        loop {
            let limit = self.entries;
            let Some(unsent) = self.journal.ask(move |file, _| file.unsent(limit)).await? else {
                break;
            };
            let count = unsent.entries.len() as u64;
            match self.send(unsent).await {
                // The center, or a proxy before it, takes less at once than we thought.
                Err(Failure::Refused(refusal))
                    if refusal.code == RefusalCode::TooLarge && count > 1 =>
                {
                    self.entries = count / 2;
                }
                other => other?,
            }
            sent = true;
        }
        // A retiring terminal tells at once that it is drained.
        if sent && self.standing == Standing::Retiring {
            reply = Some(self.heartbeat(shown).await?);
        }
        Ok(reply)
    }

    async fn heartbeat(&mut self, shown: i64) -> Result<HeartbeatReply, Failure> {
        let summary = self.journal.ask(|file, _| file.summary()).await?;
        let beat = Heartbeat {
            version: env!("CARGO_PKG_VERSION").into(),
            incarnation: summary.incarnation,
            backlog: summary.backlog,
            oldest_unsent_at: summary.oldest_unsent_at,
            content_version: shown,
            trouble: String::new(),
            at: self.clock.now(),
        };
        let body = serde_json::to_vec(&beat).map_err(std::io::Error::from)?;
        let reply: HeartbeatReply = self.session.ask(Method::POST, path::HEARTBEAT, body).await?;
        self.time.learn(reply.time);
        self.standing = reply.standing;
        self.meet_epoch(reply.epoch).await?;
        self.apply(reply.position, reply.time).await?;
        let center_at = reply.time;
        self.journal.ask(move |file, _| file.prune(center_at)).await?;
        Ok(reply)
    }

    async fn meet_epoch(&self, epoch: u64) -> Result<(), Failure> {
        if self.journal.ask(move |file, _| file.offer_again(epoch)).await? {
            tracing::warn!(
                epoch,
                "the center was restored from a backup: everything kept is offered again"
            );
        }
        Ok(())
    }

    async fn send(&mut self, unsent: Unsent) -> Result<(), Failure> {
        let Unsent { incarnation, first, previous, head, entries, sealed } = unsent;
        let enrolment = self.session.enrolment();
        let header = Header {
            center: enrolment.center_key.center_id(),
            terminal: enrolment.terminal.clone(),
            incarnation,
            first,
            last: first + entries.len() as u64 - 1,
            head,
            previous,
            sent: self.clock.now(),
        };
        let batch = Batch::sign(header, entries, self.session.key()).with_sealed(sealed);
        let receipt: Receipt =
            self.session.deliver(path::BATCH, batch.encode(), &batch.signature).await?;
        self.take(receipt, incarnation).await
    }

    /// Applies what the center says it holds. Nothing moves unless its head is one of our own
    /// hashes.
    async fn take(&mut self, receipt: Receipt, incarnation: Incarnation) -> Result<(), Failure> {
        self.time.learn(receipt.time);
        self.standing = receipt.standing;
        self.meet_epoch(receipt.epoch).await?;
        if receipt.position.incarnation != incarnation {
            return Err(Failure::Forged);
        }
        let Some(held) = receipt.held else {
            return self.step_back(receipt.position, receipt.time).await;
        };
        self.stalls = 0;
        if receipt.branched && self.part(incarnation, StartReason::Clone).await? {
            return Ok(());
        }
        match self.judge(held).await? {
            Verdict::Agrees { next_seq } => {
                self.advance(incarnation, next_seq, receipt.time).await?
            }
            _ => return Err(Failure::Forged),
        }
        if !receipt.branched {
            self.apply(receipt.position, receipt.time).await?;
        }
        Ok(())
    }

    /// The batch began after what the center holds: sends from there. A center that never moves is
    /// left alone for a while instead of being asked again and again.
    async fn step_back(&mut self, position: Position, center_at: i64) -> Result<(), Failure> {
        self.stalls += 1;
        if self.stalls > PATIENCE {
            return Err(Failure::Unreachable("the center holds less than it said".into()));
        }
        match self.judge(position).await? {
            Verdict::Agrees { next_seq } => {
                self.advance(position.incarnation, next_seq, center_at).await
            }
            Verdict::Forked => {
                if !self.part(position.incarnation, StartReason::Clone).await? {
                    // The center no longer holds the branch that it acknowledged.
                    self.journal.ask(|file, _| file.offer_everything()).await?;
                }
                Ok(())
            }
            _ => self.apply(position, center_at).await,
        }
    }

    /// Follows the center's position of one life: on, back, over a gap, or into a new life.
    async fn apply(&self, position: Position, center_at: i64) -> Result<(), Failure> {
        let incarnation = position.incarnation;
        let parted = self.journal.ask(move |file, _| file.has_parted(incarnation)).await?;
        match self.judge(position).await? {
            Verdict::Agrees { .. } if parted => Ok(()),
            Verdict::Agrees { next_seq } => self.advance(incarnation, next_seq, center_at).await,
            Verdict::Gone { first, last, head } => {
                let enrolment = self.session.enrolment();
                let gap = Gap {
                    center: enrolment.center_key.center_id(),
                    terminal: enrolment.terminal.clone(),
                    incarnation,
                    first,
                    last,
                    head,
                };
                self.state_gap(&gap, center_at).await
            }
            verdict @ (Verdict::RolledBack | Verdict::Forked) => {
                self.part(incarnation, verdict.into()).await.map(drop)
            }
            Verdict::Stranger => Err(Failure::Forged),
        }
    }

    /// Says which entries are gone for good, so that the center can go on behind them.
    async fn state_gap(&self, gap: &Gap, center_at: i64) -> Result<(), Failure> {
        let text = gap.sign(self.session.key());
        let (_, _, signature) =
            Gap::decode(&text).map_err(|error| Failure::Unreachable(error.to_string()))?;
        let receipt: Receipt =
            self.session.deliver(path::GAP, text.into_bytes(), &signature).await?;
        match self.judge(receipt.position).await? {
            Verdict::Agrees { next_seq } => {
                self.advance(gap.incarnation, next_seq, center_at).await
            }
            _ => Err(Failure::Unreachable("the center did not take the gap statement".into())),
        }
    }

    async fn judge(&self, position: Position) -> Result<Verdict, Failure> {
        Ok(self.journal.ask(move |file, _| file.judge(&position)).await?)
    }

    async fn advance(
        &self,
        incarnation: Incarnation,
        next: u64,
        center_at: i64,
    ) -> Result<(), Failure> {
        Ok(self.journal.ask(move |file, _| file.advance(incarnation, next, center_at)).await?)
    }

    async fn part(&self, incarnation: Incarnation, reason: StartReason) -> Result<bool, Failure> {
        let is_new =
            self.journal.ask(move |file, clock| file.part(incarnation, reason, clock)).await?;
        if is_new {
            tracing::warn!(%incarnation, ?reason, "this journal has parted from the center's");
        }
        Ok(is_new)
    }
}
