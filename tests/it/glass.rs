//! The glass: a real terminal behind a real socket, as a browser meets it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use pingyi::clock::SystemClock;
use pingyi::terminal::glass::{self, Glass, Size};
use pingyi::terminal::journal::{Journal, Owner};
use pingyi::terminal::screen::Display;
use pingyi::terminal::surface::{Offer, choose};
use pingyi::terminal::uplink::{Notice, Trouble};
use pingyi::terminal::{self, Parts};
use tokio::sync::watch;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

use crate::sample;

/// One terminal for all tests here: a process has one event loop of Slint that others can wake.
struct Rig {
    address: SocketAddr,
    path: String,
    committed: watch::Receiver<u64>,
}

fn rig() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let clock = Arc::new(SystemClock::new().unwrap());
        let owner = Owner {
            path: folder.join("journal.sqlite"),
            terminal: "T-0007".parse().unwrap(),
            window: "W-3".parse().unwrap(),
            keep_days: 30,
            change_seconds: 5,
        };
        let journal = Journal::open(owner, clock.clone()).unwrap();
        let committed = journal.committed();
        let (send_glass, receive_glass) = channel();
        std::thread::spawn(move || {
            let choice = choose(&Offer { glass: true, ..Offer::default() }).unwrap();
            let stage = terminal::open(choice, Size { width: 1280, height: 800 }).unwrap();
            send_glass.send(stage.glass().unwrap()).unwrap();
            let start = Box::new(move |tell: terminal::Tell| {
                tell(Notice::Ready(journal));
                tell(Notice::Content(Arc::new(sample::content())));
                tell(Notice::Link { online: true, trouble: Trouble::None });
            });
            let parts = Parts { rules: sample::rules(), display: Display::default(), clock, start };
            terminal::run(stage, parts).unwrap();
        });
        let glass: Glass = receive_glass.recv().unwrap();
        let path = glass.path();
        let (send_address, receive_address) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
                let address = listener.local_addr().unwrap();
                send_address.send(address).unwrap();
                axum::serve(listener, glass::routes(glass, address.port())).await.unwrap();
            });
        });
        Rig { address: receive_address.recv().unwrap(), path, committed }
    })
}

impl Rig {
    fn host(&self) -> String {
        self.address.to_string()
    }

