//! A button that does not react shows only in what nobody ever presses.

use std::time::Duration;

use pingyi::domain::Level::{Dissatisfied, Satisfied};

use super::rows;
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::{Driven, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_where_nobody_is_ever_dissatisfied_is_flagged_once_the_next_day() {
    for url in [None, Some(postgres::database().await)] {
        let clock = Driven::new();
        let world = World::with(url, clock.clone(), &[]).await;
        let [dead, good] = [Hand::enrol(&world, 1).await, Hand::enrol(&world, 2).await];
        let (mut silent, mut mixed) = (Life::begin(&dead, 1), Life::begin(&good, 2));
        silent.rate_often(Satisfied, 200);
        mixed.rate_often(Dissatisfied, 60);
        mixed.rate_often(Satisfied, 140);
        dead.receipt(&silent.all()).await;
        good.receipt(&mixed.all()).await;
        assert_eq!(world.flags("no_dissatisfied").await, 0, "not while the day lasts");
        for day in 1..=2 {
            clock.advance(Duration::from_secs(24 * 3600));
            // The second is taken only after the look that the first has brought about.
            for _ in 0..2 {
                let seq = mixed.rate(Satisfied);
                good.receipt(&mixed.batch(seq, seq)).await;
            }
            let sql = "select terminal_id, evidence from flags where rule = 'no_dissatisfied'";
            let [found] = &rows(&world, sql).await[..] else { panic!("one flag on day {day}") };
            assert!(found.starts_with(dead.terminal.as_str()), "{found}");
            let said = "起 200 次评价没有「不满意」；本单位 90 天 401 次中 60 次；概率 ";
            assert!(found.contains(said), "{found}");
        }
    }
}
