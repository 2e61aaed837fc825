//! One day at one window: shifts, services, answers and silence.

use super::{MINUTE, Told, What};
use crate::domain::{About, Leaving, Level, Means, Record, SelfTest};
use crate::simulate::dice::Dice;

/// Opening hours, in minutes after midnight.
const MORNING: (i64, i64) = (8 * 60, 12 * 60);
const AFTERNOON: (i64, i64) = (14 * 60, 17 * 60);

/// When most people come, in minutes after midnight.
const RUSH: (i64, i64) = (9 * 60, 11 * 60);

const SECOND: i64 = 1_000;

/// How busy a window is: the mean seconds of a service and between two, and of a thousand people
/// how many rate. By the window's place, in turn.
const PACES: [(i64, i64, u64); 6] = [
    (90, 210, 520),
    (120, 230, 400),
    (180, 180, 490),
    (420, 780, 430),
    (200, 220, 470),
    (330, 520, 440),
];

/// Of a thousand answers to a person, how many are of the first and of the first two levels; by the
/// person's place in turn with the window's.
const QUALITIES: [(u64, u64); 5] = [(948, 985), (925, 968), (960, 991), (905, 952), (938, 977)];

/// The same where people came for a vaccine that is not there.
const SHORTAGE: (u64, u64) = (520, 690);

/// Who and what there is at a window.
pub(super) struct Window {
    pub place: usize,
    pub staff: Vec<String>,
    pub items: Vec<String>,
    pub tags: Vec<String>,
    pub complaint_tags: Vec<String>,
    pub away: Vec<String>,
    pub prompt_ms: i64,
    pub least_ms: i64,
    pub is_short_of_vaccine: bool,
}

/// What a day is like: who serves, by their places.
pub(super) struct Mood {
    pub is_monday: bool,
    pub morning: usize,
    pub afternoon: usize,
}

/// Half a day of one person.
struct Half<'a> {
    window: &'a Window,
    midnight: i64,
    person: usize,
    staff: String,
    is_monday: bool,
    is_short: bool,
    dice: &'a mut Dice,
    told: &'a mut Vec<Told>,
}

impl Window {
    /// All of a day.
    pub(super) fn day(&self, midnight: i64, mood: Mood, dice: &mut Dice, told: &mut Vec<Told>) {
        let halves = [(MORNING, mood.morning), (AFTERNOON, mood.afternoon)];
        for (at, (hours, person)) in halves.into_iter().enumerate() {
            let is_last = at + 1 == halves.len();
            let mut half = Half {
                window: self,
                midnight,
                person,
                staff: self.staff.get(person).cloned().unwrap_or_default(),
                is_monday: mood.is_monday,
                is_short: self.is_short_of_vaccine && !is_last,
                dice: &mut *dice,
                told: &mut *told,
            };
            half.pass(hours, is_last);
        }
    }
}

