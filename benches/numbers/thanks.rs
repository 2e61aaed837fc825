//! Tap to thank-you: from the finger's release to the drawn frame, with the real screen, the real
//! visit and the real journal, drawn by the software renderer at 1280 x 800.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use pingyi::clock::{Clock, SystemClock};
use pingyi::simulate;
use pingyi::terminal::flow::{self, Effect, Event, State};
use pingyi::terminal::journal::Journal;
use pingyi::terminal::screen::{Display, Input, Screen};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel};
use tempfile::TempDir;

use crate::report::{Row, Times, ms};
use crate::sample;

const VISITS: usize = 300;
const SIZE: (u32, u32) = (1280, 800);

/// The middles of the three level buttons, and of the button that ends a visit.
const LEVELS: [(f32, f32); 3] = [(226.0, 674.0), (640.0, 674.0), (1053.0, 674.0)];
const DONE: (f32, f32) = (611.0, 716.0);

pub fn run() -> Vec<Row> {
    let mut counter = Counter::new();
    let times: Vec<Duration> =
        (0..VISITS).map(|visit| counter.visit(LEVELS[visit % LEVELS.len()])).collect();
    let times = Times::new(times);
    vec![Row {
        what: "**thanks**: tap to thank-you frame drawn, software renderer 1280x800",
        goal: "p99 33 ms",
        result: format!("p50 {}, p99 {}", ms(times.median()), ms(times.percent(99))),
        beside: "-".into(),
        ratio: "-".into(),
        met: times.percent(99) <= Duration::from_millis(33),
    }]
}

struct Paper(Rc<MinimalSoftwareWindow>);

impl Platform for Paper {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }
}

struct Counter {
    window: Rc<MinimalSoftwareWindow>,
    buffer: Vec<Rgb8Pixel>,
    screen: Screen,
    events: Rc<RefCell<Vec<Event>>>,
    state: State,
    clock: SystemClock,
    journal: Journal,
    _folder: TempDir,
}

impl Counter {
    fn new() -> Counter {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        slint::platform::set_platform(Box::new(Paper(window.clone()))).expect("the only platform");
        window.set_size(PhysicalSize::new(SIZE.0, SIZE.1));
        let events = Rc::new(RefCell::new(Vec::new()));
        let told = events.clone();
        let tell = move |input| {
            if let Input::Event(event) = input {
                told.borrow_mut().push(event);
            }
        };
        let screen = Screen::new(Display::default(), tell).expect("a screen");
        screen.show().expect("it is shown");
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))
            .expect("a folder on the disk of the build");
        let mut counter = Counter {
            window,
            buffer: vec![Rgb8Pixel::default(); (SIZE.0 * SIZE.1) as usize],
            screen,
            events,
            state: State::new(sample::rules()),
            clock: SystemClock::new().expect("a clock"),
            journal: simulate::journal(folder.path()).expect("a journal"),
            _folder: folder,
        };
        counter.step(Event::Ready { memory: sample::memory("0317") });
        counter.screen.set_content(Arc::new(sample::content()));
        counter.step(Event::Content(sample::known()));
        counter.settle();
        counter
    }

    /// One visit, from home to home; gives the time from the tap to the drawn thank-you.
    fn visit(&mut self, level: (f32, f32)) -> Duration {
        self.finger(level, true);
        // A finger rests a moment; the screen shows that it is pressed.
        self.settle();
        let started = Instant::now();
        self.finger(level, false);
        self.handle();
        while !self.is_thanking() {
            self.draw();
            self.handle();
        }
        self.draw();
        let took = started.elapsed();
        self.settle();
        self.finger(DONE, true);
        self.finger(DONE, false);
        self.handle();
        assert!(matches!(self.state.screen(), flow::Screen::Home), "the visit has ended");
        self.settle();
        took
    }

    fn is_thanking(&self) -> bool {
        matches!(self.state.screen(), flow::Screen::Thanks(_))
    }

    fn finger(&self, (x, y): (f32, f32), down: bool) {
        let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
        let event = if down {
            WindowEvent::PointerPressed { position, button }
        } else {
            WindowEvent::PointerReleased { position, button }
        };
        self.window.dispatch_event_with_result(event).expect("the window takes it");
    }

    /// What the terminal's loop does with what was tapped; the journal's reply is waited for, as
    /// the loop waits for its inbox.
    fn handle(&mut self) {
        let events = self.events.take();
        for event in events {
            self.step(event);
        }
    }

    fn step(&mut self, event: Event) {
        let now = self.clock.now().mono;
        let (state, effects) = flow::step(self.state.clone(), event, now);
        self.state = state;
        self.screen.draw(&self.state);
        for effect in effects {
            let Effect::Save { ticket, answer } = effect else { panic!("{effect:?}") };
            let (reply, saved) = mpsc::channel();
            self.journal.save(answer, move |result| drop(reply.send(result)));
            // While the journal writes, the screen draws what it has.
            self.draw();
            let saved = saved.recv().expect("the journal answers").expect("it is saved");
            self.step(Event::Saved { ticket, saved, opinion: None });
        }
    }

    fn draw(&mut self) -> bool {
        slint::platform::update_timers_and_animations();
        let buffer = &mut self.buffer;
        self.window.draw_if_needed(|renderer| {
            renderer.render(buffer, SIZE.0 as usize);
        })
    }

    /// Until nothing moves any more.
    fn settle(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(2);
        while (self.draw() || self.window.has_active_animations()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(4));
        }
    }
}
