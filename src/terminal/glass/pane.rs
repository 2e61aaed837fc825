//! The screen's side: a Slint platform that draws into memory.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, PointerEventButton, WindowAdapter, WindowEvent,
    duration_until_next_timer_update, update_timers_and_animations,
};
use slint::{
    EventLoopError, LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer,
    Window,
};
use tokio::sync::watch;

use super::{Frame, Input, Size, Touch, TouchKind};

/// The beat of animations, and the pause after a frame.
const BEAT: Duration = Duration::from_millis(16);

/// The platform that draws off-screen; for the thread that runs the screen.
pub struct Pane {
    window: Rc<MinimalSoftwareWindow>,
    size: Size,
    frames: watch::Sender<Option<Arc<Frame>>>,
    inputs: Sender<Input>,
    inbox: Receiver<Input>,
    waiting: Arc<AtomicUsize>,
}

impl Pane {
    pub(super) fn new(
        size: Size,
        frames: watch::Sender<Option<Arc<Frame>>>,
        inputs: Sender<Input>,
        inbox: Receiver<Input>,
        waiting: Arc<AtomicUsize>,
    ) -> Pane {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        Pane { window, size, frames, inputs, inbox, waiting }
    }

    /// Draws what has changed, if anything has; viewers get the latest frame and hold up nobody.
    fn draw(&self, pixels: &mut SharedPixelBuffer<Rgb8Pixel>) -> bool {
        let stride = usize::try_from(self.size.width).unwrap_or(usize::MAX);
        let mut changed = false;
        let drawn = self.window.draw_if_needed(|renderer| {
            let region = renderer.render(pixels.make_mut_slice(), stride);
            let size = region.bounding_box_size();
            changed = size.width > 0 && size.height > 0;
        });
        if changed {
            let frame = Frame { pixels: pixels.clone(), png: Default::default() };
            self.frames.send_replace(Some(Arc::new(frame)));
        }
        drawn
    }

    /// Waits for something to do; nothing when the time is up.
    fn wait(&self, drawn: bool) -> Option<Input> {
        // Drawing may have touched what other bindings watch: they get one more turn.
        let lively = drawn || self.window.has_active_animations();
        let time = if lively { Some(BEAT) } else { duration_until_next_timer_update() };
        match time {
            Some(time) => self
                .inbox
                .recv_timeout(time)
                .map_err(|error| error == RecvTimeoutError::Disconnected),
            None => self.inbox.recv().map_err(|_| true),
        }
        .map_or_else(|gone| gone.then_some(Input::Quit), Some)
    }

    /// Returns whether the loop goes on.
    fn take(&self, input: Input) -> Result<bool, PlatformError> {
        match input {
            Input::Touch(touch) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                dispatch(self.window.window(), touch)?;
            }
            Input::Gone => {
                send(self.window.window(), WindowEvent::PointerExited)?;
            }
            Input::Run(task) => task(),
            Input::Quit => return Ok(false),
        }
        Ok(true)
    }
}

fn send(window: &Window, event: WindowEvent) -> Result<(), PlatformError> {
    window.dispatch_event_with_result(event).map(|_accepted| ())
}

/// A finger, as Slint sees one: it comes, it moves, and when it is lifted nothing hovers.
fn dispatch(window: &Window, touch: Touch) -> Result<(), PlatformError> {
    let to_float = |value: u32| f32::from(u16::try_from(value).unwrap_or(u16::MAX));
    let position = LogicalPosition::new(to_float(touch.x), to_float(touch.y));
    let button = PointerEventButton::Left;
    match touch.kind {
        TouchKind::Down => {
            send(window, WindowEvent::PointerMoved { position })?;
            send(window, WindowEvent::PointerPressed { position, button })
        }
        TouchKind::Move => send(window, WindowEvent::PointerMoved { position }),
        TouchKind::Up => {
            send(window, WindowEvent::PointerReleased { position, button })?;
            send(window, WindowEvent::PointerExited)
        }
    }
}

impl Platform for Pane {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        self.window.set_size(PhysicalSize::new(self.size.width, self.size.height));
        Ok(self.window.clone())
    }

    /// Sleeps until a touch, a task or a timer; an idle screen costs nothing.
    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let mut pixels = SharedPixelBuffer::new(self.size.width, self.size.height);
        loop {
            update_timers_and_animations();
            let drawn = self.draw(&mut pixels);
            let mut next = self.wait(drawn);
            while let Some(input) = next {
                if !self.take(input)? {
                    return Ok(());
                }
                next = self.inbox.try_recv().ok();
            }
        }
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.inputs.clone())))
    }
}

struct Proxy(Sender<Input>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.send(Input::Quit).map_err(|_| EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, task: Box<dyn FnOnce() + Send>) -> Result<(), EventLoopError> {
        self.0.send(Input::Run(task)).map_err(|_| EventLoopError::EventLoopTerminated)
    }
}
