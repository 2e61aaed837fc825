//! The terminal: one inbox, one loop on the screen's thread that owns the visit's state.
//!
//! Taps, replies of the journal, notices of the uplink and the timeout all arrive as messages, in
//! one order. Each becomes an event of [`flow`]; its effects go to the journal, its state to the
//! [`screen`].

pub mod chords;
pub mod content;
pub mod flow;
pub mod glass;
mod guard;
pub mod health;
pub mod identity;
pub mod journal;
pub mod keys;
pub mod pins;
pub mod public;
pub mod screen;
pub mod sound;
pub mod surface;
pub mod trigger;
pub mod uplink;
pub mod watchdog;

use std::sync::Arc;
use std::time::Duration;

use slint::{BackendSelector, CloseRequestResponse, PlatformError, Timer, TimerMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use self::flow::{Effect, Enrolment, Event};
use self::glass::Glass;
use self::journal::Journal;
use self::screen::{Display, Screen};
use self::surface::{Choice, Surface};
use self::uplink::Notice;
use crate::clock::Clock;

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The surface cannot be opened, or the screen cannot be drawn on it.
    #[error("the screen cannot be shown: {0}")]
    Screen(#[from] PlatformError),
    /// The event loop does not take work.
    #[error("the screen's event loop does not start: {0}")]
    EventLoop(#[from] slint::EventLoopError),
    /// No random source for the glass's token.
    #[error("the glass has no secret: {0}")]
    Glass(#[from] glass::Error),
}

/// What the terminal is made of.
pub struct Parts {
    /// The settings that the visit follows.
    pub rules: flow::Rules,
    /// How the screen is shown.
    pub display: Display,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Starts what tells the screen about the journal, the content and the center.
    pub start: Box<dyn FnOnce(Tell)>,
}

/// Takes notices from any thread, for as long as the terminal runs.
pub type Tell = Box<dyn Fn(Notice) + Send + Sync>;

enum Message {
    Event(Event),
    Notice(Notice),
    Stop,
}

/// An opened surface, bound to the thread that opened it.
pub struct Stage {
    choice: Choice,
    glass: Option<Glass>,
    sender: UnboundedSender<Message>,
    inbox: UnboundedReceiver<Message>,
}

/// Ends the terminal, from any thread.
#[derive(Clone)]
pub struct Stop(UnboundedSender<Message>);

impl Stop {
    /// Asks the screen's loop to end; the terminal may be gone already.
    pub fn stop(&self) {
        let _gone = self.0.send(Message::Stop);
    }
}

/// Opens the surface that was chosen; where it cannot be opened and the choice allows it, the glass.
///
/// # Errors
/// When the surface cannot be opened.
pub fn open(choice: Choice, glass_size: glass::Size) -> Result<Stage, Error> {
    let opened = match choice.surface {
        Surface::Window => selector("winit-software").select().map(|()| None),
        Surface::Bare => bare(&choice).select().map(|()| None),
        Surface::Named => Ok(None), // a BackendSelector would overrule SLINT_BACKEND
        Surface::Glass => return open_glass(choice, glass_size),
    };
    match opened {
        Ok(glass) => Ok(Stage::new(choice, glass)),
        Err(error) if choice.glass_instead => {
            tracing::debug!(%error, "the display cannot be opened");
            open_glass(choice.fallen_back(&error), glass_size)
        }
        Err(error) => Err(error.into()),
    }
}

fn selector(backend: &str) -> BackendSelector {
    BackendSelector::new().backend_name(backend.into())
}

/// The whole display, drawn as `SLINT_BACKEND` says where it does; no chord reaches it.
fn bare(choice: &Choice) -> BackendSelector {
    let selector = selector(choice.backend().unwrap_or("linuxkms-software"));
    #[cfg(feature = "linuxkms")]
    let selector = selector.with_libinput_event_hook(chords::keeps_away);
    selector
}

fn open_glass(choice: Choice, size: glass::Size) -> Result<Stage, Error> {
    let (glass, pane) = Glass::new(size)?;
    slint::platform::set_platform(Box::new(pane))
        .map_err(|error| PlatformError::Other(error.to_string()))?;
    Ok(Stage::new(choice, Some(glass)))
}

impl Stage {
    fn new(choice: Choice, glass: Option<Glass>) -> Stage {
        let (sender, inbox) = unbounded_channel();
        Stage { choice, glass, sender, inbox }
    }

    /// What was opened at last, and why.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// The browser's side, when the surface is the glass; mount [`glass::routes`] with it.
    #[must_use]
    pub fn glass(&self) -> Option<Glass> {
        self.glass.clone()
    }

    /// A handle that ends [`run`].
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop(self.sender.clone())
    }
}

/// Shows the screen until the window is closed or [`Stop::stop`] is called.
///
/// # Errors
/// When the screen cannot be shown.
pub fn run(stage: Stage, parts: Parts) -> Result<(), Error> {
    let Stage { sender, inbox, .. } = stage;
    let screen = Screen::new(parts.display, tell(&sender, Message::Event))?;
    refuse_close(&screen, parts.display.fullscreen, sender.clone());
    (parts.start)(Box::new(tell(&sender, Message::Notice)));
    let terminal = Terminal::new(screen, parts.rules, parts.clock, sender);
    terminal.screen.show()?;
    let _fed_while_held = feed_watchdog();
    slint::spawn_local(terminal.serve(inbox))?;
    slint::run_event_loop_until_quit()?;
    Ok(())
}

/// Says from within the screen's loop that it turns, for as long as the timer is held.
fn feed_watchdog() -> Timer {
    Timer::single_shot(Duration::ZERO, watchdog::ready);
    let timer = Timer::default();
    if let Some(every) = watchdog::every() {
        timer.start(TimerMode::Repeated, every, watchdog::turns);
    }
    timer
}

fn tell<T>(
    sender: &UnboundedSender<Message>,
    wrap: fn(T) -> Message,
) -> impl Fn(T) + Clone + use<T> {
    let sender = sender.clone();
    move |value| {
        let _gone = sender.send(wrap(value));
    }
}

/// Closing ends the terminal through its inbox; on a counter it cannot be closed at all.
fn refuse_close(screen: &Screen, fullscreen: bool, sender: UnboundedSender<Message>) {
    screen.window().on_close_requested(move || {
        if !fullscreen {
            let _gone = sender.send(Message::Stop);
        }
        CloseRequestResponse::KeepWindowShown
    });
}

struct Terminal {
    state: flow::State,
    screen: Screen,
    journal: Option<Journal>,
    clock: Arc<dyn Clock>,
    sender: UnboundedSender<Message>,
    timer: Timer,
    armed_for: Option<i64>,
}

impl Terminal {
    fn new(
        screen: Screen,
        rules: flow::Rules,
        clock: Arc<dyn Clock>,
        sender: UnboundedSender<Message>,
    ) -> Terminal {
        let state = flow::State::new(rules);
        let mut terminal = Terminal {
            state,
            screen,
            journal: None,
            clock,
            sender,
            timer: Timer::default(),
            armed_for: None,
        };
        terminal.show();
        terminal
    }

    async fn serve(mut self, mut inbox: UnboundedReceiver<Message>) {
        while let Some(message) = inbox.recv().await {
            match message {
                Message::Event(event) => self.step(event),
                Message::Notice(notice) => self.notice(notice),
                Message::Stop => break,
            }
        }
        if let Err(error) = slint::quit_event_loop() {
            tracing::error!(%error, "the screen's loop cannot be ended");
        }
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::NotEnrolled { fingerprint, waiting } => {
                self.step(Event::NotEnrolled(Enrolment { fingerprint, waiting }));
            }
            Notice::Ready(journal) => {
                self.journal = Some(journal);
                self.step(Event::Ready { memory: None });
            }
            Notice::Content(content) => {
                let on_duty = content.bundle.on_duty.as_ref();
                let staff = on_duty.map(|badge| badge.employee_no.clone()).unwrap_or_default();
                self.screen.set_content(content);
                self.step(Event::Content { staff });
            }
            Notice::Link { online, trouble } => self.screen.set_link(online, trouble),
            Notice::Standing(standing) => self.step(Event::Standing(standing)),
        }
    }

    fn step(&mut self, event: Event) {
        if matches!(event, Event::Timeout) {
            self.armed_for = None;
        }
        let (state, effects) = flow::step(self.state.clone(), event, self.clock.now().mono);
        self.state = state;
        for effect in effects {
            self.perform(effect);
        }
        self.show();
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Save { ticket, answer } => {
                let reply = Reply::new(&self.sender, Event::SaveFailed { ticket });
                let Some(journal) = &self.journal else { return };
                journal.save(answer, move |result| match result {
                    Ok(saved) => reply.send(Event::Saved { ticket, saved }),
                    Err(error) => {
                        tracing::error!(%error, "a rating is not saved");
                        drop(reply);
                    }
                });
            }
            Effect::Probe => {
                let reply = Reply::new(&self.sender, Event::Probed { writes: false });
                let Some(journal) = &self.journal else { return };
                journal.probe(move |writes| reply.send(Event::Probed { writes }));
            }
        }
    }

    /// Draws the state, and arms the timer for what comes next: a timeout, or the next minute.
    fn show(&mut self) {
        let now = self.clock.now();
        self.screen.set_clock(now.wall);
        self.screen.draw(&self.state);
        let minute = now.mono + 60_000 - now.wall.rem_euclid(60_000);
        let wake = self.state.deadline().map_or(minute, |deadline| deadline.min(minute));
        // The two clocks do not tick as one; a timer is not set anew for a few milliseconds.
        if self.armed_for.is_some_and(|armed| armed.abs_diff(wake) < 20) {
            return;
        }
        let wait = u64::try_from(wake - now.mono).unwrap_or(0).max(1);
        let timeout = tell(&self.sender, Message::Event);
        self.timer.start(TimerMode::SingleShot, Duration::from_millis(wait), move || {
            timeout(Event::Timeout)
        });
        self.armed_for = Some(wake);
    }
}

/// A reply that is owed: when the other side drops it unanswered, the answer is the bad one.
struct Reply {
    sender: UnboundedSender<Message>,
    owed: Option<Event>,
}

impl Reply {
    fn new(sender: &UnboundedSender<Message>, otherwise: Event) -> Reply {
        Reply { sender: sender.clone(), owed: Some(otherwise) }
    }

    fn send(mut self, event: Event) {
        self.owed = Some(event);
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(event) = self.owed.take() {
            let _gone = self.sender.send(Message::Event(event));
        }
    }
}
