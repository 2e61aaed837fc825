//! The few things settings ask of an address: https, or http to this very machine.

use std::net::IpAddr;

/// What is allowed, in words.
pub(super) const ALLOWED: &str =
    "https://HOST[:PORT][/PATH], or http:// to this machine (localhost, 127.0.0.1, [::1])";

/// The address without a final slash, if it is one that may be used: https, or http to
/// loopback; no user, no query, no fragment.
pub(super) fn accept(text: &str) -> Option<String> {
    let (rest, may_be_remote) = match text.split_once("://")? {
        ("https", rest) => (rest, true),
        ("http", rest) => (rest, false),
        _ => return None,
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "@?#\\".contains(c);
    if rest.contains(odd) {
        return None;
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let host = host(authority)?;
    (may_be_remote || is_loopback(host)).then(|| text.trim_end_matches('/').to_owned())
}

/// The host of `HOST[:PORT]`, when both can be what they claim to be.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port.strip_prefix(':').or(port.is_empty().then_some("443"))?)
        }
        None => authority.split_once(':').unwrap_or((authority, "443")),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let named = authority.starts_with('[') || host.chars().all(is_name);
    let port = port.parse::<u16>().ok()?;
    (!host.is_empty() && named && port > 0).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_allowed_anywhere_and_http_only_to_this_machine() {
        for good in [
            "https://center.example.gov.cn",
            "https://10.1.2.3:8443/pingyi",
            "https://[2001:db8::1]:8443",
            "http://127.0.0.1:8480",
            "http://[::1]:8480",
            "http://localhost",
        ] {
            assert_eq!(accept(good).as_deref(), Some(good));
        }
        assert_eq!(accept("https://a/b/").as_deref(), Some("https://a/b"));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "center",
            "http://center.example.gov.cn",
            "http://10.1.2.3",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "https://user:secret@center",
            "https://center:0",
            "https://center:70000",
            "https://",
            "https:///path",
            "https://a b",
            "https://a?b",
            "https://[::1",
            "https://[::1]x",
            "ftp://center",
        ] {
            assert_eq!(accept(bad), None, "{bad}");
        }
    }
}
