//! The machine interface under batches that an honest terminal sends, and that none does.

mod counter;
mod misfits;
mod refusals;

use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};
use pingyi::wire::Receipt;

use crate::support::hand::{Hand, Life};
use crate::support::world::World;

const LEAVES: &str = "select count(*) as n from ratings";

async fn world() -> (World, Hand) {
    let world = World::new().await;
    let hand = Hand::enrol(&world, 1).await;
    (world, hand)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_batch_twice_is_counted_once() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Satisfied, 3);
    let batch = life.all();
    let first = hand.receipt(&batch).await;
    let again = hand.receipt(&batch).await;
    assert!(first.leaf.is_some() && again.leaf.is_none(), "only the first adds leaves");
    assert_eq!((first.position, first.held), (again.position, again.held));
    assert_eq!((first.tree_size, first.tree_root), (again.tree_size, again.tree_root));
    world.counts([3, 0, 0]).await;
    assert_eq!(world.number("select count(*) as n from branches").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_batch_first_is_told_to_step_back_and_nothing_is_stored() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Basic, 9);
    hand.receipt(&life.batch(1, 2)).await;
    let ahead = hand.receipt(&life.batch(6, 10)).await;
    assert_eq!((ahead.held, ahead.leaf, ahead.branched), (None, None, false));
    assert_eq!((ahead.position.next_seq, ahead.position.head), (3, life.hash(2)));
    world.counts([0, 1, 0]).await;
    hand.receipt(&life.batch(3, 5)).await;
    let now = hand.receipt(&life.batch(6, 10)).await;
    assert_eq!(now.position.next_seq, 11);
    world.counts([0, 9, 0]).await;
}

/// Posts all at once.
async fn at_once(hand: &Hand, batches: Vec<pingyi::chain::Batch>) -> Vec<Receipt> {
    let posts = batches.into_iter().map(|batch| {
        let hand = hand.clone();
        tokio::spawn(async move { hand.receipt(&batch).await })
    });
    let mut receipts = Vec::new();
    for post in posts.collect::<Vec<_>>() {
        receipts.push(post.await.unwrap());
    }
    receipts
}

#[tokio::test(flavor = "multi_thread")]
async fn one_batch_sixteen_times_at_once_is_counted_once() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Dissatisfied, 20);
    let receipts = at_once(&hand, vec![life.all(); 16]).await;
    assert_eq!(receipts.iter().filter(|receipt| receipt.leaf.is_some()).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.held.unwrap().next_seq == 22));
    world.counts([0, 0, 20]).await;
    assert_eq!(world.number(LEAVES).await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_batches_at_once_are_counted_once() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    life.rate_often(Satisfied, 39);
    // Each begins at the start, so that none can come too early; each ends elsewhere.
    let batches = (1..=16).map(|n| life.batch(1, 40 - n)).collect();
    at_once(&hand, batches).await;
    let all = life.batch(8, 40);
    at_once(&hand, vec![all.clone(), life.batch(20, 40), all]).await;
    world.counts([39, 0, 0]).await;
    assert_eq!(world.number(LEAVES).await, 39);
    assert_eq!(world.number("select count(*) as n from branches").await, 0);
    assert_eq!(world.number("select size as n from log").await, center_entries(&world).await + 40);
}

async fn center_entries(world: &World) -> i64 {
    let sql = "select next_seq - 1 as n from positions where terminal_id = 'center'";
    world.number(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_in_a_later_batch_counts_in_the_place_of_its_rating() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    let rating = life.rate(Dissatisfied);
    hand.receipt(&life.all()).await;
    world.counts([0, 0, 1]).await;
    let correction = life.correct(rating, Satisfied);
    hand.receipt(&life.batch(correction, correction)).await;
    world.counts([1, 0, 0]).await;
    // And the correction of a correction is kept, and counts nothing.
    let again = life.correct(correction, Basic);
    hand.receipt(&life.batch(again, again)).await;
    world.counts([1, 0, 0]).await;
    assert_eq!(world.flags("correction_of_nothing").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_in_time_though_its_rating_travelled_for_long() {
    let (world, hand) = world().await;
    let mut life = Life::begin(&hand, 1);
    let (public, mut private) = life.draft(pingyi::chain::Kind::Rating, Some(3));
    private.at = life.stamp(-9_000);
    let rating = life.push(public, &private);
    // Signed nine seconds ago, as the rating was made; it arrives only now.
    let mut header = life.header(1, rating);
    header.sent = life.stamp(-8_990);
    hand.receipt(&pingyi::chain::Batch::sign(header, life.slice(1, rating), &hand.key)).await;
    // The citizen thought better of it four seconds later, and that travelled fast.
    let (public, mut private) = life.draft(pingyi::chain::Kind::Correction, Some(1));
    private.at = life.stamp(-5_000);
    private.corrects = Some(rating);
    let correction = life.push(public, &private);
    hand.receipt(&life.batch(correction, correction)).await;
    world.counts([1, 0, 0]).await;
    assert_eq!(world.flags("late_correction").await, 0);
}
