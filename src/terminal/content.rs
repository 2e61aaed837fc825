//! The signed content bundle: checked whole, then swapped in at once. A bundle has at most 16 MiB,
//! a picture in it at most 4096 pixels on a side, and all of them together, decoded, 96 MiB.

mod picture;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::chain::{PublicKey, Signature, content_bytes};
use crate::domain::{Bundle, WindowId};
use crate::files;

use self::picture::Room;
pub use self::picture::{Frame, Picture};
pub use self::words::Unshowable;
use super::fonts::Fonts;

/// What the screen shows.
#[derive(Clone)]
pub struct Content {
    /// The bundle as the center signed it, but for what is unshowable: 〓 stands there instead.
    pub bundle: Bundle,
    /// The characters that no font here has.
    pub unshowable: Vec<Unshowable>,
    /// Portraits and slides by their name among the bundle's files, decoded and scaled once.
    pub pictures: BTreeMap<String, Picture>,
}

impl Content {
    /// What a file of a [`Shelf`] or a bare bundle says, whoever signed it: to look at, never to
    /// serve with.
    ///
    /// # Errors
    /// When it is not a whole bundle.
    pub fn unsigned(file: &[u8]) -> Result<Content, Error> {
        let line = file.iter().position(|byte| *byte == b'\n').filter(|_| !file.starts_with(b"{"));
        Content::decode(line.map_or(file, |end| file.get(end + 1..).unwrap_or_default()))
    }

    fn decode(bytes: &[u8]) -> Result<Content, Error> {
        let unreadable = |error: serde_json::Error| Error::Unreadable(error.to_string());
        let mut bundle: Bundle = serde_json::from_slice(bytes).map_err(unreadable)?;
        let pictures = pictures(&bundle).map_err(Error::Unreadable)?;
        let sounds = bundle.behaviour.sounds.values();
        if let Some(name) = sounds.into_iter().find(|name| !bundle.files.contains_key(*name)) {
            return Err(Error::Unreadable(format!("the sound {name} is missing")));
        }
        let unshowable =
            words::make_showable(&mut bundle, &mut Fonts::default()).map_err(unreadable)?;
        Ok(Content { bundle, unshowable, pictures })
    }
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
        let unreadable = |error: String| Error::Unreadable(error);
        if bytes.len() > Bundle::MOST_BYTES {
            return Err(unreadable(format!("it has {} MiB", bytes.len() >> 20)));
        }
        let signed = content_bytes(self.center.center_id(), window, bytes);
        if !self.center.verifies(&signed, signature) {
            return Err(Error::Forged);
        }
        let content = Content::decode(bytes)?;
        let named = &content.bundle.window.window;
        if named != window {
            return Err(unreadable(format!("it is for window {named}")));
        }
        Ok(content)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Decodes every picture that the bundle shows; one that is missing or broken breaks the whole.
fn pictures(bundle: &Bundle) -> Result<BTreeMap<String, Picture>, String> {
    let portraits = bundle.staff.iter().map(|member| &member.portrait_file);
    let portraits: BTreeSet<_> = portraits.filter(|name| !name.is_empty()).collect();
    let slides: BTreeSet<_> = bundle.slides.iter().map(|slide| &slide.file).collect();
    let room = Room::shared_by(portraits.len() + slides.len());
    let mut pictures = BTreeMap::new();
    for (name, kept) in portraits
        .into_iter()
        .map(|name| (name, room.of_portrait()))
        .chain(slides.into_iter().map(|name| (name, room.of_slide())))
    {
        let file = bundle.files.get(name).ok_or_else(|| format!("{name} is missing"))?;
        let picture = Picture::decode(file, kept).map_err(|error| format!("{name}: {error}"))?;
        pictures.insert(name.clone(), picture);
    }
    Ok(pictures)
}
