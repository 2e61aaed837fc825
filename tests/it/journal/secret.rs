//! A stolen disk: opinion, phone number and ticket stand nowhere on it unsealed.

use std::path::Path;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use pingyi::chain::field::FieldKeypair;
use pingyi::domain::Level::Satisfied;
use pingyi::domain::{Field, Record};
use pingyi::terminal::journal::{Answer, Note};

use super::{named, open, rate, record, set_aside};
use crate::support::copies::closed;
use crate::support::world::{Driven, until};

const PHONE: &str = "13987654321";
const TICKET: &str = "K7Q-0153";
const OPINION: &str = "窗口排队两小时";
/// What is not personal, and stands there as it is.
const CONTROL: &str = "item-9041-control";

/// The ways in which a text may stand in a file.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let escaped: String = utf16.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut all = vec![
        text.as_bytes().to_vec(),
        text.bytes().rev().collect(),
        utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        HEXLOWER.encode(text.as_bytes()).into_bytes(),
        HEXUPPER.encode(text.as_bytes()).into_bytes(),
        escaped.into_bytes(),
        percent.into_bytes(),
    ];
    // In base64 a text has three forms, by what stands before it; the letters at its ends are
    // shared with its neighbours.
    for base64 in [BASE64_NOPAD, BASE64URL_NOPAD] {
        for before in 0..3 {
            let shifted = [vec![0; before], text.as_bytes().to_vec()].concat();
            let whole = base64.encode(&shifted);
            let inner = &whole[(before * 4).div_ceil(3)..shifted.len() / 3 * 4];
            all.push(inner.as_bytes().to_vec());
        }
    }
    all
}

/// In which spellings a text stands in some file of the folder, as file and number.
fn found(folder: &Path, text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path, text));
            continue;
        }
        let held = std::fs::read(&path).unwrap();
        for (number, bytes) in spellings(text).iter().enumerate() {
            if held.windows(bytes.len()).any(|window| window == bytes) {
                found.push((path.display().to_string(), number));
            }
        }
    }
    found
}

fn nothing_found(folder: &Path, when: &str) {
    for text in [PHONE, TICKET, OPINION] {
        assert_eq!(found(folder, text), [], "{text} {when}");
    }
    assert!(!found(folder, CONTROL).is_empty(), "the search finds what is there, {when}");
}

#[test]
fn the_search_finds_each_spelling() {
    let folder = tempfile::tempdir().unwrap();
    for text in [PHONE, TICKET, OPINION] {
        for (number, bytes) in spellings(text).iter().enumerate() {
            let around = [b"xy".as_slice(), bytes, b"z"].concat();
            std::fs::write(folder.path().join("file"), around).unwrap();
            let numbers: Vec<_> =
                found(folder.path(), text).into_iter().map(|(_, number)| number).collect();
            assert!(numbers.contains(&number), "{text}: {number} in {numbers:?}");
        }
        for before in 0..3 {
            let shifted = [vec![b'x'; before], text.as_bytes().to_vec(), vec![b'y'; 2]].concat();
            std::fs::write(folder.path().join("file"), BASE64_NOPAD.encode(&shifted)).unwrap();
            assert!(!found(folder.path(), text).is_empty(), "{text} behind {before} bytes");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_data_touches_the_disk_unsealed() {
    let folder = tempfile::tempdir().unwrap();
    let time = Driven::new();
    let journal = open(folder.path(), time.clone());
    let key = |field| FieldKeypair::generate(field).unwrap().public();
    journal.set_field_keys(Field::ALL.map(key).to_vec());
    for _ in 0..70 {
        let service = named(&journal, Some(TICKET)).await;
        let personal = vec![(Field::Ticket, TICKET.into())];
        let begun = Note { service: service.clone(), personal, ..Note::new(Record::Begun) };
        record(&journal, begun, Some("{\"open\":true}")).await.unwrap();
        let answer = Answer { service, item: CONTROL.into(), ..Answer::new(Satisfied, "0317") };
        let rated = rate(&journal, answer).await;
        let personal = vec![(Field::Phone, PHONE.into()), (Field::Opinion, OPINION.into())];
        let contact = Record::Contact { to: 0 };
        let contact = Note { to: Some(rated), personal, ..Note::new(contact) };
        record(&journal, contact.clone(), None).await.unwrap();
        // What is refused is not written either.
        let personal = vec![(Field::Phone, PHONE.into()), (Field::Ticket, TICKET.repeat(9))];
        let refused = record(&journal, Note { personal, ..contact }, None).await;
        assert!(refused.is_err());
    }
    nothing_found(folder.path(), "while it is open");
    let log = folder.path().join("journal.sqlite-wal");
    until("the log is folded back", || async {
        (log.metadata().unwrap().len() < 100_000).then_some(())
    })
    .await;
    nothing_found(folder.path(), "when the log is folded back");
    drop(journal);
    closed(folder.path()).await;
    nothing_found(folder.path(), "when it is closed");
    let path = folder.path().join("journal.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(9).position(|window| window == b"\"seq\":200").unwrap();
    bytes[at + 2] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    drop(open(folder.path(), time));
    closed(folder.path()).await;
    assert!(!set_aside(folder.path()).is_empty());
    nothing_found(folder.path(), "when it was set aside");
}
