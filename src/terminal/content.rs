//! Stand-in until the content store arrives.
use crate::domain;

/// A decoded picture.
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

/// What the terminal shows.
pub struct Content {
    /// As signed.
    pub bundle: domain::Bundle,
    /// Decoded.
    pub portrait: Option<Picture>,
}
