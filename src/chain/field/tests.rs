use super::*;

fn place(terminal: &TerminalId) -> Place<'_> {
    Place { terminal, incarnation: Incarnation([4; 16]), seq: 7 }
}

fn terminal() -> TerminalId {
    "T-0007".parse().unwrap()
}

fn keys(field: Field) -> FieldKeypair {
    FieldKeypair::from_seed(field, [3; 32]).unwrap()
}

#[test]
fn what_is_sealed_opens_for_every_field_and_length() {
    let terminal = terminal();
    let long = "好".repeat(LONGEST / 3);
    for (field, text, bytes) in [
        (Field::Phone, "13800000000", 24),
        (Field::Phone, "", 24),
        (Field::Phone, "+86 138-0000-0000 x12345", 24),
        (Field::Ticket, "A0153", 32),
        (Field::Opinion, "", 256),
        (Field::Opinion, &"a".repeat(256), 256),
        (Field::Opinion, &"a".repeat(257), 512),
        (Field::Opinion, &long, LONGEST),
    ] {
        let keys = keys(field);
        let sealed = seal(&keys.public(), &place(&terminal), text).unwrap();
        assert_eq!(sealed.ciphertext.len(), 64 + bytes, "{field:?} {}", text.len());
        assert!(sealed.ciphertext.len() <= LONGEST_SEALED);
        assert_eq!(sealed.committed.field, field);
        let opened = keys.open(&place(&terminal), &sealed.ciphertext, &sealed.committed.commitment);
        assert_eq!(opened.as_deref(), Ok(text), "{field:?}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (field, text) in [
        (Field::Phone, "1".repeat(25)),
        (Field::Ticket, "T".repeat(33)),
        (Field::Opinion, "a".repeat(LONGEST + 1)),
        (Field::Ticket, "A\u{0}".into()),
    ] {
        let sealed = seal(&keys(field).public(), &place(&terminal()), &text);
        assert_eq!(sealed, Err(Error::Unfit(field)));
        assert!(!fits(field, &text));
    }
}

#[test]
fn one_text_is_sealed_to_another_value_each_time() {
    let (key, terminal) = (keys(Field::Phone).public(), terminal());
    let [one, two] = [0, 1].map(|_| seal(&key, &place(&terminal), "13800000000").unwrap());
    assert_ne!(one.ciphertext, two.ciphertext);
    assert_ne!(one.ciphertext[..32], two.ciphertext[..32], "another encapsulated key");
    assert_ne!(one.committed, two.committed, "another salt");
}

#[test]
fn what_was_sealed_for_one_place_opens_at_no_other() {
    let (pair, terminal) = (keys(Field::Phone), terminal());
    let sealed = seal(&pair.public(), &place(&terminal), "13800000000").unwrap();
    let commitment = sealed.committed.commitment;
    let other_terminal: TerminalId = "T-0008".parse().unwrap();
    for elsewhere in [
        Place { seq: 8, ..place(&terminal) },
        Place { incarnation: Incarnation([5; 16]), ..place(&terminal) },
        place(&other_terminal),
    ] {
        assert_eq!(pair.open(&elsewhere, &sealed.ciphertext, &commitment), Err(Error::Closed));
    }
    let other_field = FieldKeypair::from_seed(Field::Ticket, [3; 32]).unwrap();
    let other_key = FieldKeypair::generate(Field::Phone).unwrap();
    for keys in [other_field, other_key] {
        let opened = keys.open(&place(&terminal), &sealed.ciphertext, &commitment);
        assert_eq!(opened, Err(Error::Closed), "{keys:?}");
    }
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let (pair, terminal) = (keys(Field::Phone), terminal());
    let sealed = seal(&pair.public(), &place(&terminal), "13800000000").unwrap();
    for at in 0..sealed.ciphertext.len() {
        let mut changed = sealed.ciphertext.clone();
        changed[at] ^= 1;
        let opened = pair.open(&place(&terminal), &changed, &sealed.committed.commitment);
        assert_eq!(opened, Err(Error::Closed), "byte {at}");
        let cut = pair.open(&place(&terminal), &changed[..at], &sealed.committed.commitment);
        assert_eq!(cut, Err(Error::Closed), "cut at {at}");
    }
    let opened = pair.open(&place(&terminal), &sealed.ciphertext, &Hash::ZERO);
    assert_eq!(opened, Err(Error::NotCommitted));
}

#[test]
fn a_key_that_is_none_is_refused() {
    let zero = BASE64URL_NOPAD.encode(&[0; 32]);
    for key in ["", "AAAA", "not base64url", zero.as_str()] {
        let key = FieldKey { field: Field::Phone, key: key.into() };
        assert_eq!(seal(&key, &place(&terminal()), "1"), Err(Error::Key(Field::Phone)), "{key:?}");
    }
}

#[test]
fn a_key_file_is_made_once_and_a_damaged_one_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("field-phone.key");
    let made = FieldKeypair::load_or_create(Field::Phone, &path).unwrap();
    let found = FieldKeypair::load_or_create(Field::Phone, &path).unwrap();
    assert_eq!(found.public(), made.public());
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    std::fs::write(&path, b"short").unwrap();
    assert!(FieldKeypair::load_or_create(Field::Phone, &path).is_err());
}
