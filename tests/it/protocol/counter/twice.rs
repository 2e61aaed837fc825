//! One rating a service: a second one is evidence, practice counts nothing, and a correction to the
//! better is told.

use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::domain::Record;

use super::{FINISHED, both, flagged, is_what_the_ledger_says, rows};
use crate::support::hand::{Hand, Life};

const RATINGS: &str = "select level, counted, uncounted from ratings order by leaf";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_rating_that_the_terminal_knows_of_is_evidence() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        life.serve("a", Record::Begun);
        life.serve("a", FINISHED);
        life.rate_service("a", Dissatisfied, |_| {});
        life.rate_service("a", Satisfied, |private| private.again = true);
        hand.receipt(&life.all()).await;
        world.counts([0, 0, 1]).await;
        assert_eq!(rows(&world, RATINGS).await, ["3 1 ", "1 0 again"]);
        assert_eq!(flagged(&world).await, ["second_rating 1"]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_rating_from_elsewhere_is_found_by_the_center() {
    for (world, hand) in both().await {
        let other = Hand::enrol(&world, 2).await;
        let mut first = Life::begin(&hand, 1);
        first.rate_service("a", Basic, |_| {});
        hand.receipt(&first.all()).await;
        // Another terminal, another life of the same, and the same batch.
        let mut second = Life::begin(&other, 2);
        second.rate_service("a", Dissatisfied, |_| {});
        other.receipt(&second.all()).await;
        let mut third = Life::begin(&hand, 3);
        third.rate_service("a", Satisfied, |_| {});
        third.rate_service("b", Satisfied, |_| {});
        third.rate_service("b", Dissatisfied, |_| {});
        hand.receipt(&third.all()).await;
        world.counts([1, 1, 0]).await;
        let all = ["2 1 ", "3 0 again", "1 0 again", "1 1 ", "3 0 again"];
        assert_eq!(rows(&world, RATINGS).await, all);
        assert_eq!(flagged(&world).await, ["second_rating 3"]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_is_kept_and_counts_nothing() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        for record in [super::ON, Record::Begun, FINISHED] {
            life.note(record, |_, private| {
                (private.service, private.training) = ("a".into(), true);
            });
        }
        let rating = life.rate_service("a", Dissatisfied, |private| private.training = true);
        life.note(Record::Reasons { to: rating, tags: vec!["queue".into()] }, |_, private| {
            private.training = true;
        });
        hand.receipt(&life.all()).await;
        world.counts([0, 0, 0]).await;
        assert_eq!(rows(&world, RATINGS).await, ["3 0 training"]);
        for table in ["shifts", "services", "service_rollups", "reason_rollups", "terminal_days"] {
            assert_eq!(world.number(&format!("select count(*) as n from {table}")).await, 0);
        }
        assert_eq!(flagged(&world).await, [""; 0]);
        is_what_the_ledger_says(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_to_the_better_is_flagged_with_its_timing() {
    for (world, hand) in both().await {
        let mut life = Life::begin(&hand, 1);
        let (mut rated, mut corrected) = (Vec::new(), Vec::new());
        for (from, to) in [(Dissatisfied, Basic), (Satisfied, Dissatisfied), (Basic, Basic)] {
            let at = life.stamp(-4000);
            rated.push(life.rate_service("", from, |private| private.at = at));
            corrected.push((rated[rated.len() - 1], to));
        }
        for (rating, to) in corrected {
            let at = life.stamp(-1900);
            let seq = life.correct(rating, to);
            life.entries.pop();
            let kind = pingyi::chain::Kind::Correction;
            let (public, mut private) = life.draft(kind, Some(to.code()));
            (private.corrects, private.at) = (Some(rating), at);
            assert_eq!(life.push(public, &private), seq);
        }
        hand.receipt(&life.all()).await;
        world.counts([0, 2, 1]).await;
        let sql = "select rule, evidence from flags";
        let [flag] = &rows(&world, sql).await[..] else { panic!("one flag") };
        let said = "upward_correction 「不满意」改为「基本满意」，评价之后 ";
        let said = flag.strip_prefix(said).unwrap();
        let after: i64 = said.split(' ').next().unwrap().parse().unwrap();
        assert!((2100..10_000).contains(&after), "{flag}");
        is_what_the_ledger_says(&world).await;
    }
}
