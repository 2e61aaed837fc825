//! The pages in a real browser: pictures with invented figures, in target/tmp/look, to be looked at
//! beside the targets; and what is live.

mod counter;

use std::path::{Path, PathBuf};

use pingyi::center::registry::rules::Delivery;
use pingyi::center::registry::store::enrolment::{self, By};
use pingyi::chain::Keypair;

use crate::center::{Center, NOW, PASSWORD};
use crate::chromium::Chromium;
use crate::pictures::golden;

/// Window, satisfied, basic, dissatisfied in a month, after the target's picture.
const MONTH: [(&str, i64, i64, i64); 6] = [
    ("w3", 520, 79, 13),
    ("w5", 490, 80, 18),
    ("w1", 352, 60, 19),
    ("w2", 540, 112, 50),
    ("w6", 230, 42, 26),
    ("w4", 12, 3, 2),
];

/// Spreads a month's ratings over its working days before the 22nd, unevenly but always alike.
async fn fill(center: &Center) {
    let days: Vec<i64> =
        (1..=21).filter(|day| !matches!(day % 7, 0 | 1)).map(|day| 20_261_100 + day).collect();
    let mut seed: i64 = 7;
    for (window, satisfied, basic, dissatisfied) in MONTH {
        for (level, n) in [(1, satisfied), (2, basic), (3, dissatisfied)] {
            let mut left = n;
            while left > 0 {
                seed = (seed * 1_103_515_245 + 12345) & 0x7fff_ffff;
                let day = days[usize::try_from(seed / 65536).unwrap() % days.len()];
                let some = left.min(1 + seed / 1024 % 9).min(if level == 1 { 9 } else { 2 });
                center.rate(day, window, level, some).await;
                left -= some;
            }
        }
    }
}

async fn fleet(center: &Center) {
    let hour = 3_600_000;
    let rows: [(&str, &str, Option<i64>, i64, i64, i64, &str); 6] = [
        ("T-0007", "w3", Some(12_000), 0, 400, 41, ""),
        ("T-0008", "w5", Some(31_000), 0, 100, 41, ""),
        ("T-0005", "w1", Some(8_000), 2, -200, 40, ""),
        ("T-0006", "w2", Some(3 * hour + 720_000), 38, 1100, 41, ""),
        ("T-0011", "w6", Some(20_000), 0, 7_560_000, 41, ""),
        ("T-0003", "w4", Some(60_000), 0, 300, 41, ""),
    ];
    for (id, window, ago, backlog, offset, content, trouble) in rows {
        let sql = "insert into terminals(terminal_id, window_id, public_key, status, enrolled_at, last_contact_at,
                       version, backlog, oldest_unsent_at, clock_offset_ms, content_version, trouble)
                   values ($1, $2, $3, 'active', 1, $4, '0.1.0', $5, $6, $7, $8, $9)";
        let oldest = (backlog > 0).then(|| NOW - ago.unwrap_or(0) - 5000);
        let row = vec![
            id.into(),
            window.into(),
            id.as_bytes().into(),
            ago.map(|ago| NOW - ago).into(),
            backlog.into(),
            oldest.into(),
            offset.into(),
            content.into(),
            trouble.into(),
        ];
        center.run(sql, row).await;
        let sql = "insert into contents(window_id, content_version, made_at, bundle, signature)
                   values ($1, 41, 1, $2, $2)";
        center.run(sql, vec![window.into(), b"x".into()]).await;
    }
    let sql = "insert into branches(terminal_id, incarnation, first_seq, last_seq, previous, head, received_at,
                   signed, signature, body, reason)
               values ('T-0003', $1, 1, 12, $1, $1, 1, '', $1, $1, '')";
    center.run(sql, vec![b"x".into()]).await;
}

