//! A real headless Chromium, driven over WebDriver (W3C) by its own driver program.

use std::path::Path;
use std::process::Command;

use data_encoding::BASE64;
use image::RgbImage;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::Process;
use crate::support::world::until;

/// One browser window; gone with its driver when dropped.
pub struct Chromium {
    session: String,
    client: reqwest::Client,
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
    "--accept-lang=zh-CN",
];

/// The machine's fonts and ours, so that Chinese is drawn on a machine that has none.
const FONTS: &str = concat!(
    "<fontconfig><include ignore_missing=\"yes\">/etc/fonts/fonts.conf</include><dir>",
    env!("CARGO_MANIFEST_DIR"),
    "/ui/fonts</dir></fontconfig>"
);

impl Chromium {
    /// A window of this size in CSS pixels.
    pub async fn start(width: u32, height: u32) -> Chromium {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = tempfile::tempdir().unwrap();
        let fonts = profile.path().join("fonts.conf");
        std::fs::write(&fonts, FONTS).unwrap();
        let driver = Process::start(
            Command::new("chromedriver").arg("--port=0").env("FONTCONFIG_FILE", &fonts),
        );
        let port: u16 = driver.line("its port", |line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        let mut flags = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let session = format!("http://127.0.0.1:{port}/session");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut chromium = Chromium { session, client, _driver: driver, _profile: profile };
        let wanted = json!({ "alwaysMatch": { "goog:chromeOptions": { "args": flags } } });
        let session = chromium.ask("", json!({ "capabilities": wanted })).await;
        let id = session["sessionId"].as_str().unwrap();
        chromium.session = format!("{}/{id}", chromium.session);
        chromium.resize(width, height).await;
        chromium
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.session)).body(body.to_string());
        let text = request.send().await.unwrap().text().await.unwrap();
        let mut reply: Value = serde_json::from_str(&text).unwrap();
        assert!(reply["value"]["error"].is_null(), "{path}: {text}");
        reply["value"].take()
    }

    /// A command of the browser's own protocol.
    async fn command(&self, name: &str, params: Value) -> Value {
        self.ask("/goog/cdp/execute", json!({ "cmd": name, "params": params })).await
    }

    /// Gives the page another size, also one that no desktop window has.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Shows the page as it is printed, or as on the screen again.
    pub async fn as_printed(&self, is_printed: bool) {
        let media = if is_printed { "print" } else { "" };
        self.command("Emulation.setEmulatedMedia", json!({ "media": media })).await;
    }

    pub async fn open(&self, url: &str) {
        self.ask("/url", json!({ "url": url })).await;
    }

    /// Loads the page anew, and gives back when it has loaded.
    pub async fn reload(&self) {
        self.ask("/refresh", json!({})).await;
    }

    /// Runs a script in the page; the answer is what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.ask("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits for something that is true of the page. A page that goes away under the question, as
    /// one does after a click, is asked again.
    pub async fn wait_for(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        until(condition, || async {
            let body = json!({ "script": script, "args": [] });
            let request = self.client.post(format!("{}/execute/sync", self.session));
            let text = request.body(body.to_string()).send().await.unwrap().text().await.unwrap();
            let reply: Value = serde_json::from_str(&text).unwrap();
            (reply["value"] == true).then_some(())
        })
        .await;
    }

    /// Logs in with the form, as a person does: with the keys.
    pub async fn log_in(&self, url: &str, account: &str, password: &str) {
        self.open(&format!("{url}/login")).await;
        self.write("#account", account).await;
        self.write("#password", &format!("{password}\n")).await;
        self.wait_for("document.querySelector('[data-figure=rated]')").await;
    }

    /// The browser's name for the first element that a selector finds.
    async fn element(&self, selector: &str) -> String {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.ask("/element", wanted).await;
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    /// Types into a field, as a person does: with the keys.
    pub async fn write(&self, field: &str, text: &str) {
        let id = self.element(field).await;
        self.ask(&format!("/element/{id}/value"), json!({ "text": text })).await;
    }

    /// Presses what a selector finds first, in the middle.
    pub async fn press(&self, selector: &str) {
        let id = self.element(selector).await;
        self.ask(&format!("/element/{id}/click"), json!({})).await;
    }

    /// A click of the pointer, at a point of the picture.
    pub async fn click(&self, (x, y): (u32, u32)) {
        let acts = json!([
            { "type": "pointerMove", "duration": 0, "x": x, "y": y },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let hand = json!({ "type": "pointer", "id": "hand", "actions": acts });
        self.ask("/actions", json!({ "actions": [hand] })).await;
    }

    /// The window as it looks now.
    pub async fn picture(&self) -> RgbImage {
        image::load_from_memory(&self.capture(false).await).unwrap().to_rgb8()
    }

    /// The number that stands on the page under this name.
    pub async fn figure(&self, name: &str) -> Option<i64> {
        let script = format!("return document.querySelector('[data-figure={name}]').textContent");
        self.run(&script).await.as_str()?.replace('\u{202f}', "").parse().ok()
    }

    /// A picture of the whole page, at least as high as the window.
    pub async fn draw(&self, file: &Path) {
        std::fs::write(file, self.capture(true).await).unwrap();
    }

    async fn capture(&self, is_whole: bool) -> Vec<u8> {
        let params = json!({ "captureBeyondViewport": is_whole });
        let picture = self.command("Page.captureScreenshot", params).await;
        BASE64.decode(picture["data"].as_str().unwrap().as_bytes()).unwrap()
    }
}
