//! A day and a night at the counter, with the clock moved by hand: memory, timers, journal.

use std::collections::BTreeMap;

use pingyi::domain::Record;
use pingyi::terminal::flow::{self, Ask, Event};
use pingyi::terminal::journal::Note;

use super::{Counter, alone};
use crate::support::chance::Chance;

const HOURS: i64 = 24;
/// So many visits where the environment says nothing else.
const VISITS: i64 = 600;
const MOST_GROWTH_KIB: i64 = 2_048;

fn kib_in_memory() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn visits() -> i64 {
    std::env::var("PINGYI_VISITS").map_or(VISITS, |visits| visits.parse().unwrap())
}

#[test]
fn a_day_of_visits_grows_neither_memory_nor_timers() {
    if !alone("counter::day::a_day_of_visits_grows_neither_memory_nor_timers") {
        return;
    }
    live(visits());
}

/// SQLite keeps up to 2,000 KiB of a journal's pages: they are kept from the beginning, so that
/// what grows later is not that.
fn fill(counter: &Counter) {
    let characters = "龘".repeat(1_400);
    let (reply, written) = std::sync::mpsc::channel();
    for number in 0..600 {
        let (place, characters, reply) = (number.to_string(), characters.clone(), reply.clone());
        let note = Note::new(Record::Unshowable { characters, place });
        counter.journal.record(note, None, move |saved| reply.send(saved.is_ok()).unwrap());
    }
    assert!(written.iter().take(600).all(|is_written| is_written));
}

fn live(visits: i64) {
    let mut counter = Counter::new();
    fill(&counter);
    counter.sign_on("0317");
    let mut chance = Chance::new(24);
    let (begun_at, each) = (counter.now(), HOURS * 3_600_000 / visits);
    let mut by_hour = Vec::new();
    for visit in 0..visits {
        if counter.state.shift().is_none() {
            counter.sign_on("0317");
        }
        let timeouts = counter.timeouts;
        one(&mut counter, &mut chance);
        let left = begun_at + (visit + 1) * each - counter.now();
        counter.pass(left.max(0));
        let most = 120 + u64::try_from(each / 5_000).unwrap();
        assert!(counter.timeouts - timeouts < most, "timers of visit {visit} come too often");
        if counter.now() - begun_at >= 3_600_000 * i64::try_from(by_hour.len() + 1).unwrap() {
            by_hour.push(kib_in_memory());
            counter.thanked.clear();
        }
    }
    println!(
        "{visits} visits, {} timeouts, memory by the hour in KiB {by_hour:?}",
        counter.timeouts
    );
    let later = &by_hour[1..];
    let growth = later.iter().max().unwrap() - later[0];
    assert!(growth <= MOST_GROWTH_KIB, "{growth} KiB more since hour 2: {by_hour:?}");
    adds_up(&counter);
}

/// A citizen: served or not, who says something or not.
fn one(counter: &mut Counter, chance: &mut Chance) {
    let is_chinese = counter.state.look().language == pingyi::domain::Language::CHINESE;
    if chance.below(10) == 0 {
        counter.step(Event::Touched);
        counter.tap(if is_chinese { "English" } else { "中文" });
    }
    if chance.below(4) > 0 {
        let ticket = if chance.below(2) == 0 { String::new() } else { "A013".to_owned() };
        let service = format!("{:022}", chance.number());
        counter.ask(Ask::Begin { service, item: "vaccine".to_owned(), ticket });
        counter.pass(2_000);
        counter.ask(Ask::Finish);
        counter.settle();
        if chance.below(3) == 0 {
            return; // says nothing: silence, in the time until the next visit
        }
    }
    counter.step(Event::Touched);
    counter.settle();
    let words = [["满意", "基本满意", "不满意"], ["Satisfied", "Mostly satisfied", "Dissatisfied"]];
    let words = words[usize::from(counter.find("满意").is_none())];
    let word = words[usize::try_from(chance.below(3)).unwrap()];
    if counter.find(word).is_none() {
        return; // somebody else's receipt is still shown
    }
    counter.tap(word);
    if chance.below(2) == 0 {
        counter.step(Event::TagToggled(usize::try_from(chance.below(3)).unwrap()));
    }
    if chance.below(8) == 0 {
        counter.step(Event::ChangeAsked);
        counter.step(Event::Rated(pingyi::domain::Level::Basic));
        counter.settle();
    }
    counter.pass(1_000);
    counter.step(Event::Done);
    counter.settle();
}

/// What was begun was finished, and what was finished was rated or is silent.
fn adds_up(counter: &Counter) {
    let mut count = BTreeMap::<&str, u64>::new();
    for (_, private) in counter.entries() {
        let what = match private.record {
            Some(Record::Begun) => "begun",
            Some(Record::Finished { .. }) => "finished",
            Some(Record::Silent { .. }) => "silent",
            Some(Record::SignedOn { .. }) => "on",
            Some(Record::SignedOff { .. }) => "off",
            None if private.level.is_some() && private.corrects.is_none() => {
                if private.service.is_empty() { "rated apart" } else { "rated" }
            }
            _ => "other",
        };
        *count.entry(what).or_default() += 1;
    }
    println!("{count:?}");
    let of = |what: &str| count.get(what).copied().unwrap_or(0);
    assert_eq!(of("begun"), of("finished"));
    let asked = u64::from(matches!(counter.state.screen(), flow::Screen::Prompt(_)));
    assert_eq!(of("finished"), of("rated") + of("silent") + asked);
    assert!(of("on") - of("off") <= 1);
    assert!(of("silent") > 0 && of("rated") > 0 && of("rated apart") > 0);
    assert!(counter.folder().join("journal.sqlite").exists());
}
