//! First contact and farewell: codes, fingerprints, retiring, revoking.

use std::time::Duration;

use pingyi::center::registry::rules::{MOST_TRIES, Order};
use pingyi::center::registry::store::enrolment::{self, By};
use pingyi::chain::{Hash, Keypair, PublicKey, Signature, reply_bytes};
use pingyi::domain::Level::{Basic, Satisfied};
use pingyi::terminal::identity::EnrolmentCode;
use pingyi::terminal::uplink::{Config, Notice, Trouble, proof};
use pingyi::wire::{
    DecisionReply, DecisionRequest, EnrolReply, EnrolRequest, RefusalCode, Standing,
    enrol_proof_bytes, header, path,
};
use reqwest::StatusCode;

use crate::support::hand::http;
use crate::support::world::{Driven, Rig, World, brisk, clock, drained, tap, until};

/// What came back, and whether the center signed it as the answer to just this.
struct Said {
    status: StatusCode,
    is_signed: bool,
    body: Vec<u8>,
}

async fn send(world: &World, path: &str, body: Vec<u8>, signature: Signature) -> Said {
    let request = http().post(format!("{}{path}", world.url())).body(body);
    let sent = request.header(header::SIGNATURE, signature.to_string()).send().await.unwrap();
    let (status, headers) = (sent.status(), sent.headers().clone());
    let body = sent.bytes().await.unwrap().to_vec();
    let answer = headers.get(header::SIGNATURE).and_then(|value| value.to_str().ok()?.parse().ok());
    let bytes = reply_bytes(&signature, &body);
    let is_signed = answer.is_some_and(|sign| world.center.key.public().verifies(&bytes, &sign));
    Said { status, is_signed, body }
}

async fn claim(world: &World, code: &EnrolmentCode, key: &Keypair, proof: Hash) -> Said {
    let public_key = key.public();
    let request = EnrolRequest { code: code.code.clone(), public_key, proof };
    let signature = key.sign(&enrol_proof_bytes(code.center, &code.code, &public_key));
    send(world, path::ENROL, serde_json::to_vec(&request).unwrap(), signature).await
}

async fn decision(world: &World, code: &EnrolmentCode, key: &Keypair) -> DecisionReply {
    let request = DecisionRequest { code: code.code.clone(), public_key: key.public() };
    let signature = key.sign(&enrol_proof_bytes(code.center, &code.code, &key.public()));
    let body = serde_json::to_vec(&request).unwrap();
    let said = send(world, path::DECISION, body, signature).await;
    assert!(said.is_signed);
    serde_json::from_slice(&said.body).unwrap()
}

