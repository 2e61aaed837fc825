//! How the center is reached: its public address, the proxy before it, the headers that it sends.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use super::Error;

/// Where people and terminals find the center.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The address that people type, without a final slash; nothing on loopback.
    pub public_url: Option<String>,
    /// A proxy of ours stands before the center and appends to `X-Forwarded-For`; without one that
    /// header is a stranger's claim and is ignored.
    pub behind_proxy: bool,
}

impl Front {
    /// Whether browsers reach the center by HTTPS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether `authority` (a host with its port) is one by which this center is reached.
    #[must_use]
    pub fn answers_to(&self, authority: &str, headers: &HeaderMap) -> bool {
        let public = self.public_url.as_deref().and_then(|url| url.split("//").nth(1));
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        [public, host].into_iter().flatten().any(|known| known.eq_ignore_ascii_case(authority))
    }
}

/// The network address that a request came from; one subscriber's whole /64 counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(pub IpAddr);

impl Source {
    fn of(address: IpAddr) -> Source {
        Source(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Source {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let source = parts.extensions.get::<Source>().copied();
        source.ok_or_else(|| Error::internal("the listener gives no connection information"))
    }
}

/// Finds out where a request comes from.
pub(super) async fn source(
    State(front): State<Front>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(address) = address(&front, &request) {
        request.extensions_mut().insert(Source::of(address));
    }
    next.run(request).await
}

/// The last entry of `X-Forwarded-For` is the one that our own proxy wrote; those before it are
/// what the client claims.
fn address(front: &Front, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if !front.behind_proxy {
        return peer;
    }
    let last = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = last.and_then(|line| line.to_str().ok()).and_then(|line| line.rsplit(',').next());
    last.and_then(|text| text.trim().parse().ok()).or(peer)
}

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Two years, as ASVS 5.0 3.4.1 asks for at least one.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000; includeSubDomains";

/// Nothing is framed, sniffed, cached or loaded from elsewhere. A file that may be cached says so
/// itself.
pub(super) async fn headers(State(front): State<Front>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    // Not no-referrer: with it browsers send `Origin: null` from our own forms.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    if front.is_secure() {
        set(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_is_one_source() {
        let of = |text: &str| Source::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
    }
}
