//! `/w` and `/g`: only what was published; and what all public pages share.

use std::os::unix::fs::PermissionsExt;

use pingyi::center::db::Value;
use pingyi::center::fields::FieldKeys;
use pingyi::domain::{Bulletin, Bundle, Field, Figures, Rectification, Text, Wall};

use super::{PUBLIC_URL, Page, Phone, center, token};
use crate::support::hand::Hand;
use crate::support::postgres;
use crate::support::world::World;

/// The newest bundle of a window.
pub async fn bundle(world: &World, window: &str) -> Bundle {
    let window = window.parse().unwrap();
    let newest = pingyi::center::content::store::newest(&world.center.db, &window).await.unwrap();
    serde_json::from_slice(&newest.unwrap().bundle).unwrap()
}

/// Publishes a bundle as it stands.
pub async fn publish(world: &World, bundle: &Bundle) {
    let mut tx = world.center.db.begin().await.unwrap();
    let sql = "insert into contents(window_id, content_version, made_at, bundle, signature)
               select window_id, max(content_version) + 1, max(made_at) + 1, $2, $3 from contents
               where window_id = $1 group by window_id";
    let bytes = serde_json::to_vec(bundle).unwrap();
    let values = vec![bundle.window.window.as_str().into(), bytes.into(), Value::from([0; 64])];
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn wall() -> Wall {
    Wall {
        month: 202_610,
        figures: Some(Figures {
            services: 700,
            rated: 612,
            rated_services: 600,
            permille: 978,
            low: 963,
            high: 987,
            dissatisfied: 13,
            rectified: 11,
        }),
        rectifications: vec![Rectification {
            title: Text::new("排队", "Queues"),
            said: Text::new("上午排队超过 40 分钟", "Over 40 minutes in the queue"),
            done: Text::new("每周二、四增设 4 号窗口", "Window 4 opens on Tuesdays and Thursdays"),
            done_on: Some(20_261_015),
        }],
        bulletins: vec![Bulletin {
            title: Text::new("第三季度通报", "Bulletin of the third quarter"),
            body: Text::new("群众满意率上升。", "Satisfaction has risen."),
            issued_on: 20_261_008,
        }],
    }
}

fn has(page: &Page, said: &[&str]) {
    for said in said {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_s_wall_shows_what_its_terminal_shows() {
    let (world, _) = center(None).await;
    let published = bundle(&world, "w3").await;
    publish(&world, &Bundle { wall: wall(), ..published.clone() }).await;
    let phone = Phone::at(&world);
    let page = phone.get("/w/w3").await;
    assert_eq!(page.status, 200);
    let office = published.office.name.zh.as_str();
    has(&page, &[office, "3 号窗口 · 预防接种", "97.8%", "96.3–98.7", "612", "2026 年 10 月"]);
    has(&page, &["85.7%", "600 / 700", "<dd>13</dd>", "<dd>11</dd>"]);
    has(&page, &["您提", "每周二、四增设 4 号窗口", "已完成", "第三季度通报"]);
    has(&page, &[&published.supervision_lines[0].phone]);
    let english = phone.get_in("/w/w3", "en").await;
    has(&english, &["Window 3", "October 2026", "We did", "Window 4 opens", "lang=\"zh-CN\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_were_not_published_are_not_shown() {
    let (world, _) = center(None).await;
    let mut tx = world.center.db.begin().await.unwrap();
    let sql = "insert into rollups(day, hour, window_id, employee_no, item_id, level, with_service, channel, n)
               values (20261103, 9, 'w3', '0317', '', 1, 0, 'terminal', 4711)";
    tx.run(sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let published = bundle(&world, "w3").await;
    publish(&world, &Bundle { wall: Wall { figures: None, ..wall() }, ..published }).await;
    let page = Phone::at(&world).get("/w/w3").await;
    has(&page, &["评价还太少"]);
    assert!(!page.text.contains("4711") && !page.text.contains('%'), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_s_guide_tells_everything_once() {
    guides(center(None).await.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_s_guide_tells_everything_once_on_postgresql() {
    guides(center(Some(postgres::database().await)).await.0).await;
}

async fn guides(world: World) {
    let published = bundle(&world, "w5").await;
    let phone = Phone::at(&world);
    let item = published.item("flu-vaccine").unwrap();
    let address = format!("/g/{}", item.id);
    for (language, pick) in
        [("zh", (|text| &text.zh) as fn(&Text) -> &String), ("en", |text| &text.en)]
    {
        let page = phone.get_in(&address, language).await;
        assert_eq!(page.status, 200);
        let texts = [&item.name, &item.department, &item.place, &item.hours, &item.fee_basis];
        let texts = texts.into_iter().chain(&item.materials).chain(&item.steps);
        let texts = texts.chain(item.fees.iter().flat_map(|fee| [&fee.name, &fee.basis]));
        for text in texts {
            has(&page, &[&escaped(pick(text))]);
        }
        has(&page, &[pick(&item.responsible), &item.phone, pick(&published.office.name)]);
    }
    has(&phone.get(&address).await, &["30 分钟", "96.00 元", "/ 剂", "承诺时限"]);
    has(&phone.get_in(&address, "en").await, &["30 minutes", "CNY 96.00", "/ dose"]);
    has(&phone.get("/w/w3").await, &[&format!("href=\"{address}\"")]);
    has(&phone.get("/g/child-immunisation").await, &["不收费"]);
}

/// As it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_has_a_page_in_both_languages() {
    let (world, _) = center(None).await;
    let phone = Phone::at(&world);
    let wrong_way = phone.send("/w/w3", &[]).await;
    assert_eq!((wrong_way.status, wrong_way.header("allow")), (405, "GET,HEAD"));
    assert!(!wrong_way.text.contains("返回总览"), "this is not a page for citizens");
    for path in ["/g/nothing", "/w/w99", "/w/no%20window", "/g/%00"] {
        let page = phone.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("没有这个页面"), "{path}");
        has(&phone.get_in(path, "en").await, &["There is no such page"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_page_is_safe_whole_and_in_the_language_that_was_asked_for() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let opinion = format!("/o/{}", token(&hand, &world, 2));
    let phone = Phone::at(&world);
    for path in [
        "/r",
        "/r/7K3MQ2XD",
        "/r/x",
        "/c",
        "/c/7K3MQ2XD",
        "/w/w3",
        "/w/w99",
        "/g/none",
        &opinion,
        "/o/x",
    ] {
        let page = phone.get(path).await;
        let csp = page.header("content-security-policy");
        assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("set-cookie"), "", "{path}");
        for none in [" style=", "<style", "<script", "onclick=", "javascript:"] {
            assert!(!page.text.contains(none), "{path}: {none}");
        }
        has(&page, &["lang=\"zh-CN\"", "name=\"viewport\"", &format!("href=\"{path}?lang=en\"")]);
        let english = phone.get(&format!("{path}?lang=en")).await;
        has(&english, &["<html lang=\"en\"", &format!("href=\"{path}?lang=zh\"")]);
        let main = english.text.split("<main>").nth(1).unwrap();
        if path != "/w/w3" && path != opinion {
            let chinese = main.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
            assert_eq!(chinese, None, "{path}: {main}");
        }
        has(&phone.get_in(path, "en-GB").await, &["<html lang=\"en\""]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn terminals_learn_where_their_codes_lead_and_what_to_seal_to() {
    let (world, _) = center(None).await;
    let published = bundle(&world, "w3").await;
    assert_eq!(published.public_url.as_deref(), Some(PUBLIC_URL));
    assert_eq!(published.field_keys, world.center.field_keys.public());
    assert_eq!(bundle(&World::new().await, "w3").await.public_url, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_center_that_starts_with_other_keys_tells_its_terminals() {
    let (mut world, _) = center(None).await;
    let before = bundle(&world, "w3").await;
    world.stop().await;
    world.start().await;
    assert_eq!(Phone::at(&world).get("/w/w3").await.status, 200);
    assert_eq!(bundle(&world, "w3").await, before, "nothing is new");
    world.stop().await;
    world.reopen(|folder| std::fs::remove_file(folder.join("field-phone.key")).unwrap()).await;
    world.start().await;
    assert_eq!(Phone::at(&world).get("/w/w3").await.status, 200);
    let after = bundle(&world, "w3").await;
    assert_eq!(after.field_keys, world.center.field_keys.public());
    assert_eq!(after.version, before.version + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_personal_data_are_made_once_and_never_replaced() {
    let (mut world, _) = center(None).await;
    let made = world.center.field_keys.public();
    assert_eq!(made.iter().map(|key| key.field).collect::<Vec<_>>(), Field::ALL);
    let folder = world.folder.path().join("center");
    for field in Field::ALL {
        let file = folder.join(format!("field-{}.key", field.as_str()));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let secret = std::fs::read(&file).unwrap();
        let database = std::fs::read(folder.join("center.sqlite3")).unwrap();
        assert!(!database.windows(32).any(|bytes| bytes == secret));
    }
    world.stop().await;
    world.reopen(|_| {}).await;
    assert_eq!(world.center.field_keys.public(), made);
    std::fs::write(folder.join("field-phone.key"), b"short").unwrap();
    assert!(FieldKeys::load_or_create(&folder).is_err());
    assert_eq!(std::fs::read(folder.join("field-phone.key")).unwrap(), b"short");
}
