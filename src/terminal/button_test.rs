//! The self-test of the three level buttons, as a count of what happened when: each is driven from
//! the window's event, and its answer is timed. What drives and what draws stands elsewhere.

use std::time::{Duration, Instant};

use crate::domain::{Level, SelfTest};

/// One frame at 60 a second: buttons that answer within one frame of each other are equal.
const FRAME: Duration = Duration::from_micros(16_667);

/// Where a button is, in logical pixels of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// Across.
    pub width: f32,
    /// Down.
    pub height: f32,
}

/// A test that runs.
#[derive(Debug, Default)]
pub struct ButtonTest {
    places: [Option<Place>; 3],
    answered: Vec<Duration>,
    pressed_at: Option<Instant>,
}

impl ButtonTest {
    /// A button of the row has its place.
    pub fn placed(&mut self, row: usize, place: Place) {
        if let Some(slot) = self.places.get_mut(row) {
            *slot = Some(place);
        }
    }

    /// The next button to press, once all have their places and none is being waited for.
    pub fn next(&mut self, now: Instant) -> Option<Place> {
        let placed = self.places.iter().all(Option::is_some);
        if !placed || self.pressed_at.is_some() {
            return None;
        }
        let place = self.places.get(self.answered.len()).copied().flatten()?;
        self.pressed_at = Some(now);
        Some(place)
    }

    /// A level was answered; the result, if it was the last or the wrong one.
    pub fn answered(&mut self, level: Level, now: Instant) -> Option<SelfTest> {
        let pressed_at = self.pressed_at.take()?;
        let expected = Level::ALL.get(self.answered.len()).copied();
        if expected != Some(level) {
            let fault = format!("第 {} 个按键有误", self.answered.len() + 1);
            return Some(self.result(fault));
        }
        self.answered.push(now - pressed_at);
        (self.answered.len() == Level::ALL.len()).then(|| self.result(String::new()))
    }

    fn result(&self, fault: String) -> SelfTest {
        let size = |place: Place| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a saturated number of pixels"
            )]
            let pixels = |length: f32| length.round() as u32;
            (pixels(place.width), pixels(place.height))
        };
        let sizes = self.places.map(|place| size(place.unwrap_or_default()));
        let micros = [0, 1, 2].map(|at: usize| {
            let time = self.answered.get(at).map_or(0, Duration::as_micros);
            u64::try_from(time).unwrap_or(u64::MAX)
        });
        let fault = if fault.is_empty() { self.fault(sizes) } else { fault };
        SelfTest { passed: fault.is_empty(), sizes, micros, fault }
    }

    fn fault(&self, sizes: [(u32, u32); 3]) -> String {
        let slowest = self.answered.iter().max().copied().unwrap_or_default();
        let fastest = self.answered.iter().min().copied().unwrap_or_default();
        if sizes.iter().any(|size| *size != sizes[0]) {
            "三个按键大小不一".to_owned()
        } else if slowest - fastest > FRAME {
            "三个按键快慢相差超过一帧".to_owned()
        } else {
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Place = Place { x: 0.0, y: 0.0, width: 389.0, height: 196.0 };

    /// Three buttons of these widths that answer after so many milliseconds.
    fn run(widths: [f32; 3], millis: [u64; 3], levels: [Level; 3]) -> Option<SelfTest> {
        let mut test = ButtonTest::default();
        let start = Instant::now();
        for (row, width) in widths.into_iter().enumerate() {
            assert_eq!(test.next(start), None, "not all are placed");
            test.placed(row, Place { width, ..SIZE });
        }
        levels.into_iter().zip(millis).find_map(|(level, wait)| {
            assert!(test.next(start).is_some());
            assert_eq!(test.next(start), None, "one at a time");
            test.answered(level, start + Duration::from_millis(wait))
        })
    }

    #[test]
    fn equal_buttons_pass_and_unequal_ones_are_told() {
        let passed = run([389.0; 3], [2, 3, 2], Level::ALL).unwrap();
        assert!(passed.passed && passed.fault.is_empty());
        assert_eq!((passed.sizes, passed.micros), ([(389, 196); 3], [2_000, 3_000, 2_000]));
        let size = run([389.0, 389.0, 380.0], [2, 2, 2], Level::ALL).unwrap();
        assert!(!size.passed && size.fault.contains("大小"));
        let slow = run([389.0; 3], [2, 2, 60], Level::ALL).unwrap();
        assert!(!slow.passed && slow.fault.contains("一帧"));
        let crossed = [Level::Satisfied, Level::Satisfied, Level::Dissatisfied];
        let crossed = run([389.0; 3], [2, 2, 2], crossed).unwrap();
        assert!(!crossed.passed && crossed.fault.contains("第 2 个"));
    }
}
