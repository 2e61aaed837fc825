//! A real terminal in its window, enrolled at a real center, and Chromium with an equal page.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pingyi::center::Center;
use pingyi::center::registry::enrolment::{self, By};
use pingyi::center::registry::rules::Delivery;
use pingyi::clock::SystemClock;
use pingyi::settings;
use pingyi::terminal::identity::Identity;

use crate::display::Display;
use crate::house::{House, PINGYI, Running};

/// The window of the sample office whose person has a portrait and honours.
const WINDOW: &str = "w3";

/// A terminal's data directory, enrolled and with its content on the shelf.
pub struct Terminal {
    settings: PathBuf,
}

impl Terminal {
    /// Enrols by code and fingerprint as in the field, and waits for the home screen once.
    pub fn enrol(house: &House, display: &Display) -> Terminal {
        let data = house.folder().join("terminal");
        let settings = house.folder().join("terminal.toml");
        let text = format!(
            "data_dir = \"{}\"\n[center]\nurl = \"{}\"\n[screen]\nfullscreen = false\nidle_reset_seconds = 600\n\
             thanks_seconds = 60\n[log]\nfilter = \"warn\"\n",
            data.display(),
            house.url
        );
        std::fs::write(&settings, text).expect("the settings are written");
        let terminal = Terminal { settings };
        let identity = Identity::load(&data).expect("a key");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let (center, code, written) = runtime.block_on(code(house));
        let child = terminal.command(display).args(["enrol", &written]).spawn();
        let _running = Running(child.expect("the terminal starts"));
        runtime.block_on(confirm(&center, &code, &identity));
        display.wait_for_home();
        terminal
    }

    /// `pingyi terminal` on this display.
    pub fn command(&self, display: &Display) -> Command {
        let mut command = Command::new(PINGYI);
        command.arg("terminal").arg("--config").arg(&self.settings);
        command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY");
        command.env_remove("SLINT_BACKEND").stdout(Stdio::null());
        command
    }
}

async fn code(house: &House) -> (Center, pingyi::domain::CodeId, String) {
    let settings = settings::center(Some(&house.settings()), &|_| None).expect("settings");
    let clock = Arc::new(SystemClock::new().expect("a clock"));
    let center = Center::open(settings, clock).await.expect("the center's database");
    let by = By { officer: "bench", now: center.clock.now().wall };
    let mut tx = center.db.begin().await.expect("a transaction");
    let window = WINDOW.parse().expect("a window");
    let code = enrolment::create(&mut tx, &center.recorder, by, &window, Delivery::Typed).await;
    let code = code.expect("a code");
    tx.commit().await.expect("it is durable");
    let made = enrolment::find(&center.db, &code).await.expect("the code").expect("the code");
    let written = made.written(center.key.public().center_id());
    (center, code, written)
}

async fn confirm(center: &Center, code: &pingyi::domain::CodeId, identity: &Identity) {
    let own = identity.key.public();
    loop {
        let found = enrolment::find(&center.db, code).await.expect("the code").expect("the code");
        if found.progress.claimed_by == Some(own) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let by = By { officer: "bench", now: center.clock.now().wall };
    let mut tx = center.db.begin().await.expect("a transaction");
    let shown = own.fingerprint().to_string();
    enrolment::confirm(&mut tx, &center.recorder, by, code, &shown).await.expect("confirmed");
    tx.commit().await.expect("it is durable");
}

/// Chromium as a kiosk, with a page that holds what the home screen holds.
pub struct Chromium {
    folder: PathBuf,
}

impl Chromium {
    pub fn prepare(folder: &Path) -> Chromium {
        let folder = folder.join("chromium");
        std::fs::create_dir_all(&folder).expect("a folder");
        for (from, to) in [
            ("ui/fonts/NotoSansSC-Regular.ttf", "regular.ttf"),
            ("ui/fonts/NotoSansSC-Bold.ttf", "bold.ttf"),
            ("kiosk-config/demo/portraits/lin-xiaohui.png", "portrait.png"),
            ("benches/numbers/page.html", "page.html"),
        ] {
            std::fs::copy(from, folder.join(to)).expect("it is copied");
        }
        Chromium { folder }
    }

    /// Everything that makes it slower for no gain on a counter is switched off.
    pub fn command(&self, display: &Display) -> Command {
        let mut command = Command::new("chromium");
        command
            .args(["--kiosk", "--no-sandbox", "--no-first-run", "--no-default-browser-check"])
            .args([
                "--disable-gpu",
                "--disable-extensions",
                "--disable-sync",
                "--password-store=basic",
            ])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-default-apps", "--disable-crash-reporter", "--hide-scrollbars"])
            .args(["--window-position=0,0", "--window-size=1280,800"])
            .arg(format!("--user-data-dir={}", self.folder.join("profile").display()))
            .arg(format!("file://{}", self.folder.join("page.html").display()))
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// From the start of the program to the green of its first level button on the display.
pub fn time_to_home(mut command: Command, display: &Display) -> Duration {
    display.wait_for_nothing();
    let started = Instant::now();
    let child = command.spawn().expect("it starts");
    display.wait_for_home();
    let took = started.elapsed();
    end(child);
    took
}

/// Ends a program with all its children.
pub fn end(mut child: Child) {
    let family = crate::process::family(child.id());
    for pid in family.iter().rev() {
        drop(Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status());
    }
    drop(child.wait());
}
