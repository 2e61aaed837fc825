//! Who may look: only a page of this machine that knows the token.

use axum::http::{HeaderMap, header};
use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq;

use super::Error;

/// 128 random bits; whoever has them may watch and tap.
#[derive(Clone)]
pub(super) struct Token([u8; 16]);

impl Token {
    pub(super) fn new() -> Result<Token, Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        Ok(Token(bits))
    }

    /// As it stands in the address.
    pub(super) fn reveal(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// Compares in a time that does not depend on where the two differ.
    pub(super) fn fits(&self, given: &str) -> bool {
        self.reveal().as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// How much a request must say about where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A page that is opened by hand names none.
    IfNamed,
    /// A browser always names one when it opens a socket.
    Required,
}

/// Whether a request was made for this machine by name, by a page of this machine if by any. A
/// page of elsewhere that finds its way here, by a DNS name of its own or by a link, is refused.
pub(super) fn is_ours(headers: &HeaderMap, port: u16, origin: Origin) -> bool {
    let Some(host) = only(headers, header::HOST) else { return false };
    let ours = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.eq_ignore_ascii_case(&format!("{name}:{port}"))
            || (port == 80 && host.eq_ignore_ascii_case(name))
    });
    let from_here = match only(headers, header::ORIGIN) {
        Some(named) => named.eq_ignore_ascii_case(&format!("http://{host}")),
        None => origin == Origin::IfNamed && !headers.contains_key(header::ORIGIN),
    };
    ours && from_here
}

/// A header that stands exactly once, as text.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_this_machine_by_name_is_ours() {
        use Origin::{IfNamed, Required};
        use header::{HOST, ORIGIN};
        let local = (HOST, "127.0.0.1:8080");
        for (lines, need, expected) in [
            (vec![local.clone()], IfNamed, true),
            (vec![(HOST, "localhost:8080")], IfNamed, true),
            (vec![(HOST, "[::1]:8080")], IfNamed, true),
            (vec![(HOST, "127.0.0.1:8081")], IfNamed, false),
            (vec![(HOST, "127.0.0.1")], IfNamed, false),
            (vec![(HOST, "127.0.0.1.example.com:8080")], IfNamed, false),
            (vec![(HOST, "pingyi.example:8080")], IfNamed, false),
            (vec![], IfNamed, false),
            (vec![local.clone(), (HOST, "localhost:8080")], IfNamed, false),
            (vec![local.clone()], Required, false),
            (vec![local.clone(), (ORIGIN, "http://127.0.0.1:8080")], Required, true),
            (vec![local.clone(), (ORIGIN, "http://localhost:8080")], Required, false),
            (vec![local.clone(), (ORIGIN, "https://127.0.0.1:8080")], Required, false),
            (vec![local.clone(), (ORIGIN, "http://example.com")], IfNamed, false),
            (vec![local.clone(), (ORIGIN, "null")], IfNamed, false),
        ] {
            assert_eq!(is_ours(&headers(&lines), 8080, need), expected, "{lines:?} {need:?}");
        }
    }

    #[test]
    fn only_the_token_fits() {
        let token = Token::new().unwrap();
        assert!(token.fits(&token.reveal()));
        assert!(!token.fits(&token.reveal()[1..]));
        assert!(!token.fits(""));
        assert!(!token.fits(&Token::new().unwrap().reveal()));
    }
}
