//! The signed content bundle: checked whole, then swapped in at once.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

use crate::chain::{PublicKey, Signature, content_bytes};
use crate::domain::{Bundle, WindowId};
use crate::files;

/// The largest portrait shown; larger ones are scaled down once, here.
const PORTRAIT_BOX: (u32, u32) = (440, 528);

/// A portrait larger than this many pixels on a side is refused before it is decoded.
const PORTRAIT_LIMIT: u32 = 4096;

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

/// What the screen shows.
#[derive(Clone)]
pub struct Content {
    /// The bundle as the center signed it.
    pub bundle: Bundle,
    /// The portrait of the person on duty, decoded.
    pub portrait: Option<Picture>,
}

/// Why a bundle is not shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The center's key did not sign these bytes for this window.
    #[error("the content's signature does not fit the center's key and this window")]
    Forged,
    /// The bytes are signed but not a bundle this program reads.
    #[error("the content cannot be read: {0}")]
    Unreadable(String),
    /// The file.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

/// Where the last good bundle stands: one file, so that bytes and signature never part.
#[derive(Clone, Debug)]
pub struct Shelf {
    path: PathBuf,
    center: PublicKey,
}

impl Shelf {
    /// The shelf at `path` for bundles of this center.
    #[must_use]
    pub fn new(path: PathBuf, center: PublicKey) -> Shelf {
        Shelf { path, center }
    }

    /// The bundle of the last time, so that the terminal serves without a network.
    ///
    /// # Errors
    /// When the file is there but not what was put: it is shown to the technician, and the next
    /// bundle of the center replaces it.
    pub fn load(&self, window: &WindowId) -> Result<Option<Content>, Error> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let split = bytes.iter().position(|byte| *byte == b'\n').ok_or(Error::Forged)?;
        let (line, rest) = bytes.split_at(split);
        let signature = std::str::from_utf8(line)
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or(Error::Forged)?;
        self.check(window, rest.get(1..).unwrap_or_default(), &signature).map(Some)
    }

    /// Checks a bundle whole, and only then puts it where the next start finds it.
    ///
    /// # Errors
    /// When it is forged, unreadable or cannot be kept; what was shown stays.
    pub fn put(
        &self,
        window: &WindowId,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<Content, Error> {
        let content = self.check(window, bytes, signature)?;
        let mut whole = format!("{signature}\n").into_bytes();
        whole.extend_from_slice(bytes);
        files::replace(&self.path, &whole)?;
        Ok(content)
    }

    fn check(
        &self,
        window: &WindowId,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<Content, Error> {
        let signed = content_bytes(self.center.center_id(), window, bytes);
        if !self.center.verifies(&signed, signature) {
            return Err(Error::Forged);
        }
        let unreadable = |error: String| Error::Unreadable(error);
        let bundle: Bundle =
            serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
        if bundle.window.window != *window {
            return Err(unreadable(format!("it is for window {}", bundle.window.window)));
        }
        let portrait = match &bundle.on_duty {
            Some(badge) if !badge.portrait.is_empty() => {
                Some(decode(&badge.portrait).map_err(unreadable)?)
            }
            _ => None,
        };
        Ok(Content { bundle, portrait })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn decode(base64: &str) -> Result<Picture, String> {
    let bytes = BASE64.decode(base64.as_bytes()).map_err(|error| format!("portrait: {error}"))?;
    let mut reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("portrait: {error}"))?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(PORTRAIT_LIMIT);
    limits.max_image_height = Some(PORTRAIT_LIMIT);
    reader.limits(limits);
    let mut picture = reader.decode().map_err(|error| format!("portrait: {error}"))?;
    let (width, height) = PORTRAIT_BOX;
    if picture.width() > width || picture.height() > height {
        picture = picture.resize(width, height, image::imageops::FilterType::Triangle);
    }
    let rgba = picture.into_rgba8();
    Ok(Picture { width: rgba.width(), height: rgba.height(), rgba: rgba.into_raw() })
}
