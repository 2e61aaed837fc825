//! A still: one screen of any content as a picture, without a display, a center or a journal.

use std::sync::Arc;

use super::content::Content;
use super::flow::Known;
use super::glass::{Paper, Size};
use super::health::Health;
use super::scene;
use super::screen::{Display, Screen};
use super::uplink::Trouble;
use crate::settings::Problem;

pub use super::scene::Wish;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for is not there.
    #[error("{0}")]
    Wish(Problem),
    /// The screen cannot be drawn.
    #[error(transparent)]
    Screen(#[from] super::Error),
    /// The picture cannot be encoded.
    #[error("the picture cannot be written: {0}")]
    Encoding(#[from] image::ImageError),
}

/// Draws a screen as a terminal with this content shows it, as PNG. Once a process: the screen
/// belongs to the thread that draws.
///
/// # Errors
/// When no such screen can be reached with this content, or nothing can be drawn.
pub fn png(content: Content, wish: &Wish, size: Size) -> Result<Vec<u8>, Error> {
    let known = Known::of(&content.bundle);
    let stage = scene::Stage::of(&content, wish).map_err(Error::Wish)?;
    let paper = Paper::new(size).map_err(super::Error::from)?;
    let display = Display { fullscreen: false, reduced_motion: true };
    let mut screen = Screen::new(display, |_| {}).map_err(super::Error::from)?;
    screen.show().map_err(super::Error::from)?;
    screen.set_clock(stage.wall);
    screen.set_link(true, Trouble::None);
    let content_version = content.bundle.version;
    screen.set_health(&Health { content_version, ..Health::default() });
    screen.set_content(Arc::new(content));
    stage.lead(known, |state| screen.draw(state)).map_err(Error::Wish)?;
    Ok(paper.png()?)
}