async fn codes(center: &Center) {
    let mut tx = center.db.begin().await.unwrap();
    let by = By { officer: "admin", now: NOW };
    let window = "w3".parse().unwrap();
    let claimed =
        enrolment::create(&mut tx, &center.recorder, by, &window, Delivery::Typed).await.unwrap();
    let window = "w4".parse().unwrap();
    enrolment::create(&mut tx, &center.recorder, by, &window, Delivery::Typed).await.unwrap();
    tx.commit().await.unwrap();
    let key = Keypair::from_seed([8; 32]).public().bytes();
    let sql = "update enrolments set public_key = $2, claimed_at = 1 where code_id = $1";
    center.run(sql, vec![claimed.as_str().into(), key.into()]).await;
}

/// No page may be wider than its window: what is wide scrolls in its own box.
async fn draw(browser: &Chromium, folder: &Path, name: &str) {
    let too_wide =
        browser.run("return document.documentElement.scrollWidth - window.innerWidth").await;
    assert!(too_wide.as_i64().unwrap() <= 0, "{name} is {too_wide} px too wide");
    browser.draw(&folder.join(format!("{name}.png"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_are_drawn() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("look");
    std::fs::create_dir_all(&folder).unwrap();
    let center = Center::start().await;
    fill(&center).await;
    fleet(&center).await;
    codes(&center).await;
    counter::fill(&center).await;
    let url = &center.url;
    let browser = Chromium::start(1440, 960).await;
    browser.open(&format!("{url}/login")).await;
    draw(&browser, &folder, "login").await;
    browser.log_in(url, "admin", PASSWORD).await;
    let pages = [
        ("overview", "/"),
        ("terminals", "/terminals"),
        ("duty", "/duty"),
        ("complaints", "/complaints"),
        ("flags", "/flags"),
        ("revoke", "/terminals/T-0007/revoke"),
        ("missing", "/nowhere"),
        ("no-ratings", "/?month=2026-10"),
    ];
    for (name, path) in pages {
        browser.open(&format!("{url}{path}")).await;
        draw(&browser, &folder, name).await;
        if name == "overview" && golden::writes_pictures() {
            draw(&browser, &golden::home().join("docs/screenshots"), name).await;
        }
        browser.resize(390, 844).await;
        draw(&browser, &folder, &format!("{name}-phone")).await;
        browser.resize(1024, 768).await;
        draw(&browser, &folder, &format!("{name}-small")).await;
        browser.resize(1100, 760).await;
        browser.as_printed(true).await;
        draw(&browser, &folder, &format!("{name}-print")).await;
        browser.as_printed(false).await;
        browser.resize(1440, 960).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_overview_follows_the_figures() {
    let center = Center::start().await;
    let browser = Chromium::start(1440, 960).await;
    browser.log_in(&center.url, "admin", PASSWORD).await;
    browser.run("window.wasNotReloaded = true").await;
    browser.wait_for("document.querySelector('[data-live-state]').textContent === '实时'").await;
    center.rate(20_261_122, "w3", 1, 12).await;
    center.run("update log set size = size + 12", vec![]).await;
    center.pulse.beat();
    browser.wait_for("document.querySelector('[data-figure=rated]').textContent === '12'").await;
    assert_eq!(browser.run("return window.wasNotReloaded").await, true);
    center.pulse.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fingerprint_appears_beside_the_code_without_a_reload() {
    let center = Center::start().await;
    let browser = Chromium::start(1440, 960).await;
    browser.log_in(&center.url, "admin", PASSWORD).await;
    let mut tx = center.db.begin().await.unwrap();
    let by = By { officer: "admin", now: NOW };
    let window = "w3".parse().unwrap();
    let code =
        enrolment::create(&mut tx, &center.recorder, by, &window, Delivery::Typed).await.unwrap();
    tx.commit().await.unwrap();
    browser.open(&format!("{}/terminals", center.url)).await;
    browser.wait_for("document.querySelector('[data-figure=code]')").await;
    let key = Keypair::from_seed([8; 32]).public();
    let sql = "update enrolments set public_key = $2, claimed_at = 1 where code_id = $1";
    center.run(sql, vec![code.as_str().into(), key.bytes().into()]).await;
    let shown = format!("document.body.textContent.indexOf('{}') > 0", key.fingerprint());
    browser.wait_for(&shown).await;
}
