//! What is seen on a picture of the terminal, by its colours alone.

use image::RgbImage;

pub type Colour = [u8; 3];

pub const SATISFIED: Colour = [0x1f, 0x7a, 0x55];
pub const BASIC: Colour = [0x94, 0x60, 0x08];
pub const DISSATISFIED: Colour = [0xb4, 0x39, 0x2b];
const LEVELS: [Colour; 3] = [SATISFIED, BASIC, DISSATISFIED];
const BRAND: Colour = [0x0e, 0x4a, 0x5a];

/// A button has at least so many pixels of its colour.
const BUTTON: usize = 5_000;

/// The middle of what has this colour in the lowest third, where the buttons are.
fn button(picture: &RgbImage, colour: Colour) -> Option<(u32, u32)> {
    let low = picture.height() * 2 / 3;
    let points = picture.enumerate_pixels().filter(|(_, y, pixel)| *y > low && pixel.0 == colour);
    let points: Vec<(u32, u32)> = points.map(|(x, y, _)| (x, y)).collect();
    let middle = |low: Option<u32>, high: Option<u32>| Some((low? + high?) / 2);
    let x = middle(points.iter().map(|p| p.0).min(), points.iter().map(|p| p.0).max())?;
    let y = middle(points.iter().map(|p| p.1).min(), points.iter().map(|p| p.1).max())?;
    (points.len() > BUTTON).then_some((x, y))
}

/// Where to tap for an answer, if the three answers are offered.
pub fn answer(picture: &RgbImage, colour: Colour) -> Option<(u32, u32)> {
    let all_there = LEVELS.iter().all(|level| button(picture, *level).is_some());
    all_there.then(|| button(picture, colour)).flatten()
}

/// Where to tap for 完成, if this is the thank-you: no colour of a level is anywhere.
pub fn done(picture: &RgbImage) -> Option<(u32, u32)> {
    let is_neutral = picture.pixels().all(|pixel| !LEVELS.contains(&pixel.0));
    is_neutral.then(|| button(picture, BRAND)).flatten()
}
