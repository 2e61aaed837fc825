//! Values that are read from their text without a copy of it: a center reads five of them with
//! every rating.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserializer;
use serde::de::{Error, Visitor};

struct Parsed<T>(PhantomData<T>);

impl<T> Visitor<'_> for Parsed<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Reads a text and parses it.
pub(crate) fn parsed<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: FromStr,
    T::Err: fmt::Display,
    D: Deserializer<'de>,
{
    from.deserialize_str(Parsed(PhantomData))
}

/// Just so many bytes from base64url without padding.
pub(crate) fn from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if BASE64URL_NOPAD.decode_len(text.len()) != Ok(N) {
        return None;
    }
    BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_length_is_read() {
        let text = BASE64URL_NOPAD.encode(&[7; 16]);
        assert_eq!(from_base64url(&text), Some([7_u8; 16]));
        assert_eq!(from_base64url::<15>(&text), None);
        assert_eq!(from_base64url::<17>(&text), None);
        assert_eq!(from_base64url::<16>(&text.replace('B', "+")), None);
        assert_eq!(from_base64url::<16>(""), None);
    }
}
