//! Anybody does anything: random fingers, keys, waits and calls on a whole counter.
//!
//! `PINGYI_SEED` repeats a run, `PINGYI_EVENTS` makes it longer.

use i_slint_core::input::TouchPhase;
use i_slint_core::lengths::LogicalPoint;
use i_slint_core::platform::InternalEvent;
use pingyi::domain::Leaving;
use pingyi::terminal::flow::{self, Ask, Upkeep};
use slint::LogicalPosition;
use slint::platform::{Key, PointerEventButton, WindowEvent};

use crate::counter::Counter;
use crate::support::chance::Chance;

const EVENTS: u64 = 15_000;
const LOOK_EVERY: u64 = 5_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn drawn() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

#[test]
fn whatever_anybody_does_nothing_is_thanked_for_twice_rated_or_opened() {
    let seed = number("PINGYI_SEED").unwrap_or_else(drawn);
    let events = number("PINGYI_EVENTS").unwrap_or(EVENTS);
    println!("PINGYI_SEED={seed} PINGYI_EVENTS={events}");
    let mut monkey = Monkey { counter: Counter::new(), chance: Chance::new(seed), ticket: 0 };
    monkey.counter.sign_on("0317");
    for event in 0..events {
        monkey.acts();
        monkey.is_kept_out(event);
        if event % LOOK_EVERY == LOOK_EVERY - 1 {
            monkey.counter.settle();
            monkey.counter.is_honest();
        }
    }
    monkey.counter.settle();
    monkey.counter.is_honest();
    let (entries, thanked) = (monkey.counter.entries().len(), monkey.counter.thanked.len());
    println!("{entries} entries, {thanked} of them thanked for");
    assert!(thanked > 0, "it got nowhere");
}

struct Monkey {
    counter: Counter,
    chance: Chance,
    ticket: u64,
}

impl Monkey {
    /// Somewhere on the glass, and now and then just beside it.
    fn somewhere(&mut self) -> LogicalPosition {
        let mut along = |length: u16| {
            let at = u16::try_from(self.chance.below(u64::from(length) + 20)).unwrap();
            f32::from(at) - 10.0
        };
        LogicalPosition::new(along(1280), along(800))
    }

    fn acts(&mut self) {
        match self.chance.below(100) {
            0..50 => {
                let position = self.somewhere();
                self.counter.touch(position);
            }
            50..62 => self.drags(),
            62..72 => self.uses_two_fingers(),
            72..78 => self.presses_a_key(),
            78..80 => self.knocks(),
            80..88 => self.waits(),
            88..96 => self.calls(),
            _ => {}
        }
        // Replies of the journal come at once, or after whatever comes next.
        if self.chance.below(3) > 0 { self.counter.settle() } else { self.counter.hear() }
    }

    fn drags(&mut self) {
        let button = *self.chance.pick(&[PointerEventButton::Left, PointerEventButton::Right]);
        let position = self.somewhere();
        self.counter.dispatch(WindowEvent::PointerMoved { position });
        self.counter.dispatch(WindowEvent::PointerPressed { position, button });
        for _ in 0..self.chance.below(4) {
            let position = self.somewhere();
            self.counter.dispatch(WindowEvent::PointerMoved { position });
        }
        let position = self.somewhere();
        let (delta_x, delta_y) = (position.x - 640.0, position.y - 400.0);
        match self.chance.below(8) {
            0 => {} // the finger stays
            1 => self.counter.dispatch(WindowEvent::PointerExited),
            2 => {
                let scroll = WindowEvent::PointerScrolled { position, delta_x, delta_y };
                self.counter.dispatch(scroll);
            }
            _ => self.counter.dispatch(WindowEvent::PointerReleased { position, button }),
        }
    }

    /// As a panel tells of several fingers.
    fn uses_two_fingers(&mut self) {
        for id in [0, 1, 0, 1] {
            let at = self.somewhere();
            let position = LogicalPoint::new(at.x, at.y);
            let phases =
                [TouchPhase::Started, TouchPhase::Moved, TouchPhase::Ended, TouchPhase::Cancelled];
            let phase = *self.chance.pick(&phases);
            let touch = InternalEvent::Touch { id, position, phase };
            self.counter.dispatch(WindowEvent::internal(touch));
            self.counter.hear();
        }
    }

    fn presses_a_key(&mut self) {
        let special =
            [Key::Escape, Key::Tab, Key::F4, Key::Alt, Key::Control, Key::Meta, Key::Return];
        let text: slint::SharedString = if self.chance.below(2) == 0 {
            (*self.chance.pick(&special)).into()
        } else {
            char::from(u8::try_from(32 + self.chance.below(95)).unwrap()).into()
        };
        self.counter.dispatch(WindowEvent::KeyPressed { text: text.clone() });
        if self.chance.below(8) > 0 {
            self.counter.dispatch(WindowEvent::KeyReleased { text });
        }
    }

    /// The hidden gesture, and a guess at the PIN.
    fn knocks(&mut self) {
        for _ in 0..7 {
            self.counter.step(flow::Event::ClockTapped);
        }
        for _ in 0..8 {
            let digit = char::from(b'0' + u8::try_from(self.chance.below(10)).unwrap());
            self.counter.step(flow::Event::Pad(flow::Key::Character(digit)));
        }
        self.counter.step(flow::Event::Pad(flow::Key::Enter));
    }

    fn waits(&mut self) {
        let most = *self.chance.pick(&[20, 1_000, 1_000, 6_000, 40_000, 200_000]);
        let millis = i64::try_from(self.chance.below(most)).unwrap();
        self.counter.pass(millis);
    }

    fn calls(&mut self) {
        self.ticket += self.chance.below(2);
        let ask = match self.chance.below(10) {
            0..3 => {
                let service = format!("service-{}", self.ticket);
                let item = (*self.chance.pick(&["", "vaccine", "permit", "nothing"])).to_owned();
                let ticket = (*self.chance.pick(&["", "A013"])).to_owned();
                Ask::Begin { service, item, ticket }
            }
            3..6 => Ask::Finish,
            6 => Ask::Away { why: "meeting".to_owned(), minutes: 5 },
            7 => Ask::SignOff(Leaving::SignedOff),
            _ => {
                let employee_no = (*self.chance.pick(&["0317", "0999", "9876"])).to_owned();
                Ask::SignOn { employee_no, proof: flow::Proof::System }
            }
        };
        self.counter.ask(ask);
    }

    /// Nobody sees more of maintenance than its PIN pad; the clock's own test shows the buttons.
    fn is_kept_out(&self, event: u64) {
        let inside = match self.counter.state.screen() {
            flow::Screen::Upkeep(Upkeep::Pin { .. } | Upkeep::Testing { by_hand: false, .. }) => {
                false
            }
            flow::Screen::Upkeep(_) => true,
            _ => false,
        };
        assert!(!inside || self.counter.let_in, "in maintenance after event {event}");
    }
}
