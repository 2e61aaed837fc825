//! Pictures and sounds of a bundle, each once, under a name that says what it holds.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

/// The files of one unit, by name, in base64.
#[derive(Default)]
pub(super) struct Files(pub BTreeMap<String, String>);

impl Files {
    /// Takes a file in and gives its name; the same bytes have the same name.
    pub fn put(&mut self, bytes: &[u8]) -> String {
        let hash = Sha256::digest(bytes);
        let hash = HEXLOWER.encode(hash.get(..16).unwrap_or_default());
        let name = format!("{hash}.{}", extension(bytes));
        self.0.entry(name.clone()).or_insert_with(|| BASE64.encode(bytes));
        name
    }
}

/// By what it begins with; the office's reader has let nothing else pass.
fn extension(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', ..] => "png",
        [0xff, 0xd8, ..] => "jpg",
        [b'O', b'g', ..] => "ogg",
        _ => "wav",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_picture_is_kept_once() {
        let mut files = Files::default();
        let name = files.put(b"\x89PNG one");
        assert_eq!(files.put(b"\x89PNG one"), name);
        assert!(name.ends_with(".png") && name.len() == 36, "{name}");
        assert!(files.put(b"RIFF....WAVE").ends_with(".wav"));
        assert_eq!(files.0.len(), 2);
    }
}
