//! The counter: one inbox, one loop on the screen's thread that owns the state.
//!
//! Taps, keys, calls of the local interface, replies of the journal, notices of the uplink and the
//! timeout all arrive as messages, in one order. Each becomes an event of [`flow`]; its effects go
//! to whoever does them, its state to the screen.

mod perform;
mod reply;
mod visitors;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::{oneshot, watch};

use super::Alarm;
use super::button_test::{ButtonTest, Place};
use super::content::{Content, Unshowable};
use super::flow::{self, Enrolment, Event, Known};
use super::health::Health;
use super::identity::{EnrolmentCode, Identity};
use super::journal::Journal;
use super::keys::Keys;
use super::pins::Pins;
use super::public::Public;
use super::screen::{Input, Screen};
use super::sound::Player;
use super::trigger::{Call, Refusal};
use super::uplink::Notice;
use crate::clock::Clock;
use crate::domain::{Day, TerminalId, minute_of};
use crate::settings::Secret;

/// What arrives.
pub(super) enum Message {
    Input(Input),
    Event(Event),
    Notice(Notice),
    Call(Call),
    Health(Box<Health>),
    Stop,
}

/// What the counter stands on, beside its screen.
pub struct Desk {
    /// The settings that the visit follows.
    pub rules: flow::Rules,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Whose terminal this is: its key signs the addresses where opinions are written.
    pub identity: Identity,
    /// The center's address, for the technician to read.
    pub server: String,
    /// Counter keys and card readers.
    pub keys: Keys,
    /// Checks PINs.
    pub pins: Pins,
    /// The hash of the PIN of maintenance, if there is one.
    pub maintenance_pin: Option<Secret>,
    /// Plays voice prompts.
    pub player: Player,
    /// What the local interface may tell.
    pub public: watch::Sender<Public>,
    /// Where a one-time code goes that was typed here.
    pub codes: UnboundedSender<EnrolmentCode>,
}

pub(super) struct Counter {
    state: flow::State,
    screen: Screen,
    desk: Desk,
    journal: Option<Journal>,
    terminal: Option<TerminalId>,
    content: Option<Arc<Content>>,
    /// The version of which it was told what cannot be shown.
    told_version: i64,
    health: Health,
    health_shown: bool,
    calls: BTreeMap<u64, (Asked, oneshot::Sender<Result<(), Refusal>>)>,
    test: Option<ButtonTest>,
    sender: UnboundedSender<Message>,
    alarm: Alarm,
    armed_for: Option<i64>,
    minute: i64,
}

/// What a call was about, as far as its refusal depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Person,
    Item,
    Reason,
    Other,
}