fn is_bad_code(said: &Said) -> bool {
    let refusal: pingyi::wire::Refusal = serde_json::from_slice(&said.body).unwrap();
    said.status == StatusCode::FORBIDDEN && refusal.code == RefusalCode::BadCode
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_enrolled_by_code_and_fingerprint() {
    let world = World::new().await;
    let (code, key) = (world.code("w3").await, Keypair::from_seed([5; 32]));
    let good = proof(&code, &key.public());
    let said = claim(&world, &code, &key, good).await;
    assert!(said.status.is_success() && said.is_signed);
    let reply: EnrolReply = serde_json::from_slice(&said.body).unwrap();
    assert_eq!(reply.center_key.center_id(), code.center, "the key that the code names");
    assert_eq!(decision(&world, &code, &key).await, DecisionReply::Waiting);
    let terminal = world.confirm(&code, &key.public()).await;
    let window = "w3".parse().unwrap();
    let accepted = DecisionReply::Accepted { terminal, window };
    assert_eq!(decision(&world, &code, &key).await, accepted);
    // A terminal that missed the answer may begin anew with its key; nobody else may.
    assert!(claim(&world, &code, &key, good).await.status.is_success());
    assert_eq!(decision(&world, &code, &key).await, accepted);
    let other = Keypair::from_seed([6; 32]);
    assert!(is_bad_code(&claim(&world, &code, &other, proof(&code, &other.public())).await));
    assert_eq!(decision(&world, &code, &other).await, DecisionReply::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_bears_five_wrong_secrets_and_no_more() {
    let world = World::new().await;
    let (code, key) = (world.code("w3").await, Keypair::from_seed([5; 32]));
    for _ in 0..MOST_TRIES {
        assert!(is_bad_code(&claim(&world, &code, &key, Hash::ZERO).await));
    }
    let good = proof(&code, &key.public());
    assert!(is_bad_code(&claim(&world, &code, &key, good).await), "now the right one is late");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_makes_ten_tries_a_minute() {
    let world = World::new().await;
    let key = Keypair::from_seed([5; 32]);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let code = EnrolmentCode { secret: [0; 10], ..world.code("w3").await };
        statuses.push(claim(&world, &code, &key, proof(&code, &key.public())).await.status);
    }
    assert_eq!(statuses[..10], [StatusCode::FORBIDDEN; 10]);
    assert_eq!(statuses[11], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_a_quarter_of_an_hour() {
    let time = Driven::new();
    let world = World::with(None, time.clone(), &[]).await;
    let (late, waiting) = (world.code("w3").await, world.code("w4").await);
    let key = Keypair::from_seed([5; 32]);
    let said = claim(&world, &waiting, &key, proof(&waiting, &key.public())).await;
    assert!(said.status.is_success());
    time.advance(Duration::from_secs(15 * 60));
    let other = Keypair::from_seed([6; 32]);
    assert!(is_bad_code(&claim(&world, &late, &other, proof(&late, &other.public())).await));
    assert_eq!(decision(&world, &waiting, &key).await, DecisionReply::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_key_on_the_same_code_is_refused() {
    let world = World::new().await;
    let (code, first) = (world.code("w3").await, Keypair::from_seed([5; 32]));
    let second = Keypair::from_seed([6; 32]);
    assert!(claim(&world, &code, &first, proof(&code, &first.public())).await.status.is_success());
    assert!(is_bad_code(&claim(&world, &code, &second, proof(&code, &second.public())).await));
    // And nobody claims in another's name.
    let request = EnrolRequest {
        code: code.code.clone(),
        public_key: first.public(),
        proof: proof(&code, &first.public()),
    };
    let signature = second.sign(&enrol_proof_bytes(code.center, &code.code, &first.public()));
    let body = serde_json::to_vec(&request).unwrap();
    let said = send(&world, path::ENROL, body, signature).await;
    assert_eq!(said.status, StatusCode::UNAUTHORIZED);
}

fn waits_for_a_person(rig: &Rig) {
    rig.wait("the terminal waits for a person", |notice| match notice {
        Notice::NotEnrolled { waiting: true, .. } => Some(()),
        _ => None,
    });
}

fn is_refused(rig: &Rig) {
    rig.wait("staff are told that the center refuses", |notice| match notice {
        Notice::Link { online: false, trouble: Trouble::Refused } => Some(()),
        _ => None,
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_who_sees_another_fingerprint_refuses() {
    let world = World::new().await;
    let code = world.code("w3").await;
    let folder = world.folder.path().join("terminal");
    let rig = Rig::start(&folder, &world.url(), Some(code.clone()));
    waits_for_a_person(&rig);
    let by = By { officer: "test", now: world.center.clock.now().wall };
    let recorder = &world.center.recorder;
    let mut tx = world.center.db.begin().await.unwrap();
    let other = Keypair::from_seed([9; 32]).public().fingerprint().to_string();
    let wrong = enrolment::confirm(&mut tx, recorder, by, &code.code, &other).await;
    assert!(wrong.is_err(), "the fingerprint on the page is not this key's");
    enrolment::refuse(&mut tx, recorder, by, &code.code).await.unwrap();
    tx.commit().await.unwrap();
    is_refused(&rig);
    assert!(rig.identity.enrolment().unwrap().is_none());
    rig.stop();
}

/// Something that answers like a center, with the key and the signatures that it is given.
async fn impostor(
    shown: PublicKey,
    signs: Option<Keypair>,
) -> (String, tokio::task::JoinHandle<()>) {
    let enrol = move |headers: axum::http::HeaderMap| {
        let signs = signs.clone();
        async move {
            let body = serde_json::to_vec(&EnrolReply { center_key: shown }).unwrap();
            let asked = headers[header::SIGNATURE].to_str().unwrap().parse().unwrap();
            let mut out = axum::http::HeaderMap::new();
            if let Some(key) = signs {
                let signature = key.sign(&reply_bytes(&asked, &body)).to_string();
                out.insert(header::SIGNATURE, signature.parse().unwrap());
            }
            (out, body)
        }
    };
    let app = axum::Router::new().route(path::ENROL, axum::routing::post(enrol));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (url, tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_trusts_no_center_but_the_one_in_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let (real, other) = (Keypair::from_seed([1; 32]), Keypair::from_seed([2; 32]));
    let code = EnrolmentCode {
        code: "4H2K".parse().unwrap(),
        secret: [3; 10],
        center: real.public().center_id(),
    };
    let cases = [
        ("another key", other.public(), Some(other.clone())),
        ("the right key, no signature", real.public(), None),
        ("the right key, another's signature", real.public(), Some(other)),
    ];
    for (name, shown, signs) in cases {
        let (url, server) = impostor(shown, signs).await;
        let data = folder.path().join(name);
        let rig = Rig::start(&data, &url, Some(code.clone()));
        is_refused(&rig);
        assert!(rig.identity.enrolment().unwrap().is_none(), "{name}");
        rig.stop();
        server.abort();
    }
    // The same with everything in order is believed, and waits for a person.
    let (url, server) = impostor(real.public(), Some(real)).await;
    let rig = Rig::start(&folder.path().join("real"), &url, Some(code));
    waits_for_a_person(&rig);
    rig.stop();
    server.abort();
}

async fn status(world: &World) -> String {
    let sql = "select status from terminals where terminal_id = 'T-0001'";
    let row = world.center.db.read_one(sql, Vec::new()).await.unwrap().unwrap();
    row.text("status").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retiring_terminal_sends_what_it_has_and_is_retired() {
    let mut world = World::new().await;
    let folder = world.folder.path().join("terminal");
    let terminal = world.seat(&folder, "w3").await;
    world.stop().await;
    let rig = Rig::start_with(&folder, brisk(&world.url()), clock());
    let journal = rig.journal();
    for _ in 0..300 {
        tap(&journal, Basic, None).await;
    }
    world.order(&terminal, Order::Retire).await;
    assert_eq!(status(&world).await, "retiring");
    world.start().await;
    until("it is retired", || async { (status(&world).await == "retired").then_some(()) }).await;
    assert_eq!(world.counted().await, [0, 300, 0], "not before it has sent everything");
    rig.wait("the screen learns it", |notice| match notice {
        Notice::Standing(Standing::Retired) => Some(()),
        _ => None,
    });
    rig.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_terminal_is_acknowledged_nothing() {
    let world = World::new().await;
    let folder = world.folder.path().join("terminal");
    let terminal = world.seat(&folder, "w3").await;
    // Its heartbeats are far apart, so that the next word after the order is a batch.
    let config = Config { heartbeat: Duration::from_secs(3600), ..brisk(&world.url()) };
    let rig = Rig::start_with(&folder, config, clock());
    let journal = rig.journal();
    tap(&journal, Satisfied, None).await;
    world.counts([1, 0, 0]).await;
    rig.wait("the round is over, content and all", |notice| match notice {
        Notice::Link { online: true, .. } => Some(()),
        _ => None,
    });
    drained(&journal).await;
    world.order(&terminal, Order::Revoke).await;
    tap(&journal, Satisfied, None).await;
    is_refused(&rig);
    rig.wait("the screen learns it", |notice| match notice {
        Notice::Standing(Standing::Revoked) => Some(()),
        _ => None,
    });
    let kept = "select count(*) as n from quarantine where terminal_id = 'T-0001'";
    assert!(world.number(kept).await >= 1, "what it sent is set apart");
    assert_eq!(world.counted().await, [1, 0, 0]);
    let backlog = journal.ask(|file, _| file.summary()).await.unwrap().backlog;
    assert_eq!(backlog, 1, "the terminal keeps what nobody acknowledged");
    rig.stop();
}

/// A key that was stolen fills no disk.
#[tokio::test(flavor = "multi_thread")]
async fn the_quarantine_of_a_terminal_has_an_end() {
    let world = World::new().await;
    let hand = crate::support::hand::Hand::enrol(&world, 1).await;
    world.order(&hand.terminal, Order::Revoke).await;
    let mut life = crate::support::hand::Life::begin(&hand, 1);
    let (public, mut private) = life.draft(pingyi::chain::Kind::Rating, Some(1));
    private.service = "x".repeat(1_000_000);
    life.push(public, &private);
    for _ in 0..20 {
        let (status, refusal) = hand.refusal(&life.batch(2, 2)).await;
        assert_eq!((status, refusal.code), (StatusCode::FORBIDDEN, RefusalCode::Revoked));
    }
    let sql = "select cast(sum(length(bytes)) as bigint) as n from quarantine";
    let kept = world.number(sql).await;
    assert!((15 << 20..17 << 20).contains(&kept), "{kept} bytes");
    assert_eq!(world.counted().await, [0, 0, 0]);
}
