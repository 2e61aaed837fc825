//! A real browser without a display, with a hand on its pointer and its keys.

use std::process::Command;

use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use image::RgbImage;
use serde_json::json;
use tempfile::TempDir;

use crate::support::process::Process;

pub struct Chromium {
    pub client: Client,
    _driver: Process,
    _profile: TempDir,
}

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--window-size=1440,960",
];

impl Chromium {
    pub async fn start() -> Chromium {
        let driver = Process::start(Command::new("chromedriver").arg("--port=0"));
        let port: u16 = driver.line("its port", |line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        let profile = tempfile::tempdir().unwrap();
        let mut flags = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": flags } });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted.as_object().unwrap().clone());
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        Chromium { client, _driver: driver, _profile: profile }
    }

    /// The page as it looks now; a point of it is a point for the pointer.
    pub async fn picture(&self) -> RgbImage {
        let png = self.client.screenshot().await.unwrap();
        image::load_from_memory(&png).unwrap().to_rgb8()
    }

    /// A real click of the pointer.
    pub async fn click(&self, (x, y): (u32, u32)) {
        let (x, y, button) = (f64::from(x), f64::from(y), fantoccini::actions::MOUSE_BUTTON_LEFT);
        let hand = MouseActions::new("hand".to_owned())
            .then(PointerAction::MoveTo { duration: None, x, y })
            .then(PointerAction::Down { button })
            .then(PointerAction::Up { button });
        self.client.perform_actions(hand).await.unwrap();
    }

    pub async fn type_into(&self, field: &str, text: &str) {
        let field = self.client.find(Locator::Css(field)).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// The number that is read on the page under this name.
    pub async fn figure(&self, name: &str) -> Option<i64> {
        let place = format!(r#"[data-figure="{name}"]"#);
        let figure = self.client.find(Locator::Css(&place)).await.ok()?;
        figure.text().await.ok()?.replace([',', ' '], "").parse().ok()
    }
}
