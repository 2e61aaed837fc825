//! The clerk: the one task that applies what machines send. Orders that wait together share one
//! transaction and one sync; each is answered only after that.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::projection::{Arrived, Projection};
use super::refused::Refused;
use super::rules::{Reading, Source};
use super::terminals;
use crate::center::db::{Db, Tx, params};
use crate::center::ledger::rules::Place;
use crate::center::ledger::store::Sheet;
use crate::center::ledger::{Error, Recorder, store};
use crate::center::review::Pulse;
use crate::center::review::store::improbable;
use crate::chain::{Batch, Gap, Hash, Signature};
use crate::clock::Clock;
use crate::domain::{Day, Incarnation, TerminalId};
use crate::wire::{Heartbeat, HeartbeatReply, Position, Receipt, Standing};

/// Orders that may wait; a further one is told to come back later.
const WAITING: usize = 1024;

/// Orders that share a transaction at most.
const TOGETHER: usize = 64;

/// A batch whose signature and chain fit, with its lines read.
pub(super) struct Checked {
    pub batch: Batch,
    pub hashes: Vec<Hash>,
    pub readings: Vec<Reading>,
}

/// A gap statement whose signature fits.
pub(super) struct Stated {
    pub gap: Gap,
    pub text: String,
    pub signature: Signature,
}

/// A heartbeat whose signature fits.
pub(super) struct Heard {
    pub terminal: TerminalId,
    pub known: terminals::Known,
    pub beat: Heartbeat,
}

enum Order {
    Batch(Arc<Checked>, oneshot::Sender<Result<Receipt, Refused>>),
    Gap(Arc<Stated>, oneshot::Sender<Result<Receipt, Refused>>),
    Heartbeat(Arc<Heard>, oneshot::Sender<Result<HeartbeatReply, Refused>>),
}

enum Answer {
    Receipt(Receipt),
    Heartbeat(HeartbeatReply),
    /// Revoked between the handler's look and the clerk's.
    Revoked,
}

impl Order {
    /// The journal whose position the order asks for and may move.
    fn journal(&self) -> (TerminalId, Incarnation) {
        match self {
            Order::Batch(checked, _) => {
                let header = &checked.batch.header;
                (header.terminal.clone(), header.incarnation)
            }
            Order::Gap(stated, _) => (stated.gap.terminal.clone(), stated.gap.incarnation),
            Order::Heartbeat(heard, _) => (heard.terminal.clone(), heard.beat.incarnation),
        }
    }

    /// The terminal and the entries of a batch.
    fn readings(&self) -> Option<(&TerminalId, &[Reading])> {
        match self {
            Order::Batch(checked, _) => Some((&checked.batch.header.terminal, &checked.readings)),
            Order::Gap(..) | Order::Heartbeat(..) => None,
        }
    }

    fn reply(self, answer: Result<Answer, Refused>) {
        let no = match answer {
            Ok(Answer::Receipt(receipt)) => match self {
                // Whoever asked may have gone; what was done stays done.
                Order::Batch(_, to) | Order::Gap(_, to) => return drop(to.send(Ok(receipt))),
                Order::Heartbeat(..) => Refused::Busy,
            },
            Ok(Answer::Heartbeat(reply)) => match self {
                Order::Heartbeat(_, to) => return drop(to.send(Ok(reply))),
                Order::Batch(..) | Order::Gap(..) => return,
            },
            Ok(Answer::Revoked) => Refused::Revoked,
            Err(no) => no,
        };
        match self {
            Order::Batch(_, to) | Order::Gap(_, to) => drop(to.send(Err(no))),
            Order::Heartbeat(_, to) => drop(to.send(Err(no))),
        }
    }
}

/// Where handlers hand orders in.
#[derive(Clone)]
pub(super) struct Desk(mpsc::Sender<Order>);

impl Desk {
    /// Opens the desk and starts the clerk; it ends with the last handle to the desk.
    pub(super) fn open(db: Db, clock: Arc<dyn Clock>, recorder: Recorder, pulse: Pulse) -> Desk {
        let (desk, inbox) = mpsc::channel(WAITING);
        tokio::spawn(Clerk { db, clock, recorder, pulse }.run(inbox));
        Desk(desk)
    }

    pub(super) async fn batch(&self, batch: Checked) -> Result<Receipt, Refused> {
        self.hand_in(|reply| Order::Batch(Arc::new(batch), reply)).await
    }

    pub(super) async fn gap(&self, gap: Stated) -> Result<Receipt, Refused> {
        self.hand_in(|reply| Order::Gap(Arc::new(gap), reply)).await
    }

