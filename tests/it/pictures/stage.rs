//! A window without a display, with its own clock, and what is shown on it.

use std::{cell::Cell, rc::Rc, time::Duration};

use i_slint_core::lengths::LogicalRect;
use pingyi::terminal::content::{Frame, Picture};
use pingyi_ui::{App, Kiosk, PortraitFrame, Screen};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, Image, LogicalPosition, Rgba8Pixel, SharedPixelBuffer};

use super::office::{Language, Sample};
use super::shows::Show;
use super::walk;

pub const SIZES: [(u32, u32); 4] = [(1280, 800), (1024, 600), (1920, 1080), (800, 1280)];

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mode {
    pub size: (u32, u32),
    pub language: Language,
    pub large: bool,
    pub contrast: bool,
}

impl Mode {
    pub const fn plain(size: (u32, u32)) -> Self {
        Self { size, language: Language::Chinese, large: false, contrast: false }
    }

    pub fn name(&self) -> String {
        let language = if self.language == Language::English { "en" } else { "zh" };
        let large = if self.large { "-large" } else { "" };
        let contrast = if self.contrast { "-contrast" } else { "" };
        format!("{}x{}-{language}{large}{contrast}", self.size.0, self.size.1)
    }
}

struct Headless {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Headless {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

/// One window on this thread; a test has its own thread, so its own platform.
pub struct Stage {
    pub app: App,
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Stage {
    pub fn new() -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        let now = Rc::new(Cell::new(Duration::ZERO));
        slint::platform::set_platform(Box::new(Headless {
            window: window.clone(),
            now: now.clone(),
        }))
        .expect("the platform of this thread is set once");
        let app = App::new().expect("the window is made");
        app.show().expect("the window is shown");
        let weak = app.as_weak();
        app.global::<Kiosk>().on_portrait_measured(move |frame| {
            weak.unwrap().global::<Kiosk>().set_portrait(portrait(frame));
        });
        Self { app, window, now }
    }

    pub fn kiosk(&self) -> Kiosk<'_> {
        self.app.global::<Kiosk>()
    }

    pub fn fill(&self, sample: &Sample) {
        sample.fill(&self.app);
    }

    /// The office, and what this shows of it.
    pub fn show(&self, mode: Mode, sample: &Sample, show: Show) {
        self.fill(sample);
        (show.change)(&self.app);
        self.set(mode, show.screen);
    }

    pub fn set(&self, mode: Mode, screen: Screen) {
        let language = if mode.language == Language::English { "en" } else { "" };
        slint::select_bundled_translation(language).expect("the language is bundled");
        self.window.set_size(slint::PhysicalSize::new(mode.size.0, mode.size.1));
        let kiosk = self.kiosk();
        let english = mode.language == Language::English;
        kiosk.set_wide_words(english);
        let [long, short] = if english { ["中文"; 2] } else { ["English", "EN"] };
        kiosk.set_next_language(long.into());
        kiosk.set_next_language_short(short.into());
        kiosk.set_large_text(mode.large);
        kiosk.set_high_contrast(mode.contrast);
        kiosk.set_screen(Screen::Blank);
        self.tick();
        walk::settle(&self.app);
        kiosk.set_screen(screen);
        self.tick();
    }

    /// A finger comes down at the middle of this place.
    pub fn press(&self, place: LogicalRect) {
        let position = middle(place);
        self.app.window().dispatch_event(WindowEvent::PointerMoved { position });
        self.app.window().dispatch_event(WindowEvent::PointerPressed {
            position,
            button: PointerEventButton::Left,
        });
    }

    /// It is lifted again.
    pub fn release(&self, place: LogicalRect) {
        let position = middle(place);
        self.app.window().dispatch_event(WindowEvent::PointerReleased {
            position,
            button: PointerEventButton::Left,
        });
        self.app.window().dispatch_event(WindowEvent::PointerExited);
        self.tick();
    }

    /// A finger comes down in the middle of this place and moves down (or up) so far, a frame at a time.
    pub fn drag(&self, place: LogicalRect, down: f32, frames: u32) {
        self.press(place);
        for frame in 1..=frames {
            let moved = down * frame as f32 / frames as f32;
            let position = middle(place.translate((0.0, moved).into()));
            self.app.window().dispatch_event(WindowEvent::PointerMoved { position });
            self.now.set(self.now.get() + Duration::from_millis(33));
            slint::platform::update_timers_and_animations();
            self.picture();
        }
        self.release(place.translate((0.0, down).into()));
    }

    pub fn place(&self, origin: (f32, f32), size: (f32, f32)) -> LogicalRect {
        LogicalRect::new(origin.into(), size.into())
    }

    pub fn tap(&self, place: LogicalRect) {
        self.press(place);
        self.release(place);
    }

    /// Time goes on far enough for every motion to end.
    pub fn tick(&self) {
        self.now.set(self.now.get() + Duration::from_secs(1));
        slint::platform::update_timers_and_animations();
    }

    pub fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.app.window().take_snapshot().expect("the window is drawn")
    }
}

fn middle(place: LogicalRect) -> LogicalPosition {
    LogicalPosition::new(place.center().x, place.center().y)
}

/// The preview's portrait, in the place that the markup gives it.
fn portrait(frame: PortraitFrame) -> Image {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/preview/portrait.png");
    let whole = Picture::from(image::open(path).expect("the preview portrait opens").to_rgba8());
    let pixels = |length: i32| u32::try_from(length).expect("a length is not negative");
    let (width, height) = (pixels(frame.width), pixels(frame.height));
    let fitted = whole.fitted(Frame { width, height, radius: pixels(frame.radius) });
    let fitted = fitted.expect("the portrait has a place");
    Image::from_rgba8(SharedPixelBuffer::clone_from_slice(&fitted.rgba, width, height))
}
