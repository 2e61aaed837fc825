//! Which known key a wrong one was probably meant to be.

/// The known key that was probably meant: the same word in another section, or a few letters off.
pub(super) fn nearest<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let distance = |known: &str| {
        if last(known) == last(key) { 1 } else { edits(key, known) }
    };
    let (steps, best) = known.iter().map(|known| (distance(known), *known)).min()?;
    (steps <= 2.max(key.len() / 4)).then_some(best)
}

/// How many letters must be put in, taken out or changed to make `a` into `b`.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for ((y, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != *y));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_named_and_a_far_one_is_not() {
        let known = ["screen.language", "screen.text", "uplink.heartbeat_seconds"];
        assert_eq!(nearest("screen.langauge", &known), Some("screen.language"));
        assert_eq!(nearest("heartbeat_seconds", &known), Some("uplink.heartbeat_seconds"));
        assert_eq!(nearest("printer.tray", &known), None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("text", "text"), 0);
    }
}
