//! A real headless Chromium, driven over WebDriver (W3C) by its own driver program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use data_encoding::BASE64;
use serde_json::{Value, json};

/// One browser window; closed with the driver when dropped.
pub struct Chromium {
    driver: Child,
    session: String,
    client: reqwest::Client,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The driver closes its browser when it is asked to end, not when it is killed.
        let id = self.driver.id().to_string();
        let _ = Command::new("kill").arg(id).status();
        let _ = self.driver.wait();
    }
}

impl Chromium {
    /// A window of this size in CSS pixels.
    pub async fn start(width: u32, height: u32) -> Chromium {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = tokio::task::spawn_blocking(move || {
            let port = lines.find_map(|line| {
                let line = line.unwrap();
                let port = line.split("started successfully on port ").nth(1)?;
                Some(port.trim_end_matches('.').to_owned())
            });
            // Read on, so that the driver never waits for a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            port
        });
        let port = port.await.unwrap().expect("chromedriver tells its port");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut chromium =
            Chromium { driver, session: format!("http://127.0.0.1:{port}/session"), client };
        let args = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"];
        let wanted = json!({ "alwaysMatch": { "goog:chromeOptions": { "args": args } } });
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

    /// Runs a script in the page; the answer is what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.ask("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script that answers later, by calling `done`.
    pub async fn wait_for(&self, condition: &str) {
        self.ask("/timeouts", json!({ "script": 30_000 })).await;
        let script = format!(
            "var done = arguments[0]; (function look() {{
                if ({condition}) {{ done(true); }} else {{ requestAnimationFrame(look); }}
            }}());"
        );
        self.ask("/execute/async", json!({ "script": script, "args": [] })).await;
    }

    /// Logs in with the form, as a person does.
    pub async fn log_in(&self, url: &str, account: &str, password: &str) {
        self.open(&format!("{url}/login")).await;
        let script = format!(
            "document.getElementById('account').value = {};
             document.getElementById('password').value = {};
             document.querySelector('button.main-action').click();",
            json!(account),
            json!(password)
        );
        self.run(&script).await;
        self.wait_for("document.querySelector('[data-figure=rated]')").await;
    }

    /// A picture of the whole page, at least as high as the window.
    pub async fn draw(&self, file: &Path) {
        let picture =
            self.command("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let bytes = BASE64.decode(picture["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}
