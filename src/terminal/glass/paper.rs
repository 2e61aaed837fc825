//! One picture instead of many frames: a Slint platform that draws the screen once, into memory.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter, update_timers_and_animations};
use slint::{PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer};

use super::Size;

/// How far the clock of animations goes between two turns, and after how many they are over.
const TURN: Duration = Duration::from_millis(100);
const TURNS: u32 = 20;

/// The platform of a process that draws one screen; its clock goes only while it draws.
pub struct Paper {
    window: Rc<MinimalSoftwareWindow>,
    time: Rc<Cell<Duration>>,
    size: Size,
}

impl Paper {
    /// Lays the paper out; the screen that is made next on this thread is drawn on it.
    ///
    /// # Errors
    /// When this process draws on something else already.
    pub fn new(size: Size) -> Result<Paper, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let time = Rc::new(Cell::new(Duration::ZERO));
        let desk = Desk { window: window.clone(), time: time.clone(), size };
        slint::platform::set_platform(Box::new(desk))
            .map_err(|error| PlatformError::Other(error.to_string()))?;
        Ok(Paper { window, time, size })
    }

    /// What is on the screen once everything has its place, as PNG.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn png(&self) -> image::ImageResult<Vec<u8>> {
        let Size { width, height } = self.size;
        let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
        let stride = usize::try_from(width).unwrap_or(usize::MAX);
        // What is measured while it is drawn, such as a portrait's place, is drawn at the next turn.
        for _ in 0..TURNS {
            self.time.set(self.time.get() + TURN);
            update_timers_and_animations();
            self.window.draw_if_needed(|renderer| {
                renderer.render(pixels.make_mut_slice(), stride);
            });
        }
        let mut png = Vec::new();
        PngEncoder::new(&mut png).write_image(
            pixels.as_bytes(),
            width,
            height,
            ExtendedColorType::Rgb8,
        )?;
        Ok(png)
    }
}

/// The screen's side of the paper.
struct Desk {
    window: Rc<MinimalSoftwareWindow>,
    time: Rc<Cell<Duration>>,
    size: Size,
}

impl Platform for Desk {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        self.window.set_size(PhysicalSize::new(self.size.width, self.size.height));
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.time.get()
    }
}
