//! Carries the journal up and the content down: wait, send, advance, back off.
//!
//! It has a thread and a runtime of its own and tells the screen by [`Notice`]s; nothing of the
//! screen ever waits for it. What to do with a reply is decided in the journal
//! ([`crate::terminal::journal::File::judge`]); here is only the loop.

mod backoff;
mod client;
mod deliver;
mod enrol;
mod time;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

pub use client::{Client, Failure, Session};
pub use enrol::proof;
pub use time::CenterTime;

use self::backoff::Backoff;
use self::deliver::Round;
use super::content::{Content, Shelf};
use super::identity::{Enrolment, EnrolmentCode, Identity};
use super::journal::{self, Journal, Owner};
use crate::clock::Clock;
use crate::settings;
use crate::wire::{RefusalCode, Standing};

/// How often an unconfirmed terminal asks for the administrator's word: at first, and in the end.
const ASK_FIRST: Duration = Duration::from_millis(200);
const ASK_EVERY: Duration = Duration::from_secs(2);

/// What the screen learns.
#[derive(Clone)]
pub enum Notice {
    /// Nobody knows this terminal yet.
    NotEnrolled {
        /// What the administrator compares.
        fingerprint: String,
        /// The center has the key and waits for a person.
        waiting: bool,
    },
    /// The center does not take the one-time code.
    CodeRefused,
    /// Ratings can be saved.
    Ready(Journal),
    /// There is something (new) to show.
    Content(Arc<Content>),
    /// How it stands with the center.
    Link {
        /// The last round ended well.
        online: bool,
        /// What staff may want to know.
        trouble: Trouble,
    },
    /// The center's clock minus this one's, in milliseconds.
    Offset(i64),
    /// What the office has decided of this terminal.
    Standing(Standing),
}

/// What keeps the terminal from the center: for staff, never for citizens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// No network, or the center is down: everything waits in the journal.
    NoCenter,
    /// The center refuses, and a person has to see to it.
    Refused,
}

/// What the uplink needs to know.
#[derive(Clone)]
pub struct Config {
    /// The center's address.
    pub center_url: String,
    /// PEM certificates to judge it by.
    pub ca_file: Option<PathBuf>,
    /// The one-time code of a terminal that is not enrolled.
    pub code: Option<EnrolmentCode>,
    /// How many days acknowledged entries are kept.
    pub keep_days: u32,
    /// How long a citizen may change an answer.
    pub change_seconds: u32,
    /// How often the center hears from an idle terminal.
    pub heartbeat: Duration,
    /// The longest wait after failures.
    pub backoff_ceiling: Duration,
}

impl From<&settings::Terminal> for Config {
    fn from(settings: &settings::Terminal) -> Config {
        Config {
            center_url: settings.center.url.clone(),
            ca_file: settings.center.ca_file.clone(),
            code: None,
            keep_days: settings.journal.keep_days,
            change_seconds: settings.screen.change_seconds,
            heartbeat: Duration::from_secs(u64::from(settings.uplink.heartbeat_seconds)),
            backoff_ceiling: Duration::from_secs(u64::from(settings.uplink.backoff_max_seconds)),
        }
    }
}

/// The uplink's thread; dropping this stops it at the next wait.
pub struct Uplink {
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Uplink {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the certificates cannot be read or there is no thread to be had.
    pub fn start(
        config: Config,
        identity: Identity,
        clock: Arc<dyn Clock>,
        codes: UnboundedReceiver<EnrolmentCode>,
        notify: impl Fn(Notice) + Send + Sync + 'static,
    ) -> std::io::Result<Uplink> {
        let time = Arc::new(CenterTime::load(identity.time_path(), clock.clone()));
        let client = Client::new(&config.center_url, config.ca_file.as_deref(), time.clone())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, mut stopped) = watch::channel(false);
        let notify = Box::new(notify);
        let task = Task { config, identity, clock, time, client, notify };
        let thread = std::thread::Builder::new().name("uplink".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = task.run(codes) => {}
                    // A dropped handle stops it just as a said word does.
                    _ = stopped.changed() => {}
                }
            });
        })?;
        Ok(Uplink { stop, thread: Some(thread) })
    }
}

impl Drop for Uplink {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic on that thread was already printed there.
            drop(thread.join());
        }
    }
}

struct Task {
    config: Config,
    identity: Identity,
    clock: Arc<dyn Clock>,
    time: Arc<CenterTime>,
    client: Client,
    notify: Box<dyn Fn(Notice) + Send + Sync>,
}

fn dice() -> u16 {
    let mut bytes = [0; 2];
    // Without random numbers all terminals wait the longest: late, but never wrong.
    if getrandom::fill(&mut bytes).is_err() { u16::MAX } else { u16::from_le_bytes(bytes) }
}

impl Task {
    async fn run(self, mut codes: UnboundedReceiver<EnrolmentCode>) {
        let mut backoff = Backoff::new(self.config.backoff_ceiling);
        let mut code = self.config.code.clone();
        let enrolment = loop {
            match self.enrolled(&mut code, &mut codes).await {
                Ok(enrolment) => break enrolment,
                Err(Failure::Refused(refusal)) if refusal.code == RefusalCode::BadCode => {
                    tracing::warn!(%refusal.message, "the one-time code is not taken");
                    code = None;
                    (self.notify)(Notice::CodeRefused);
                    (self.notify)(Notice::Link { online: false, trouble: Trouble::Refused });
                }
                Err(failure) => self.wait_after(&failure, &mut backoff).await,
            }
        };
        let journal = loop {
            match self.open_journal(&enrolment) {
                Ok(journal) => break journal,
                Err(error) => self.wait_after(&error.into(), &mut backoff).await,
            }
        };
        (self.notify)(Notice::Ready(journal.clone()));
        self.serve(enrolment, journal, backoff).await;
    }

