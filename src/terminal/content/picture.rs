//! A portrait or a slide: decoded once, and scaled with care for the place where it is shown.

use std::io::Cursor;

use data_encoding::BASE64;
use image::imageops::{self, FilterType};
use image::{GenericImageView, ImageBuffer, Rgba, RgbaImage};

/// The largest portrait kept; larger ones are scaled down once, here. It fills its place on a
/// display of 3840x2160, and is 3.7 MB.
const PORTRAIT: (u32, u32) = (880, 1056);

/// The largest slide kept, 8.3 MB.
const SLIDE: (u32, u32) = (1920, 1080);

/// What all pictures may take together: beyond it every one is kept smaller.
const BUDGET: usize = 96 << 20;

/// A picture larger than this many pixels on a side is refused before it is decoded.
const LIMIT: u32 = 4096;

/// Smooth where it shrinks, without the rings that sharper filters draw around flat colours.
const FILTER: FilterType = FilterType::CatmullRom;

/// A picture as straight RGBA.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Four bytes a pixel, rows from the top.
    pub rgba: Vec<u8>,
}

/// The place of a picture on the screen, in pixels of the display.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How round the corners are.
    pub radius: u32,
}

/// How much of a budget each picture has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    bytes: usize,
}

impl Room {
    /// The budget in equal shares.
    pub(super) fn shared_by(pictures: usize) -> Room {
        Room { bytes: BUDGET / pictures.max(1) }
    }

    pub(super) fn of_portrait(self) -> (u32, u32) {
        self.within(PORTRAIT)
    }

    pub(super) fn of_slide(self) -> (u32, u32) {
        self.within(SLIDE)
    }

    /// A box of this shape that fits the share.
    fn within(self, (mut width, mut height): (u32, u32)) -> (u32, u32) {
        while u64::from(width) * u64::from(height) * 4 > self.bytes as u64 && width > 1 {
            (width, height) = (width * 3 / 4, height * 3 / 4);
        }
        (width, height)
    }
}

impl Picture {
    /// Reads a PNG or JPEG that is written in base64, and keeps no more than fills the box.
    pub(super) fn decode(base64: &str, (width, height): (u32, u32)) -> Result<Picture, String> {
        let wrong = |error: &dyn std::fmt::Display| error.to_string();
        let bytes = BASE64.decode(base64.as_bytes()).map_err(|error| wrong(&error))?;
        let mut reader = image::ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|error| wrong(&error))?;
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(LIMIT);
        limits.max_image_height = Some(LIMIT);
        reader.limits(limits);
        let mut picture = reader.decode().map_err(|error| wrong(&error))?;
        if picture.width() > width || picture.height() > height {
            picture = picture.resize(width, height, FILTER);
        }
        Ok(Picture::from(picture.into_rgba8()))
    }

    /// This picture filling the frame: cut around its middle to the frame's shape, scaled, and
    /// with round corners. Nothing when either has no area.
    #[must_use]
    pub fn fitted(&self, frame: Frame) -> Option<Picture> {
        let (width, height) = (frame.width.min(LIMIT), frame.height.min(LIMIT));
        if width == 0 || height == 0 || self.width == 0 || self.height == 0 {
            return None;
        }
        type Whole<'a> = ImageBuffer<Rgba<u8>, &'a [u8]>;
        let whole = Whole::from_raw(self.width, self.height, self.rgba.as_slice())?;
        let across = (self.height * width / height).clamp(1, self.width);
        let down = (self.width * height / width).clamp(1, self.height);
        let cut = whole.view((self.width - across) / 2, (self.height - down) / 2, across, down);
        let mut scaled = imageops::resize(&*cut, width, height, FILTER);
        round_corners(&mut scaled, frame.radius);
        Some(Picture::from(scaled))
    }
}

impl From<RgbaImage> for Picture {
    fn from(image: RgbaImage) -> Picture {
        Picture { width: image.width(), height: image.height(), rgba: image.into_raw() }
    }
}

