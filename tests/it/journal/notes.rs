//! Records beside ratings: their kinds and numbers, what they add to, and their personal data.

use pingyi::chain::field::{FieldKeypair, Place};
use pingyi::chain::{Entry, Hash, Kind, PrivateLine, PublicLine, SealedField, StartReason};
use pingyi::domain::Level::Satisfied;
use pingyi::domain::{About, Field, Incarnation, Record};
use pingyi::sqlite;
use pingyi::terminal::journal::{Error, Note, Saved, Unsent};

use super::{open, record, waiting};
use crate::support::copies::closed;
use crate::support::proxy::Proxy;
use crate::support::world::{Driven, Rig, World, brisk, clock, drained, tap, until};

fn keys(field: Field) -> FieldKeypair {
    FieldKeypair::from_seed(field, [3; 32]).unwrap()
}

fn complaint() -> Note {
    let record =
        Record::Complaint { about: About::Window, tags: vec!["fees".into()], anonymous: false };
    Note { numbered: true, item: "I-1".into(), ..Note::new(record) }
}

fn contact(to: &Saved, phone: &str) -> Note {
    let personal = vec![(Field::Phone, phone.into())];
    Note { to: Some(to.clone()), personal, ..Note::new(Record::Contact { to: 0 }) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_an_entry_of_its_kind_with_a_number_where_it_needs_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    let rated = tap(&journal, Satisfied, None).await;
    let tags = Record::Reasons { to: 0, tags: vec!["queue".into()] };
    let reasons = Note { to: Some(rated), service: "s".into(), ..Note::new(tags) };
    assert_eq!(record(&journal, reasons, None).await.unwrap().receipt, None);
    let complained = record(&journal, complaint(), None).await.unwrap();
    let silent = Record::Silent { asked_ms: 30_000, cut: false };
    let silent = Note { staff: "0317".into(), training: true, ..Note::new(silent) };
    record(&journal, silent, None).await.unwrap();
    let lines = waiting(&journal).await;
    let kinds: Vec<_> = lines.iter().map(|(public, _)| public.kind.clone()).collect();
    let expected = [Kind::Start, Kind::Rating, Kind::Addition, Kind::Complaint, Kind::Service];
    assert_eq!(kinds, expected);
    let tags = vec!["queue".to_owned()];
    assert_eq!(lines[2].1.record, Some(Record::Reasons { to: 2, tags }));
    assert_eq!((lines[2].1.service.as_str(), &lines[2].0.receipt), ("s", &None));
    assert!(complained.receipt.is_some());
    assert_eq!((&lines[3].0.receipt, lines[3].1.item.as_str()), (&complained.receipt, "I-1"));
    assert_eq!((lines[4].1.staff.as_str(), lines[4].1.training), ("0317", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_goes_to_the_life_of_the_entry_that_it_adds_to() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    journal.set_field_keys(vec![keys(Field::Phone).public()]);
    let rated = tap(&journal, Satisfied, None).await;
    let (old, reason) = (rated.incarnation, StartReason::RolledBack);
    journal.ask(move |file, clock| file.part(old, reason, clock)).await.unwrap();
    let now = tap(&journal, Satisfied, None).await.incarnation;
    assert_ne!(now, old);
    let added = record(&journal, contact(&rated, "13800000000"), Some("m")).await.unwrap();
    assert_eq!((added.incarnation, added.seq), (old, 3));
    let (public, private) = waiting(&journal).await.pop().unwrap();
    assert_eq!((public.seq, private.record), (3, Some(Record::Contact { to: 2 })));
    let gone = Saved { incarnation: Incarnation([9; 16]), ..rated };
    let added = record(&journal, contact(&gone, "13800000000"), None).await.unwrap();
    assert_eq!(added.incarnation, now, "what it adds to went with a damaged file");
    drop(journal);
    closed(folder.path()).await;
    let journal = open(folder.path(), clock());
    assert_eq!(journal.memory(), Some("m"));
    assert_eq!(tap(&journal, Satisfied, None).await.seq, added.seq + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_without_a_key_or_that_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), clock());
    let rated = tap(&journal, Satisfied, None).await;
    let twice = Note {
        personal: vec![(Field::Phone, "1".into()), (Field::Phone, "2".into())],
        ..Note::new(Record::Back)
    };
    for (keys, note) in [
        (vec![], contact(&rated, "13800000000")),
        (vec![keys(Field::Ticket).public()], contact(&rated, "13800000000")),
        (vec![keys(Field::Phone).public()], contact(&rated, &"1".repeat(25))),
        (vec![keys(Field::Phone).public()], twice),
        (vec![], Note::new(Record::Unknown)),
    ] {
        journal.set_field_keys(keys);
        let refused = record(&journal, note, Some("m")).await;
        assert!(matches!(refused, Err(Error::Unfit(_))), "{refused:?}");
    }
    assert_eq!(waiting(&journal).await.len(), 2, "nothing was written");
    let debug = format!("{:?}", contact(&rated, "13800000000"));
    assert!(debug.contains("phone") && !debug.contains("13800000000"), "{debug}");
}

async fn unsent(journal: &pingyi::terminal::journal::Journal) -> Option<Unsent> {
    journal.ask(|file, _| file.unsent(100)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_fields_wait_beside_their_entries_and_go_with_them() {
    const DAY: i64 = 24 * 3600 * 1000;
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), Driven::new());
    journal.set_field_keys(Field::ALL.map(|field| keys(field).public()).to_vec());
    let rated = tap(&journal, Satisfied, None).await;
    let both = vec![(Field::Ticket, "A001".into()), (Field::Opinion, "很好".into())];
    record(&journal, Note { personal: both, ..Note::new(Record::Begun) }, None).await.unwrap();
    record(&journal, contact(&rated, "13800000000"), None).await.unwrap();
    let told = unsent(&journal).await.unwrap();
    let texts = [(Field::Ticket, "A001"), (Field::Opinion, "很好"), (Field::Phone, "13800000000")];
    assert_eq!(told.sealed.len(), texts.len());
    for (SealedField { seq, field, ciphertext }, expected) in told.sealed.iter().zip(texts) {
        let entry = &told.entries[usize::try_from(seq - 1).unwrap()];
        let (public, private) = entry.read().unwrap();
        let committed = private.fields.iter().find(|one| one.field == *field).unwrap();
        let PublicLine { terminal, incarnation, seq, .. } = &public;
        let place = Place { terminal, incarnation: *incarnation, seq: *seq };
        let opened = keys(*field).open(&place, ciphertext, &committed.commitment);
        assert_eq!((*field, opened.as_deref()), (expected.0, Ok(expected.1)));
    }
    let (life, at) = (told.incarnation, 1_795_000_000_000);
    journal.ask(move |file, _| file.advance(life, 5, at)).await.unwrap();
    journal.ask(move |file, _| file.prune(at)).await.unwrap();
    journal.ask(|file, _| file.offer_everything()).await.unwrap();
    assert_eq!(unsent(&journal).await.unwrap().sealed, told.sealed, "for a center that lost them");
    journal.ask(move |file, _| file.advance(life, 5, at)).await.unwrap();
    tap(&journal, Satisfied, None).await;
    journal.ask(move |file, _| file.prune(at + 31 * DAY)).await.unwrap();
    journal.ask(|file, _| file.offer_everything()).await.unwrap();
    assert_eq!(unsent(&journal).await.unwrap().sealed, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_fields_travel_behind_their_entries() {
    let world = World::new().await;
    let folder = world.folder.path().join("terminal");
    world.seat(&folder, "w3").await;
    let proxy = Proxy::to(world.address).await;
    let rig = Rig::start_with(&folder, brisk(&proxy.url()), clock());
    let journal = rig.journal();
    journal.set_field_keys(vec![keys(Field::Phone).public()]);
    let rated = tap(&journal, Satisfied, None).await;
    record(&journal, contact(&rated, "13800000000"), None).await.unwrap();
    drained(&journal).await;
    until("the rating is counted", || async { (world.counted().await == [1, 0, 0]).then_some(()) })
        .await;
    assert!(proxy.sent().contains("\nsealed 3 phone "), "{}", proxy.sent());
    assert!(!proxy.sent().contains("13800000000"));
    rig.stop();
}

/// A journal as the first version left it.
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_the_first_version_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let life = Incarnation([7; 16]);
    let sql = include_str!("../../../src/terminal/journal/0001_first.sql");
    let first = sqlite::Migration { number: 1, name: "first", sql };
    let path = folder.path().join("journal.sqlite");
    let mut old = sqlite::open(&path, sqlite::Options::default()).unwrap();
    sqlite::migrate(&mut old, &[first]).unwrap();
    let public = PublicLine {
        v: 1,
        kind: Kind::Start,
        terminal: "T-0001".parse().unwrap(),
        incarnation: life,
        seq: 1,
        window: "w3".into(),
        receipt: None,
        predecessor: None,
        reason: Some(StartReason::New),
        sealed: Hash::ZERO,
    };
    let private = PrivateLine::new("AAAAAAAAAAAAAAAAAAAAAA".into(), Driven::new().stamp());
    let Entry { public, private } = Entry::write(public, &private).unwrap();
    let hash = Entry { public: public.clone(), private: private.clone() }.hash(&Hash::ZERO);
    let zero = Hash::ZERO.0;
    let sql = "insert into incarnations values (1, ?1, 1, 1, ?2, 0)";
    old.execute(sql, rusqlite::params![life.to_string(), zero.as_slice()]).unwrap();
    let sql = "insert into entries values ((1 << 40) + 1, ?1, ?2, ?3)";
    old.execute(sql, rusqlite::params![public, private, hash.0.as_slice()]).unwrap();
    drop(old);
    let journal = open(folder.path(), clock());
    let saved = tap(&journal, Satisfied, None).await;
    assert_eq!((saved.incarnation, saved.seq, journal.memory()), (life, 2, None));
    assert_eq!(unsent(&journal).await.unwrap().entries.len(), 2);
}
