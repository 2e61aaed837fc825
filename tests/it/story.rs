//! The story of an office, the same on both databases: enrolled, rated, cut off, corrected, forked,
//! restored; and at every stage the figures are those of the ledger alone.

use std::collections::BTreeMap;

use pingyi::center::accounts::{self, Role};
use pingyi::center::db::Value;
use pingyi::center::intake::rebuild;
use pingyi::center::ops::{self, Restoration};
use pingyi::center::registry::rules::Order;
use pingyi::chain::{Batch, Signature};
use pingyi::domain::Level::{Basic, Dissatisfied, Satisfied};

use crate::support::books::Books;
use crate::support::hand::{Hand, Life};
use crate::support::postgres;
use crate::support::world::{Rig, World, brisk, clock, drained, tap, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_sqlite() {
    tell(World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_postgres() {
    tell(World::on(Some(postgres::database().await)).await).await;
}

/// Ratings by window and level, from the roll-ups.
async fn figures(world: &World) -> BTreeMap<(String, i64), i64> {
    let sql = "select window_id, level, cast(sum(n) as bigint) as n from rollups
               where channel = 'terminal' group by window_id, level having sum(n) <> 0";
    let rows = world.center.db.read(sql, Vec::new()).await.unwrap();
    let figure = |row: &pingyi::center::db::Row| {
        let place = (row.text("window_id").unwrap().to_owned(), row.int("level").unwrap());
        (place, row.int("n").unwrap())
    };
    rows.iter().map(figure).collect()
}

fn expected(rows: &[(&str, i64, i64)]) -> BTreeMap<(String, i64), i64> {
    rows.iter().map(|(window, level, n)| (((*window).to_owned(), *level), *n)).collect()
}

/// Counts everything anew, and the figures are what they were.
async fn is_what_the_ledger_says(world: &World) {
    let before = figures(world).await;
    let outcome = rebuild::run(&world.center.db, world.center.clock.now().wall).await.unwrap();
    assert!(outcome.is_equal, "{outcome:?}");
    assert_eq!(outcome.rated_before, outcome.rated_after);
    assert_eq!(figures(world).await, before);
    Books::read(world).await;
}

async fn tell(mut world: World) {
    two_windows_are_rated(&mut world).await;
    is_what_the_ledger_says(&world).await;
    a_tampered_figure_is_found(&world).await;
    a_fork_waits_for_a_person(&world).await;
    is_what_the_ledger_says(&world).await;
    a_new_epoch_is_filled(&mut world).await;
    is_what_the_ledger_says(&world).await;
    every_act_is_in_the_center_s_journal(&world).await;
}

async fn two_windows_are_rated(world: &mut World) {
    let folders = ["w3", "w5"].map(|window| world.folder.path().join(window));
    for (folder, window) in folders.iter().zip(["w3", "w5"]) {
        world.seat(folder, window).await;
    }
    let rigs = folders.each_ref().map(|f| Rig::start_with(f, brisk(&world.url()), clock()));
    let [third, fifth] = rigs.each_ref().map(Rig::journal);
    let regretted = tap(&third, Dissatisfied, None).await;
    tap(&third, Satisfied, Some(regretted)).await;
    tap(&fifth, Basic, None).await;
    world.counts([1, 1, 0]).await;
    // The center goes away; a correction's rating arrives in one batch with it, and in another.
    let early = tap(&third, Satisfied, None).await;
    drained(&third).await;
    world.stop().await;
    tap(&third, Basic, Some(early)).await;
    for _ in 0..5 {
        tap(&fifth, Dissatisfied, None).await;
    }
    let late = tap(&fifth, Satisfied, None).await;
    tap(&fifth, Dissatisfied, Some(late)).await;
    world.start().await;
    world.counts([1, 2, 6]).await;
    drained(&third).await;
    drained(&fifth).await;
    let rows = [("w3", 1, 1), ("w3", 2, 1), ("w5", 2, 1), ("w5", 3, 6)];
    assert_eq!(figures(world).await, expected(&rows));
    for rig in rigs {
        rig.stop();
    }
}

async fn a_tampered_figure_is_found(world: &World) {
    let right = figures(world).await;
    let mut tx = world.center.db.begin().await.unwrap();
    let sql = "update rollups set n = n + 1 where window_id = $1 and level = 3";
    assert_eq!(tx.run(sql, vec![Value::from("w5")]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_ne!(figures(world).await, right);
    let outcome = rebuild::run(&world.center.db, world.center.clock.now().wall).await.unwrap();
    assert!(!outcome.is_equal, "somebody has changed a figure");
    assert_eq!(outcome.rated_before, outcome.rated_after + 1);
    assert_eq!(figures(world).await, right, "and the ledger has put it right");
}

async fn a_fork_waits_for_a_person(world: &World) {
    let before = figures(world).await;
    let hand = Hand::enrol(world, 9).await;
    let mut life = Life::begin(&hand, 9);
    let mut other = life.clone();
    life.rate_often(Satisfied, 3);
    other.rate_often(Dissatisfied, 4);
    hand.receipt(&life.all()).await;
    let receipt = hand.receipt(&other.all()).await;
    assert!(receipt.branched);
    assert_eq!(receipt.held.unwrap().head, other.hash(5), "kept and acknowledged");
    assert_eq!(world.flags("fork").await, 1);
    let sql = "select cast(sum(last_seq - first_seq + 1) as bigint) as n from branches";
    assert_eq!(world.number(sql).await, 4);
    let mut after = before;
    *after.entry(("w3".to_owned(), 1)).or_default() += 3;
    assert_eq!(figures(world).await, after, "the first that came counts, the other does not");
    world.order(&hand.terminal, Order::Retire).await;
    world.order(&hand.terminal, Order::Revoke).await;
}

async fn a_new_epoch_is_filled(world: &mut World) {
    let before = figures(world).await;
    world.stop().await;
    let center = &world.center;
    let restoration =
        Restoration { person: "test", reason: "a drill", now: center.clock.now().wall };
    let id = center.key.public().center_id();
    ops::open_epoch(&center.db, &center.recorder, id, restoration).await.unwrap();
    world.start().await;
    let folder = world.folder.path().join("w3");
    let rig = Rig::start_with(&folder, brisk(&world.url()), clock());
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    let mut after = before;
    *after.entry(("w3".to_owned(), 1)).or_default() += 1;
    until("the new epoch counts on", || async { (figures(world).await == after).then_some(()) })
        .await;
    drained(&journal).await;
    rig.stop();
    let sql = "select size as n from log";
    assert_eq!(world.number(sql).await, 3, "a start, an act, and one rating: nothing twice");
}

async fn every_act_is_in_the_center_s_journal(world: &World) {
    let center = &world.center;
    let by = ("command line", center.clock.now().wall);
    let password = "seventeen grey herons at dusk";
    accounts::create(&center.db, &center.recorder, by, "supervisor", password, Role::Admin)
        .await
        .unwrap();
    let sql = "select signed, signature, body from batches where terminal_id = 'center'
               order by first_leaf";
    let mut acts = Vec::new();
    for row in center.db.read(sql, Vec::new()).await.unwrap() {
        let signed = row.text("signed").unwrap();
        let signature = Signature(row.bytes("signature").unwrap().try_into().unwrap());
        assert!(center.key.public().verifies(signed.as_bytes(), &signature));
        Batch::header_of(signed).unwrap();
        let body = std::str::from_utf8(row.bytes("body").unwrap()).unwrap();
        for entry in Batch::read_entries(body).unwrap() {
            let (_, private) = entry.read().unwrap();
            let act = private.act.map(|act| act["act"].as_str().unwrap().to_owned());
            acts.extend(act);
        }
    }
    let said = [
        "content_published",
        "enrolment_created",
        "enrolment_confirmed",
        "terminal_retired",
        "terminal_revoked",
        "epoch_opened",
        "account_created",
    ];
    for act in said {
        assert!(acts.iter().any(|found| found == act), "{act} is not among {acts:?}");
    }
    let count = |act: &str| acts.iter().filter(|found| *found == act).count();
    assert_eq!((count("enrolment_created"), count("enrolment_confirmed")), (3, 3));
    Books::read(world).await;
}
