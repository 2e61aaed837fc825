//! The duty ledger: shifts, absences, services and how they ended.

use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::domain::{Leaving, Record};

use super::{FINISHED, OFF, ON, both, flagged, is_what_the_ledger_says, rows, silent};
use crate::support::hand::{Hand, Life};

const SHIFTS: &str =
    "select employee_no, window_id, means, why, to_at - from_at as lasted, away_ms,
    away_times, finished, rated, silent, cut from shifts order by leaf";
const ROLLUPS: &str =
    "select window_id, employee_no, item_id, finished, rated, silent, cut, took_ms
    from service_rollups where finished <> 0 order by item_id";

/// Appends a record so many milliseconds ago.
fn ago(life: &mut Life, ago: i64, record: Record) -> u64 {
    let at = life.stamp(-ago);
    life.note(record, |_, private| private.at = at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_is_who_was_where_from_when_to_when() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        ago(&mut life, 9000, ON);
        ago(&mut life, 8000, Record::Away { why: "lunch".into(), minutes: 30 });
        ago(&mut life, 6000, Record::Back);
        ago(&mut life, 5000, Record::Away { why: "copy".into(), minutes: 5 });
        hand.receipt(&life.all()).await;
        let lasting = "0317 w3 pin  - 2000 2 0 0 0 0";
        assert_eq!(rows(&world, SHIFTS).await, [lasting], "it lasts, and so does the absence");
        is_what_the_ledger_says(&world).await;
        let last = ago(&mut life, 1000, Record::SignedOff { why: Leaving::EndOfDay });
        hand.receipt(&life.batch(last, last)).await;
        let [row] = &rows(&world, SHIFTS).await[..] else { panic!("one shift") };
        let words: Vec<&str> = row.split(' ').collect();
        assert_eq!((words[2], words[3]), ("pin", "end_of_day"));
        // Two batches travel for different times; within one everything is exact.
        let (lasted, away) = (words[4].parse::<i64>().unwrap(), words[5].parse::<i64>().unwrap());
        assert!((7900..40_000).contains(&lasted) && (5900..40_000).contains(&away), "{row}");
        assert_eq!(flagged(&world).await, [""; 0]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_count_for_their_person_window_item_and_shift() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        life.note(ON, |_, _| {});
        for (service, item) in [("a", "card"), ("b", "card"), ("c", ""), ("d", "shot")] {
            life.note(Record::Begun, |_, private| {
                (private.service, private.item) = (service.into(), item.into());
            });
            life.serve(service, FINISHED);
        }
        life.note(Record::ItemNamed, |_, private| {
            (private.service, private.item) = ("c".into(), "shot".into());
        });
        life.rate_service("a", Satisfied, |_| {});
        life.serve("b", silent(true));
        hand.receipt(&life.all()).await;
        let all = ["w3 0317 card 2 1 1 1 600000", "w3 0317 shot 2 0 0 0 600000"];
        assert_eq!(rows(&world, ROLLUPS).await, all);
        assert_eq!(rows(&world, SHIFTS).await, ["0317 w3 pin  - 0 0 4 1 1 1"]);
        is_what_the_ledger_says(&world).await;
        // What comes later, and late: silence, and a rating after the prompt was cut.
        let first = life.serve("c", silent(false));
        life.rate_service("b", Basic, |_| {});
        let last = life.serve("e", Record::Begun);
        hand.receipt(&life.batch(first, last)).await;
        let all = ["w3 0317 card 2 2 0 0 600000", "w3 0317 shot 2 0 1 0 600000"];
        assert_eq!(rows(&world, ROLLUPS).await, all);
        assert_eq!(rows(&world, SHIFTS).await, ["0317 w3 pin  - 0 0 4 2 1 0"]);
        let sql = "select service, outcome from services order by service";
        assert_eq!(rows(&world, sql).await, ["a rated", "b rated", "c silent", "d open", "e open"]);
        assert_eq!(flagged(&world).await, [""; 0]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_parts_the_counts_of_two_people() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        life.note(ON, |_, _| {});
        life.serve("a", Record::Begun);
        life.serve("a", FINISHED);
        life.note(Record::SignedOff { why: Leaving::HandedOver }, |_, _| {});
        life.note(ON, |_, private| private.staff = "0402".into());
        for record in [Record::Begun, FINISHED] {
            life.note(record, |_, private| {
                (private.staff, private.service) = ("0402".into(), "b".into());
            });
        }
        life.rate_service("b", Dissatisfied, |private| private.staff = "0402".into());
        hand.receipt(&life.all()).await;
        let both = ["0317 w3 pin handed_over 0 0 0 1 0 0 0", "0402 w3 pin  - 0 0 1 1 0 0"];
        let found = rows(&world, SHIFTS).await;
        // The moments between the two are the test's own.
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("0317 w3 pin handed_over ") && found[0].ends_with(" 1 0 0 0"));
        assert_eq!(found[1], both[1]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_person_at_two_windows_at_once_is_an_alarm() {
    for (world, hand) in both().await {
        let other = Hand::enrol_at(&world, 2, "w5").await;
        let mut third = Life::begin(&hand, 1);
        ago(&mut third, 9000, ON);
        let mut fifth = Life::begin(&other, 2);
        let at = fifth.stamp(-8000);
        fifth.note(ON, |public, private| {
            public.window = "w5".into();
            private.at = at;
        });
        // The terminal at w3 has no network as far as the center knows: it may have been signed off.
        hand.receipt(&third.all()).await;
        other.receipt(&fifth.all()).await;
        assert_eq!(world.flags("two_windows").await, 0);
        let last = ago(&mut third, 100, OFF);
        hand.receipt(&third.batch(last, last)).await;
        let evidence = format!("0317：w3（{}）、w5（{}）", hand.terminal, other.terminal);
        let sql = "select evidence from flags where rule = 'two_windows'";
        assert_eq!(rows(&world, sql).await, [evidence]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_alarm_comes_at_once_where_the_other_terminal_is_heard_of() {
    for (world, hand) in both().await {
        let other = Hand::enrol_at(&world, 2, "w5").await;
        let mut third = Life::begin(&hand, 1);
        ago(&mut third, 9000, ON);
        hand.receipt(&third.all()).await;
        let now = world.center.clock.now().wall;
        let mut tx = world.center.db.begin().await.unwrap();
        tx.run("update terminals set last_contact_at = $1", vec![now.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let mut fifth = Life::begin(&other, 2);
        fifth.note(ON, |public, _| public.window = "w5".into());
        other.receipt(&fifth.all()).await;
        assert_eq!(world.flags("two_windows").await, 1);
        let last = third.note(OFF, |_, _| {});
        hand.receipt(&third.batch(last, last)).await;
        assert_eq!(world.flags("two_windows").await, 1, "once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_window_after_the_other_is_no_alarm() {
    for (world, hand) in both().await {
        let other = Hand::enrol_at(&world, 2, "w5").await;
        let mut third = Life::begin(&hand, 1);
        ago(&mut third, 9000, ON);
        ago(&mut third, 8000, OFF);
        let mut fifth = Life::begin(&other, 2);
        let at = fifth.stamp(-5000);
        fifth.note(ON, |public, private| {
            public.window = "w5".into();
            private.at = at;
        });
        // The one that was signed off first had no network, and tells of it last.
        other.receipt(&fifth.all()).await;
        hand.receipt(&third.all()).await;
        assert_eq!(flagged(&world).await, [""; 0]);
    }
}
