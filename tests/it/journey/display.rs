//! A display of its own for a test: Xvfb, with a hand that points and clicks.

use std::process::{Command, Stdio};

use image::RgbImage;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt, ImageFormat, MOTION_NOTIFY_EVENT,
    MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::support::process::Process;

pub struct Display {
    pub name: String,
    connection: RustConnection,
    root: Window,
    _server: Process,
}

impl Display {
    pub fn start() -> Display {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1366x1024x24", "-nolisten", "tcp"]);
        let server = Process::start(command.stderr(Stdio::null()));
        let number: u32 = server.line("its number", |line| line.trim().parse().ok());
        let name = format!(":{number}");
        let (connection, screen) = x11rb::connect(Some(&name)).unwrap();
        let root = connection.setup().roots[screen].root;
        Display { name, connection, root, _server: server }
    }

    /// The window that is open, as it looks now.
    pub fn picture(&self) -> Option<RgbImage> {
        let (window, ..) = self.window()?;
        let size = self.connection.get_geometry(window).ok()?.reply().ok()?;
        let (width, height) = (size.width, size.height);
        let asked =
            self.connection.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, !0);
        let image = asked.ok()?.reply().ok()?;
        assert!(matches!(image.depth, 24 | 32), "a depth of {}", image.depth);
        let (pixels, _) = image.data.as_chunks::<4>();
        let rgb = pixels.iter().flat_map(|&[b, g, r, _]| [r, g, b]).collect();
        RgbImage::from_raw(width.into(), height.into(), rgb)
    }

    fn window(&self) -> Option<(Window, i16, i16)> {
        let windows = self.connection.query_tree(self.root).ok()?.reply().ok()?.children;
        windows.into_iter().find_map(|window| {
            let attributes = self.connection.get_window_attributes(window).ok()?.reply().ok()?;
            let place = self.connection.get_geometry(window).ok()?.reply().ok()?;
            let is_shown = attributes.map_state == MapState::VIEWABLE && place.width > 100;
            is_shown.then_some((window, place.x, place.y))
        })
    }

    /// A real click at a place in the window.
    pub fn click(&self, (x, y): (u32, u32)) {
        let (_, left, top) = self.window().unwrap();
        let x = left + i16::try_from(x).unwrap();
        let y = top + i16::try_from(y).unwrap();
        for (event, button) in
            [(MOTION_NOTIFY_EVENT, 0), (BUTTON_PRESS_EVENT, 1), (BUTTON_RELEASE_EVENT, 1)]
        {
            self.connection.xtest_fake_input(event, button, 0, self.root, x, y, 0).unwrap();
        }
        self.connection.sync().unwrap();
    }
}
