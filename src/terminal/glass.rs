//! The same screen in a browser: drawn off-screen, frames out, pointer events in.
//!
//! [`Pane`] is the screen's side, a Slint platform with its own event loop. [`Glass`] is the
//! browser's side, which [`routes`] serve. Between them stand a watched frame, where the latest
//! wins and nobody waits, and a channel of pointer events. Without a viewer no frame is encoded.

mod guard;
mod pane;
mod paper;
mod web;

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use image::ExtendedColorType;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use serde::Deserialize;
use slint::{Rgb8Pixel, SharedPixelBuffer};
use tokio::sync::watch;

use self::guard::Token;
pub use self::pane::Pane;
pub use self::paper::Paper;
pub use self::web::{routes, serve};

/// Touches that wait for the screen at most; who sends more is cut off.
const MOST_WAITING: usize = 256;

/// No random source for the token.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct Error(#[from] getrandom::Error);

/// The size of the screen in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl FromStr for Size {
    type Err = InvalidSize;

    /// Width and height as in `1280x800`.
    fn from_str(text: &str) -> Result<Size, InvalidSize> {
        let (width, height) = text.split_once('x').ok_or(InvalidSize)?;
        let side = |text: &str, (least, most): (u32, u32)| {
            text.parse().ok().filter(|side| (least..=most).contains(side)).ok_or(InvalidSize)
        };
        Ok(Size { width: side(width, (640, 3840))?, height: side(height, (400, 3840))? })
    }
}

/// A text that is not a size of a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("width and height as in 1280x800, from 640x400 to 3840x3840")]
pub struct InvalidSize;

impl Default for Size {
    /// The display the screen is drawn for.
    fn default() -> Size {
        Size { width: 1280, height: 800 }
    }
}

/// The browser's side; may be cloned and sent to other threads.
#[derive(Clone)]
pub struct Glass {
    size: Size,
    token: Token,
    frames: watch::Receiver<Option<Arc<Frame>>>,
    inputs: Sender<Input>,
    waiting: Arc<AtomicUsize>,
}

/// One picture of the screen; encoded once, for the first viewer that wants it.
struct Frame {
    pixels: SharedPixelBuffer<Rgb8Pixel>,
    png: Mutex<Option<Bytes>>,
}

/// What a viewer's hand does. Nothing else can be said to the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Touch {
    kind: TouchKind,
    x: u32,
    y: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TouchKind {
    Down,
    Move,
    Up,
}

/// What reaches the screen's thread.
enum Input {
    Touch(Touch),
    /// A viewer went away: a button that is held is let go without a click.
    Gone,
    Run(Box<dyn FnOnce() + Send>),
    Quit,
}

impl Glass {
    /// Both sides of a new glass.
    ///
    /// # Errors
    /// When there is no random source.
    pub fn new(size: Size) -> Result<(Glass, Pane), Error> {
        let (frame_sender, frames) = watch::channel(None);
        let (inputs, inbox) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let pane = Pane::new(size, frame_sender, inputs.clone(), inbox, waiting.clone());
        Ok((Glass { size, token: Token::new()?, frames, inputs, waiting }, pane))
    }

    /// The path of the page, with its secret; to be printed for whoever sits at this machine.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/glass/{}/", self.token.reveal())
    }

    /// Passes a touch on; `false` when it is outside of the screen or too many wait.
    fn touch(&self, touch: Touch) -> bool {
        let inside = touch.x < self.size.width && touch.y < self.size.height;
        if !inside || self.waiting.load(Ordering::Relaxed) >= MOST_WAITING {
            return false;
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.inputs.send(Input::Touch(touch)).is_ok()
    }

    fn leave(&self) {
        let _screen_gone = self.inputs.send(Input::Gone);
    }
}

impl fmt::Debug for Glass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Glass").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Frame {
    /// The picture as PNG; empty if it cannot be encoded. Takes a while: not for the screen's thread.
    fn png(&self) -> Bytes {
        let mut png = self.png.lock().unwrap_or_else(PoisonError::into_inner);
        png.get_or_insert_with(|| encode(&self.pixels).unwrap_or_default().into()).clone()
    }
}

/// Fast rather than small: a frame goes no further than the loopback.
fn encode(pixels: &SharedPixelBuffer<Rgb8Pixel>) -> image::ImageResult<Vec<u8>> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up);
    image::ImageEncoder::write_image(
        encoder,
        pixels.as_bytes(),
        pixels.width(),
        pixels.height(),
        ExtendedColorType::Rgb8,
    )?;
    Ok(png)
}