impl Counter {
    pub(super) fn new(
        screen: Screen,
        desk: Desk,
        alarm: Alarm,
        sender: UnboundedSender<Message>,
    ) -> Counter {
        let state = flow::State::new(desk.rules.clone());
        let health = Health {
            server: desk.server.clone(),
            fingerprint: desk.identity.key.public().fingerprint().to_string(),
            ..Health::default()
        };
        let mut counter = Counter {
            state,
            screen,
            desk,
            journal: None,
            terminal: None,
            content: None,
            told_version: 0,
            health,
            health_shown: false,
            calls: BTreeMap::new(),
            test: None,
            sender,
            alarm,
            armed_for: None,
            minute: i64::MIN,
        };
        counter.show();
        counter
    }

    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Takes messages until one says stop.
    pub(super) async fn serve(mut self, mut inbox: UnboundedReceiver<Message>) {
        while let Some(message) = inbox.recv().await {
            match message {
                Message::Input(input) => self.input(input),
                Message::Event(event) => self.step(event),
                Message::Notice(notice) => self.notice(notice),
                Message::Call(call) => self.call(call),
                Message::Health(health) => {
                    self.health = *health;
                    self.screen.set_health(&self.health);
                }
                Message::Stop => break,
            }
        }
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::NotEnrolled { fingerprint, waiting } => {
                self.step(Event::NotEnrolled(Enrolment { fingerprint, waiting }));
            }
            Notice::CodeRefused => self.step(Event::CodeRefused),
            Notice::Ready(journal) => {
                let memory = journal.memory().map(str::to_owned);
                if let Some(content) = &self.content {
                    journal.set_field_keys(content.bundle.field_keys.clone());
                }
                self.journal = Some(journal);
                self.terminal = self.desk.identity.enrolment().ok().flatten().map(|e| e.terminal);
                self.step(Event::Ready { memory });
                self.tell_unshowable();
            }
            Notice::Content(content) => self.take_content(content),
            Notice::Link { online, trouble } => {
                self.health.online = online;
                self.screen.set_link(online, trouble);
            }
            Notice::Offset(offset) => self.health.clock_offset_ms = Some(offset),
            Notice::Standing(standing) => self.step(Event::Standing(standing)),
        }
    }

    fn take_content(&mut self, content: Arc<Content>) {
        let known = Known::of(&content.bundle);
        if let Some(journal) = &self.journal {
            journal.set_field_keys(content.bundle.field_keys.clone());
        }
        self.health.content_version = content.bundle.version;
        self.content = Some(content.clone());
        self.screen.set_content(content);
        self.step(Event::Content(Box::new(known)));
        self.tell_unshowable();
    }

    /// What cannot be shown of the content is recorded once, as soon as there is a journal.
    fn tell_unshowable(&mut self) {
        let Some(content) = self.content.clone().filter(|_| self.journal.is_some()) else { return };
        let version = content.bundle.version;
        if std::mem::replace(&mut self.told_version, version) == version {
            return;
        }
        for Unshowable { place, characters } in content.unshowable.iter().cloned() {
            self.step(Event::Unshowable { place, characters });
        }
    }

    fn step(&mut self, event: Event) {
        if matches!(event, Event::Timeout) {
            self.armed_for = None;
        }
        let now = self.desk.clock.now();
        let minute = now.wall.div_euclid(60_000);
        if minute != self.minute {
            self.minute = minute;
            let day = Day::of(now.wall).map_or(0, Day::number);
            self.advance(Event::Minute { day, minute: minute_of(now.wall) }, now.mono);
        }
        self.advance(event, now.mono);
        self.show();
    }

    fn advance(&mut self, event: Event, now: i64) {
        let (state, effects) = flow::step(self.state.clone(), event, now);
        self.state = state;
        for effect in effects {
            self.perform(effect);
        }
        // A test that was given up takes no more taps: they are people's again.
        if !matches!(self.state.screen(), flow::Screen::Upkeep(flow::Upkeep::Testing { .. })) {
            self.test = None;
        }
    }

    /// Draws the state, tells beside, and arms the alarm for what comes next: a timeout, or the
    /// next minute.
    fn show(&mut self) {
        let now = self.desk.clock.now();
        self.screen.set_clock(now.wall);
        self.screen.draw(&self.state);
        self.tell();
        self.look_after();
        let minute = now.mono + 60_000 - now.wall.rem_euclid(60_000);
        let wake = self.state.deadline().map_or(minute, |deadline| deadline.min(minute));
        // The two clocks do not tick as one; an alarm is not set anew for a few milliseconds.
        if self.armed_for.is_some_and(|armed| armed.abs_diff(wake) < 20) {
            return;
        }
        let sender = self.sender.clone();
        self.alarm.ring_in(u64::try_from(wake - now.mono).unwrap_or(0).max(1), move || {
            let _gone = sender.send(Message::Event(Event::Timeout));
        });
        self.armed_for = Some(wake);
    }

    /// Tells the local interface what it may know, where it is another than before.
    fn tell(&self) {
        let told = Public {
            state: visitors::phase(&self.state),
            on_duty: self.state.shift().map(|shift| shift.staff.clone()),
        };
        self.desk.public.send_if_modified(|public| {
            let is_new = *public != told;
            *public = told;
            is_new
        });
    }

    /// Presses the next button of a running self-test, once it has its place.
    fn drive(&mut self) {
        let next = self.test.as_mut().and_then(|test| test.next(Instant::now()));
        if let Some(place) = next {
            self.screen.press(place);
        }
    }

    fn placed(&mut self, row: usize, place: Place) {
        if let Some(test) = &mut self.test {
            test.placed(row, place);
            self.drive();
        }
    }
}
