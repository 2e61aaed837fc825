//! The overview and what all pages share.

mod lists;

use pingyi::center::web::Front;

use crate::center::{Browser, Center, figure};

const TODAY: i64 = 20_261_122;

#[tokio::test]
async fn every_answer_carries_the_safety_headers() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for path in ["/", "/terminals", "/login", "/nowhere", "/assets/style.css", "/assets/live.js"] {
        let reply = browser.get(path).await;
        let csp = reply.header("content-security-policy");
        for part in
            ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
        {
            assert!(csp.contains(part), "{path}: {csp}");
        }
        assert!(!csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path}: plain http");
        let cached = if path.starts_with("/assets/") { "no-cache" } else { "no-store" };
        assert_eq!(reply.header("cache-control"), cached, "{path}");
    }
}

#[tokio::test]
async fn a_page_has_no_inline_style_or_script() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for path in ["/", "/terminals", "/duty", "/complaints", "/flags"] {
        let text = browser.get(path).await.text;
        for inline in [" style=", "<style", "onclick=", "javascript:"] {
            assert!(!text.contains(inline), "{path}: {inline}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_stylesheet_is_not_sent_again() {
    let center = Center::start().await;
    let browser = Browser::new(&center);
    let first = browser.get("/assets/style.css").await;
    let tag = first.header("etag").to_owned();
    let again = browser.get_with("/assets/style.css", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

#[tokio::test]
async fn mistakes_get_a_calm_page_and_machines_get_none() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let table = [
        ("/nowhere", 404),
        ("/?month=2026-13", 404),
        ("/?unit=nobody", 404),
        ("/terminals/T-9/retire", 404),
    ];
    for (path, status) in table {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text.contains("没有这个页面") && reply.text.contains("返回总览"), "{path}");
    }
    let wrong_method = browser.post("/", &[]).await;
    assert_eq!((wrong_method.status, wrong_method.header("allow")), (405, "GET,HEAD"));
    assert!(wrong_method.text.contains("不能这样做"));
    let huge = "x".repeat(64 * 1024);
    let large = browser.post("/login", &[("account", &huge)]).await;
    assert_eq!(large.status, 413);
    assert!(large.text.contains("内容太大"));
    let machine = browser.get("/machine/v1/nowhere").await;
    assert_eq!((machine.status, machine.text.as_str()), (404, ""));
}

#[tokio::test]
async fn what_went_wrong_inside_is_not_told() {
    let center = Center::start().await;
    let browser = center.admin().await;
    center.run("alter table rollups rename to gone", vec![]).await;
    let reply = browser.get("/").await;
    assert_eq!(reply.status, 500);
    assert!(reply.text.contains("系统出了问题"));
    assert!(!reply.text.contains("rollups") && !reply.text.to_lowercase().contains("sql"));
}

#[tokio::test]
async fn ratings_are_numbers_on_the_overview() {
    numbers(&Center::start().await).await;
}

#[tokio::test]
async fn ratings_are_numbers_on_the_overview_on_postgresql() {
    numbers(&Center::start_on_postgres().await).await;
}

async fn numbers(center: &Center) {
    let browser = center.admin().await;
    for (level, n) in [(1, 2400), (2, 117), (3, 131)] {
        center.rate(20_261_103, "w3", level, n).await;
    }
    center.rate(TODAY, "w1", 1, 5).await;
    center.rate(20_261_031, "w3", 3, 77).await;
    let page = browser.get("/").await;
    assert_eq!(page.figure("rated"), "2653");
    assert_eq!(page.figure("dissatisfied"), "131");
    assert_eq!(page.figure("satisfaction"), "95.1%");
    assert_eq!(
        (page.figure("satisfaction-low"), page.figure("satisfaction-high")),
        ("94.2".into(), "95.8".into())
    );
    assert_eq!((page.figure("services"), page.figure("response-rate")), ("—".into(), "—".into()));
    assert!(page.text.contains("11-03：满意 2400，基本满意 117，不满意 131"));
    assert_eq!(page.figure("as-of"), "2026-11-22 14:32:05");
    let october = browser.get("/?month=2026-10").await;
    assert_eq!(october.figure("rated"), "77");
    assert!(october.text.contains("<option value=\"2026-10\" selected>"));
    let unit = browser.get("/?month=2026-11&unit=cdc").await;
    assert_eq!(unit.figure("rated"), "2653");
}

#[tokio::test]
async fn one_windows_figures_wait_for_the_end_of_the_day() {
    let center = Center::start().await;
    let browser = center.admin().await;
    center.rate(20_261_121, "w3", 1, 40).await;
    center.rate(TODAY, "w3", 3, 9).await;
    let page = browser.get("/").await;
    assert_eq!(page.figure("rated"), "49");
    assert_eq!(figure(page.row("data-window", "w3"), "window-rated"), "40");
    center.clock.advance(10 * 3_600_000);
    let browser = center.admin().await;
    let page = browser.get("/").await;
    assert_eq!(figure(page.row("data-window", "w3"), "window-rated"), "49");
}

#[tokio::test]
async fn too_few_ratings_are_neither_a_rate_nor_a_rank() {
    let center = Center::start().await;
    let browser = center.admin().await;
    center.rate(20_261_110, "w1", 1, 9).await;
    let page = browser.get("/").await;
    assert_eq!(page.figure("satisfaction"), "—");
    center.rate(20_261_110, "w3", 1, 29).await;
    let page = browser.get("/").await;
    assert_eq!(page.figure("satisfaction"), "100.0%");
    let row = page.row("data-window", "w3");
    assert_eq!(figure(row, "window-satisfaction"), "100.0%");
    assert!(row.contains("样本不足，不排名"));
    assert_eq!(figure(page.row("data-window", "w1"), "window-satisfaction"), "—");
}

#[tokio::test]
async fn windows_that_the_data_tells_apart_stand_in_two_groups() {
    let center = Center::start().await;
    let browser = center.admin().await;
    for (window, good, bad) in [("w1", 950, 50), ("w2", 949, 51), ("w3", 700, 300)] {
        center.rate(20_261_110, window, 1, good).await;
        center.rate(20_261_110, window, 3, bad).await;
    }
    let page = browser.get("/").await;
    for (window, group) in [("w1", "第一组"), ("w2", "第一组"), ("w3", "第二组")] {
        assert!(page.row("data-window", window).contains(group), "{window}");
    }
    assert!(page.row("data-window", "w3").contains("林晓慧"), "the person on duty");
}

#[tokio::test]
async fn an_empty_center_says_what_is_missing() {
    let center = Center::empty(Front::default()).await;
    pingyi::center::accounts::create(
        &center.db,
        &center.recorder,
        ("root", crate::center::NOW),
        "admin",
        crate::center::PASSWORD,
        pingyi::center::accounts::guard::Role::Admin,
    )
    .await
    .unwrap();
    let browser = center.admin().await;
    let page = browser.get("/").await;
    assert_eq!((page.status, page.figure("rated")), (200, "0".into()));
    assert!(
        page.text.contains("这个月还没有评价") && page.text.contains("请先在服务器上导入单位资料")
    );
    assert_eq!(browser.get("/terminals").await.status, 200);
}

/// The next event's data; waits as long as it takes.
async fn event(stream: &mut reqwest::Response, text: &mut String) -> Option<String> {
    loop {
        if let Some((event, rest)) =
            text.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned()))
        {
            *text = rest;
            if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                return Some(data.to_owned());
            }
            continue;
        }
        let chunk = stream.chunk().await.ok()??;
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
}

#[tokio::test]
async fn the_overview_hears_of_new_figures_until_the_center_stops() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let page = browser.get("/").await;
    let address = page
        .text
        .split("data-live=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let mut stream = browser.open(&address).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    center.run("update log set size = size + 1", vec![]).await;
    center.pulse.beat();
    let mut text = String::new();
    let mark = event(&mut stream, &mut text).await.unwrap();
    assert!(!address.contains(&mark));
    center.pulse.close();
    assert_eq!(event(&mut stream, &mut text).await, None, "the stream ends with the center");
}

#[tokio::test]
async fn what_changed_before_the_stream_began_is_not_missed() {
    let center = Center::start().await;
    let browser = center.admin().await;
    let page = browser.get("/").await;
    let address = page
        .text
        .split("data-live=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    center.run("update log set size = size + 1", vec![]).await;
    let mut stream = browser.open(&address).await;
    assert!(event(&mut stream, &mut String::new()).await.is_some());
}

#[tokio::test]
async fn a_stranger_hears_nothing() {
    let center = Center::start().await;
    assert_eq!(Browser::new(&center).get("/overview/live").await.status, 303);
}
