//! The terminal as it runs, with its own wiring, on a loop that the test turns. Each test has a
//! process of its own: a process has one event loop.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use pingyi::clock::Clock;
use pingyi::domain::Level;
use pingyi::terminal::identity::Identity;
use pingyi::terminal::journal::Journal;
use pingyi::terminal::keys::Keys;
use pingyi::terminal::pins::Pins;
use pingyi::terminal::public::{Phase, Public};
use pingyi::terminal::screen::Display;
use pingyi::terminal::sound::Player;
use pingyi::terminal::surface::{Choice, Reason, Surface};
use pingyi::terminal::trigger::{Act, Call};
use pingyi::terminal::uplink::Notice;
use pingyi::terminal::{self, Desk, Ears, Parts, glass};
use pingyi::wire::Standing;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, PointerEventButton, WindowAdapter, WindowEvent,
    update_timers_and_animations,
};
use slint::{EventLoopError, LogicalPosition, PhysicalSize, PlatformError};
use tokio::sync::watch;

use super::{alone, office, owner};
use crate::sample;
use crate::support::world::{Driven, PATIENCE};

enum Task {
    Run(Box<dyn FnOnce() + Send>),
    Quit,
}

/// The platform and its loop, turned by what the test does.
struct Loop {
    window: Rc<MinimalSoftwareWindow>,
    clock: Arc<Driven>,
    began: i64,
    tasks: Sender<Task>,
    inbox: Receiver<Task>,
    quit: Rc<Cell<bool>>,
    act: RefCell<Option<Box<dyn FnOnce(&Loop)>>>,
}

struct Proxy(Sender<Task>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.send(Task::Quit).map_err(|_| EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, task: Box<dyn FnOnce() + Send>) -> Result<(), EventLoopError> {
        self.0.send(Task::Run(task)).map_err(|_| EventLoopError::EventLoopTerminated)
    }
}

impl Platform for Loop {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        self.window.set_size(PhysicalSize::new(1280, 800));
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.clock.now().mono - self.began).unwrap())
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let act = self.act.take().unwrap();
        act(self);
        Ok(())
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.tasks.clone())))
    }
}

impl Loop {
    fn take(&self, task: Task) {
        match task {
            Task::Run(task) => task(),
            Task::Quit => self.quit.set(true),
        }
    }

