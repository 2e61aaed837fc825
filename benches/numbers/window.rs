//! The terminal in its window under Xvfb: start, memory after a thousand ratings, a minute of rest.

use std::process::Child;
use std::time::Duration;

use crate::display::Display;
use crate::house::House;
use crate::kiosk::{Chromium, Terminal, end, time_to_home};
use crate::process::{cpu, family, pss};
use crate::report::{Row, Times, ms, ratio};

const STARTS: usize = 9;
const RATINGS: usize = 1_000;
const REST: Duration = Duration::from_secs(60);

/// A center, a display, and the terminal with its peer.
struct Scene {
    _house: House,
    display: Display,
    terminal: Terminal,
    chromium: Chromium,
}

impl Scene {
    fn set() -> Scene {
        let mut house = House::build();
        house.serve();
        let display = Display::open();
        let terminal = Terminal::enrol(&house, &display);
        let chromium = Chromium::prepare(house.folder());
        Scene { _house: house, display, terminal, chromium }
    }

    fn start_terminal(&self) -> Child {
        self.display.wait_for_nothing();
        let child = self.terminal.command(&self.display).spawn().expect("the terminal starts");
        self.display.wait_for_home();
        child
    }
}

/// Terminal and Chromium take turns, each after a start that is not counted.
pub fn start() -> Vec<Row> {
    let scene = Scene::set();
    let terminal = || time_to_home(scene.terminal.command(&scene.display), &scene.display);
    let chromium = || time_to_home(scene.chromium.command(&scene.display), &scene.display);
    terminal();
    chromium();
    let (own, other): (Vec<_>, Vec<_>) = (0..STARTS).map(|_| (terminal(), chromium())).unzip();
    let (own, other) = (Times::new(own), Times::new(other));
    let faster = ratio(other.median(), own.median());
    let say = |times: &Times| {
        format!(
            "{} (median of {STARTS}; {} to {})",
            ms(times.median()),
            ms(times.percent(0)),
            ms(times.percent(100))
        )
    };
    vec![Row {
        what: "start to first frame, warm, Xvfb",
        goal: "0.25 s, 4 x faster",
        result: say(&own),
        beside: format!("Chromium kiosk: {}", say(&other)),
        ratio: format!("{faster:.1} x faster"),
        met: own.median() <= Duration::from_millis(250) && faster >= 4.0,
    }]
}

/// Every rating is a click by XTEST in the real window, with its thank-you and the click on 完成.
pub fn memory() -> Vec<Row> {
    let scene = Scene::set();
    let child = scene.start_terminal();
    let fresh = pss(&family(child.id()));
    for tap in 0..RATINGS {
        scene.display.visit(tap);
    }
    std::thread::sleep(Duration::from_secs(3));
    let own = pss(&family(child.id()));
    end(child);
    scene.display.wait_for_nothing();
    let chromium = scene.chromium.command(&scene.display).spawn().expect("Chromium starts");
    scene.display.wait_for_home();
    std::thread::sleep(Duration::from_secs(3));
    let processes = family(chromium.id());
    let other = pss(&processes);
    end(chromium);
    let mb = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let less = other as f64 / own as f64;
    vec![Row {
        what: "memory (PSS) of the terminal after 1,000 ratings",
        goal: "60 MB, 5 x less",
        result: format!("{} (after its start {})", mb(own), mb(fresh)),
        beside: format!(
            "Chromium kiosk, {} processes, nothing tapped: {}",
            processes.len(),
            mb(other)
        ),
        ratio: format!("{less:.1} x less"),
        met: own <= 60_000_000 && less >= 5.0,
    }]
}

/// Nobody taps for a minute; heartbeats and the clock go on.
pub fn idle() -> Vec<Row> {
    let scene = Scene::set();
    let child = scene.start_terminal();
    std::thread::sleep(Duration::from_secs(5));
    let frames = scene.display.watch();
    let before = cpu(child.id());
    std::thread::sleep(REST);
    let used = cpu(child.id()) - before;
    let drawn = frames.count();
    end(child);
    let share = ratio(used, REST) * 100.0;
    vec![Row {
        what: "idle terminal over 60 s",
        goal: "under 0.2 % of a core, no frame but the clock's",
        result: format!("{share:.3} % of a core, {drawn} frames"),
        beside: "-".into(),
        ratio: "-".into(),
        met: share < 0.2 && drawn <= 1,
    }]
}
