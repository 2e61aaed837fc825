//! Logging in, staying, leaving; and who may not.

use pingyi::center::accounts::guard::Role;
use pingyi::center::accounts::{self, Error, Unfit};
use pingyi::center::web::Front;

use crate::center::{Browser, Center, MINUTE, NOW, PASSWORD};

#[tokio::test]
async fn the_right_password_leads_to_the_page_that_was_asked_for() {
    let center = Center::start().await;
    let browser = Browser::new(&center);
    let asked = browser.get("/?month=2026-11&unit=cdc").await;
    assert_eq!(asked.status, 303);
    assert_eq!(asked.header("location"), "/login?next=%2F%3Fmonth%3D2026-11%26unit%3Dcdc");
    let form = browser.get(asked.header("location")).await;
    assert_eq!(form.field("next").replace("&amp;", "&"), "/?month=2026-11&unit=cdc");
    let before = browser.cookie("pingyi");
    let reply = browser.log_in("admin", PASSWORD, "/?month=2026-11&unit=cdc").await;
    assert_eq!((reply.status, reply.header("location")), (303, "/?month=2026-11&unit=cdc"));
    assert_ne!(browser.cookie("pingyi"), before);
    let session = reply.cookies.iter().find(|cookie| cookie.starts_with("pingyi=")).unwrap();
    assert!(
        session.contains("; HttpOnly")
            && session.contains("; SameSite=Lax")
            && session.contains("; Path=/")
    );
    assert!(session.split(';').next().unwrap().len() >= "pingyi=".len() + 43, "256 random bits");
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(browser.get("/login").await.header("location"), "/");
}

#[tokio::test]
async fn what_the_database_holds_opens_nothing() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let token = browser.cookie("pingyi").unwrap();
    let rows = center.db.read("select token_hash, csrf from sessions", vec![]).await.unwrap();
    assert_ne!(rows[0].bytes("token_hash").unwrap(), token.as_bytes());
    let hash = rows[0].bytes("password_hash");
    assert!(hash.is_err());
    let row =
        center.db.read_one("select password_hash from accounts", vec![]).await.unwrap().unwrap();
    assert!(row.text("password_hash").unwrap().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn leaving_ends_the_session_at_the_center() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let token = browser.cookie("pingyi").unwrap();
    let csrf = browser.get("/").await.field("csrf");
    let left = browser.post("/logout", &[("csrf", &csrf)]).await;
    assert_eq!((left.status, left.header("location")), (303, "/login"));
    assert_eq!(browser.cookie("pingyi"), None);
    browser.set_cookie("pingyi", &token);
    assert_eq!(browser.get("/").await.status, 303);
}