    fn open_journal(&self, enrolment: &Enrolment) -> Result<Journal, journal::Error> {
        let owner = Owner {
            path: self.identity.journal_path(),
            terminal: enrolment.terminal.clone(),
            window: enrolment.window.clone(),
            keep_days: self.config.keep_days,
            change_seconds: self.config.change_seconds,
        };
        Journal::open(owner, self.clock.clone())
    }

    async fn wait_after(&self, failure: &Failure, backoff: &mut Backoff) {
        tracing::warn!(%failure, "the uplink waits");
        let (trouble, asked) = match failure {
            Failure::Refused(refusal) if refusal.code.is_permanent() => {
                (Trouble::Refused, Some(self.config.backoff_ceiling))
            }
            // A center that was started anew does not know its old nonces; the next one will do.
            Failure::Refused(refusal) if refusal.code == RefusalCode::BadNonce => {
                (Trouble::NoCenter, None)
            }
            Failure::Refused(_) | Failure::Forged => (Trouble::Refused, None),
            Failure::Wait(asked) => (Trouble::NoCenter, *asked),
            _ => (Trouble::NoCenter, None),
        };
        if matches!(failure, Failure::Refused(refusal) if refusal.code == RefusalCode::Revoked) {
            (self.notify)(Notice::Standing(Standing::Revoked));
        }
        (self.notify)(Notice::Link { online: false, trouble });
        tokio::time::sleep(backoff.next(dice(), asked)).await;
    }

    /// Waits, as long as it takes, until the terminal is somebody.
    async fn enrolled(
        &self,
        code: &mut Option<EnrolmentCode>,
        codes: &mut UnboundedReceiver<EnrolmentCode>,
    ) -> Result<Enrolment, Failure> {
        if let Some(enrolment) = self.identity.enrolment()? {
            return Ok(enrolment);
        }
        let fingerprint = self.identity.key.public().fingerprint().to_string();
        let say = |waiting| {
            (self.notify)(Notice::NotEnrolled { fingerprint: fingerprint.clone(), waiting })
        };
        say(false);
        if code.is_none() {
            *code = codes.recv().await;
        }
        let Some(code) = code else {
            // Nothing to do until somebody starts the program with a code.
            return std::future::pending().await;
        };
        let center_key = enrol::claim(&self.client, &self.identity, code).await?;
        say(true);
        let mut pause = ASK_FIRST;
        loop {
            if let Some(enrolment) =
                enrol::decision(&self.client, &self.identity, code, center_key).await?
            {
                return Ok(enrolment);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(ASK_EVERY);
        }
    }

    async fn serve(&self, enrolment: Enrolment, journal: Journal, mut backoff: Backoff) {
        let shelf = Shelf::new(self.identity.content_path(), enrolment.center_key);
        let mut shown = match shelf.load(&enrolment.window) {
            Ok(content) => content.map(|content| self.show(content)).unwrap_or_default(),
            Err(error) => {
                tracing::error!(%error, "the kept content is not shown");
                0
            }
        };
        let session = Session::new(self.client.clone(), self.identity.key.clone(), enrolment);
        let mut commits = journal.committed();
        let mut round = Round::new(&session, &journal, &*self.clock, &self.time);
        loop {
            // Registered before it looks, so no commit between looking and waiting is missed.
            commits.mark_unchanged();
            match self.round(&mut round, &session, &shelf, &mut shown).await {
                Ok(()) => {
                    backoff.reset();
                    (self.notify)(Notice::Link { online: true, trouble: Trouble::None });
                    tokio::select! {
                        _ = commits.changed() => {}
                        () = tokio::time::sleep_until(round.next_heartbeat()) => {}
                    }
                }
                Err(failure) => {
                    round.start_over();
                    self.wait_after(&failure, &mut backoff).await;
                }
            }
        }
    }

    async fn round(
        &self,
        round: &mut Round<'_>,
        session: &Session,
        shelf: &Shelf,
        shown: &mut i64,
    ) -> Result<(), Failure> {
        let Some(reply) = round.run(*shown, self.config.heartbeat).await? else { return Ok(()) };
        (self.notify)(Notice::Standing(reply.standing));
        (self.notify)(Notice::Offset(reply.time.saturating_sub(self.clock.now().wall)));
        // The reply is signed for this request, so an older number is the center's own word: it was
        // restored from a backup, and counts on from there.
        if reply.content_version != *shown && reply.content_version != 0 {
            let (bytes, signature) = session.content().await?;
            match shelf.put(&reply.window, &bytes, &signature) {
                Ok(content) => *shown = self.show(content),
                Err(error) => tracing::error!(%error, "the new content is not shown"),
            }
        }
        Ok(())
    }

    fn show(&self, content: Content) -> i64 {
        let version = content.bundle.version;
        (self.notify)(Notice::Content(Arc::new(content)));
        version
    }
}
