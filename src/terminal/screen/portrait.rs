//! The portrait, scaled once for the place that the markup has measured: the renderer itself
//! scales without smoothing.

use std::sync::Arc;

use pingyi_ui as ui;
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

use crate::terminal::content::{Content, Frame, Picture};

/// What is shown, and where.
#[derive(Default)]
pub(super) struct Portrait {
    content: Option<Arc<Content>>,
    frame: Frame,
}

impl Portrait {
    /// Other content: the image to show from now on, if it is another.
    pub(super) fn replaced(&mut self, content: Arc<Content>) -> Option<Image> {
        let before = self.content.replace(content);
        let is_same = picture_of(before.as_ref()) == picture_of(self.content.as_ref());
        (!is_same).then(|| self.image())
    }

    /// The place has been laid out: the image that fills it, if the place is another.
    pub(super) fn measured(&mut self, frame: ui::PortraitFrame) -> Option<Image> {
        let pixels = |length: i32| u32::try_from(length).unwrap_or(0);
        let frame = Frame {
            width: pixels(frame.width),
            height: pixels(frame.height),
            radius: pixels(frame.radius),
        };
        if self.frame == frame {
            return None;
        }
        self.frame = frame;
        Some(self.image())
    }

    fn image(&self) -> Image {
        let original = picture_of(self.content.as_ref());
        original.and_then(|picture| picture.fitted(self.frame)).map(image_of).unwrap_or_default()
    }
}

fn picture_of(content: Option<&Arc<Content>>) -> Option<&Picture> {
    content?.portrait()
}

fn image_of(picture: Picture) -> Image {
    let Picture { width, height, rgba } = picture;
    Image::from_rgba8(SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(&rgba, width, height))
}
