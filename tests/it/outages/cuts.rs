//! A network that is slow, and one that is cut in the middle of a word.

use std::time::Duration;

use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};

use crate::support::books::Books;
use crate::support::proxy::{ALL, Proxy};
use crate::support::world::{Rig, World, brisk, clock, drained, tap, until};

/// A terminal whose way to the center leads over the proxy.
async fn over(world: &World) -> (Proxy, Rig) {
    let folder = world.folder.path().join("terminal");
    world.seat(&folder, "w3").await;
    let proxy = Proxy::to(world.address).await;
    let rig = Rig::start_with(&folder, brisk(&proxy.url()), clock());
    (proxy, rig)
}

/// Taps once for each place of the cut; each time the connection breaks there before it heals.
async fn sweep(up_and_down: impl Iterator<Item = (u64, u64)>) {
    let world = World::new().await;
    let (proxy, rig) = over(&world).await;
    let journal = rig.journal();
    let mut taps = Vec::new();
    for (up, down) in up_and_down {
        let before = proxy.cuts();
        proxy.cut_after(up, down);
        taps.push(tap(&journal, Satisfied, None).await);
        until("the connection is cut", || async { (proxy.cuts() > before).then_some(()) }).await;
        proxy.cut_after(ALL, ALL);
        drained(&journal).await;
    }
    let count = i64::try_from(taps.len()).unwrap();
    world.counts([count, 0, 0]).await;
    Books::read(&world).await.hold_in_log(&taps);
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_cut_anywhere_lose_nothing_and_count_once() {
    sweep((0..2400).step_by(60).map(|bytes| (bytes, ALL))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_cut_anywhere_lose_nothing_and_count_once() {
    sweep((0..1000).step_by(25).map(|bytes| (ALL, bytes))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_arrives_whole_over_a_line_that_breaks_again_and_again() {
    let world = World::new().await;
    let (proxy, rig) = over(&world).await;
    let journal = rig.journal();
    proxy.cut_after(0, 0);
    let mut taps = Vec::new();
    for _ in 0..500 {
        taps.push(tap(&journal, Basic, None).await);
    }
    for bytes in [1000, 40_000, 90_000, 180_000] {
        for (up, down) in [(bytes, ALL), (ALL, bytes / 100)] {
            let before = proxy.cuts();
            proxy.cut_after(up, down);
            until("a cut or the end", || async {
                let done = world.counted().await == [0, 500, 0];
                (done || proxy.cuts() > before).then_some(())
            })
            .await;
        }
    }
    proxy.cut_after(ALL, ALL);
    world.counts([0, 500, 0]).await;
    drained(&journal).await;
    Books::read(&world).await.hold_in_log(&taps);
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_line_delays_no_citizen() {
    let world = World::new().await;
    let (proxy, rig) = over(&world).await;
    let journal = rig.journal();
    drained(&journal).await;
    proxy.delay(Duration::from_millis(400));
    let first = tap(&journal, Dissatisfied, None).await;
    let second = tap(&journal, Satisfied, Some(first.clone())).await;
    assert_eq!(world.counted().await, [0, 0, 0], "both are durable before the center hears of one");
    world.counts([1, 0, 0]).await;
    drained(&journal).await;
    Books::read(&world).await.hold_in_log(&[first, second]);
    rig.stop();
}
