//! A picture without what its camera or its editor noted in it: where it was taken, when, by whom, what it looked like before.
//!
//! The pixels stay as they are, bit by bit; a list says which parts of each format belong to them, and every other part is left
//! out, whatever it is. So is whatever stands behind the end: phones put a film of the moment there, with a place of its own.
//! What does not hold together as its format is refused (`None`).

mod gif;
mod jpeg;
mod png;
mod webp;

use image::ImageFormat;

/// The file without its notes. `turn` is how it has to be turned to be shown, as EXIF counts (1 to 8): the one note that JPEG keeps.
pub(super) fn without_notes(file: &[u8], format: ImageFormat, turn: u8) -> Option<Vec<u8>> {
    match format {
        ImageFormat::Jpeg => jpeg::without_notes(file, turn),
        ImageFormat::Png => png::without_notes(file),
        ImageFormat::WebP => webp::without_notes(file),
        ImageFormat::Gif => gif::without_notes(file),
        _ => None,
    }
}

/// The next bytes, which are then gone from `rest`.
fn take<'f>(rest: &mut &'f [u8], length: usize) -> Option<&'f [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests;
