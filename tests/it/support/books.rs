//! What the center holds, entry by entry, read from its tables and checked against itself.

use std::collections::{HashMap, HashSet};

use pingyi::center::db::Row;
use pingyi::chain::{Batch, Hash, PublicLine, Tree};
use pingyi::domain::{Incarnation, ReceiptCode};
use pingyi::terminal::journal::Saved;

use super::world::World;

type Place = (Incarnation, u64);

/// The entries of log and branches by their place, with their receipts.
pub struct Books {
    pub log: HashMap<Place, Option<ReceiptCode>>,
    pub apart: HashSet<(Place, Option<ReceiptCode>)>,
}

struct Read {
    place: Place,
    hash: Hash,
    receipt: Option<ReceiptCode>,
}

/// The entries that a row added, chained anew from its `previous`.
fn entries(row: &Row) -> Vec<Read> {
    let body = std::str::from_utf8(row.bytes("body").unwrap()).unwrap();
    let all = Batch::read_entries(body).unwrap();
    let last = u64::try_from(row.int("last_seq").unwrap()).unwrap();
    let first = u64::try_from(row.int("first_seq").unwrap()).unwrap();
    let incarnation = Incarnation(row.bytes("incarnation").unwrap().try_into().unwrap());
    let mut hash = Hash::try_from(row.bytes("previous").unwrap()).unwrap();
    let mut found = Vec::new();
    for (seq, entry) in (last + 1 - all.len() as u64..).zip(all) {
        hash = entry.hash(&hash);
        let line: Option<PublicLine> = serde_json::from_str(&entry.public).ok();
        let receipt = line.and_then(|line| line.receipt);
        if seq >= first {
            found.push(Read { place: (incarnation, seq), hash, receipt });
        }
    }
    assert_eq!(hash, Hash::try_from(row.bytes("head").unwrap()).unwrap(), "each row chains");
    found
}

const COLUMNS: &str = "first_seq, last_seq, incarnation, previous, head, body";

impl Books {
    /// Reads everything; panics where an entry stands twice in the log, a leaf is missing, the tree
    /// is not that of the leaves, or the figures are not those of the rows.
    pub async fn read(world: &World) -> Books {
        // In one transaction: terminals may be sending meanwhile.
        let mut tx = world.center.db.begin().await.unwrap();
        let end = "select base, size, root from log";
        let end = tx.read_one(end, Vec::new()).await.unwrap().unwrap();
        let base = end.int("base").unwrap();
        let sql = format!("select first_leaf, {COLUMNS} from batches order by first_leaf");
        let (mut log, mut tree, mut leaf) = (HashMap::new(), Tree::default(), 0);
        for row in tx.read(&sql, Vec::new()).await.unwrap() {
            assert_eq!(row.int("first_leaf").unwrap(), leaf, "leaves without a gap");
            for read in entries(&row) {
                if leaf >= base {
                    tree.push(&read.hash);
                }
                leaf += 1;
                let before = log.insert(read.place, read.receipt);
                assert!(before.is_none(), "{:?} stands twice in the log", read.place);
            }
        }
        assert_eq!(i64::try_from(tree.size()).unwrap(), end.int("size").unwrap());
        assert_eq!(tree.root().0.as_slice(), end.bytes("root").unwrap(), "the root is the leaves'");
        let sql = format!("select {COLUMNS} from branches");
        let rows = tx.read(&sql, Vec::new()).await.unwrap();
        let apart = rows.iter().flat_map(entries).map(|read| (read.place, read.receipt)).collect();
        let sql = "select (select cast(coalesce(sum(n), 0) as bigint) from rollups)
                        - (select count(*) from ratings where counted = 1) as n";
        let apart_by = tx.read_one(sql, Vec::new()).await.unwrap().unwrap().int("n").unwrap();
        assert_eq!(apart_by, 0, "figures and rows are the same");
        Books { log, apart }
    }

    /// Whether a tap is in the log.
    pub fn counts(&self, saved: &Saved) -> bool {
        let receipt = saved.receipt.clone();
        self.log.get(&(saved.incarnation, saved.seq)) == Some(&receipt)
    }

    /// Whether a tap is in the log or in a branch.
    pub fn holds(&self, saved: &Saved) -> bool {
        let place = (saved.incarnation, saved.seq);
        self.counts(saved) || self.apart.contains(&(place, saved.receipt.clone()))
    }

    /// Panics unless each of these taps is in the log.
    pub fn hold_in_log(&self, taps: &[Saved]) {
        let lost: Vec<_> = taps.iter().filter(|saved| !self.counts(saved)).collect();
        assert!(lost.is_empty(), "not in the log: {lost:?}");
    }
}