impl Half<'_> {
    fn tell(&mut self, at: i64, what: Record) {
        self.tell_of(at, "", "", What::Record(what));
    }

    fn tell_of(&mut self, at: i64, service: &str, item: &str, what: What) {
        let (staff, item, service) = (self.staff.clone(), item.to_owned(), service.to_owned());
        self.told.push(Told { at, staff, item, service, what });
    }

    fn pass(&mut self, (from, to): (i64, i64), is_last: bool) {
        let (from, to) = (self.midnight + from * MINUTE, self.midnight + to * MINUTE);
        let mut at = from - self.dice.between(3, 12) * MINUTE;
        let by = *self.dice.pick(&[Means::Pin, Means::Pin, Means::Card]).unwrap_or(&Means::Pin);
        self.tell(at, Record::SignedOn { by });
        if !is_last {
            at += self.dice.between(60, 120) * SECOND;
            let test = self.self_test();
            self.tell(at, Record::SelfTest(test));
        }
        at = at.max(from) + self.dice.between(0, 240) * SECOND;
        let mut pause_at = self.dice.happens(300).then(|| self.dice.between(from, to));
        while at < to - 8 * MINUTE {
            if pause_at.take_if(|pause_at| *pause_at <= at).is_some() {
                at = self.pause(at);
                continue;
            }
            at = self.serve(at);
            if self.dice.happens(if self.is_short { 80 } else { 1 }) {
                self.complain(at);
                at += 90 * SECOND;
            }
        }
        let why = match (is_last, self.dice.happens(15)) {
            // Somebody has gone home and left the shift open.
            (true, true) => Leaving::PastClosing,
            (true, false) => Leaving::EndOfDay,
            (false, _) => Leaving::SignedOff,
        };
        let late = if why == Leaving::PastClosing { 30 } else { self.dice.between(0, 9) };
        self.tell(at.max(to) + late * MINUTE, Record::SignedOff { why });
    }

    fn self_test(&mut self) -> SelfTest {
        let size = (372, 172);
        let mut micros = [0; 3];
        micros.fill_with(|| 2_000 + self.dice.below(6_000));
        let passed = !self.dice.happens(4);
        let fault = if passed { "" } else { "按键没有反应" };
        let micros = if passed { micros } else { [0; 3] };
        SelfTest { passed, sizes: [size; 3], micros, fault: fault.to_owned() }
    }

    /// A short absence.
    fn pause(&mut self, at: i64) -> i64 {
        let Some(why) = self.dice.pick(&self.window.away).cloned() else { return at };
        let minutes = *self.dice.pick(&[5, 10, 15]).unwrap_or(&10);
        self.tell(at, Record::Away { why, minutes });
        let back = at + i64::from(minutes) * MINUTE + self.dice.between(-120, 180) * SECOND;
        self.tell(back, Record::Back);
        back
    }

    fn is_rush(&self, at: i64) -> bool {
        (RUSH.0..RUSH.1).contains(&((at - self.midnight) / MINUTE))
    }

    /// Serves somebody from an instant on; gives when the next one may come.
    fn serve(&mut self, at: i64) -> i64 {
        let (service_s, gap_s, responds) = PACES[self.window.place % PACES.len()];
        let service = self.dice.name();
        let item = self.dice.pick(&self.window.items).cloned().unwrap_or_default();
        let is_named = self.dice.happens(800);
        self.tell_of(at, &service, if is_named { &item } else { "" }, What::Record(Record::Begun));
        let took_ms = self.dice.between(service_s / 2, service_s * 3 / 2) * SECOND;
        if !is_named && self.dice.happens(500) {
            self.tell_of(at + took_ms / 2, &service, &item, What::Record(Record::ItemNamed));
        }
        let finished = at + took_ms;
        self.tell_of(finished, &service, &item, What::Record(Record::Finished { took_ms }));
        let rush = self.is_rush(at);
        let gap_ms = match (rush, self.is_monday) {
            (true, true) => self.dice.between(1, gap_s / 3),
            (true, false) => self.dice.between(2, gap_s),
            (false, _) => self.dice.between(5, gap_s * 2),
        } * SECOND;
        let responds = if rush { responds * 9 / 10 } else { responds };
        let done = if self.dice.happens(responds) {
            self.rate(finished, &service, &item)
        } else {
            let cut = gap_ms < self.window.prompt_ms;
            let asked_ms =
                if cut { gap_ms.max(self.window.least_ms) } else { self.window.prompt_ms };
            let silent = Record::Silent { asked_ms, cut };
            self.tell_of(finished + asked_ms, &service, &item, What::Record(silent));
            finished + asked_ms
        };
        done.max(finished + gap_ms)
    }

    /// Gives when whoever rated has gone.
    fn rate(&mut self, finished: i64, service: &str, item: &str) -> i64 {
        let mut at = finished + self.dice.between(1_500, 9_000);
        let level = self.level();
        self.tell_of(at, service, item, What::Rating(level));
        if self.dice.happens(9) {
            at += self.dice.between(1_500, 4_500);
            let level = self.level();
            self.tell_of(at, service, item, What::Correction(level));
        }
        let speaks = if level == Level::Satisfied { 160 } else { 620 };
        if self.dice.happens(speaks) {
            at += self.dice.between(4, 15) * SECOND;
            let tags = self.tags();
            self.tell_of(at, service, item, What::Reasons(tags));
        }
        at
    }

    fn level(&mut self) -> Level {
        let quality = QUALITIES[(self.window.place * 2 + self.person) % QUALITIES.len()];
        let (satisfied, content) = if self.is_short { SHORTAGE } else { quality };
        match self.dice.below(1_000) {
            n if n < satisfied => Level::Satisfied,
            n if n < content => Level::Basic,
            _ => Level::Dissatisfied,
        }
    }

    fn tags(&mut self) -> Vec<String> {
        let mut tags = Vec::new();
        let count = self.dice.between(1, 2);
        for _ in 0..count {
            tags.extend(self.dice.pick(&self.window.tags).cloned());
        }
        tags.dedup();
        tags
    }

    fn complain(&mut self, at: i64) {
        let about = if self.dice.happens(700) { About::Window } else { About::Office };
        let tags = self.dice.pick(&self.window.complaint_tags).cloned().into_iter().collect();
        self.tell(at + 60 * SECOND, Record::Complaint { about, tags, anonymous: true });
    }
}
