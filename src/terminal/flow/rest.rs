//! What time does when nobody touches the terminal: pages are left, slides go by, days end.

use super::screens::{Cleaning, Given, Screen, Slides};
use super::{Effect, State, is_calm, millis};

/// The self-test waits until the office has opened (7:00), and until nobody has touched the
/// terminal for a minute.
const TEST_FROM_MINUTE: u32 = 7 * 60;
const TEST_AFTER_MS: i64 = 60_000;

impl State {
    /// The one instant, in monotonic milliseconds, at which [`super::Event::Timeout`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<i64> {
        let calm = self.screen.is_rest();
        let reset = (calm && self.look != self.rules.look).then(|| self.quiet_at());
        let left = self.screen.is_left_when_quiet().then(|| self.quiet_at());
        let own = match &self.screen {
            Screen::Idle(slides) => Some(slides.next_at),
            Screen::Cleaning(cleaning) => Some(cleaning.next_at),
            _ => None,
        };
        [
            self.visit_deadline(),
            self.prompt_deadline(),
            self.upkeep_deadline(),
            self.told_until(),
            self.idle_at(),
            reset,
            left,
            own,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When a page is left, and the look goes back to the office's.
    fn quiet_at(&self) -> i64 {
        self.touched_at + millis(self.rules.idle_reset_seconds)
    }

    /// When slides begin, if there are any.
    fn idle_at(&self) -> Option<i64> {
        let known = self.facts.known.as_ref()?;
        let seconds = known.behaviour.idle_seconds;
        let begins = is_calm(&self.screen)
            && seconds > 0
            && self.memory.service.is_none()
            && known.slide_after(None, self.facts.day).is_some();
        begins.then(|| self.touched_at + millis(seconds))
    }

    /// A touch ends the idle screen, and is nothing else.
    pub(super) fn woken(&mut self) {
        if matches!(self.screen, Screen::Idle(_)) {
            self.leave();
        }
    }

    pub(super) fn timeout(&mut self) {
        let now = self.now;
        if self.screen.is_rest() && now >= self.quiet_at() {
            self.look = self.rules.look;
        }
        self.visit_timeout();
        self.prompt_timeout();
        self.upkeep_timeout();
        if self.screen.is_left_when_quiet() && now >= self.quiet_at() {
            self.left_alone();
        }
        if self.idle_at().is_some_and(|at| now >= at) {
            self.show_slide(None);
        }
        match self.screen {
            Screen::Idle(Slides { slide, next_at }) if now >= next_at => {
                self.show_slide(Some(slide));
            }
            Screen::Cleaning(cleaning) if now >= cleaning.next_at => self.wiped(cleaning),
            _ => {}
        }
    }

    /// Whoever was here has gone: what was begun is left, what was given stands.
    fn left_alone(&mut self) {
        match self.screen.clone() {
            Screen::Phone { given: Given::Rating(thanks), .. }
            | Screen::Opinion(Given::Rating(thanks)) => self.end_thanks(&thanks),
            _ => self.leave(),
        }
    }

    fn show_slide(&mut self, last: Option<usize>) {
        let Some(known) = &self.facts.known else { return };
        let seconds = known.behaviour.slide_seconds.max(5);
        match known.slide_after(last, self.facts.day) {
            Some(slide) => {
                let next_at = self.now + millis(seconds);
                self.screen = Screen::Idle(Slides { slide, next_at });
            }
            None => self.leave(),
        }
    }

    fn wiped(&mut self, mut cleaning: Cleaning) {
        while self.now >= cleaning.next_at && cleaning.seconds > 0 {
            cleaning.seconds -= 1;
            cleaning.next_at += 1_000;
        }
        if cleaning.seconds == 0 {
            self.touched_at = self.now;
            self.leave();
        } else {
            self.screen = Screen::Cleaning(cleaning);
        }
    }

    /// The wall clock shows another minute: shifts end at closing time, buttons are tested daily.
    pub(super) fn minute(&mut self, day: i64, minute: u32) {
        self.facts.day = day;
        self.facts.minute = minute;
        if !self.facts.ready || self.facts.known.is_none() {
            return;
        }
        self.end_past_closing();
        let is_quiet = is_calm(&self.screen) || matches!(self.screen, Screen::Idle(_));
        let is_due = self.memory.tested_on != day && minute >= TEST_FROM_MINUTE;
        if is_due && is_quiet && self.now >= self.touched_at + TEST_AFTER_MS {
            self.begin_self_test();
        }
    }

    /// Shows the three buttons for a test and has them driven.
    pub(super) fn begin_self_test(&mut self) {
        self.memory.tested_on = self.facts.day;
        self.screen = Screen::Upkeep(super::Upkeep::testing(self.now));
        self.effects.push(Effect::SelfTest);
    }
}
