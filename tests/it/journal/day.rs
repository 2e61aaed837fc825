//! One rating a service, and names of services that change daily.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use pingyi::chain::{Kind, PrivateLine};
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::terminal::journal::{Answer, Journal};

use super::{named, open, rate, record, waiting};
use crate::support::copies::closed;
use crate::support::world::{Driven, until};

const DAY: Duration = Duration::from_secs(86_400);

fn about(service: &str, level: pingyi::domain::Level) -> Answer {
    Answer { service: service.into(), item: "I-1".into(), ..Answer::new(level, "0317") }
}

/// Kind, what it corrects, and whether it is evidence, of all but the start.
async fn told(journal: &Journal) -> Vec<(Kind, Option<u64>, bool)> {
    let lines = waiting(journal).await.into_iter().skip(1);
    lines.map(|(public, private)| (public.kind, private.corrects, private.again)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_rating_of_a_service_is_a_correction_in_time_and_evidence_later() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    let journal = open(folder.path(), time.clone());
    let names = [named(&journal, Some("A001")).await, named(&journal, None).await];
    for service in &names {
        let first = rate(&journal, about(service, Dissatisfied)).await;
        time.advance(Duration::from_secs(5));
        let second = rate(&journal, about(service, Satisfied)).await;
        assert_eq!(second.receipt, first.receipt, "one citizen, one receipt");
        let third = rate(&journal, about(service, Basic)).await;
        assert_ne!(third.receipt, first.receipt);
        time.advance(DAY / 24);
        rate(&journal, about(service, Satisfied)).await;
    }
    let late = named(&journal, Some("A002")).await;
    rate(&journal, about(&late, Satisfied)).await;
    time.advance(Duration::from_millis(5001));
    rate(&journal, about(&late, Dissatisfied)).await;
    let mut expected = Vec::new();
    for first in [2, 6] {
        expected.push((Kind::Rating, None, false));
        expected.push((Kind::Correction, Some(first), false));
        expected.extend([(Kind::Rating, None, true), (Kind::Rating, None, true)]);
    }
    expected.extend([(Kind::Rating, None, false), (Kind::Rating, None, true)]);
    assert_eq!(told(&journal).await, expected);
    let (_, line): (_, PrivateLine) = waiting(&journal).await.remove(1);
    assert_eq!((line.item.as_str(), line.service.as_str()), ("I-1", names[0].as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_without_a_service_are_each_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), Driven::new());
    for _ in 0..3 {
        rate(&journal, Answer { training: true, ..about("", Satisfied) }).await;
    }
    assert_eq!(told(&journal).await, vec![(Kind::Rating, None, false); 3]);
    assert!(waiting(&journal).await[1..].iter().all(|(_, private)| private.training));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_citizen_corrects_is_not_corrected_again_by_another_rating() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), Driven::new());
    let first = rate(&journal, about("s", Dissatisfied)).await;
    rate(&journal, Answer { corrects: Some(first), ..about("s", Basic) }).await;
    let evidence = rate(&journal, about("s", Satisfied)).await;
    rate(&journal, Answer { corrects: Some(evidence), ..about("s", Basic) }).await;
    let expected = [
        (Kind::Rating, None, false),
        (Kind::Correction, Some(2), false),
        (Kind::Rating, None, true),
        (Kind::Correction, Some(4), true),
    ];
    assert_eq!(told(&journal).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgets_no_service_and_trusts_no_other_boot_s_clock() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    for (reboots, other) in [(false, Kind::Correction), (true, Kind::Rating)] {
        let journal = open(folder.path(), time.clone());
        let service = named(&journal, None).await;
        rate(&journal, about(&service, Dissatisfied)).await;
        drop(journal);
        closed(folder.path()).await;
        if reboots {
            time.reboot();
        }
        let journal = open(folder.path(), time.clone());
        rate(&journal, about(&service, Satisfied)).await;
        rate(&journal, about(&service, Satisfied)).await;
        let last = told(&journal).await.split_off(1);
        let [.., second, third] = &last[..] else { panic!("{last:?}") };
        assert_eq!((&second.0, second.2), (&other, reboots));
        assert_eq!((&third.0, third.2), (&Kind::Rating, true));
        drop(journal);
        closed(folder.path()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_has_one_name_all_day_and_another_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    time.set(1_795_305_600_000); // 2026-11-22, 08:00 in China
    let mut names = HashSet::new();
    for day in 0..4 {
        let journal = open(folder.path(), time.clone());
        let morning = named(&journal, Some("A001")).await;
        assert_ne!(morning, named(&journal, Some("A002")).await);
        assert_ne!(named(&journal, None).await, named(&journal, None).await);
        drop(journal);
        closed(folder.path()).await;
        time.advance(DAY / 4);
        time.reboot();
        let journal = open(folder.path(), time.clone());
        assert_eq!(named(&journal, Some("A001")).await, morning, "day {day}");
        assert_eq!((morning.len(), morning.contains("A001")), (22, false));
        assert!(names.insert(morning), "day {day}");
        drop(journal);
        closed(folder.path()).await;
        time.advance(DAY * 3 / 4);
    }
    // A machine that forgot the date keeps the key: the tickets of today are still those.
    let journal = open(folder.path(), time.clone());
    let name = named(&journal, Some("A001")).await;
    let journal_again = journal.clone();
    time.set(0);
    assert_eq!(named(&journal_again, Some("A001")).await, name);
}

/// Whether the bytes stand anywhere in the folder.
fn stands(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let held = std::fs::read(file.unwrap().path()).unwrap();
        held.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_day_that_is_over_is_nowhere_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    let journal = open(folder.path(), time.clone());
    named(&journal, Some("A001")).await;
    let file = rusqlite::Connection::open(folder.path().join("journal.sqlite")).unwrap();
    let key = || file.query_row("select key from day_key", [], |row| row.get::<_, Vec<u8>>(0));
    let yesterday = key().unwrap();
    assert!(stands(folder.path(), &yesterday), "the search finds what is there");
    time.advance(DAY);
    // Anything that is asked of the journal will do, such as a heartbeat's summary.
    journal.ask(|file, _| file.summary()).await.unwrap();
    until("another key is drawn", || async { (key().unwrap() != yesterday).then_some(()) }).await;
    drop(file);
    until("nothing is left of it", || async { (!stands(folder.path(), &yesterday)).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_yesterday_is_still_known_and_an_older_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    let journal = open(folder.path(), time.clone());
    let service = named(&journal, Some("A001")).await;
    rate(&journal, about(&service, Satisfied)).await;
    for (day, is_known) in [(1, true), (2, false)] {
        time.advance(DAY);
        named(&journal, Some("A001")).await;
        let again = rate(&journal, about(&service, Satisfied)).await;
        let (_, line) = waiting(&journal).await.pop().unwrap();
        assert_eq!((line.again, again.receipt.is_some()), (is_known, true), "day {day}");
    }
    let note = pingyi::terminal::journal::Note::new(pingyi::domain::Record::Back);
    assert!(record(&journal, note, None).await.is_ok());
}
