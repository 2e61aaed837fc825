//! A whole counter in one hand: the real screen, flow and a real journal, and a clock that the test
//! moves. Taps come as window events, replies as the journal gives them.

mod buttons;
mod day;
pub mod office;
mod running;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use i_slint_backend_testing::ElementHandle;
use pingyi::clock::Clock;
use pingyi::domain::{Day, minute_of};
use pingyi::terminal::button_test::ButtonTest;
use pingyi::terminal::flow::{self, Ask, Effect, Event, Known, Outcome, Secret, State, Upkeep};
use pingyi::terminal::journal::{Journal, Owner, Saved};
use pingyi::terminal::screen::{Display, Input, Screen};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{LogicalPosition, PhysicalSize, PlatformError};

use crate::support::world::{Driven, PATIENCE};

pub const MAINTENANCE_PIN: &str = "97531086";
pub const PIN: &str = "246810";

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

/// The counter, and what a test wants to know of it.
pub struct Counter {
    pub window: Rc<MinimalSoftwareWindow>,
    pub screen: Screen,
    pub state: State,
    pub journal: Journal,
    clock: Arc<Driven>,
    time: Rc<Cell<Duration>>,
    inputs: Rc<RefCell<Vec<Input>>>,
    replies: (Sender<Event>, Receiver<Event>),
    /// Replies that are out.
    out: usize,
    test: Option<ButtonTest>,
    minute: i64,
    /// The right PIN of maintenance was typed.
    pub let_in: bool,
    /// What was thanked for, or given a number.
    pub thanked: BTreeMap<u64, Saved>,
    pub outcomes: Vec<Outcome>,
    /// Timeouts that were due.
    pub timeouts: u64,
    /// How a button's place is told to a self-test.
    bend: fn(usize, &mut pingyi::terminal::button_test::Place),
    folder: tempfile::TempDir,
}

impl Counter {
    /// Open at half past eight with 0317 on duty, in a folder of its own.
    pub fn new() -> Counter {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let time = Rc::new(Cell::new(Duration::ZERO));
        let paper = Paper { window: window.clone(), time: time.clone() };
        slint::platform::set_platform(Box::new(paper)).unwrap();
        window.set_size(PhysicalSize::new(1280, 800));
        let inputs = Rc::new(RefCell::new(Vec::new()));
        let heard = inputs.clone();
        let tell = move |input| heard.borrow_mut().push(input);
        let screen = Screen::new(Display::default(), tell).unwrap();
        screen.show().unwrap();
        let clock = Driven::new();
        clock.set(1_793_493_000_000);
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(owner(folder.path()), clock.clone()).unwrap();
        let mut counter = Counter {
            window,
            screen,
            state: State::new(crate::sample::rules()),
            journal,
            clock,
            time,
            inputs,
            replies: channel(),
            out: 0,
            test: None,
            minute: i64::MIN,
            let_in: false,
            thanked: BTreeMap::new(),
            outcomes: Vec::new(),
            timeouts: 0,
            bend: |_, _| {},
            folder,
        };
        let content = Arc::new(office::content());
        counter.journal.set_field_keys(content.bundle.field_keys.clone());
        counter.step(Event::Ready { memory: None });
        counter.screen.set_content(content.clone());
        counter.step(Event::Content(Box::new(Known::of(&content.bundle))));
        counter.settle();
        counter
    }

    pub fn now(&self) -> i64 {
        self.clock.now().mono
    }

    /// What the counter's loop does with an event.
    pub fn step(&mut self, event: Event) {
        let now = self.clock.now();
        let minute = now.wall.div_euclid(60_000);
        if minute != self.minute {
            self.minute = minute;
            let day = Day::of(now.wall).map_or(0, Day::number);
            self.advance(Event::Minute { day, minute: minute_of(now.wall) }, now.mono);
        }
        self.advance(event, now.mono);
        self.screen.set_clock(now.wall);
        self.screen.draw(&self.state);
        self.note_what_is_thanked_for();
    }

    fn advance(&mut self, event: Event, now: i64) {
        let (state, effects) = flow::step(self.state.clone(), event, now);
        self.state = state;
        for effect in effects {
            self.perform(effect);
        }
        if !matches!(self.state.screen(), flow::Screen::Upkeep(Upkeep::Testing { .. })) {
            self.test = None;
        }
    }