    pub(super) async fn heartbeat(&self, heard: Heard) -> Result<HeartbeatReply, Refused> {
        self.hand_in(|reply| Order::Heartbeat(Arc::new(heard), reply)).await
    }

    async fn hand_in<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, Refused>>) -> Order,
    ) -> Result<T, Refused> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(order(reply)).map_err(|_| Refused::Busy)?;
        answer.await.map_err(|_| Refused::Busy)?
    }
}

struct Clerk {
    db: Db,
    clock: Arc<dyn Clock>,
    recorder: Recorder,
    pulse: Pulse,
}

impl Clerk {
    async fn run(self, mut inbox: mpsc::Receiver<Order>) {
        let mut orders = Vec::with_capacity(TOGETHER);
        let mut looked_on = None;
        while inbox.recv_many(&mut orders, TOGETHER).await > 0 {
            match self.apply(&orders).await {
                Ok(answers) => {
                    for (order, answer) in orders.drain(..).zip(answers) {
                        order.reply(Ok(answer));
                    }
                }
                // One of them does not go through: each by itself, so that none stops the others.
                Err(error) if orders.len() > 1 && !error.is_retryable() => {
                    for order in orders.drain(..) {
                        let answer = self.apply(std::slice::from_ref(&order)).await;
                        order.reply(answer.map(|mut one| one.remove(0)).map_err(Refused::from));
                    }
                }
                Err(error) => {
                    for order in orders.drain(..) {
                        order.reply(Err(Refused::Failed(clone_of(&error))));
                    }
                }
            }
            self.look_daily(&mut looked_on).await;
        }
    }

    /// Once a day, with the first that comes: looks for terminals at which nobody was dissatisfied
    /// for improbably long.
    async fn look_daily(&self, looked_on: &mut Option<Day>) {
        let now = self.clock.now().wall;
        let today = Day::of(now);
        let Some(day) = today.filter(|_| today != *looked_on) else { return };
        *looked_on = today;
        let look = async {
            let mut tx = self.db.begin().await?;
            improbable::flag(&mut tx, day, now).await?;
            Ok::<(), Error>(tx.commit().await?)
        };
        if let Err(error) = look.await {
            tracing::warn!(%error, "no look for improbable terminals today");
        }
    }

    async fn apply(&self, orders: &[Order]) -> Result<Vec<Answer>, Error> {
        let now = self.clock.now().wall;
        let mut tx = self.db.begin().await?;
        let journals: Vec<_> = orders.iter().map(Order::journal).collect();
        let names = journals.iter().map(|(terminal, _)| terminal.clone()).collect();
        let standings = terminals::standings(&mut tx, names).await?;
        let mut sheet = Sheet::open(&mut tx, journals).await?;
        let mut counts = Projection::default();
        counts.prepare(&mut tx, orders.iter().filter_map(Order::readings)).await?;
        let mut answers = Vec::with_capacity(orders.len());
        for order in orders {
            let (tx, sheet, counts) = (&mut tx, &mut sheet, &mut counts);
            let mut step = Step { tx, sheet, counts, standings: &standings, now };
            answers.push(match order {
                Order::Batch(checked, _) => step.batch(checked).await?,
                Order::Gap(stated, _) => step.gap(stated).await?,
                Order::Heartbeat(heard, _) => step.heartbeat(heard, &self.recorder).await?,
            });
        }
        let changed = counts.write(&mut tx, now).await?;
        sheet.write(&mut tx).await?;
        tx.commit().await?;
        if changed {
            self.pulse.beat();
        }
        Ok(answers)
    }
}

/// An error that is told to one and logged for all: the text is what matters.
fn clone_of(error: &Error) -> Error {
    Error::Db(crate::center::db::Error::Lost(error.to_string()))
}

/// One order within the clerk's transaction.
struct Step<'a> {
    tx: &'a mut Tx,
    sheet: &'a mut Sheet,
    counts: &'a mut Projection,
    standings: &'a HashMap<TerminalId, Standing>,
    now: i64,
}

