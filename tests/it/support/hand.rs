//! A terminal made by hand: it writes, signs and posts whatever a test wants.

use std::sync::Arc;

use pingyi::chain::{
    Batch, CenterId, Entry, Gap, Hash, Header, Keypair, Kind, PrivateLine, PublicKey, PublicLine,
    StartReason, VERSION, reply_bytes,
};
use pingyi::clock::Clock;
use pingyi::domain::{BootId, Incarnation, Level, Stamp, TerminalId};
use pingyi::wire::{Receipt, Refusal, header, path};
use reqwest::StatusCode;

use super::world::World;

/// A key, a name, and a way to the center.
#[derive(Clone)]
pub struct Hand {
    pub key: Keypair,
    pub terminal: TerminalId,
    pub center: CenterId,
    center_key: PublicKey,
    clock: Arc<dyn Clock>,
    url: String,
    http: reqwest::Client,
}

/// An HTTP client as plain as can be.
pub fn http() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The refusal in the body.
    pub fn refusal(&self) -> Refusal {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Hand {
    /// Enrols a key at `w3` as the protocol has it.
    pub async fn enrol(world: &World, seed: u8) -> Hand {
        let folder = world.folder.path().join(format!("hand-{seed}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("terminal.key"), [seed; 32]).unwrap();
        let terminal = world.seat(&folder, "w3").await;
        let key = Keypair::from_seed([seed; 32]);
        let center_key = world.center.key.public();
        let (center, url) = (center_key.center_id(), world.url());
        let clock = world.center.clock.clone();
        Hand { key, terminal, center, center_key, clock, url, http: http() }
    }

    /// Posts bytes.
    pub async fn post(&self, path: &str, body: Vec<u8>) -> Answer {
        let sent = self.http.post(format!("{}{path}", self.url)).body(body).send().await.unwrap();
        let (status, headers) = (sent.status(), sent.headers().clone());
        Answer { status, headers, body: sent.bytes().await.unwrap().to_vec() }
    }

    /// Posts a batch that must be taken; checks the center's signature on the reply.
    pub async fn receipt(&self, batch: &Batch) -> Receipt {
        let answer = self.post(path::BATCH, batch.encode()).await;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, StatusCode::OK, "{said}");
        let signature = answer.headers[header::SIGNATURE].to_str().unwrap().parse().unwrap();
        let bytes = reply_bytes(&batch.signature, &answer.body);
        assert!(self.center_key.verifies(&bytes, &signature), "the reply is the center's");
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Posts a batch that must not be taken.
    pub async fn refusal(&self, batch: &Batch) -> (StatusCode, Refusal) {
        let answer = self.post(path::BATCH, batch.encode()).await;
        (answer.status, answer.refusal())
    }

    /// Posts a gap statement that must be taken.
    pub async fn gap(&self, life: &Life, first: u64, last: u64) -> Receipt {
        let gap = Gap {
            center: self.center,
            terminal: self.terminal.clone(),
            incarnation: life.incarnation,
            first,
            last,
            head: life.hash(last),
        };
        let answer = self.post(path::GAP, gap.sign(&self.key).into_bytes()).await;
        assert_eq!(answer.status, StatusCode::OK);
        serde_json::from_slice(&answer.body).unwrap()
    }
}

/// One life of a journal, written by hand.
#[derive(Clone)]
pub struct Life {
    hand: Hand,
    pub incarnation: Incarnation,
    pub entries: Vec<Entry>,
}

impl Life {
    /// Begins with the start, as it must.
    pub fn begin(hand: &Hand, seed: u8) -> Life {
        let incarnation = Incarnation([seed; 16]);
        let mut life = Life { hand: hand.clone(), incarnation, entries: Vec::new() };
        let (public, private) = life.draft(Kind::Start, None);
        life.push(PublicLine { reason: Some(StartReason::New), ..public }, &private);
        life
    }

    /// The lines of the next entry, to be changed before they are pushed.
    pub fn draft(&self, kind: Kind, level: Option<u8>) -> (PublicLine, PrivateLine) {
        let seq = self.entries.len() as u64 + 1;
        let public = PublicLine {
            v: VERSION,
            kind,
            terminal: self.hand.terminal.clone(),
            incarnation: self.incarnation,
            seq,
            window: "w3".into(),
            receipt: level.map(|_| "7K3M-Q2XD".parse().unwrap()),
            predecessor: None,
            reason: None,
            sealed: Hash::ZERO,
        };
        let salt = "AAAAAAAAAAAAAAAAAAAAAA".into();
        let private =
            PrivateLine { level, staff: "0317".into(), ..PrivateLine::new(salt, self.stamp(0)) };
        (public, private)
    }

    /// The clocks, a few milliseconds from now.
    pub fn stamp(&self, ahead: i64) -> Stamp {
        let now = self.hand.clock.now();
        Stamp { wall: now.wall + ahead, mono: now.mono + ahead, boot: BootId([7; 16]) }
    }

    /// Appends the two lines.
    pub fn push(&mut self, public: PublicLine, private: &PrivateLine) -> u64 {
        self.entries.push(Entry::write(public, private).unwrap());
        self.entries.len() as u64
    }

    /// Appends a rating.
    pub fn rate(&mut self, level: Level) -> u64 {
        let (public, private) = self.draft(Kind::Rating, Some(level.code()));
        self.push(public, &private)
    }

    /// Appends so many ratings.
    pub fn rate_often(&mut self, level: Level, count: usize) {
        for _ in 0..count {
            self.rate(level);
        }
    }

    /// Appends the correction of an earlier entry.
    pub fn correct(&mut self, corrects: u64, level: Level) -> u64 {
        let (public, private) = self.draft(Kind::Correction, Some(level.code()));
        self.push(public, &PrivateLine { corrects: Some(corrects), ..private })
    }

    /// The hash of an entry; zero before the first.
    pub fn hash(&self, seq: u64) -> Hash {
        let entries = self.entries.iter().take(usize::try_from(seq).unwrap());
        entries.fold(Hash::ZERO, |before, entry| entry.hash(&before))
    }

    /// The header of a batch, true in every word.
    pub fn header(&self, first: u64, last: u64) -> Header {
        Header {
            center: self.hand.center,
            terminal: self.hand.terminal.clone(),
            incarnation: self.incarnation,
            first,
            last,
            head: self.hash(last),
            previous: self.hash(first - 1),
            sent: self.stamp(1),
        }
    }

    /// The entries from `first` to `last`.
    pub fn slice(&self, first: u64, last: u64) -> Vec<Entry> {
        let (skip, take) = (usize::try_from(first - 1).unwrap(), last + 1 - first);
        self.entries.iter().skip(skip).take(usize::try_from(take).unwrap()).cloned().collect()
    }

    /// A batch as an honest terminal sends it.
    pub fn batch(&self, first: u64, last: u64) -> Batch {
        Batch::sign(self.header(first, last), self.slice(first, last), &self.hand.key)
    }

    /// Everything in one batch.
    pub fn all(&self) -> Batch {
        self.batch(1, self.entries.len() as u64)
    }
}