/// Takes opacity away outside of the corners' circles; an edge pixel keeps its share.
fn round_corners(picture: &mut RgbaImage, radius: u32) {
    let (width, height) = picture.dimensions();
    let radius = radius.min(width / 2).min(height / 2);
    for (x, y) in (0..radius).flat_map(|y| (0..radius).map(move |x| (x, y))) {
        let share = corner_share(x, y, radius);
        for (x, y) in
            [(x, y), (width - 1 - x, y), (x, height - 1 - y), (width - 1 - x, height - 1 - y)]
        {
            let Rgba([.., alpha]) = picture.get_pixel_mut(x, y);
            *alpha = u8::try_from(u32::from(*alpha) * share / SHARES).unwrap_or(*alpha);
        }
    }
}

/// The points of a pixel that are looked at, along a side and in all.
const POINTS: u32 = 8;
const SHARES: u32 = POINTS * POINTS;

/// How many points of a pixel, counted from the corner, lie within the corner's circle.
fn corner_share(x: u32, y: u32, radius: u32) -> u32 {
    // In half distances of two points, so that points lie on whole numbers.
    let unit = 2 * POINTS;
    let far = radius * unit;
    let points = |at: u32| (0..POINTS).map(move |point| far - (at * unit + 2 * point + 1));
    let inside = points(y).map(|dy| points(x).filter(|dx| dx * dx + dy * dy <= far * far).count());
    u32::try_from(inside.sum::<usize>()).unwrap_or(SHARES)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stripes of one pixel, black and white.
    fn stripes(width: u32, height: u32) -> Picture {
        RgbaImage::from_fn(width, height, |x, _| {
            let shade = if x % 2 == 0 { 0 } else { 255 };
            Rgba([shade, shade, shade, 255])
        })
        .into()
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 4] {
        let at = usize::try_from((y * picture.width + x) * 4).unwrap();
        picture.rgba[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn what_is_finer_than_a_pixel_becomes_its_mean() {
        let frame = Frame { width: 50, height: 60, radius: 0 };
        let fitted = stripes(200, 240).fitted(frame).unwrap();
        assert_eq!((fitted.width, fitted.height), (50, 60));
        for x in 5..45 {
            let [shade, .., alpha] = pixel(&fitted, x, 30);
            assert!(shade.abs_diff(128) < 12, "{shade} at {x}");
            assert_eq!(alpha, 255);
        }
    }

    #[test]
    fn a_wide_picture_is_cut_around_its_middle_and_never_squeezed() {
        let third =
            |x: u32| Rgba([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]][x as usize / 100]);
        let wide = Picture::from(RgbaImage::from_fn(300, 100, |x, _| third(x)));
        let fitted = wide.fitted(Frame { width: 40, height: 40, radius: 0 }).unwrap();
        for x in [2, 20, 37] {
            assert_eq!(pixel(&fitted, x, 20), [0, 255, 0, 255], "at {x}");
        }
    }

    #[test]
    fn corners_are_round_and_their_edge_is_soft() {
        let white = Picture { width: 40, height: 48, rgba: vec![255; 40 * 48 * 4] };
        let fitted = white.fitted(Frame { width: 40, height: 48, radius: 12 }).unwrap();
        for (x, y) in [(0, 0), (39, 0), (0, 47), (39, 47)] {
            assert_eq!(pixel(&fitted, x, y)[3], 0, "at {x} {y}");
        }
        for (x, y) in [(12, 0), (0, 12), (20, 24), (39, 24), (6, 6)] {
            assert_eq!(pixel(&fitted, x, y)[3], 255, "at {x} {y}");
        }
        let edge = pixel(&fitted, 3, 3)[3];
        assert!((1..255).contains(&edge), "{edge}");
    }

    #[test]
    fn many_pictures_are_kept_smaller_and_all_of_them_fit() {
        let bytes = |(width, height): (u32, u32)| u64::from(width * height * 4);
        assert_eq!(Room::shared_by(8).of_portrait(), PORTRAIT);
        for count in [17_u32, 40, 300, 5000] {
            let room = Room::shared_by(count as usize);
            assert!(u64::from(count) * bytes(room.of_portrait()) <= BUDGET as u64, "{count}");
            assert!(u64::from(count) * bytes(room.of_slide()) <= BUDGET as u64, "{count}");
        }
    }

    #[test]
    fn a_place_without_area_holds_no_picture() {
        assert!(stripes(4, 4).fitted(Frame { width: 0, height: 9, radius: 2 }).is_none());
        let nothing = Picture { width: 0, height: 0, rgba: Vec::new() };
        assert!(nothing.fitted(Frame { width: 9, height: 9, radius: 2 }).is_none());
    }
}
