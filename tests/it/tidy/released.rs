//! A migration that was released never changes: released-migrations.txt holds the SHA-256 of
//! each, one `HASH  PATH` a line, added when a version is released.

use sha2::{Digest, Sha256};

pub fn faults(list: &str, read: impl Fn(&str) -> Option<Vec<u8>>) -> std::vec::IntoIter<String> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let faults: Vec<_> = lines.filter_map(|line| fault(line, &read)).collect();
    faults.into_iter()
}

fn fault(line: &str, read: impl Fn(&str) -> Option<Vec<u8>>) -> Option<String> {
    let Some((hash, path)) = line.split_once("  ") else {
        return Some(format!("{line}: not HASH, two blanks, PATH"));
    };
    match read(path).map(|bytes| hex(&bytes)) {
        Some(found) if found == hash => None,
        Some(found) => Some(format!("{path}: was released, and has changed to {found}")),
        None => Some(format!("{path}: was released, and is gone")),
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_changed_or_lost_migration_is_told() {
    let list = format!("# released\n{}  0001.sql\n", hex(b"create table a (b integer);"));
    let told =
        |bytes: Option<&[u8]>| faults(&list, |_| bytes.map(<[u8]>::to_vec)).collect::<Vec<_>>();
    assert_eq!(told(Some(b"create table a (b integer);")), Vec::<String>::new());
    assert!(told(Some(b"create table a (b text);"))[0].contains("has changed"));
    assert!(told(None)[0].contains("is gone"));
    assert!(faults("0001.sql", |_| None).next().unwrap().contains("not HASH"));
}