    fn note_what_is_thanked_for(&mut self) {
        let saved = match self.state.screen() {
            flow::Screen::Thanks(thanks) => &thanks.saved,
            flow::Screen::Filed(filed) => &filed.saved,
            _ => return,
        };
        self.thanked.entry(saved.seq).or_insert_with(|| saved.clone());
    }

    fn reply(&mut self) -> Sender<Event> {
        self.out += 1;
        self.replies.0.clone()
    }

    fn perform(&mut self, effect: Effect) {
        let opinion = Some("https://pingyi.example/o/AQ".to_owned());
        match effect {
            Effect::Save { ticket, answer } => {
                let reply = self.reply();
                self.journal.save(answer, move |result| {
                    let event = result.map_or(Event::SaveFailed { ticket }, |saved| Event::Saved {
                        ticket,
                        saved,
                        opinion,
                    });
                    drop(reply.send(event));
                });
            }
            Effect::Record { ticket, note, memory } => {
                let reply = self.reply();
                self.journal.record(note, Some(memory), move |result| {
                    let event = result.map_or(Event::RecordFailed { ticket }, |saved| {
                        Event::Recorded { ticket, saved, opinion }
                    });
                    drop(reply.send(event));
                });
            }
            Effect::Remember(memory) => self.journal.remember(memory, |result| result.unwrap()),
            Effect::Probe => {
                let reply = self.reply();
                self.journal.probe(move |writes| drop(reply.send(Event::Probed { writes })));
            }
            Effect::CheckPin { ticket, whose, pin } => {
                let right = match whose {
                    Secret::Staff(who) => ["0317", "0999"].contains(&who.as_str()) && pin == PIN,
                    Secret::Maintenance => pin == MAINTENANCE_PIN,
                };
                self.let_in |= right && pin == MAINTENANCE_PIN;
                drop(self.reply().send(Event::PinChecked { ticket, right }));
            }
            Effect::NameService => {
                let reply = self.reply();
                self.journal.name_service(None, move |service| {
                    let ask = Ask::Begin { service, item: String::new(), ticket: String::new() };
                    drop(reply.send(Event::Asked { call: None, ask }));
                });
            }
            Effect::Reply { outcome, .. } => self.outcomes.push(outcome),
            Effect::SelfTest => self.test = Some(ButtonTest::default()),
            Effect::Play(_) | Effect::Enrol(_) | Effect::Restart => {}
        }
    }

    fn input(&mut self, input: Input) {
        match input {
            Input::Placed(row, mut place) => {
                (self.bend)(row, &mut place);
                if let Some(test) = &mut self.test {
                    test.placed(row, place);
                    self.drive();
                }
            }
            Input::Event(Event::Rated(level)) if self.test.is_some() => {
                let test = self.test.as_mut().unwrap();
                match test.answered(level, Instant::now()) {
                    Some(result) => {
                        self.test = None;
                        self.screen.release();
                        self.step(Event::SelfTested(result));
                    }
                    None => self.drive(),
                }
            }
            Input::Event(event) => self.step(event),
            Input::Key(_) => {}
        }
    }

    fn drive(&mut self) {
        if let Some(place) = self.test.as_mut().and_then(|test| test.next(Instant::now())) {
            self.screen.press(place);
        }
    }

    /// Takes what the window has told, without waiting for the journal.
    pub fn hear(&mut self) {
        slint::platform::update_timers_and_animations();
        loop {
            let inputs = self.inputs.take();
            if inputs.is_empty() {
                return;
            }
            inputs.into_iter().for_each(|input| self.input(input));
        }
    }

    /// Takes everything, and waits for every reply that is out.
    pub fn settle(&mut self) {
        self.hear();
        while self.out > 0 {
            let event = self.replies.1.recv_timeout(PATIENCE).expect("the journal answers");
            self.out -= 1;
            self.step(event);
            self.hear();
        }
    }