impl Step<'_> {
    fn standing(&self, terminal: &TerminalId) -> Standing {
        // All that have an order were asked for; without an answer nothing is taken.
        self.standings.get(terminal).copied().unwrap_or(Standing::Revoked)
    }

    async fn batch(&mut self, checked: &Checked) -> Result<Answer, Error> {
        let Checked { batch, hashes, readings } = checked;
        let header = &batch.header;
        let (terminal, incarnation) = (&header.terminal, header.incarnation);
        let source = Source { terminal, incarnation, sent: header.sent, received_at: self.now };
        let standing = self.standing(terminal);
        if standing == Standing::Revoked {
            store::quarantine(self.tx, terminal, &batch.encode(), self.now).await?;
            return Ok(Answer::Revoked);
        }
        let mut position = self.sheet.position(self.tx, terminal, incarnation).await?;
        let end = Position { incarnation, next_seq: header.last + 1, head: header.head };
        let place = self.sheet.place(self.tx, &position, batch, hashes).await?;
        let (mut leaf, mut held) = (None, Some(end));
        match place {
            Place::Fits { known } => {
                let first = self.sheet.append(batch, hashes, known, self.now);
                let new = usize::try_from(known).unwrap_or(usize::MAX);
                let arrived = (first..).zip(header.first + known..).zip(readings.iter().skip(new));
                let arrived = arrived.map(|((leaf, seq), reading)| Arrived { leaf, seq, reading });
                let arrived: Vec<Arrived<'_>> = arrived.collect();
                self.counts.take(self.tx, self.sheet, &source, arrived).await?;
                self.sheet.set_position(terminal, end);
                position = end;
                leaf = Some(first);
            }
            Place::Known => {}
            Place::Branch(reason) => {
                if self.sheet.add_branch(self.tx, batch, hashes, self.now, reason).await? {
                    let evidence =
                        format!("{incarnation} {}-{}: {reason}", header.first, header.last);
                    self.counts.flag(None, &source, "fork", &evidence);
                }
            }
            Place::Ahead => held = None,
        }
        if held.is_some() {
            self.sheet.add_sealed(batch, hashes, self.now);
            for odd in &batch.odd {
                let evidence = format!("{incarnation} {} {}: {}", odd.seq, odd.field, odd.why);
                self.counts.flag(None, &source, "odd_field", &evidence);
            }
        }
        let branched = matches!(place, Place::Branch(_));
        Ok(self.receipt(standing, position, held, branched, leaf))
    }

    fn receipt(
        &self,
        standing: Standing,
        position: Position,
        held: Option<Position>,
        branched: bool,
        leaf: Option<u64>,
    ) -> Answer {
        Answer::Receipt(Receipt {
            time: self.now,
            standing,
            epoch: self.sheet.log.epoch,
            position,
            held,
            branched,
            leaf,
            tree_size: self.sheet.log.tree.size(),
            tree_root: self.sheet.log.tree.root(),
        })
    }

    /// Goes on behind a gap, if the gap begins where the ledger ends; anything else moves nothing.
    async fn gap(&mut self, stated: &Stated) -> Result<Answer, Error> {
        let Stated { gap, text, signature } = stated;
        let Gap { terminal, incarnation, first, last, head, .. } = gap;
        let standing = self.standing(terminal);
        if standing == Standing::Revoked {
            store::quarantine(self.tx, terminal, text.as_bytes(), self.now).await?;
            return Ok(Answer::Revoked);
        }
        let mut position = self.sheet.position(self.tx, terminal, *incarnation).await?;
        if *first == position.next_seq {
            store::add_gap(self.tx, gap, text, signature, self.now).await?;
            position = Position { incarnation: *incarnation, next_seq: last + 1, head: *head };
            self.sheet.set_position(terminal, position);
            let evidence = format!("{incarnation} {first}-{last} are gone, says the terminal");
            let flag =
                store::Flag { leaf: None, terminal: terminal.clone(), rule: "gap", evidence };
            store::raise(self.tx, &[flag], self.now).await?;
        }
        Ok(self.receipt(standing, position, None, false, None))
    }

    async fn heartbeat(&mut self, heard: &Heard, recorder: &Recorder) -> Result<Answer, Error> {
        let Heard { terminal, known, beat } = heard;
        let standing = terminals::hear(self.tx, terminal, beat, self.now).await?;
        if standing == Standing::Revoked {
            return Ok(Answer::Revoked);
        }
        if standing == Standing::Retired && known.standing == Standing::Retiring {
            let detail = serde_json::json!({ "terminal": terminal });
            recorder
                .record_in(self.tx, &mut self.sheet.log, "center", "terminal_retired", detail)
                .await?;
        }
        Ok(Answer::Heartbeat(HeartbeatReply {
            time: self.now,
            standing,
            epoch: self.sheet.log.epoch,
            window: known.window.clone(),
            content_version: self.content_version(known.window.as_str()).await?,
            position: self.sheet.position(self.tx, terminal, beat.incarnation).await?,
        }))
    }

    async fn content_version(&mut self, window: &str) -> Result<i64, Error> {
        let sql = "select coalesce(max(content_version), 0) as newest from contents
                   where window_id = $1";
        let row = self.tx.read_one(sql, params![window]).await?;
        Ok(row.map(|row| row.int("newest")).transpose()?.unwrap_or(0))
    }
}
