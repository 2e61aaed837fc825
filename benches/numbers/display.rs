//! A display of its own (Xvfb), what it shows, and a finger on it.

use std::io::{BufRead, BufReader, IoSlice};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::house::Running;

/// Within the first level button, beside picture and word.
const BUTTON: (i16, i16) = (60, 600);
/// `satisfied` of theme.slint.
pub const GREEN: [u8; 3] = [0x1f, 0x7a, 0x55];
/// Within the button that ends a visit, beside its word.
const DONE: (i16, i16) = (460, 700);
/// `primary` of theme.slint.
const PRIMARY: [u8; 3] = [0x0e, 0x4a, 0x5a];

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Display {
    _server: Running,
    x: RustConnection,
    root: u32,
    /// What `DISPLAY` must say.
    pub name: String,
}

impl Display {
    pub fn open() -> Display {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        let number = output.lines().next().expect("Xvfb says its number").expect("a line");
        let name = format!(":{}", number.trim());
        let (x, screen) = RustConnection::connect(Some(&name)).expect("the display opens");
        let root = x.setup().roots[screen].root;
        Display { _server: Running(server), x, root, name }
    }

    /// The colour that stands at a place of the display.
    fn colour(&self, (x, y): (i16, i16)) -> [u8; 3] {
        let asked = self.x.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, 1, 1, u32::MAX);
        let image = asked.expect("a request").reply().expect("a picture of the display");
        [image.data[2], image.data[1], image.data[0]]
    }

    fn shows(&self, place: (i16, i16), wanted: [u8; 3]) -> bool {
        let found = self.colour(place);
        found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 4)
    }

    fn wait(&self, what: &str, place: (i16, i16), wanted: [u8; 3]) {
        let deadline = Instant::now() + PATIENCE;
        while !self.shows(place, wanted) {
            let found = self.colour(place);
            assert!(Instant::now() < deadline, "{what} never came, at {place:?} is {found:02x?}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for the green of the first level button: the home screen.
    pub fn wait_for_home(&self) {
        self.wait("the home screen", BUTTON, GREEN);
    }

    /// Waits until the display is bare again.
    pub fn wait_for_nothing(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.shows(BUTTON, GREEN) {
            assert!(Instant::now() < deadline, "the window stays");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// One whole visit: a tap on a level, the thank-you, a tap on 完成, home again.
    pub fn visit(&self, level: usize) {
        let x = [226, 640, 1053][level % 3];
        self.tap((x, 740));
        self.wait("the thank-you", DONE, PRIMARY);
        self.tap((611, 716));
        self.wait_for_home();
    }

    fn tap(&self, (x, y): (i16, i16)) {
        const MOTION: u8 = 6;
        const PRESS: u8 = 4;
        const RELEASE: u8 = 5;
        for (kind, detail) in [(MOTION, 0), (PRESS, 1), (RELEASE, 1)] {
            let sent = self.x.xtest_fake_input(kind, detail, 0, self.root, x, y, 0);
            sent.expect("a request").check().expect("XTEST takes it");
        }
    }

    /// Watches the display from now on for whatever is drawn.
    pub fn watch(&self) -> Frames<'_> {
        let asked = self.x.query_extension(b"DAMAGE").expect("a request");
        let opcode = asked.reply().expect("the display tells").major_opcode;
        let damage = self.x.generate_id().expect("a number").to_ne_bytes();
        let root = self.root.to_ne_bytes();
        // QueryVersion 1.1; then Create, which tells every rectangle that is drawn.
        self.send(&[opcode, 0, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        let mut create = vec![opcode, 1, 4, 0];
        create.extend(damage.into_iter().chain(root).chain([0, 0, 0, 0]));
        self.send(&create);
        self.x.sync().expect("the display goes on");
        while self.x.poll_for_event().expect("the display goes on").is_some() {}
        Frames(self)
    }

    fn send(&self, request: &[u8]) {
        let sent = self.x.send_request_without_reply(&[IoSlice::new(request)], Vec::new());
        sent.expect("a request").ignore_error();
    }
}

/// What is drawn while this is held.
pub struct Frames<'d>(&'d Display);

impl Frames<'_> {
    /// Rectangles that arrive together are one frame.
    pub fn count(&self) -> usize {
        self.0.x.sync().expect("the display goes on");
        let (mut frames, mut last) = (0, None);
        while let Some(event) = self.0.x.poll_for_event().expect("the display goes on") {
            let Event::Unknown(bytes) = event else { continue };
            // Bytes 12 to 15 of a DamageNotify are its time, in milliseconds.
            let time = u32::from_ne_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]);
            if last.is_none_or(|last: u32| time.wrapping_sub(last) > 5) {
                frames += 1;
            }
            last = Some(time);
        }
        frames
    }
}
