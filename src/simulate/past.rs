//! Sends a [`super::history`] as the terminals of its time would have: enrolled terminals,
//! real keys, signed batches, one terminal a window.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::book::Book;
use super::dice::Dice;
use super::fleet::{Error, Letter, Member, deliver};
use super::history::{self, Told, What};
use crate::chain::{self, Entry, Kind, PrivateLine};
use crate::clock::Clock;
use crate::domain::{ReceiptCode, Record, WindowId};
use crate::settings::Office;
use crate::terminal::uplink::{CenterTime, Client, Session};

/// Entries a batch.
const TOGETHER: usize = 400;

/// When the past ends, and which of all pasts it is.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// Everything happened before the day of this instant, in milliseconds UTC.
    pub until: i64,
    /// The same for the same.
    pub seed: u64,
}

/// Writes and delivers what happened at the window of each member. Doing so again adds nothing.
/// Gives how many entries there are.
///
/// # Errors
/// When the center refuses, or acknowledges something else than what was sent.
pub async fn send(
    members: Vec<Member>,
    office: &Office,
    past: Past,
    center_url: &str,
    clock: Arc<dyn Clock>,
) -> Result<u64, Error> {
    let time = Arc::new(CenterTime::load(std::path::PathBuf::new(), clock.clone()));
    let client = Client::new(center_url, None, time)?;
    let mut told = history::of_office(office, past.until, past.seed);
    let mut crew = JoinSet::new();
    for member in members {
        let letters = letters(&member, &mut told, past, clock.now().wall)?;
        let session = Session::new(client.clone(), member.key, member.enrolment);
        crew.spawn(deliver(session, letters));
    }
    let mut entries = 0;
    while let Some(ended) = crew.join_next().await {
        entries += ended.map_err(std::io::Error::other)??.entries;
    }
    Ok(entries)
}

fn letters(
    member: &Member,
    told: &mut BTreeMap<WindowId, Vec<Told>>,
    past: Past,
    now: i64,
) -> Result<Vec<Letter>, Error> {
    let enrolment = &member.enrolment;
    let window = enrolment.window.clone();
    let told = told.remove(&window).unwrap_or_default();
    // A journal is one terminal's: its key tells it from any other.
    let bytes = member.key.public().bytes();
    let own = bytes.iter().fold(past.seed, |seed, byte| seed.rotate_left(8) ^ u64::from(*byte));
    let started_at = history::begins_at(past.until);
    let mut pen = Pen {
        book: Book::new(enrolment.terminal.clone(), window, started_at, own),
        dice: Dice::new(!own),
        last: None,
    };
    let center = enrolment.center_key.center_id();
    let start = pen.book.begin()?;
    let head = (0, chain::Hash::ZERO);
    let mut letters = vec![Letter::seal(member, &pen.book, head, vec![start], (center, now))];
    for told in told.chunks(TOGETHER) {
        let before = (pen.book.seq, pen.book.head);
        let entries: Result<Vec<Entry>, chain::Error> =
            told.iter().map(|told| pen.write(told)).collect();
        letters.push(Letter::seal(member, &pen.book, before, entries?, (center, now)));
    }
    Ok(letters)
}

/// Writes what happened into a book.
struct Pen {
    book: Book,
    dice: Dice,
    /// The rating before, with its receipt.
    last: Option<(u64, ReceiptCode)>,
}

impl Pen {
    fn write(&mut self, told: &Told) -> Result<Entry, chain::Error> {
        let mut line = PrivateLine {
            staff: told.staff.clone(),
            item: told.item.clone(),
            service: told.service.clone(),
            ..self.book.line(told.at)
        };
        let last = self.last.clone();
        let to = last.as_ref().map_or(0, |(seq, _)| *seq);
        let (kind, receipt) = match &told.what {
            What::Rating(level) => {
                let receipt = self.dice.receipt();
                self.last = Some((self.book.seq + 1, receipt.clone()));
                line.level = Some(level.code());
                (Kind::Rating, Some(receipt))
            }
            What::Correction(level) => {
                line.level = Some(level.code());
                line.corrects = Some(to);
                (Kind::Correction, last.map(|(_, receipt)| receipt))
            }
            What::Reasons(tags) => {
                line.record = Some(Record::Reasons { to, tags: tags.clone() });
                (Kind::Addition, None)
            }
            What::Record(record) => {
                line.record = Some(record.clone());
                let is_numbered = matches!(record, Record::Complaint { .. });
                let kind = Kind::of(record).unwrap_or(Kind::Report);
                (kind, is_numbered.then(|| self.dice.receipt()))
            }
        };
        self.book.write(kind, receipt, &line)
    }
}
