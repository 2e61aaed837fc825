//! The public pages in a real browser of a phone's size: pictures in target/tmp/look, to be looked at
//! beside the target, and the way of an opinion.

use std::path::PathBuf;

use pingyi::domain::{Bundle, Level};

use super::complaints::complains;
use super::pages::{bundle, publish, publish_item, wall};
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
    browser.run("location.reload()").await;
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
        publish_item(&world, window).await;
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
        ("guide", "/g/health-card"),
        ("bad-token", "/o/none"),
    ] {
        browser.open(&format!("{}{path}", world.url())).await;
        draw(&browser, name).await;
    }
    browser.open(&format!("{}/g/health-card", world.url())).await;
    browser.resize(794, 1123).await;
    browser.as_printed(true).await;
    browser.draw(&folder().join("public-guide-print.png")).await;
    assert!(!text(&browser).await.contains("English"), "paper has no links");
}
