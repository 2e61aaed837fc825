//! What is odd is kept, flagged and not counted, and never stops what comes with it.

use pingyi::chain::{Entry, Kind, PrivateLine, PublicLine};
use pingyi::domain::Incarnation;
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};

use super::{center_entries, world};
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::World;

/// Pushes a rating that `change` makes odd, between two good ones, and gives the life.
fn with_odd(hand: &Hand, change: impl FnOnce(&mut PublicLine, &mut PrivateLine)) -> Life {
    let mut life = Life::begin(hand, 1);
    life.rate(Satisfied);
    let (mut public, mut private) = life.draft(Kind::Rating, Some(3));
    change(&mut public, &mut private);
    life.push(public, &private);
    life.rate(Basic);
    life
}

async fn is_kept_and_flagged(world: &World, hand: &Hand, life: &Life, rule: &str) {
    let receipt = hand.receipt(&life.all()).await;
    assert_eq!(receipt.position.next_seq, 5, "{rule}: all of it is acknowledged");
    world.counts([1, 1, 0]).await;
    assert_eq!(world.flags(rule).await, 1, "{rule}");
    let size = world.number("select size as n from log").await;
    assert_eq!(size, center_entries(world).await + 4, "{rule}: all of it is in the tree");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_of_tomorrow_is_kept_and_not_counted() {
    let (world, hand) = world().await;
    let life = with_odd(&hand, |public, _| public.kind = Kind::Other("shift\u{0}".into()));
    is_kept_and_flagged(&world, &hand, &life, "unknown_kind").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_of_tomorrow_is_kept_and_not_counted() {
    let (world, hand) = world().await;
    let life = with_odd(&hand, |public, _| public.v = 2);
    is_kept_and_flagged(&world, &hand, &life, "unknown_version").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_another_terminal_is_misplaced() {
    let (world, hand) = world().await;
    let other = Hand::enrol(&world, 2).await;
    let life = with_odd(&hand, |public, _| public.terminal = other.terminal.clone());
    is_kept_and_flagged(&world, &hand, &life, "misplaced").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_another_life_or_place_is_misplaced() {
    let (world, hand) = world().await;
    let life = with_odd(&hand, |public, _| public.incarnation = Incarnation([9; 16]));
    is_kept_and_flagged(&world, &hand, &life, "misplaced").await;
    let (world, hand) = self::world().await;
    let life = with_odd(&hand, |public, _| public.seq = 2);
    is_kept_and_flagged(&world, &hand, &life, "misplaced").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_does_not_exist_is_not_counted() {
    for level in [Some(0), Some(4), None] {
        let (world, hand) = world().await;
        let life = with_odd(&hand, |_, private| private.level = level);
        is_kept_and_flagged(&world, &hand, &life, "no_level").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_entry_does_not_stop_the_others() {
    let good = with_odd(&self::world().await.1, |_, _| {}).entries.remove(1);
    let swapped = Entry { private: good.private.replace("\"level\":1", "\"level\":2"), ..good };
    let nonsense = Entry { public: "\u{0} nonsense".into(), private: String::new() };
    for odd in [swapped, nonsense] {
        let (world, hand) = world().await;
        let mut life = with_odd(&hand, |_, _| {});
        life.entries[2] = odd;
        is_kept_and_flagged(&world, &hand, &life, "unreadable").await;
    }
}

/// PostgreSQL takes no zero letter in a text, and no long one in an index: had they come so far,
/// the terminal's queue would have stood still for ever.
#[tokio::test(flavor = "multi_thread")]
async fn texts_that_a_database_refuses_do_not_stop_the_queue() {
    for odd in ["0317\u{0}".to_owned(), "9".repeat(9000)] {
        let world = World::on(Some(postgres::database().await)).await;
        let hand = Hand::enrol(&world, 1).await;
        let life = with_odd(&hand, |_, private| private.staff = odd);
        is_kept_and_flagged(&world, &hand, &life, "odd_text").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_beyond_counting_do_not_stop_the_center() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    for (wall, mono) in [(i64::MIN, i64::MIN), (i64::MAX, i64::MAX), (i64::MAX, i64::MIN), (0, -1)]
    {
        let (public, mut private) = life.draft(Kind::Rating, Some(1));
        (private.at.wall, private.at.mono) = (wall, mono);
        life.push(public, &private);
    }
    hand.receipt(&life.all()).await;
    world.counts([4, 0, 0]).await;
    let sql = "select count(distinct day) as n from ratings";
    assert_eq!(world.number(sql).await, 1, "today, where nothing better is known");
    assert!(world.flags("clock").await >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_recorded_and_gone_over() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Satisfied, 29);
    hand.receipt(&life.batch(1, 5)).await;
    let receipt = hand.gap(&life, 6, 20).await;
    assert_eq!((receipt.position.next_seq, receipt.position.head), (21, life.hash(20)));
    let again = hand.gap(&life, 6, 20).await;
    assert_eq!(again.position, receipt.position, "said twice, recorded once");
    hand.receipt(&life.batch(21, 30)).await;
    world.counts([14, 0, 0]).await;
    assert_eq!(world.flags("gap").await, 1);
    assert_eq!(world.number("select count(*) as n from gaps").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_still_has_what_was_stated_gone_loses_nothing() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Satisfied, 29);
    hand.receipt(&life.batch(1, 5)).await;
    hand.gap(&life, 6, 20).await;
    hand.receipt(&life.batch(21, 30)).await;
    let receipt = hand.receipt(&life.batch(10, 25)).await;
    assert!(receipt.branched);
    assert_eq!(receipt.held.map(|held| held.next_seq), Some(26));
    let sql = "select first_seq as n from branches";
    assert_eq!(world.number(sql).await, 10, "what the log lacks is kept apart");
    world.counts([14, 0, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_goes_on_however_it_is_cut() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Satisfied, 9);
    let mut other = life.clone();
    life.rate_often(Satisfied, 5);
    other.rate_often(Dissatisfied, 590);
    hand.receipt(&life.all()).await;
    for (first, last) in [(8, 200), (201, 400), (1, 150), (151, 350), (351, 600), (1, 600)] {
        let receipt = hand.receipt(&other.batch(first, last)).await;
        assert!(receipt.branched, "{first} to {last}");
        assert_eq!(receipt.held.unwrap().head, other.hash(last));
        assert_eq!(receipt.position.next_seq, 16, "the log stays where it is");
    }
    let sql = "select cast(sum(last_seq - first_seq + 1) as bigint) as n from branches";
    assert_eq!(world.number(sql).await, 590, "each entry of the branch is kept once");
    let sql = "select min(first_seq) as n from branches";
    assert_eq!(world.number(sql).await, 11, "what the log holds is not kept apart as well");
    world.counts([14, 0, 0]).await;
}
