//! Whether a request was made for this terminal by name, by a page of this terminal if by any. A
//! page of elsewhere that finds its way here, by a DNS name of its own or by a link, is refused.

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, header};

/// How much a request must say about where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A page that is opened by hand names none, nor does a program.
    IfNamed,
    /// A browser always names one when it opens a socket.
    Required,
}

/// The names by which a listener may be called.
#[derive(Clone, Debug)]
pub(super) struct Names {
    hosts: Vec<String>,
    scheme: &'static str,
}

impl Names {
    /// Of a listener on the loopback, without TLS.
    pub(super) fn of_this_machine(port: u16) -> Names {
        Names::new((std::net::Ipv4Addr::LOCALHOST, port).into(), &[], false)
    }

    /// Of a listener on `address`, which has `more` names.
    pub(super) fn new(address: SocketAddr, more: &[String], is_tls: bool) -> Names {
        let (scheme, usual) = if is_tls { ("https", 443) } else { ("http", 80) };
        let own = match address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        let names = ["127.0.0.1", "localhost", "[::1]", &own].map(str::to_owned);
        let port = address.port();
        let mut hosts = Vec::new();
        for name in names.iter().chain(more) {
            hosts.push(format!("{name}:{port}"));
            hosts.extend((port == usual).then(|| name.clone()));
        }
        Names { hosts, scheme }
    }

    /// Whether the request is ours.
    pub(super) fn fit(&self, headers: &HeaderMap, origin: Origin) -> bool {
        let Some(host) = only(headers, header::HOST) else { return false };
        let ours = self.hosts.iter().any(|name| host.eq_ignore_ascii_case(name));
        let from_here = match only(headers, header::ORIGIN) {
            Some(named) => named.eq_ignore_ascii_case(&format!("{}://{host}", self.scheme)),
            None => origin == Origin::IfNamed && !headers.contains_key(header::ORIGIN),
        };
        ours && from_here
    }
}

/// A header that stands exactly once, as text.
pub(super) fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::{HOST, ORIGIN};

    fn headers(lines: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_this_machine_by_name_is_ours() {
        use Origin::{IfNamed, Required};
        let local = (HOST, "127.0.0.1:8080");
        let names = Names::of_this_machine(8080);
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
            assert_eq!(names.fit(&headers(&lines), need), expected, "{lines:?} {need:?}");
        }
    }

    #[test]
    fn another_address_has_its_own_names_and_scheme() {
        let address = "[fd00::7]:443".parse().unwrap();
        let names = Names::new(address, &["window-3.example".to_owned()], true);
        for (host, origin, expected) in [
            ("window-3.example", None, true),
            ("WINDOW-3.example:443", None, true),
            ("[fd00::7]", None, true),
            ("[fd00::7]:443", Some("https://[fd00::7]:443"), true),
            ("window-3.example", Some("https://window-3.example"), true),
            ("window-3.example", Some("http://window-3.example"), false),
            ("window-4.example", None, false),
            ("window-3.example:8443", None, false),
        ] {
            let mut lines = vec![(HOST, host)];
            lines.extend(origin.map(|origin| (ORIGIN, origin)));
            assert_eq!(names.fit(&headers(&lines), Origin::IfNamed), expected, "{lines:?}");
        }
    }
}
