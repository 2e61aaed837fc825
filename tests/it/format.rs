//! docs/format.md is true: its worked example is made here, byte for byte.

use pingyi::chain::field::{self, FieldKeypair, Place, Sealed};
use pingyi::chain::token::Token;
use pingyi::chain::{
    Batch, Entry, Gap, Hash, Header, Keypair, Kind, PrivateLine, PublicLine, SealedField,
    SignedRequest, StartReason, Tree, content_bytes, reply_bytes,
};
use pingyi::domain::{
    About, BootId, Field, Incarnation, Leaving, Means, Record, SelfTest, Stamp, TerminalId,
};

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

fn name() -> TerminalId {
    "T-0007".parse().unwrap()
}

fn phone_keys() -> FieldKeypair {
    FieldKeypair::from_seed(Field::Phone, [3; 32]).unwrap()
}

/// The phone number that entry 4 adds.
fn sealed() -> Sealed {
    let random: Vec<u8> = [[4; 16].as_slice(), &[5; 32]].concat();
    let terminal = name();
    let place = Place { terminal: &terminal, incarnation: Incarnation([0x1c; 16]), seq: 4 };
    let random = random.try_into().unwrap();
    field::seal_from(random, &phone_keys().public(), &place, "13800000000").unwrap()
}

/// A start, a rating, its correction, and the phone number that was left with it.
fn entries() -> Vec<Entry> {
    let receipt = Some("7K3M-Q2XD".parse().unwrap());
    let start = PublicLine { reason: Some(StartReason::New), ..public(Kind::Start, 1) };
    let rating = PublicLine { receipt: receipt.clone(), ..public(Kind::Rating, 2) };
    let correction = PublicLine { receipt, ..public(Kind::Correction, 3) };
    let contact = PrivateLine {
        record: Some(Record::Contact { to: 2 }),
        fields: vec![sealed().committed],
        ..private("AwMDAwMDAwMDAwMDAwMDAw", 8000)
    };
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
        Entry::write(public(Kind::Addition, 4), &contact).unwrap(),
    ]
}

fn token() -> Token {
    let (terminal, incarnation) = (name(), Incarnation([0x1c; 16]));
    Token { terminal, incarnation, seq: 2, issued: stamp(2000).wall }
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
    say("public key of phone", &phone_keys().public().key);
    for (entry, seq) in entries.iter().zip(1..) {
        head = entry.hash(&head);
        tree.push(&head);
        hashes.push(head);
        say(&format!("hash of entry {seq}"), &head);
    }
    say("tree root", &tree.root());
    let header = Header {
        center: center.public().center_id(),
        terminal: name(),
        incarnation: Incarnation([0x1c; 16]),
        first: 1,
        last: 4,
        head,
        previous: Hash::ZERO,
        sent: stamp(9000),
    };
    let ciphertext = sealed().ciphertext;
    let phone = SealedField { seq: 4, field: Field::Phone, ciphertext };
    let batch = Batch::sign(header, entries, &terminal).with_sealed(vec![phone]);
    let asked = SignedRequest {
        center: center.public().center_id(),
        terminal: &name(),
        method: "GET",
        path: "/machine/v1/content",
        body: b"",
        nonce: "nonce",
    };
    let second = hashes[1];
    let gap = Gap {
        center: center.public().center_id(),
        terminal: name(),
        incarnation: Incarnation([0x1c; 16]),
        first: 1,
        last: 2,
        head: second,
    };
    let reply = center.sign(&reply_bytes(&batch.signature, b"{}"));
    let content = content_bytes(center.public().center_id(), &"w3".parse().unwrap(), b"{}");
    say("opinion token", &token().sign(&terminal));
    say("signed request", &asked.sign(&terminal));
    say("signed reply", &reply);
    say("signed content", &center.sign(&content));
    let batch = String::from_utf8(batch.encode()).unwrap();
    format!("```text\n{said}```\n\n```text\n{batch}```\n\n```text\n{}```\n", gap.sign(&terminal))
}

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/format.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_worked_example_of_the_format_document_is_what_the_program_makes() {
    let example = example();
    assert!(document().ends_with(&example), "docs/format.md should end with:\n{example}");
}

#[test]
fn what_the_document_shows_can_be_read_opened_and_verified() {
    let document = document();
    let batch = document.split("```text\n").find(|part| part.starts_with("pingyi/batch/1"));
    let batch = Batch::decode(batch.unwrap().split("```").next().unwrap().as_bytes()).unwrap();
    assert!(batch.is_signed_by(&Keypair::from_seed([1; 32]).public()));
    assert!(batch.hashes().is_ok() && batch.odd.is_empty());
    let (public, private) = batch.entries[3].read().unwrap();
    let PublicLine { terminal, incarnation, seq, .. } = public;
    let place = Place { terminal: &terminal, incarnation, seq };
    let (sealed, committed) = (&batch.sealed[0], &private.fields[0]);
    let opened = phone_keys().open(&place, &sealed.ciphertext, &committed.commitment);
    assert_eq!(opened.as_deref(), Ok("13800000000"));
    let row = document.lines().find_map(|line| line.strip_prefix("opinion token"));
    let read = Token::parse(row.unwrap().trim()).unwrap();
    assert_eq!(read.token, token());
    assert!(read.is_signed_by(&Keypair::from_seed([1; 32]).public()));
}

/// One of each record that the program writes.
fn records() -> Vec<Record> {
    let (why, tags) = (String::new(), Vec::new);
    let sizes = [(0, 0); 3];
    let test = SelfTest { passed: true, sizes, micros: [0; 3], fault: String::new() };
    vec![
        Record::SignedOn { by: Means::Pin },
        Record::SignedOff { why: Leaving::PastClosing },
        Record::Away { why, minutes: 0 },
        Record::Back,
        Record::Begun,
        Record::ItemNamed,
        Record::Finished { took_ms: 0 },
        Record::Silent { asked_ms: 0, cut: false },
        Record::Reasons { to: 0, tags: tags() },
        Record::Contact { to: 0 },
        Record::Complaint { about: About::Window, tags: tags(), anonymous: true },
        Record::SelfTest(test),
        Record::LockedOut { tries: 0, seconds: 0 },
        Record::Unshowable { characters: String::new(), place: String::new() },
    ]
}

#[test]
fn the_table_of_records_names_each_with_its_kind_and_its_members() {
    let document = document();
    for record in records() {
        let written = serde_json::to_value(&record).unwrap();
        let kind = serde_json::to_value(Kind::of(&record).unwrap()).unwrap();
        let start =
            format!("| `{}` | `{}`", kind.as_str().unwrap(), written["what"].as_str().unwrap());
        let row = document.lines().find(|line| line.starts_with(&start)).expect(&start);
        for member in written.as_object().unwrap().keys().filter(|member| *member != "what") {
            assert!(row.contains(&format!("`{member}`")), "{start}: {member}");
        }
        for value in written.as_object().unwrap().values().filter_map(|value| value.as_str()) {
            assert!(value.is_empty() || row.contains(&format!("`{value}`")), "{start}: {value}");
        }
    }
}
