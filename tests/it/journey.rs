//! The whole way: a tap on the real screen of the real program becomes a number on the overview.

mod demo;
mod display;
mod history;
mod look;
mod rare;

use image::RgbImage;

use self::demo::Demo;
use self::display::Display;
use crate::chromium::Chromium;
use crate::support::world::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_click_in_the_window_becomes_a_number_on_the_overview() {
    let display = Display::start();
    let demo = Demo::start(Some(&display.name));
    assert_eq!(demo.surface, format!("DISPLAY={}: the screen opens in a window", display.name));
    let mut officer = demo.officer();
    assert_eq!(officer.get("/").figure("rated"), Some(0));

    let seen = |look: fn(&RgbImage) -> Option<(u32, u32)>| {
        let picture = display.picture();
        async move { picture.and_then(|picture| Some((look(&picture)?, picture))) }
    };
    let satisfied = |picture: &RgbImage| look::answer(picture, look::SATISFIED);
    let (green, _) = until("the home screen", || seen(satisfied)).await;
    display.click(green);
    let (done, _) = until("the thank-you", || seen(look::done)).await;
    until("a number on the overview", || {
        let rated = officer.get("/").figure("rated");
        async move { rated.filter(|rated| *rated == 1) }
    })
    .await;
    assert_eq!(officer.get("/").figure("dissatisfied"), Some(0));
    display.click(done);
    until("home again", || seen(satisfied)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_the_glass_becomes_a_number_and_the_next_one_shows_without_a_reload() {
    let demo = Demo::start(None);
    let (why, _) = demo.surface.split_once("http://").unwrap();
    assert_eq!(why, "no DISPLAY or WAYLAND_DISPLAY: the screen is drawn off-screen and shown at ");
    assert!(demo.glass().starts_with(&format!("http://{}/glass/", demo.host)));
    let citizen = Chromium::start(1440, 960).await;
    citizen.open(demo.glass()).await;
    tap(&citizen, look::SATISFIED).await;

    let officer = Chromium::start(1440, 960).await;
    officer.log_in(&format!("http://{}", demo.host), &demo.account, &demo.password).await;
    until("the first rating", || async { officer.figure("rated").await.filter(|n| *n == 1) }).await;
    officer.run("window.isTheSamePage = true").await;
    tap(&citizen, look::DISSATISFIED).await;
    until("the second rating", || async { officer.figure("rated").await.filter(|n| *n == 2) })
        .await;
    assert_eq!(officer.figure("dissatisfied").await, Some(1));
    assert_eq!(officer.run("return window.isTheSamePage").await, true, "it was not loaded anew");

    let plain = demo.officer().get("/");
    assert_eq!(plain.figure("rated"), Some(2), "and it is read without scripts");
}

/// Taps an answer on the glass, sees the thank-you, and ends it.
async fn tap(chromium: &Chromium, level: look::Colour) {
    let place = until("the answers", || async { look::answer(&chromium.picture().await, level) });
    chromium.click(place.await).await;
    let done = until("the thank-you", || async { look::done(&chromium.picture().await) });
    chromium.click(done.await).await;
    until("home again", || async { look::answer(&chromium.picture().await, level) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_that_cannot_be_opened_is_told_and_the_glass_takes_over() {
    let demo = Demo::start(Some(":9999"));
    let (why, _) = demo.surface.split_once("http://").unwrap();
    let cause = why
        .strip_prefix("DISPLAY=:9999 cannot be opened (")
        .and_then(|rest| rest.strip_suffix("): the screen is drawn off-screen and shown at "));
    assert!(cause.is_some_and(|cause| cause.len() > 3), "{why}");
    let path = demo.glass().split_once(&demo.host).unwrap().1;
    let mut viewer = crate::support::visitor::Visitor::new(&demo.host);
    until("the home screen", || {
        let frame = viewer.get(&format!("{path}frame.png"));
        let picture = image::load_from_memory(&frame.body).map(|picture| picture.to_rgb8());
        async move { look::answer(&picture.ok()?, look::BASIC) }
    })
    .await;
}
