//! What a citizen adds, and what a terminal reports.

use pingyi::chain::{Batch, Committed, Hash, SealedField};
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::domain::{About, Field, Record, SelfTest};

use super::{both, flagged, is_what_the_ledger_says, rows};
use crate::support::hand::{Hand, Life};
use crate::support::world::World;

const REASONS: &str = "select window_id, tag, level, n from reason_rollups where n <> 0
    order by tag, level";

fn reasons(to: u64, tags: &[&str]) -> Record {
    Record::Reasons { to, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_count_by_day_window_tag_and_the_level_that_counts() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let first = life.rate(Dissatisfied);
        life.note(reasons(first, &["queue", "queue", "manner"]), |_, _| {});
        let second = life.rate(Satisfied);
        hand.receipt(&life.all()).await;
        let all = ["w3 manner 3 1", "w3 queue 3 1"];
        assert_eq!(rows(&world, REASONS).await, all, "a tag counts once a rating");
        // In later batches: reasons of an earlier rating, others instead, a correction.
        let from = life.note(reasons(second, &["manner"]), |_, _| {});
        life.note(reasons(first, &["queue", "fees"]), |_, _| {});
        let correction = life.correct(first, Basic);
        hand.receipt(&life.batch(from, correction)).await;
        assert_eq!(rows(&world, REASONS).await, ["w3 fees 2 1", "w3 manner 1 1", "w3 queue 2 1"]);
        // Whoever names the corrected rating means what counts in its place.
        let last = life.note(reasons(first, &["fees"]), |_, _| {});
        hand.receipt(&life.batch(last, last)).await;
        assert_eq!(rows(&world, REASONS).await, ["w3 fees 2 1", "w3 manner 1 1"]);
        assert_eq!(flagged(&world).await, ["upward_correction 1"]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_stands_in_the_register_with_its_number() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let complaint =
            |about, anonymous| Record::Complaint { about, tags: vec!["fees".into()], anonymous };
        let first = life.note(complaint(About::Window, false), |_, _| {});
        life.note(Record::Contact { to: first }, |_, _| {});
        let second = life.note(complaint(About::Office, true), |_, _| {});
        life.note(complaint(About::Other, true), |_, private| private.training = true);
        let rating = life.rate(Satisfied);
        hand.receipt(&life.all()).await;
        let from = life.note(Record::Contact { to: second }, |_, _| {});
        let last = life.note(Record::Contact { to: rating }, |_, _| {});
        hand.receipt(&life.batch(from, last)).await;
        let sql = "select number, window_id, about, tags, anonymous, has_contact, training
                   from complaints order by leaf";
        let all = [
            "9ABCDEFG w3 window [\"fees\"] 0 1 0",
            "9ABCDEFG w3 office [\"fees\"] 1 1 0",
            "9ABCDEFG w3 other [\"fees\"] 1 0 1",
        ];
        assert_eq!(rows(&world, sql).await, all);
        assert_eq!(world.number("select has_contact as n from ratings").await, 1);
        assert_eq!(flagged(&world).await, [""; 0]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_terminal_reports_is_kept_and_told() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let test = |passed, fault: &str| SelfTest {
            passed,
            sizes: [(384, 240); 3],
            micros: [8100, 8200, 7900],
            fault: fault.into(),
        };
        life.note(Record::SelfTest(test(true, "")), |_, _| {});
        life.note(Record::SelfTest(test(false, "基本满意")), |_, private| {
            private.training = true
        });
        life.note(Record::LockedOut { tries: 5, seconds: 300 }, |_, _| {});
        let record =
            Record::Unshowable { characters: "\u{20BB7}".into(), place: "staff 0317".into() };
        life.note(record, |_, _| {});
        hand.receipt(&life.all()).await;
        let sql = "select passed, micros_1, micros_2, micros_3, sizes, fault from self_tests
                   order by leaf";
        let sizes = "[[384,240],[384,240],[384,240]]";
        let all =
            [format!("1 8100 8200 7900 {sizes} "), format!("0 8100 8200 7900 {sizes} 基本满意")];
        assert_eq!(rows(&world, sql).await, all);
        let sql = "select rule, evidence from flags order by rule";
        let all = [
            "locked_out 0317：连错 5 次，锁定 300 秒",
            "self_test_failed 基本满意",
            "unshowable \u{20BB7}（staff 0317）",
        ];
        assert_eq!(rows(&world, sql).await, all);
        world.counts([0, 0, 0]).await;
        is_what_the_ledger_says(&world).await;
    }
}

const SEALED: &str = "select seq, field, ciphertext from sealed_fields
    order by seq, field, ciphertext";

/// A rating, and a phone number sealed apart; gives the batch with its sealed field.
fn with_phone(life: &mut Life, ciphertext: u8) -> Batch {
    let rating = life.rate(Satisfied);
    let seq = life.note(Record::Contact { to: rating }, |_, private| {
        private.fields = vec![Committed { field: Field::Phone, commitment: Hash::ZERO }];
    });
    let field = SealedField { seq, field: Field::Phone, ciphertext: vec![ciphertext; 3] };
    life.all().with_sealed(vec![field])
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_fields_are_kept_apart_and_once() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let batch = with_phone(&mut life, 5);
        for _ in 0..2 {
            hand.receipt(&batch).await;
            assert_eq!(rows(&world, SEALED).await, ["3 phone Bytes([5, 5, 5])"]);
        }
        let sql = "select body from batches where terminal_id <> 'center'";
        let body = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
        assert_eq!(body.bytes("body").unwrap(), batch.entry_lines().as_bytes());
        erased_stays_erased(&world, &hand, &batch).await;
        is_what_the_ledger_says(&world).await;
    }
}

async fn erased_stays_erased(world: &World, hand: &Hand, batch: &Batch) {
    let mut tx = world.center.db.begin().await.unwrap();
    let sql = "update sealed_fields set ciphertext = $1";
    tx.run(sql, vec![Vec::<u8>::new().into()]).await.unwrap();
    tx.commit().await.unwrap();
    hand.receipt(batch).await;
    assert_eq!(rows(world, SEALED).await, ["3 phone Bytes([])"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sealed_fields_of_a_branch_are_those_of_other_entries() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let mut other = life.clone();
        hand.receipt(&with_phone(&mut life, 5)).await;
        // Written at another time, its entries are others.
        assert!(hand.receipt(&with_phone(&mut other, 6)).await.branched);
        let all = ["3 phone Bytes([5, 5, 5])", "3 phone Bytes([6, 6, 6])"];
        assert_eq!(rows(&world, SEALED).await, all);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_line_that_belongs_to_nothing_is_flagged_and_stops_nothing() {
    let [(world, hand), _] = both().await;
    let mut life = Life::begin(&hand, 1);
    let seq = life.rate(Satisfied);
    let field = SealedField { seq, field: Field::Phone, ciphertext: vec![1] };
    hand.receipt(&life.all().with_sealed(vec![field])).await;
    world.counts([1, 0, 0]).await;
    assert_eq!(flagged(&world).await, ["odd_field 1"]);
    assert_eq!(rows(&world, SEALED).await, [""; 0]);
}
