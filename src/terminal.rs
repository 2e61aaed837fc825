//! The terminal: opens a surface, and wires screen, counter, uplink and local interface together.
//!
//! What happens at the counter is decided in [`flow`] and done by its one loop.

pub mod button_test;
pub mod chords;
pub mod content;
mod counter;
pub mod device;
pub mod flow;
mod fonts;
pub mod glass;
mod guard;
pub mod health;
pub mod identity;
pub mod journal;
pub mod keys;
pub mod pins;
pub mod public;
mod scene;
pub mod screen;
pub mod sound;
pub mod still;
pub mod surface;
pub mod trigger;
pub mod uplink;
pub mod watchdog;

use std::sync::Arc;
use std::time::Duration;

use slint::{BackendSelector, CloseRequestResponse, PlatformError, Timer, TimerMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use self::counter::Desk;
use self::counter::{Counter, Message};
use self::glass::Glass;
use self::screen::{Display, Screen};
use self::surface::{Choice, Surface};
use self::uplink::Notice;

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
    /// How the screen is shown.
    pub display: Display,
    /// What the counter stands on.
    pub desk: Desk,
    /// Starts what speaks to the counter from other threads.
    pub start: Box<dyn FnOnce(Ears)>,
}

/// Where other threads speak to the counter, for as long as it runs.
pub struct Ears {
    /// Takes what the uplink tells of the journal, the content and the center.
    pub notices: Box<dyn Fn(Notice) + Send + Sync>,
    /// Takes what queue and business systems ask.
    pub calls: Calls,
}

/// Takes what queue and business systems ask, from any thread.
pub type Calls = Arc<dyn Fn(trigger::Call) + Send + Sync>;

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
    let screen = Screen::new(parts.display, tell(&sender, Message::Input))?;
    refuse_close(&screen, parts.display.fullscreen, sender.clone());
    (parts.start)(Ears {
        notices: Box::new(tell(&sender, Message::Notice)),
        calls: Arc::new(tell(&sender, Message::Call)),
    });
    let counter = Counter::new(screen, parts.desk, Alarm::default(), sender);
    counter.screen().show()?;
    let _fed_while_held = feed_watchdog();
    slint::spawn_local(async {
        counter.serve(inbox).await;
        if let Err(error) = slint::quit_event_loop() {
            tracing::error!(%error, "the screen's loop cannot be ended");
        }
    })?;
    slint::run_event_loop_until_quit()?;
    Ok(())
}

/// The one timer of the counter, in the screen's own loop.
#[derive(Default)]
struct Alarm(Timer);

impl Alarm {
    /// Rings once, after so many milliseconds; an earlier order is forgotten.
    fn ring_in(&self, millis: u64, ring: impl FnMut() + 'static) {
        self.0.start(TimerMode::SingleShot, Duration::from_millis(millis), ring);
    }
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
