//! Who is let in: tokens and their scopes, Host and Origin, and nothing for a page of elsewhere.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, HOST, ORIGIN,
    WWW_AUTHENTICATE,
};
use reqwest::{Method, StatusCode};

use super::{ALL, DUTY, Reply, Rig, SERVICE, STATE};

#[tokio::test]
async fn without_a_token_that_is_known_nothing_is_told() {
    let rig = Rig::new();
    for path in ["/v1/state", "/v1/events", "/v1/openapi.json", "/v1/duty/back", "/", "/v1/x"] {
        for token in ["", "token-all-0123456789abcdeg", "token-all-0123456789abcde"] {
            let reply = rig.get(path, token).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path} {token:?}");
            assert_eq!(reply.code(), "unauthorized");
            assert_eq!(reply.headers[WWW_AUTHENTICATE], "Bearer");
        }
        let bare = rig.send(rig.http.get(rig.url(path))).await;
        assert_eq!(bare.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_scopes_alone() {
    let rig = Rig::new();
    let with_pin = r#"{"employee_no":"0317","pin":"246810"}"#;
    let without = r#"{"employee_no":"0317"}"#;
    let item = r#"{"item":"cert-copy"}"#;
    let away = r#"{"why":"meeting","minutes":5}"#;
    for (path, body, good) in [
        ("/v1/duty/sign-on", with_pin, vec![DUTY, ALL]),
        ("/v1/duty/sign-on", without, vec![ALL]),
        ("/v1/duty/sign-off", "", vec![DUTY, ALL]),
        ("/v1/duty/away", away, vec![DUTY, ALL]),
        ("/v1/duty/back", "", vec![DUTY, ALL]),
        ("/v1/service/begin", "", vec![SERVICE, ALL]),
        ("/v1/service/item", item, vec![SERVICE, ALL]),
        ("/v1/service/finish", "", vec![SERVICE, ALL]),
    ] {
        for token in [STATE, SERVICE, DUTY, ALL] {
            if good.contains(&token) {
                let (reply, _) = tokio::join!(rig.post(path, token, body), rig.answer(Ok(())));
                assert_eq!(reply.status, StatusCode::NO_CONTENT, "{path} {token}");
            } else {
                let reply = rig.post(path, token, body).await;
                assert_eq!((reply.status.as_u16(), reply.code().as_str()), (403, "scope"));
            }
        }
    }
    for path in ["/v1/state", "/v1/events"] {
        for token in [SERVICE, DUTY] {
            assert_eq!(rig.get(path, token).await.code(), "scope", "{path} {token}");
        }
    }
    for token in [STATE, ALL] {
        assert_eq!(rig.get("/v1/state", token).await.status, StatusCode::OK);
    }
    rig.nothing_was_asked();
}

#[tokio::test]
async fn a_request_calls_this_terminal_by_name_and_comes_from_no_page_of_elsewhere() {
    let rig = Rig::new();
    let port = rig.trigger.address().port();
    let own = format!("http://127.0.0.1:{port}");
    for (host, origin, status) in [
        (format!("127.0.0.1:{port}"), None, 200),
        (format!("localhost:{port}"), None, 200),
        (format!("127.0.0.1:{port}"), Some(own.as_str()), 200),
        ("127.0.0.1".to_owned(), None, 403),
        (format!("rebound.example:{port}"), None, 403),
        (format!("127.0.0.1:{port}"), Some("http://example.com"), 403),
        (format!("127.0.0.1:{port}"), Some("http://localhost:3000"), 403),
        (format!("127.0.0.1:{port}"), Some("null"), 403),
    ] {
        let mut request = rig.request(Method::GET, "/v1/state", ALL).header(HOST, &host);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let reply = rig.send(request).await;
        assert_eq!(reply.status.as_u16(), status, "{host} {origin:?}: {reply:?}");
        if status == 403 {
            assert_eq!(reply.code(), "elsewhere");
        }
    }
}

#[tokio::test]
async fn no_page_is_ever_allowed_to_read() {
    let rig = Rig::new();
    let own = format!("http://localhost:{}", rig.trigger.address().port());
    let close = |reply: &Reply| {
        let named = reply.headers.keys().any(|name| name.as_str().starts_with("access-control"));
        assert!(!named, "{reply:?}");
        assert_eq!(reply.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN), None);
        assert_eq!(reply.headers[CACHE_CONTROL], "no-store");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    };
    for origin in ["http://example.com", &own] {
        for path in ["/v1/state", "/v1/service/finish", "/v1/nothing"] {
            let asked = rig.http.request(Method::OPTIONS, rig.url(path)).header(ORIGIN, origin);
            let asked = rig.send(asked.header(ACCESS_CONTROL_REQUEST_METHOD, "POST")).await;
            assert!(asked.status.is_client_error(), "{path}: {asked:?}");
            close(&asked);
            let read = rig.request(Method::GET, path, ALL).header(ORIGIN, origin);
            close(&rig.send(read).await);
        }
    }
}

#[tokio::test]
async fn a_dropped_interface_listens_no_more() {
    let rig = Rig::new();
    let (url, http) = (rig.url("/v1/state"), rig.http.clone());
    rig.show(pingyi::terminal::public::Phase::Idle);
    let mut stream = rig.request(Method::GET, "/v1/events", ALL).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    tokio::task::spawn_blocking(move || drop(rig)).await.unwrap();
    assert!(!matches!(stream.chunk().await, Ok(Some(_))), "its streams end");
    assert!(http.get(url).send().await.is_err());
}
