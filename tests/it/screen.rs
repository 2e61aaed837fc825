//! The screen itself: found by its labels, tapped like a finger, judged by what it shows.

mod pages;
mod secrecy;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};
use pingyi::domain::Level;
use pingyi::terminal::content::Content;
use pingyi::terminal::flow::{self, Effect, Event, Known, State};
use pingyi::terminal::screen::{Display, Input, Screen};
use pingyi_ui::Kiosk;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{
    ComponentHandle, LogicalPosition, PhysicalSize, PlatformError, Rgba8Pixel, SharedPixelBuffer,
};

use crate::counter::office;
use crate::sample;

/// Draws into memory; the test moves its clock.
struct Paper {
    window: Rc<MinimalSoftwareWindow>,
    time: Rc<Cell<Duration>>,
}

impl Platform for Paper {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.time.get()
    }
}

/// A terminal's screen with flow behind it, and a hand on storage and clock.
struct Counter {
    window: Rc<MinimalSoftwareWindow>,
    time: Rc<Cell<Duration>>,
    screen: Screen,
    events: Rc<RefCell<Vec<Event>>>,
    state: State,
}

impl Counter {
    fn new() -> Counter {
        Counter::with(sample::content(), sample::known())
    }

    /// With a little of everything to show.
    fn full() -> Counter {
        let content = office::content();
        let known = Box::new(Known::of(&content.bundle));
        Counter::with(content, known)
    }

    fn with(content: Content, known: Box<Known>) -> Counter {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let time = Rc::new(Cell::new(Duration::ZERO));
        let paper = Paper { window: window.clone(), time: time.clone() };
        slint::platform::set_platform(Box::new(paper)).unwrap();
        window.set_size(PhysicalSize::new(1280, 800));
        let events = Rc::new(RefCell::new(Vec::new()));
        let tell = {
            let events = events.clone();
            move |input| {
                if let Input::Event(event) = input {
                    events.borrow_mut().push(event);
                }
            }
        };
        let screen = Screen::new(Display::default(), tell).unwrap();
        screen.show().unwrap();
        let state = State::new(sample::rules());
        let mut counter = Counter { window, time, screen, events, state };
        counter.screen.set_clock(1_793_497_260_000);
        counter.send(Event::Ready { memory: sample::memory("0317") });
        counter.screen.set_content(Arc::new(content));
        counter.send(Event::Content(known));
        counter.pass(1_000);
        counter
    }

    fn now(&self) -> i64 {
        i64::try_from(self.time.get().as_millis()).unwrap()
    }

    fn send(&mut self, event: Event) -> Vec<Effect> {
        let (state, effects) = flow::step(self.state.clone(), event, self.now());
        self.state = state;
        self.screen.draw(&self.state);
        effects
    }

    /// Lets time pass for animations and for flow's deadline.
    fn pass(&mut self, millis: u64) {
        self.time.set(self.time.get() + Duration::from_millis(millis));
        slint::platform::update_timers_and_animations();
        self.send(Event::Timeout);
    }

    fn find(&self, label: &str) -> Option<ElementHandle> {
        ElementHandle::find_by_accessible_label(self.screen.component(), label).next()
    }

    /// A finger on the middle of what has this label; gives what follows for storage.
    fn tap(&mut self, label: &str) -> Vec<Effect> {
        let element = self.find(label).unwrap_or_else(|| panic!("nothing is labelled {label}"));
        let (corner, size) = (element.absolute_position(), element.size());
        self.touch(LogicalPosition::new(corner.x + size.width / 2.0, corner.y + size.height / 2.0))
    }

    /// A finger at a place.
    fn touch(&mut self, position: LogicalPosition) -> Vec<Effect> {
        let button = PointerEventButton::Left;
        for event in [
            WindowEvent::PointerMoved { position },
            WindowEvent::PointerPressed { position, button },
            WindowEvent::PointerReleased { position, button },
            WindowEvent::PointerExited,
        ] {
            self.window.dispatch_event_with_result(event).unwrap();
        }
        slint::platform::update_timers_and_animations();
        let events = self.events.take();
        events.into_iter().flat_map(|event| self.send(event)).collect()
    }