#[tokio::test]
async fn logging_in_again_takes_a_new_token_and_ends_the_old_one() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let old = browser.cookie("pingyi").unwrap();
    let form = Browser::new(&center);
    let token = form.get("/login").await.field("token");
    browser.set_cookie("pingyi-login", &form.cookie("pingyi-login").unwrap());
    let fields = [("account", "admin"), ("password", PASSWORD), ("token", &token), ("next", "/")];
    assert_eq!(browser.post("/login", &fields).await.status, 303);
    assert_ne!(browser.cookie("pingyi").unwrap(), old);
    browser.set_cookie("pingyi", &old);
    assert_eq!(browser.get("/").await.status, 303);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let center = Center::start().await;
    let said = |text: &str| {
        text.split("role=\"alert\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let wrong = Browser::new(&center).log_in("admin", "not the password at all", "/").await;
    let unknown = Browser::new(&center).log_in("nobody", "not the password at all", "/").await;
    assert_eq!((wrong.status, unknown.status), (403, 403));
    assert_eq!(said(&wrong.text), "账号或密码不对。");
    assert_eq!(said(&wrong.text), said(&unknown.text));
    assert!(!wrong.text.contains("not the password at all"));
}

#[tokio::test]
async fn guessing_has_to_wait_and_waiting_is_enough() {
    let center = Center::start().await;
    let browser = Browser::new(&center);
    for _ in 0..3 {
        assert_eq!(browser.log_in("admin", "not the password at all", "/").await.status, 403);
    }
    let early = browser.log_in("admin", PASSWORD, "/").await;
    assert_eq!((early.status, early.header("retry-after")), (429, "1"));
    assert!(early.text.contains("请 1 秒后再试"));
    center.clock.advance(1000);
    assert_eq!(browser.log_in("admin", PASSWORD, "/").await.status, 303);
}

#[tokio::test]
async fn a_login_form_of_another_site_is_refused() {
    let center = Center::start().await;
    let browser = Browser::new(&center);
    let form = [("account", "admin"), ("password", PASSWORD), ("token", "made up"), ("next", "/")];
    assert_eq!(browser.post("/login", &form).await.status, 403);
    let token = browser.get("/login").await.field("token");
    let form = [("account", "admin"), ("password", PASSWORD), ("token", &token), ("next", "/")];
    let elsewhere: [&[(&'static str, &str)]; 3] = [
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in elsewhere {
        assert_eq!(browser.post_with("/login", &form, headers).await.status, 403, "{headers:?}");
    }
    let here = [("origin", center.url.as_str())];
    assert_eq!(browser.post_with("/login", &form, &here).await.status, 303);
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let csrf = browser.get("/").await.field("csrf");
    for token in ["", "made up"] {
        assert_eq!(browser.post("/logout", &[("csrf", token)]).await.status, 403);
    }
    assert_eq!(browser.post("/logout", &[]).await.status, 400);
    let cross = [("sec-fetch-site", "same-site")];
    assert_eq!(browser.post_with("/logout", &[("csrf", &csrf)], &cross).await.status, 403);
    assert_eq!(browser.get("/").await.status, 200, "still logged in");
    let stranger = Browser::new(&center);
    assert_eq!(stranger.post("/logout", &[("csrf", &csrf)]).await.status, 403);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for _ in 0..3 {
        center.clock.advance(29 * MINUTE);
        assert_eq!(browser.get("/").await.status, 200);
    }
    center.clock.advance(30 * MINUTE);
    assert_eq!(browser.get("/").await.status, 303);
}

#[tokio::test]
async fn what_the_script_fetches_keeps_no_session_alive() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for _ in 0..2 {
        center.clock.advance(14 * MINUTE);
        assert_eq!(browser.get_with("/", &[("pingyi-live", "1")]).await.status, 200);
    }
    center.clock.advance(2 * MINUTE);
    assert_eq!(browser.get_with("/", &[("pingyi-live", "1")]).await.status, 303);
}

#[tokio::test]
async fn a_session_ends_after_a_working_day() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for _ in 0..35 {
        center.clock.advance(20 * MINUTE);
        assert_eq!(browser.get("/").await.status, 200);
    }
    center.clock.advance(20 * MINUTE);
    assert_eq!(browser.get("/").await.status, 303);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let center = Center::start().await;
    let browser = center.admin().await;
    center.run("update accounts set disabled_at = $1", vec![NOW.into()]).await;
    assert_eq!(browser.get("/").await.status, 303);
    assert_eq!(Browser::new(&center).log_in("admin", PASSWORD, "/").await.status, 403);
}

#[tokio::test]
async fn with_https_the_cookie_is_bound_to_this_host() {
    let front = Front { public_url: Some("https://pingyi.example".into()), behind_proxy: true };
    let center = Center::start_at(front).await;
    let browser = Browser::new(&center);
    let reply = browser.log_in("admin", PASSWORD, "/").await;
    let session = reply.cookies.iter().find(|cookie| cookie.starts_with("__Host-pingyi=")).unwrap();
    assert!(
        session.contains("; Secure") && session.contains("; Path=/") && !session.contains("Domain")
    );
    assert_eq!(reply.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
    assert_eq!(browser.get("/").await.status, 200);
}

#[tokio::test]
async fn an_account_is_made_once_and_with_a_good_password() {
    let center = Center::start().await;
    let make = async |account, password| {
        accounts::create(
            &center.db,
            &center.recorder,
            ("root", NOW),
            account,
            password,
            Role::Admin,
        )
        .await
    };
    assert!(matches!(make("admin", PASSWORD).await, Err(Error::Exists(_))));
    assert!(matches!(make("other", "too short").await, Err(Error::Unfit(Unfit::Short))));
    assert!(matches!(make("other", "passwordpassword").await, Err(Error::Unfit(Unfit::Common))));
    assert!(matches!(make("o", PASSWORD).await, Err(Error::Unfit(Unfit::Name))));
    assert!(make("other", PASSWORD).await.is_ok());
    assert_eq!(center.acts().await, ["account_created", "account_created"]);
}
