//! Whoever stands beside a citizen learns nothing from what comes after the tap.

use pingyi::domain::Level;
use pingyi::terminal::flow::{self, Ask, Effect, Event};

use super::{Counter, Picture, WORDS, is_neutral};
use crate::sample;

impl Counter {
    /// A service from its begin to its prompt.
    fn served(&mut self) {
        let (service, item) = ("s1".to_owned(), "vaccine".to_owned());
        let begin = Ask::Begin { service, item, ticket: String::new() };
        self.send(Event::Asked { call: None, ask: begin });
        self.send(Event::Asked { call: None, ask: Ask::Finish });
        assert!(matches!(self.state.screen(), flow::Screen::Prompt(_)));
        self.pass(1_000);
    }

    /// Takes a picture, and the instant at which the screen changes next.
    fn look(&mut self, seen: &mut Vec<(Picture, Option<i64>)>) {
        self.pass(130);
        let due = self.state.deadline().map(|deadline| deadline - self.now());
        seen.push((self.snapshot(), due));
    }

    /// All that is seen from the tap on the prompt to home, with everything that can be added.
    fn adds_everything(&mut self, level: Level, word: &str) -> Vec<(Picture, Option<i64>)> {
        self.served();
        let mut seen = Vec::new();
        let effects = self.tap(word);
        let [Effect::Save { ticket, answer }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((answer.level, answer.service.as_str()), (level, "s1"));
        self.look(&mut seen);
        let opinion = Some("https://pingyi.example/o/AQ".to_owned());
        self.send(Event::Saved { ticket: *ticket, saved: sample::saved(1), opinion });
        self.look(&mut seen);
        for label in
            ["说明清楚", "留下电话，听取回复", "1", "3", "‹ 返回", "扫码写下具体意见", "‹ 返回"]
        {
            self.tap(label);
            self.look(&mut seen);
        }
        self.tap("完成");
        self.pass(1_000);
        self.look(&mut seen);
        seen
    }
}

#[test]
fn prompt_tags_phone_and_code_are_the_same_for_every_level() {
    let mut counter = Counter::full();
    let mut visits = Vec::new();
    for (level, word) in Level::ALL.into_iter().zip(WORDS[0].0) {
        visits.push(counter.adds_everything(level, word));
        counter.pass(60_000);
    }
    let first = visits.remove(0);
    assert_eq!(first.len(), 10);
    for (picture, _) in &first[1..9] {
        assert!(picture.as_slice().iter().all(is_neutral), "no colour of an answer is left");
    }
    for pair in first[..9].windows(2) {
        assert_ne!(pair[0].0.as_bytes(), pair[1].0.as_bytes(), "each step is seen");
    }
    for other in visits {
        for (place, (one, two)) in first.iter().zip(&other).enumerate() {
            assert_eq!(one.1, two.1, "step {place} changes at the same instant");
            assert!(one.0.as_bytes() == two.0.as_bytes(), "step {place} shows the same");
        }
    }
}
