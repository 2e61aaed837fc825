//! The token of an opinion: one entry's right to one text from the citizen's own phone.
//!
//! The terminal signs it, so the center takes the text before the entry itself has arrived.

use data_encoding::BASE64URL_NOPAD;

use super::batch::LAST;
use super::{Error, Keypair, PublicKey, Signature};
use crate::domain::{Incarnation, TerminalId};

const TITLE: &[u8] = b"pingyi/opinion/1\n";

/// The form of the bytes.
const FORM: u8 = 1;

const SIGNATURE: usize = 64;

/// No token is longer, written: a terminal's id has at most 32 letters.
const LONGEST: usize = 174;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Who wrote the entry.
    pub terminal: TerminalId,
    /// Which life of its journal.
    pub incarnation: Incarnation,
    /// The rating or complaint that the text belongs to.
    pub seq: u64,
    /// When, by the terminal's wall clock.
    pub issued: i64,
}

/// A token as it came; its signature is not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedToken {
    /// What it says.
    pub token: Token,
    signed: Vec<u8>,
    signature: Signature,
}

impl Token {
    /// The token as it stands in an address: base64url with the terminal's signature.
    #[must_use]
    pub fn sign(&self, key: &Keypair) -> String {
        let mut bytes = self.bytes();
        let Signature(signature) = key.sign(&[TITLE, &bytes].concat());
        bytes.extend_from_slice(&signature);
        BASE64URL_NOPAD.encode(&bytes)
    }

    fn bytes(&self) -> Vec<u8> {
        let name = self.terminal.as_str().as_bytes();
        let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
        [
            &[FORM, length],
            name,
            &self.incarnation.0,
            &self.seq.to_be_bytes(),
            &self.issued.to_be_bytes(),
        ]
        .concat()
    }

    /// Reads a token.
    ///
    /// # Errors
    /// When it is not of its form; whether the terminal signed it is another question.
    pub fn parse(text: &str) -> Result<SignedToken, Error> {
        let wrong = || Error::malformed("token", text, "the base64url of docs/format.md");
        if text.len() > LONGEST {
            return Err(wrong());
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| wrong())?;
        let at = bytes.len().checked_sub(SIGNATURE).ok_or_else(wrong)?;
        let (said, signature) = bytes.split_at(at);
        let token = Token::read(said).ok_or_else(wrong)?;
        let signature = Signature(signature.try_into().map_err(|_| wrong())?);
        Ok(SignedToken { token, signed: [TITLE, said].concat(), signature })
    }

    fn read(bytes: &[u8]) -> Option<Token> {
        let (&[FORM, length], rest) = bytes.split_first_chunk()? else { return None };
        let (name, rest) = rest.split_at_checked(usize::from(length))?;
        let (incarnation, rest) = rest.split_first_chunk()?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (seq, issued) = (u64::from_be_bytes(*seq), rest.try_into().ok()?);
        (1..=LAST).contains(&seq).then_some(Token {
            terminal: std::str::from_utf8(name).ok()?.parse().ok()?,
            incarnation: Incarnation(*incarnation),
            seq,
            issued: i64::from_be_bytes(issued),
        })
    }
}

impl SignedToken {
    /// Whether the terminal with this key signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(&self.signed, &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(terminal: &str) -> Token {
        Token {
            terminal: terminal.parse().unwrap(),
            incarnation: Incarnation([4; 16]),
            seq: 7,
            issued: -5,
        }
    }

    #[test]
    fn a_token_survives_the_address() {
        let key = Keypair::from_seed([1; 32]);
        for terminal in ["T-0007", "T", "abcdefghijklmnopqrstuvwxyz012345"] {
            let text = token(terminal).sign(&key);
            assert!(text.len() <= LONGEST, "{}", text.len());
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            let read = Token::parse(&text).unwrap();
            assert_eq!(read.token, token(terminal));
            assert!(read.is_signed_by(&key.public()));
            assert!(!read.is_signed_by(&Keypair::from_seed([2; 32]).public()));
        }
    }

    #[test]
    fn a_token_that_was_changed_or_cut_is_worth_nothing() {
        let key = Keypair::from_seed([1; 32]);
        let text = token("T-0007").sign(&key);
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let read = Token::parse(&BASE64URL_NOPAD.encode(&changed));
            assert!(!read.is_ok_and(|read| read.is_signed_by(&key.public())), "byte {at}");
            let read = Token::parse(&BASE64URL_NOPAD.encode(&bytes[..at]));
            assert!(!read.is_ok_and(|read| read.is_signed_by(&key.public())), "cut at {at}");
        }
        for wrong in ["", "=", "评", &"A".repeat(LONGEST + 1), &format!("{text}A")] {
            assert!(Token::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_seq_that_no_journal_has_is_refused() {
        let key = Keypair::from_seed([1; 32]);
        for seq in [0, LAST + 1, u64::MAX] {
            assert!(Token::parse(&Token { seq, ..token("T-0007") }.sign(&key)).is_err(), "{seq}");
        }
    }

    #[test]
    fn a_batch_s_signature_is_no_token_s() {
        let key = Keypair::from_seed([1; 32]);
        let bytes = token("T-0007").bytes();
        let Signature(signature) = key.sign(&bytes);
        let forged = BASE64URL_NOPAD.encode(&[bytes, signature.to_vec()].concat());
        assert!(!Token::parse(&forged).unwrap().is_signed_by(&key.public()));
    }
}