    /// The answer to a plain request, headers and all.
    fn get(&self, path: &str, host: &str, more: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn viewer(&self) -> Viewer {
        let address = format!("ws://{}{}socket", self.host(), self.path);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("Origin", format!("http://{}", self.host()).parse().unwrap());
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let (socket, _) = tungstenite::client(request, stream).unwrap();
        Viewer(socket)
    }
}

struct Viewer(WebSocket<TcpStream>);

impl Viewer {
    fn frame(&mut self) -> Option<image::RgbImage> {
        match self.0.read() {
            Ok(Message::Binary(png)) => {
                let format = image::ImageFormat::Png;
                Some(image::load_from_memory_with_format(&png, format).unwrap().to_rgb8())
            }
            Ok(other) => panic!("not a frame: {other:?}"),
            Err(tungstenite::Error::Io(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Looks until a frame is as wanted.
    fn until(&mut self, wanted: impl Fn(&image::RgbImage) -> bool) -> image::RgbImage {
        let patience = Instant::now() + Duration::from_secs(60);
        while Instant::now() < patience {
            if let Some(frame) = self.frame().filter(&wanted) {
                return frame;
            }
        }
        panic!("no such frame");
    }

    fn touch(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    fn tap(&mut self, x: u32, y: u32) {
        for kind in ["down", "up"] {
            self.touch(&format!(r#"{{"kind":"{kind}","x":{x},"y":{y}}}"#));
        }
    }
}

/// Whether the three level buttons are there, judged by their left edge.
fn is_home(frame: &image::RgbImage) -> bool {
    frame.get_pixel(60, 700).0 == [0x1f, 0x7a, 0x55]
}

#[test]
fn a_viewer_sees_the_screen_and_a_touch_is_a_tap() {
    let rig = rig();
    let mut viewer = rig.viewer();
    let _idler = rig.viewer(); // never reads a frame, and holds up nobody
    let home = viewer.until(is_home);
    assert_eq!(home.dimensions(), (1280, 800));
    let before = *rig.committed.borrow();
    viewer.tap(640, 700);
    viewer.until(|frame| !is_home(frame));
    viewer.until(|frame| frame.get_pixel(60, 700).0 == [0xff; 3]);
    assert_eq!(*rig.committed.borrow(), before + 1, "thanks means durable");
    viewer.tap(660, 715);
    viewer.until(is_home);
    while viewer.frame().is_some() {}
    let next = viewer.frame();
    assert!(next.is_none(), "a screen that rests sends nothing");
    let again = rig.viewer().until(is_home);
    let bar = 80; // below it the clock cannot be seen
    let below = |frame: &image::RgbImage| frame.as_raw()[3 * 1280 * bar..].to_vec();
    assert!(below(&again) == below(&home), "whoever comes later sees the screen as it is");
}

#[test]
fn the_page_keeps_its_address_to_itself() {
    let rig = rig();
    for (file, kind) in
        [("", "text/html"), ("glass.js", "text/javascript"), ("glass.css", "text/css")]
    {
        let answer = rig.get(&format!("{}{file}", rig.path), &rig.host(), "");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        for header in [
            &format!("content-type: {kind}; charset=utf-8"),
            "cache-control: no-store",
            "x-frame-options: DENY",
            "referrer-policy: no-referrer",
            "content-security-policy: default-src 'none'; script-src 'self'",
        ] {
            assert!(answer.contains(header), "{header} in {answer}");
        }
    }
}

#[test]
fn strangers_neither_look_nor_tap() {
    let rig = rig();
    let port = rig.address.port();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let ours = format!("Origin: http://{}\r\n", rig.host());
    let theirs = "Origin: http://example.com\r\n";
    let wrong = format!("/glass/{}/", "0".repeat(32));
    for (path, host, more, status) in [
        (rig.path.clone(), format!("localhost:{port}"), String::new(), 200),
        (rig.path.clone(), "127.0.0.1".to_owned(), String::new(), 403),
        (rig.path.clone(), format!("pingyi.example:{port}"), String::new(), 403),
        (rig.path.clone(), rig.host(), theirs.to_owned(), 403),
        (format!("{}glass.js", rig.path), rig.host(), theirs.to_owned(), 403),
        (wrong.clone(), rig.host(), String::new(), 404),
        (format!("{wrong}glass.js"), rig.host(), String::new(), 404),
        (format!("{wrong}socket"), rig.host(), format!("{upgrade}{ours}"), 404),
        (format!("{}socket", rig.path), rig.host(), upgrade.to_owned(), 403),
        (format!("{}socket", rig.path), rig.host(), format!("{upgrade}{theirs}"), 403),
        (
            format!("{}socket", rig.path),
            format!("pingyi.example:{port}"),
            format!("{upgrade}{ours}"),
            403,
        ),
    ] {
        let answer = rig.get(&path, &host, &more);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path} {host} {more}: {answer}"
        );
    }
}

#[test]
fn what_is_not_a_touch_on_this_screen_ends_the_conversation() {
    let long = format!(r#"{{"kind":"up","x":1,"y":1{}}}"#, " ".repeat(200));
    for text in [
        r#"{"kind":"down","x":1280,"y":10}"#,
        r#"{"kind":"down","x":10,"y":800}"#,
        r#"{"kind":"down","x":-1,"y":10}"#,
        r#"{"kind":"down","x":1.5,"y":10}"#,
        r#"{"kind":"down","x":1,"y":10,"level":1}"#,
        r#"{"kind":"rate","x":1,"y":10}"#,
        r#"{"kind":"down"}"#,
        "down",
        &long,
    ] {
        let mut viewer = rig().viewer();
        viewer.touch(text);
        let mut ended = false;
        for _ in 0..100 {
            match viewer.0.read() {
                Ok(Message::Binary(_)) => {}
                Err(tungstenite::Error::Io(error))
                    if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Ok(Message::Close(_)) | Err(_) => {
                    ended = true;
                    break;
                }
                Ok(other) => panic!("{other:?}"),
            }
        }
        assert!(ended, "{text}");
    }
}
