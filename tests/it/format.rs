//! docs/format.md is true: its worked example is made here, byte for byte.

use pingyi::chain::{
    Batch, Entry, Gap, Hash, Header, Keypair, Kind, PrivateLine, PublicLine, SignedRequest,
    StartReason, Tree, content_bytes, reply_bytes,
};
use pingyi::domain::{BootId, Incarnation, Stamp};

fn stamp(mono: i64) -> Stamp {
    Stamp { wall: 1_795_310_000_000 + mono, mono, boot: BootId([0xb0; 16]) }
}

fn public(kind: Kind, seq: u64) -> PublicLine {
    PublicLine {
        v: 1,
        kind,
        terminal: "T-0007".parse().unwrap(),
        incarnation: Incarnation([0x1c; 16]),
        seq,
        window: "w3".into(),
        receipt: None,
        predecessor: None,
        reason: None,
        sealed: Hash::ZERO,
    }
}

fn private(salt: &str, mono: i64) -> PrivateLine {
    PrivateLine::new(salt.into(), stamp(mono))
}

/// A start, a rating and its correction.
fn entries() -> Vec<Entry> {
    let receipt = Some("7K3M-Q2XD".parse().unwrap());
    let start = PublicLine { reason: Some(StartReason::New), ..public(Kind::Start, 1) };
    let rating = PublicLine { receipt: receipt.clone(), ..public(Kind::Rating, 2) };
    let correction = PublicLine { receipt, ..public(Kind::Correction, 3) };
    let answer = |salt, mono, level, corrects| PrivateLine {
        level: Some(level),
        corrects,
        staff: "0317".into(),
        ..private(salt, mono)
    };
    vec![
        Entry::write(start, &private("AAAAAAAAAAAAAAAAAAAAAA", 1000)).unwrap(),
        Entry::write(rating, &answer("AQEBAQEBAQEBAQEBAQEBAQ", 2000, 3, None)).unwrap(),
        Entry::write(correction, &answer("AgICAgICAgICAgICAgICAg", 5000, 1, Some(2))).unwrap(),
    ]
}

fn example() -> String {
    let terminal = Keypair::from_seed([1; 32]);
    let center = Keypair::from_seed([2; 32]);
    let entries = entries();
    let mut head = Hash::ZERO;
    let mut tree = Tree::default();
    let mut hashes = Vec::new();
    let mut said = String::new();
    let mut say = |name: &str, value: &dyn std::fmt::Display| {
        said.push_str(&format!("{name:<22} {value}\n"));
    };
    say("terminal public key", &String::from(terminal.public()));
    say("terminal fingerprint", &terminal.public().fingerprint());
    say("center public key", &String::from(center.public()));
    say("center id", &center.public().center_id());
    for (entry, seq) in entries.iter().zip(1..) {
        head = entry.hash(&head);
        tree.push(&head);
        hashes.push(head);
        say(&format!("hash of entry {seq}"), &head);
    }
    say("tree root", &tree.root());
    let header = Header {
        center: center.public().center_id(),
        terminal: "T-0007".parse().unwrap(),
        incarnation: Incarnation([0x1c; 16]),
        first: 1,
        last: 3,
        head,
        previous: Hash::ZERO,
        sent: stamp(9000),
    };
    let batch = Batch::sign(header, entries, &terminal);
    let asked = SignedRequest {
        center: center.public().center_id(),
        terminal: &"T-0007".parse().unwrap(),
        method: "GET",
        path: "/machine/v1/content",
        body: b"",
        nonce: "nonce",
    };
    let second = hashes[1];
    let gap = Gap {
        center: center.public().center_id(),
        terminal: "T-0007".parse().unwrap(),
        incarnation: Incarnation([0x1c; 16]),
        first: 1,
        last: 2,
        head: second,
    };
    let reply = center.sign(&reply_bytes(&batch.signature, b"{}"));
    let content = content_bytes(center.public().center_id(), &"w3".parse().unwrap(), b"{}");
    say("signed request", &asked.sign(&terminal));
    say("signed reply", &reply);
    say("signed content", &center.sign(&content));
    let batch = String::from_utf8(batch.encode()).unwrap();
    format!("```text\n{said}```\n\n```text\n{batch}```\n\n```text\n{}```\n", gap.sign(&terminal))
}

#[test]
fn the_worked_example_of_the_format_document_is_what_the_program_makes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format.md");
    let document = std::fs::read_to_string(path).unwrap();
    let example = example();
    assert!(document.ends_with(&example), "docs/format.md should end with:\n{example}");
}
