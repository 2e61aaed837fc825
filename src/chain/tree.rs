//! The center's tree of entries: RFC 6962, section 2.1, kept as its right edge.

use super::{Error, Hash};

/// Size and right edge of a tree; enough to append and to tell the root.
///
/// The edge holds the roots of the perfect subtrees, largest first: one for each bit of the size.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tree {
    size: u64,
    edge: Vec<Hash>,
}

impl Tree {
    /// A tree as stored: its size and the edge's hashes one after the other.
    ///
    /// # Errors
    /// When the edge has not one hash for each bit of the size.
    pub fn restore(size: u64, edge: &[u8]) -> Result<Tree, Error> {
        let hashes: Result<Vec<Hash>, Error> = edge.chunks(32).map(Hash::try_from).collect();
        let edge = hashes?;
        if edge.len() == size.count_ones() as usize {
            Ok(Tree { size, edge })
        } else {
            Err(Error::malformed("tree edge", "", "one hash for each bit of the size"))
        }
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The edge as stored.
    #[must_use]
    pub fn edge_bytes(&self) -> Vec<u8> {
        self.edge.iter().flat_map(|hash| hash.0).collect()
    }

    /// Appends one entry by its hash.
    pub fn push(&mut self, entry: &Hash) {
        let mut node = Hash::of(&[&[0], &entry.0]);
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                node = Hash::of(&[&[1], &left.0, &node.0]);
            }
        }
        self.edge.push(node);
        self.size += 1;
    }

    /// The tree's root; SHA-256 of nothing for an empty tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let fold = |right: Hash, left: &Hash| Hash::of(&[&[1], &left.0, &right.0]);
        match self.edge.split_last() {
            Some((last, rest)) => rest.iter().rev().fold(*last, fold),
            None => Hash::of(&[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 6962 itself, slow and plain.
    fn root_by_definition(entries: &[Hash]) -> Hash {
        match entries {
            [] => Hash::of(&[]),
            [one] => Hash::of(&[&[0], &one.0]),
            many => {
                let split = (many.len().next_power_of_two() / 2).max(1);
                let left = root_by_definition(&many[..split]);
                let right = root_by_definition(&many[split..]);
                Hash::of(&[&[1], &left.0, &right.0])
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_for_every_size() {
        let entries: Vec<Hash> = (0..70_u8).map(|n| Hash::of(&[&[n]])).collect();
        let mut tree = Tree::default();
        assert_eq!(tree.root(), root_by_definition(&[]));
        for (size, entry) in entries.iter().enumerate() {
            tree.push(entry);
            assert_eq!(tree.root(), root_by_definition(&entries[..=size]), "size {}", size + 1);
            assert_eq!(Tree::restore(tree.size(), &tree.edge_bytes()), Ok(tree.clone()));
        }
    }

    #[test]
    fn an_edge_of_another_size_is_refused() {
        assert!(Tree::restore(3, &[0; 32]).is_err());
    }
}