    /// Time goes on; each timeout comes when it is due, and each minute.
    pub fn pass(&mut self, millis: i64) {
        let until = self.now() + millis;
        let mut at_once = 0;
        loop {
            let minute = 60_000 - self.clock.now().wall.rem_euclid(60_000) + self.now();
            let next = self.state.deadline().map_or(minute, |deadline| deadline.min(minute));
            let to = next.min(until);
            let by = u64::try_from((to - self.now()).max(0)).unwrap();
            self.clock.advance(Duration::from_millis(by));
            self.time.set(self.time.get() + Duration::from_millis(by));
            if next > until {
                self.settle();
                return;
            }
            at_once = if by == 0 { at_once + 1 } else { 0 };
            assert!(at_once < 5, "timeouts without an end: {:?}", self.state.screen());
            self.timeouts += 1;
            self.step(Event::Timeout);
            self.settle();
        }
    }

    pub fn ask(&mut self, ask: Ask) {
        self.step(Event::Asked { call: Some(flow::Call(1)), ask });
    }

    pub fn sign_on(&mut self, who: &str) {
        let (employee_no, proof) = (who.to_owned(), flow::Proof::System);
        self.ask(Ask::SignOn { employee_no, proof });
        self.settle();
    }

    pub fn dispatch(&self, event: WindowEvent) {
        self.window.dispatch_event_with_result(event).unwrap();
    }

    pub fn find(&self, label: &str) -> Option<ElementHandle> {
        ElementHandle::find_by_accessible_label(self.screen.component(), label).next()
    }

    /// A finger at a place.
    pub fn touch(&mut self, position: LogicalPosition) {
        let button = PointerEventButton::Left;
        for event in [
            WindowEvent::PointerMoved { position },
            WindowEvent::PointerPressed { position, button },
            WindowEvent::PointerReleased { position, button },
            WindowEvent::PointerExited,
        ] {
            self.dispatch(event);
        }
        self.hear();
    }

    /// A finger on the middle of what has this label.
    pub fn tap(&mut self, label: &str) {
        let element = self.find(label).unwrap_or_else(|| panic!("nothing is labelled {label}"));
        let (corner, size) = (element.absolute_position(), element.size());
        let (x, y) = (corner.x + size.width / 2.0, corner.y + size.height / 2.0);
        self.touch(LogicalPosition::new(x, y));
        self.settle();
    }

    /// Every entry of the journal, after its chain was checked.
    pub fn entries(&self) -> Vec<(pingyi::chain::PublicLine, pingyi::chain::PrivateLine)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let all = self.journal.ask(|file, _| {
            let count = file.summary()?.backlog;
            Ok((file.unsent(1 << 40)?, count))
        });
        let (unsent, count) = runtime.block_on(all).unwrap();
        let unsent = unsent.unwrap();
        let head = unsent.entries.iter().fold(unsent.previous, |last, entry| entry.hash(&last));
        assert_eq!(head, unsent.head, "the entries chain");
        assert_eq!(u64::try_from(unsent.entries.len()).unwrap(), count, "and none is left out");
        unsent.entries.iter().map(|entry| entry.read().unwrap()).collect()
    }

    /// Panics unless every thank-you has its entry, and no service has two counted ratings.
    pub fn is_honest(&self) {
        let entries = self.entries();
        let mut services = BTreeMap::new();
        let mut receipts = BTreeMap::new();
        for (public, private) in &entries {
            receipts.insert(public.seq, public.receipt.clone());
            let counts = private.level.is_some() && private.corrects.is_none() && !private.again;
            if counts && !private.service.is_empty() {
                let before = services.insert(private.service.clone(), public.seq);
                assert!(before.is_none(), "{} was rated twice: {before:?}", private.service);
            }
        }
        for (seq, saved) in &self.thanked {
            assert_eq!(receipts.get(seq), Some(&saved.receipt), "thanked for what is not there");
        }
    }

    /// Where the journal is.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Set for a process that has one test for itself.
const ALONE: &str = "PINGYI_TEST_ALONE";

/// Whether this process is the test's own; if not, runs the test in one that is.
pub fn alone(test: &str) -> bool {
    if std::env::var(ALONE).is_ok() {
        return true;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = [child.stdout, child.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let said = said.concat();
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    println!("{said}");
    false
}

fn owner(folder: &std::path::Path) -> Owner {
    Owner {
        path: folder.join("journal.sqlite"),
        terminal: "T-0001".parse().unwrap(),
        window: "w3".parse().unwrap(),
        keep_days: 30,
        change_seconds: 5,
    }
}
