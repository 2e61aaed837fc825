//! QR codes.

use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// One pixel a module, with the quiet zone of four modules that ISO/IEC 18004 asks for; nothing
/// for a text that no code holds.
pub(super) fn code_of(text: &str) -> Option<Image> {
    const QUIET: usize = 4;
    let level = if text.len() > 400 { qrcode::EcLevel::L } else { qrcode::EcLevel::M };
    let code = qrcode::QrCode::with_error_correction_level(text, level).ok()?;
    let (width, side) = (code.width(), code.width() + 2 * QUIET);
    let pixels = u32::try_from(side).ok()?;
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(pixels, pixels);
    buffer.make_mut_slice().fill(Rgb8Pixel { r: 255, g: 255, b: 255 });
    let rows = buffer.make_mut_slice().chunks_mut(side).skip(QUIET);
    for (row, modules) in rows.zip(code.to_colors().chunks(width)) {
        for (pixel, module) in row.iter_mut().skip(QUIET).zip(modules) {
            if *module == qrcode::Color::Dark {
                *pixel = Rgb8Pixel { r: 0x17, g: 0x26, b: 0x2b };
            }
        }
    }
    Some(Image::from_rgb8(buffer))
}