    /// Turns until the test sees what it waits for.
    fn until(&self, what: &str, mut look: impl FnMut() -> bool) {
        let patience = Instant::now() + PATIENCE;
        loop {
            update_timers_and_animations();
            while let Ok(task) = self.inbox.try_recv() {
                self.take(task);
            }
            if look() {
                return;
            }
            assert!(Instant::now() < patience, "never happened: {what}");
            match self.inbox.recv_timeout(Duration::from_millis(20)) {
                Ok(task) => self.take(task),
                Err(RecvTimeoutError::Timeout) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn dispatch(&self, event: WindowEvent) {
        self.window.dispatch_event_with_result(event).unwrap();
    }

    /// A finger on the middle one of the three levels.
    fn rate(&self) {
        self.touch(LogicalPosition::new(640.0, 700.0));
    }

    fn touch(&self, position: LogicalPosition) {
        let button = PointerEventButton::Left;
        self.dispatch(WindowEvent::PointerMoved { position });
        self.dispatch(WindowEvent::PointerPressed { position, button });
        self.dispatch(WindowEvent::PointerReleased { position, button });
        self.dispatch(WindowEvent::PointerExited);
    }
}

/// What stands beside the loop.
struct World {
    ears: Rc<RefCell<Option<Ears>>>,
    told: watch::Receiver<Public>,
    journal: Journal,
    clock: Arc<Driven>,
}

impl World {
    fn notice(&self, notice: Notice) {
        (self.ears.borrow().as_ref().unwrap().notices)(notice);
    }

    fn is(&self, phase: Phase) -> bool {
        self.told.borrow().state == phase
    }

    /// Opens the counter, with 0317 on duty.
    fn open(&self, turned: &Loop) {
        self.notice(Notice::Ready(self.journal.clone()));
        self.notice(Notice::Content(Arc::new(office::content())));
        let act = Act::SignOn { employee_no: "0317".to_owned(), pin: None };
        let call = Call { act, reply: tokio::sync::oneshot::channel().0 };
        (self.ears.borrow().as_ref().unwrap().calls)(call);
        turned.until("somebody is on duty", || self.is(Phase::Idle));
    }

    fn ratings(&self) -> Vec<Level> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let unsent = runtime.block_on(self.journal.ask(|file, _| file.unsent(1_000))).unwrap();
        let entries = unsent.into_iter().flat_map(|unsent| unsent.entries);
        entries.filter_map(|entry| entry.read().unwrap().1.level()).collect()
    }
}

/// Runs the terminal while the test acts; whether it ended by itself.
fn run(fullscreen: bool, act: impl FnOnce(&Loop, &World) + 'static) -> bool {
    let clock = Driven::new();
    clock.set(1_793_493_000_000);
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(owner(folder.path()), clock.clone()).unwrap();
    let (public, told) = watch::channel(Public::default());
    let ears = Rc::new(RefCell::new(None));
    let world = World { ears: ears.clone(), told, journal, clock: clock.clone() };
    let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
    let ((tasks, inbox), quit) = (channel(), Rc::new(Cell::new(false)));
    let act: Box<dyn FnOnce(&Loop)> = Box::new(move |turned| act(turned, &world));
    let (began, act) = (clock.now().mono, RefCell::new(Some(act)));
    let (ended, time) = (quit.clone(), clock.clone());
    let platform = Loop { window, clock: time, began, tasks, inbox, quit, act };
    slint::platform::set_platform(Box::new(platform)).unwrap();
    let choice = Choice { surface: Surface::Named, reason: Reason::Asked, glass_instead: false };
    let stage = terminal::open(choice, glass::Size { width: 1280, height: 800 }).unwrap();
    let settings = pingyi::settings::Terminal::default();
    let desk = Desk {
        rules: sample::rules(),
        clock,
        identity: Identity::load(folder.path()).unwrap(),
        server: String::new(),
        keys: Keys::new(&settings.keys, &settings.card),
        pins: Pins::start().unwrap(),
        maintenance_pin: None,
        player: Player::new(),
        public,
        codes: tokio::sync::mpsc::unbounded_channel().0,
    };
    let start = Box::new(move |heard| drop(ears.replace(Some(heard))));
    let display = Display { fullscreen, reduced_motion: false };
    terminal::run(stage, Parts { display, desk, start }).unwrap();
    ended.get()
}

#[test]
fn on_a_counter_the_window_cannot_be_closed() {
    if !alone("counter::running::on_a_counter_the_window_cannot_be_closed") {
        return;
    }
    let ended = run(true, |turned, world| {
        world.open(turned);
        for _ in 0..3 {
            turned.dispatch(WindowEvent::CloseRequested);
        }
        turned.rate();
        turned.until("the tap is saved", || world.ratings() == [Level::Basic]);
        assert!(turned.window.is_visible());
    });
    assert!(!ended);
}

#[test]
fn a_window_on_a_desktop_can_be_closed() {
    if !alone("counter::running::a_window_on_a_desktop_can_be_closed") {
        return;
    }
    let ended = run(false, |turned, world| {
        world.open(turned);
        turned.dispatch(WindowEvent::CloseRequested);
        turned.until("it ends", || turned.quit.get());
    });
    assert!(ended);
}

#[test]
fn a_test_of_the_buttons_that_was_given_up_swallows_no_tap() {
    if !alone("counter::running::a_test_of_the_buttons_that_was_given_up_swallows_no_tap") {
        return;
    }
    run(true, |turned, world| {
        world.open(turned);
        world.clock.advance(Duration::from_secs(120));
        // The first of these brings the minute in which the test begins, the second ends it.
        for standing in [Standing::Active, Standing::Revoked, Standing::Active] {
            world.notice(Notice::Standing(standing));
        }
        turned.until("it is home again", || world.is(Phase::Idle));
        // Slides have begun: a touch of nothing ends them.
        turned.touch(LogicalPosition::new(640.0, 4.0));
        turned.until("they have ended", || world.is(Phase::Idle));
        turned.rate();
        turned.until("the tap is saved", || world.ratings() == [Level::Basic]);
    });
}