    fn snapshot(&self) -> Picture {
        self.window.take_snapshot().unwrap()
    }

    /// Draws what has changed; whether there was anything.
    fn draws(&self) -> bool {
        let mut buffer = vec![slint::Rgb8Pixel::default(); 1280 * 800];
        slint::platform::update_timers_and_animations();
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut buffer, 1280);
        })
    }
}

#[test]
fn a_tap_on_a_level_becomes_an_answer_and_only_the_reply_a_thank_you() {
    let mut counter = Counter::new();
    let effects = counter.tap("基本满意");
    let [Effect::Save { ticket, answer }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((answer.level, answer.staff.as_str()), (Level::Basic, "0317"));
    counter.pass(100);
    assert!(counter.find("完成").is_none(), "nothing is thanked for before it is saved");
    assert!(counter.tap("满意").is_empty(), "a second tap is not a second answer");
    counter.send(Event::Saved { ticket: *ticket, saved: sample::saved(1), opinion: None });
    assert!(counter.find("完成").is_some());
    assert!(counter.find("回执二维码").is_some());
    assert!(counter.find("满意").is_none());
    counter.tap("完成");
    assert!(counter.find("满意").is_some());
}

/// The words of the answers, and of the button that ends a visit.
const WORDS: [([&str; 3], &str); 2] = [
    (["满意", "基本满意", "不满意"], "完成"),
    (["Satisfied", "Mostly satisfied", "Dissatisfied"], "Done"),
];

#[test]
fn from_the_tap_on_picture_and_timing_are_equal_for_all_levels() {
    let mut counter = Counter::new();
    for (answers, done) in WORDS {
        let mut visits = Vec::new();
        for (level, word) in Level::ALL.into_iter().zip(answers) {
            visits.push(counter.visit(level, word, done));
            for word in answers {
                assert!(counter.find(word).is_some(), "home again, with {word}");
            }
        }
        let (pictures, beats) = visits.remove(0);
        assert_eq!(beats, [400, 1_400, 2_400, 3_400, 4_400, 5_400]);
        assert_ne!(pictures[1].as_bytes(), pictures[2].as_bytes(), "the seconds are counted down");
        let thanks = pictures[1..7].iter().flat_map(|picture| picture.as_slice());
        assert!(thanks.into_iter().all(is_neutral), "no colour of an answer is left");
        for (other_pictures, other_beats) in visits {
            assert_eq!(beats, other_beats);
            let pairs = pictures.iter().zip(&other_pictures);
            let same = pairs.map(|(a, b)| a.as_bytes() == b.as_bytes());
            assert_eq!(same.collect::<Vec<_>>(), [true; 8]);
        }
        counter.tap(if done == "完成" { "English" } else { "中文" });
        counter.pass(1_000);
    }
}

impl Counter {
    /// One answer until home again: all that is seen after the tap, and when it changed.
    fn visit(&mut self, level: Level, word: &str, done: &str) -> (Vec<Picture>, Vec<i64>) {
        let begun_at = self.now();
        let effects = self.tap(word);
        let [Effect::Save { ticket, answer }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(answer.level, level);
        self.pass(400);
        let mut pictures = vec![self.snapshot()];
        let mut beats = Vec::new();
        self.send(Event::Saved { ticket: *ticket, saved: sample::saved(1), opinion: None });
        while self.find(done).is_some() {
            let wait = self.state.deadline().unwrap() - self.now();
            beats.push(self.now() - begun_at);
            assert!(WORDS.iter().flat_map(|words| words.0).all(|word| self.find(word).is_none()));
            pictures.push(self.snapshot());
            self.pass(u64::try_from(wait).unwrap());
        }
        self.pass(1_000);
        pictures.push(self.snapshot());
        (pictures, beats)
    }
}

type Picture = SharedPixelBuffer<Rgba8Pixel>;

/// Whether a pixel is of none of the colours of the answers.
fn is_neutral(pixel: &Rgba8Pixel) -> bool {
    const LEVELS: [[u8; 3]; 3] = [[0x1f, 0x7a, 0x55], [0x94, 0x60, 0x08], [0xb4, 0x39, 0x2b]];
    let near = |level: &[u8; 3]| {
        let pairs = level.iter().zip([pixel.r, pixel.g, pixel.b]);
        pairs.map(|(a, b)| a.abs_diff(b)).max() < Some(8)
    };
    !LEVELS.iter().any(near)
}

#[test]
fn the_language_is_switched_live_with_the_offices_own_words() {
    let mut counter = Counter::new();
    assert!(counter.find("监督 0752-8812345").is_some());
    counter.tap("English");
    counter.pass(500);
    for label in ["Satisfied", "Supervision 0752-8812345"] {
        assert!(counter.find(label).is_some(), "{label}");
    }
    assert!(counter.find("满意").is_none());
    counter.pass(60_000);
    assert!(counter.find("满意").is_some(), "the next visitor finds the office's language");
}

#[test]
fn the_portrait_has_the_pixels_of_its_place_and_round_corners() {
    let mut counter = Counter::new();
    let [ground, teal] = [[0xff; 3], [0x0e, 0x4a, 0x5a]];
    for text_size in ["大字号", "标准字号", "大字号"] {
        let picture = counter.snapshot(); // the first frame has it already
        let portrait = counter.screen.component().global::<Kiosk>().get_portrait();
        let size = (portrait.size().width, portrait.size().height);
        let root = ElementRoot::root_element(counter.screen.component());
        let images = root.query_descendants().match_accessible_role(AccessibleRole::Image);
        let shown = images.find_all().into_iter();
        let mut shown =
            shown.filter(|image| image.accessible_label().is_some_and(|l| l == "林晓慧"));
        let shown = shown.next().unwrap();
        let (place, room) = (shown.absolute_position(), shown.size());
        let whole = |length: f32| {
            (0_u32..1280).find(|at| (f64::from(*at) - f64::from(length)).abs() <= 0.5)
        };
        assert_eq!(Some(size.0), whole(room.width), "{room:?}");
        assert_eq!(Some(size.1), whole(room.height), "{room:?}");
        assert!(size.0 >= 120 && size.1 * 5 >= size.0 * 6 - 10, "a face is seen: {size:?}");
        let pixels = |length: f32| (0_u16..1280).position(|at| f32::from(at) >= length).unwrap();
        let (left, top) = (pixels(place.x), pixels(place.y));
        let at = |x: usize, y: usize| {
            let pixel = picture.as_slice()[(top + y) * 1280 + left + x];
            [pixel.r, pixel.g, pixel.b]
        };
        let [width, height] = [size.0, size.1].map(|length| usize::try_from(length).unwrap());
        assert_eq!(at(width / 2, height / 2), teal);
        assert_eq!([at(0, 0), at(width - 1, height - 1)], [ground; 2], "corners are round");
        assert_eq!(at(20, 20), teal);
        counter.tap(text_size);
        counter.pass(1_000);
    }
}

#[test]
fn an_idle_screen_draws_nothing_but_its_clock() {
    let mut counter = Counter::new();
    assert!(counter.draws());
    for _ in 0..3 {
        counter.draws();
        counter.pass(200);
    }
    for _ in 0..10 {
        counter.pass(1_000);
        counter.screen.set_clock(1_793_497_260_000 + 30_000);
        counter.screen.set_content(Arc::new(sample::content()));
        assert!(!counter.draws());
    }
    counter.screen.set_clock(1_793_497_260_000 + 60_000);
    assert!(counter.draws());
    assert!(!counter.draws());
}

#[test]
fn storage_that_fails_is_said_and_never_thanked() {
    let mut counter = Counter::new();
    let effects = counter.tap("不满意");
    let [Effect::Save { ticket, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    counter.send(Event::SaveFailed { ticket: *ticket });
    counter.pass(100);
    assert!(counter.find("完成").is_none());
    assert!(counter.find("满意").is_none());
    counter.pass(3_000);
    counter.send(Event::Probed { writes: true });
    assert!(counter.find("满意").is_some());
}
