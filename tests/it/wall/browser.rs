//! The public pages in a real browser of a phone's size: pictures in target/tmp/look, to be looked at
//! beside the target, and the way of an opinion.

use std::path::PathBuf;

use pingyi::domain::{Bundle, Fee, Level, Text};

use super::complaints::complains;
use super::pages::{bundle, publish, wall};
use super::{center, token};
use crate::chromium::Chromium;
use crate::support::hand::{Hand, Life};
use crate::support::world::World;

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("look");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Draws the page as it stands, after what a thumb would find wrong with it.
async fn draw(browser: &Chromium, name: &str) {
    let wide = "return document.documentElement.scrollWidth - window.innerWidth";
    assert_eq!(browser.run(wide).await.as_i64(), Some(0), "{name} is wider than the phone");
    let out = "return Array.from(document.querySelectorAll('.card *'))
               .filter(e => e.getBoundingClientRect().left >= 0
                   && e.getBoundingClientRect().right > e.closest('.card').getBoundingClientRect().right)
               .map(e => e.outerHTML).join('\\n')";
    assert_eq!(browser.run(out).await.as_str(), Some(""), "{name}: sticks out of its card");
    let small = "return Array.from(document.querySelectorAll('a, button, .choice, textarea, input[type=tel], input[type=text]'))
                 .filter(e => e.getBoundingClientRect().height < 40).map(e => e.outerHTML).join('\\n')";
    assert_eq!(browser.run(small).await.as_str(), Some(""), "{name}: too small for a thumb");
    browser.draw(&folder().join(format!("public-{name}.png"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_writes_an_opinion_on_a_phone() {
    let (world, _) = center(None).await;
    let hand = Hand::enrol(&world, 5).await;
    let url = world.url();
    let browser = Chromium::start(390, 844).await;
    browser.open(&format!("{url}/o/{}", token(&hand, &world, 2))).await;
    draw(&browser, "opinion").await;
    browser.write("#opinion", "窗口的老师很耐心，\n就是排队太久。").await;
    browser.write("#phone", "13912345678").await;
    browser.press("button[type=submit]").await;
    browser.wait_for("document.querySelector('.fault')").await;
    assert!(text(&browser).await.contains("勾选同意"));
    draw(&browser, "opinion-fault").await;
    browser.press(".choice input").await;
    browser.press("button[type=submit]").await;
    browser.wait_for("document.querySelector('[data-state=received]')").await;
    draw(&browser, "opinion-received").await;
    assert_eq!(world.number("select count(*) as n from opinions").await, 1);
    let kept = "select count(*) as n from opinions where phone is not null";
    assert_eq!(world.number(kept).await, 1);
    browser.reload().await;
    browser.wait_for("document.querySelector('[data-state=received]')").await;
    browser.press("header a").await;
    browser.wait_for("document.documentElement.lang === 'en'").await;
    draw(&browser, "opinion-received-en").await;
}

async fn text(browser: &Chromium) -> String {
    browser.run("return document.body.innerText").await.as_str().unwrap().to_owned()
}

async fn furnished() -> World {
    let (world, _) = center(None).await;
    for window in ["w1", "w3"] {
        let published = bundle(&world, window).await;
        publish(&world, &Bundle { wall: wall(), ..published }).await;
    }
    let hand = Hand::enrol(&world, 5).await;
    let mut life = Life::begin(&hand, 9);
    life.rate(Level::Dissatisfied);
    hand.receipt(&life.all()).await;
    let number = "0A1KM0XD".parse().unwrap();
    hand.receipt(&complains(&hand, &number, false).all()).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_pages_are_drawn() {
    let world = furnished().await;
    let browser = Chromium::start(390, 844).await;
    for (name, path) in [
        ("receipt", "/r/7K3MQ2XD"),
        ("receipt-en", "/r/7K3MQ2XD?lang=en"),
        ("receipt-not-yet", "/r/ZZZZZZZZ"),
        ("receipt-unreadable", "/r/none"),
        ("complaint", "/c/0A1KM0XD"),
        ("wall", "/w/w3"),
        ("wall-en", "/w/w3?lang=en"),
        ("guide", "/g/flu-vaccine"),
        ("bad-token", "/o/none"),
    ] {
        browser.open(&format!("{}{path}", world.url())).await;
        draw(&browser, name).await;
    }
    browser.open(&format!("{}/g/flu-vaccine", world.url())).await;
    browser.resize(794, 1123).await;
    browser.as_printed(true).await;
    browser.draw(&folder().join("public-guide-print.png")).await;
    assert!(!text(&browser).await.contains("English"), "paper has no links");
}

/// Everything as long as it may be.
async fn lengthen(world: &World) {
    let mut long = bundle(world, "w3").await;
    let text =
        |zh: &str, times: usize| Text::new(zh.repeat(times), "Longwindedness ".repeat(times));
    long.office.name = text("示范自治州", 6);
    long.window.name = text("预防接种", 4);
    let item = long.items.iter_mut().find(|item| item.id == "flu-vaccine").unwrap();
    item.name = text("四价流感病毒裂解疫苗", 4);
    item.responsible = text("阿不都热依木·吐尔逊", 2);
    let fee = |n: usize| {
        let (name, per) = (text("流感疫苗", n % 9 + 1), text("每人每次", 1));
        Fee { name, fen: 123_456_789, per, basis: text("示发改价格〔2024〕18 号", 2) }
    };
    item.fees = (0..40).map(fee).collect();
    long.wall.rectifications[0].said = Text::new("没有空格的长字".repeat(60), "W".repeat(200));
    publish(world, &long).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_content_fits_a_narrow_phone() {
    let world = furnished().await;
    lengthen(&world).await;
    let browser = Chromium::start(320, 640).await;
    for (name, path) in [
        ("guide-long", "/g/flu-vaccine"),
        ("guide-long-en", "/g/flu-vaccine?lang=en"),
        ("wall-long", "/w/w3"),
        ("wall-long-en", "/w/w3?lang=en"),
    ] {
        browser.open(&format!("{}{path}", world.url())).await;
        draw(&browser, name).await;
    }
}
