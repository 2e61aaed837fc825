//! Golden pictures: a new one stands beside the old where they differ.

use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbaImage};
use slint::{Rgba8Pixel, SharedPixelBuffer};

/// A channel may be off by this much, which the eye does not see.
const FAINT: u8 = 24;
/// This share of pixels may be off by more: the edges of glyphs.
const SHARE: f64 = 0.0005;

/// Set, the new pictures become the golden ones and the screenshots of the documents are written.
pub fn writes_pictures() -> bool {
    std::env::var_os("PINGYI_WRITE_PICTURES").is_some_and(|value| value == "1")
}

pub fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

pub fn write(path: &Path, picture: &SharedPixelBuffer<Rgba8Pixel>) {
    let file =
        std::fs::File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    PngEncoder::new_with_quality(
        std::io::BufWriter::new(file),
        CompressionType::Best,
        FilterType::Adaptive,
    )
    .write_image(picture.as_bytes(), picture.width(), picture.height(), ExtendedColorType::Rgba8)
    .expect("a picture is written");
}

/// What is wrong with the picture of this name, if anything.
pub fn compare(name: &str, picture: &SharedPixelBuffer<Rgba8Pixel>) -> Option<String> {
    let golden = home().join("tests/it/pictures/golden").join(format!("{name}.png"));
    let beside = golden.with_extension("new.png");
    if writes_pictures() {
        write(&golden, picture);
        crate::guide::keep(name);
        return None;
    }
    let fault = match image::open(&golden) {
        Err(error) => Some(format!("no golden picture ({error})")),
        Ok(old) => difference(&old.to_rgba8(), picture),
    };
    let fault = fault?;
    write(&beside, picture);
    Some(format!("{name}: {fault}; see {}", beside.display()))
}

fn difference(old: &RgbaImage, new: &SharedPixelBuffer<Rgba8Pixel>) -> Option<String> {
    if old.dimensions() != (new.width(), new.height()) {
        return Some(format!("{:?} became {}x{}", old.dimensions(), new.width(), new.height()));
    }
    let distance = |(old, new): (&[u8], &[u8])| {
        old.iter().zip(new).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    };
    let distances: Vec<u8> =
        old.as_raw().chunks(4).zip(new.as_bytes().chunks(4)).map(distance).collect();
    let off = distances.iter().filter(|&&distance| distance > FAINT).count();
    let share = off as f64 / distances.len() as f64;
    let worst = distances.iter().max().copied().unwrap_or(0);
    (share > SHARE)
        .then(|| format!("{off} pixels differ ({:.3} %), by up to {worst} of 255", share * 100.0))
}

#[test]
fn the_comparison_sees_a_missing_word_and_no_faint_shade() {
    let mut new = SharedPixelBuffer::<Rgba8Pixel>::new(100, 100);
    let old = RgbaImage::new(100, 100);
    new.make_mut_slice().fill(Rgba8Pixel { r: FAINT, g: 0, b: 0, a: 0 });
    assert_eq!(difference(&old, &new), None);
    new.make_mut_slice()[..20].fill(Rgba8Pixel { r: 90, g: 0, b: 0, a: 0 });
    assert!(difference(&old, &new).is_some_and(|fault| fault.contains("20 pixels")));
}
