//! What is signed besides batches: gap statements, requests, replies and content.

use super::batch::{LAST, Lines};
use super::{CenterId, Error, Hash, Keypair, PublicKey, Signature};
use crate::domain::{Incarnation, TerminalId, WindowId};

const GAP_TITLE: &str = "pingyi/gap/1";

/// A terminal's word that it no longer keeps entries which the center asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Whom it is for.
    pub center: CenterId,
    /// Who says it.
    pub terminal: TerminalId,
    /// Of which journal.
    pub incarnation: Incarnation,
    /// The first seq that is gone.
    pub first: u64,
    /// The last seq that is gone.
    pub last: u64,
    /// The hash of the entry `last`: where the chain goes on.
    pub head: Hash,
}

impl Gap {
    /// The statement with its signature, as it travels.
    #[must_use]
    pub fn sign(&self, key: &Keypair) -> String {
        let text = format!(
            "{GAP_TITLE}\ncenter {}\nterminal {}\nincarnation {}\nfirst {}\nlast {}\nhead {}\n",
            self.center, self.terminal, self.incarnation, self.first, self.last, self.head
        );
        let signature = key.sign(text.as_bytes());
        format!("{text}signature {signature}\n")
    }

    /// Reads a statement; gives the value, the signed text and the signature.
    ///
    /// # Errors
    /// When it is not of its form.
    pub fn decode(text: &str) -> Result<(Gap, String, Signature), Error> {
        let mut lines = Lines::new(text);
        lines.exactly(GAP_TITLE)?;
        let gap = Gap {
            center: lines.field("center")?.parse()?,
            terminal: lines.value("terminal", "a terminal id")?,
            incarnation: lines.value("incarnation", "22 characters of base64url")?,
            first: lines.value("first", "a number from 1 up")?,
            last: lines.value("last", "a number not below first")?,
            head: lines.field("head")?.parse()?,
        };
        let signed = lines.so_far().to_owned();
        let signature = lines.field("signature")?.parse()?;
        if gap.first == 0 || gap.last < gap.first || gap.last > LAST {
            let found = format!("{} to {}", gap.first, gap.last);
            return Err(Error::malformed("first and last", &found, "1 <= first <= last"));
        }
        Ok((gap, signed, signature))
    }
}

/// A request without entries: what the terminal signs of it.
#[derive(Clone, Debug)]
pub struct SignedRequest<'a> {
    /// Whom it is for.
    pub center: CenterId,
    /// Who asks.
    pub terminal: &'a TerminalId,
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// The body, empty for `GET`.
    pub body: &'a [u8],
    /// A nonce that the center gave.
    pub nonce: &'a str,
}

impl SignedRequest<'_> {
    fn text(&self) -> String {
        format!(
            "pingyi/request/1\ncenter {}\nterminal {}\nmethod {}\npath {}\nbody {}\nnonce {}\n",
            self.center,
            self.terminal,
            self.method,
            self.path,
            Hash::of(&[self.body]),
            self.nonce
        )
    }

    /// The terminal's signature.
    #[must_use]
    pub fn sign(&self, key: &Keypair) -> Signature {
        key.sign(self.text().as_bytes())
    }

    /// Whether the terminal with this key signed the request.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey, signature: &Signature) -> bool {
        key.verifies(self.text().as_bytes(), signature)
    }
}

/// What the center signs of a reply: it answers just the request whose signature is given, so an
/// old reply cannot be served again.
#[must_use]
pub fn reply_bytes(request: &Signature, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("pingyi/reply/1\nrequest {request}\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// What the center signs of a content bundle: bound to the window it was made for.
#[must_use]
pub fn content_bytes(center: CenterId, window: &WindowId, bundle: &[u8]) -> Vec<u8> {
    let mut bytes = format!("pingyi/content/1\ncenter {center}\nwindow {window}\n").into_bytes();
    bytes.extend_from_slice(bundle);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_statement_survives_the_journey() {
        let key = Keypair::from_seed([1; 32]);
        let gap = Gap {
            center: key.public().center_id(),
            terminal: "T-0007".parse().unwrap(),
            incarnation: Incarnation([4; 16]),
            first: 1,
            last: 40,
            head: Hash::ZERO,
        };
        let (read, signed, signature) = Gap::decode(&gap.sign(&key)).unwrap();
        assert_eq!(read, gap);
        assert!(key.public().verifies(signed.as_bytes(), &signature));
        assert!(Gap::decode(&gap.sign(&key).replace("first 1", "first 41")).is_err());
    }

    #[test]
    fn a_request_signed_for_one_path_is_worth_nothing_on_another() {
        let key = Keypair::from_seed([1; 32]);
        let terminal = "T-0007".parse().unwrap();
        let asked = SignedRequest {
            center: key.public().center_id(),
            terminal: &terminal,
            method: "GET",
            path: "/machine/v1/content",
            body: b"",
            nonce: "n",
        };
        let signature = asked.sign(&key);
        assert!(asked.is_signed_by(&key.public(), &signature));
        let moved = SignedRequest { path: "/machine/v1/gap", ..asked };
        assert!(!moved.is_signed_by(&key.public(), &signature));
    }
}
