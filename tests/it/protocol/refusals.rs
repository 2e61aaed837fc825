//! What is not taken, and how it is said.

use std::collections::HashSet;

use pingyi::chain::{Batch, Header, Keypair};
use pingyi::domain::Level::Satisfied;
use pingyi::domain::{Level, TerminalId};
use pingyi::wire::{RefusalCode, path};
use reqwest::StatusCode;

use super::world;
use crate::support::hand::{Hand, Life};
use crate::support::world::{World, clock, tap};

fn two_ratings(hand: &Hand) -> Life {
    let mut life = Life::begin(hand, 1);
    life.rate_often(Satisfied, 2);
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_under_another_s_signature_is_refused() {
    let (world, hand) = world().await;
    let life = two_ratings(&hand);
    let stranger = Keypair::from_seed([99; 32]);
    let forged = Batch::sign(life.header(1, 3), life.slice(1, 3), &stranger);
    let elsewhere = Header { center: stranger.public().center_id(), ..life.header(1, 3) };
    let elsewhere = Batch::sign(elsewhere, life.slice(1, 3), &hand.key);
    for batch in [forged, elsewhere] {
        let (status, refusal) = hand.refusal(&batch).await;
        assert_eq!((status, refusal.code), (StatusCode::UNAUTHORIZED, RefusalCode::BadSignature));
    }
    let name: TerminalId = "T-9999".parse().unwrap();
    let nobody = Header { terminal: name, ..life.header(1, 3) };
    let (status, refusal) = hand.refusal(&Batch::sign(nobody, life.slice(1, 3), &hand.key)).await;
    assert_eq!((status, refusal.code), (StatusCode::UNAUTHORIZED, RefusalCode::UnknownTerminal));
    assert_eq!(world.counted().await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_with_what_was_found() {
    let (world, hand) = world().await;
    let life = two_ratings(&hand);
    let good = String::from_utf8(life.all().encode()).unwrap();
    let cases = [
        ("hello".to_owned(), "pingyi/batch/1"),
        (good.replace("first 1", "first one"), "one"),
        (good.replace("last 3", "last 18446744073709551615"), "18446744073709551615"),
        (good.replace("last 3", "last 9"), "3 entries"),
        (good.trim_end().to_owned(), "line feed"),
    ];
    for (body, found) in cases {
        let answer = hand.post(path::BATCH, body.into_bytes()).await;
        let refusal = answer.refusal();
        assert_eq!(
            (answer.status, refusal.code),
            (StatusCode::BAD_REQUEST, RefusalCode::Malformed)
        );
        assert!(refusal.message.contains(found), "{found}: {}", refusal.message);
    }
    let not_text = hand.post(path::BATCH, vec![0xff, 0xfe]).await;
    assert_eq!(not_text.status, StatusCode::BAD_REQUEST);
    let mut torn = life.all();
    torn.entries.swap(1, 2);
    let (status, refusal) = hand.refusal(&torn).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(refusal.message.contains("do not chain"), "{}", refusal.message);
    assert_eq!(world.counted().await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused_everywhere() {
    let (_world, hand) = world().await;
    for path in [path::BATCH, path::GAP, path::HEARTBEAT, path::ENROL, path::DECISION] {
        let answer = hand.post(path, vec![b'x'; 1100 * 1024]).await;
        let code = answer.refusal().code;
        let expected = (StatusCode::PAYLOAD_TOO_LARGE, RefusalCode::TooLarge);
        assert_eq!((answer.status, code), expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_whose_batches_are_too_large_sends_smaller_ones() {
    let small = [("PINGYI_INTAKE_BODY_LIMIT_KIB", "64")];
    let mut world = World::with(None, clock(), &small).await;
    let rig = world.enrol("w3").await;
    let journal = rig.journal();
    world.stop().await;
    for _ in 0..250 {
        tap(&journal, Level::Basic, None).await;
    }
    world.start().await;
    world.counts([0, 250, 0]).await;
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let few = [("PINGYI_INTAKE_REQUESTS_PER_MINUTE", "10")];
    let world = World::with(None, clock(), &few).await;
    let hand = Hand::enrol(&world, 1).await;
    let batch = two_ratings(&hand).all();
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let answer = hand.post(path::BATCH, batch.encode()).await;
        seen.insert(answer.status);
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait} s");
            assert_eq!(answer.refusal().code, RefusalCode::TooMany);
        }
    }
    assert_eq!(seen, HashSet::from([StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]));
    world.counts([2, 0, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_serves_once() {
    let (world, hand) = world().await;
    let client = crate::support::hand::http();
    let nonce = client.get(format!("{}{}", world.url(), path::NONCE)).send().await.unwrap();
    let nonce: pingyi::wire::Nonce = serde_json::from_slice(&nonce.bytes().await.unwrap()).unwrap();
    let asked = pingyi::chain::SignedRequest {
        center: hand.center,
        terminal: &hand.terminal,
        method: "GET",
        path: path::CONTENT,
        body: b"",
        nonce: &nonce.nonce,
    };
    let signature = asked.sign(&hand.key).to_string();
    let mut statuses = Vec::new();
    for asked_for in [path::CONTENT, path::CONTENT, "/machine/v1/content?x=1"] {
        let request = client
            .get(format!("{}{asked_for}", world.url()))
            .header(pingyi::wire::header::TERMINAL, hand.terminal.as_str())
            .header(pingyi::wire::header::NONCE, &nonce.nonce)
            .header(pingyi::wire::header::SIGNATURE, &signature);
        statuses.push(request.send().await.unwrap().status());
    }
    let no = StatusCode::UNAUTHORIZED;
    assert_eq!(statuses, [StatusCode::OK, no, no], "once, and for that path alone");
}
