//! What we make of a picture that somebody sends: itself without its notes, its size, a thumbnail, and a blurred idea of it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _,
    codecs::{jpeg::JpegEncoder, webp::WebPEncoder},
    metadata::Orientation,
};
use linnet_contract::limits::{PICTURE_PIXELS, THUMBNAIL_PIXELS};
use linnet_store::Thumbnail;

use super::strip;
use crate::{
    error::RequestError,
    features::accounts::{Bounds, decoder, too_many_pixels},
};

/// What is decoded at most.
const BOUNDS: Bounds = Bounds {
    side: 20_000,
    bytes: PICTURE_PIXELS * 4,
};
/// A picture of at most so many bytes, and no larger than a thumbnail, needs none.
const SMALL_BYTES: usize = 200 * 1024;
/// Of 100: what one does not see at that size.
const JPEG_QUALITY: u8 = 80;
/// Pixels of a side of what the blurred idea is made of.
const HASH_PIXELS: u32 = 100;

/// A picture that is kept.
pub(super) struct Picture {
    /// The file, without notes.
    pub(super) bytes: Vec<u8>,
    /// Pixels, as it is shown.
    pub(super) width: u32,
    /// Pixels, as it is shown.
    pub(super) height: u32,
    /// A `ThumbHash`.
    pub(super) thumb_hash: String,
    /// A small one, where it is not small itself.
    pub(super) thumbnail: Option<(Thumbnail, Vec<u8>)>,
}

/// Looks at a picture. How many pixels it says that it has is read before one of them is decoded.
pub(super) fn of(file: &[u8]) -> Result<Picture, RequestError> {
    let (format, mut decoder) = decoder(file, BOUNDS)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PICTURE_PIXELS {
        return Err(too_many_pixels());
    }
    let unreadable = || RequestError::malformed("The picture cannot be read.");
    // The other formats seldom have this note, and browsers do not agree on it there.
    let orientation = match format {
        image::ImageFormat::Jpeg => decoder.orientation().map_err(|_| unreadable())?,
        _ => Orientation::NoTransforms,
    };
    let bytes = strip::without_notes(file, format, orientation.to_exif()).ok_or_else(unreadable)?;
    let whole = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    let mut small = whole.thumbnail(THUMBNAIL_PIXELS.min(width), THUMBNAIL_PIXELS.min(height));
    drop(whole);
    small.apply_orientation(orientation);
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = if turned { (height, width) } else { (width, height) };
    let is_small = bytes.len() <= SMALL_BYTES && width.max(height) <= THUMBNAIL_PIXELS;
    Ok(Picture {
        thumb_hash: hash(&small),
        thumbnail: if is_small { None } else { Some(encode(&small)?) },
        bytes,
        width,
        height,
    })
}

fn hash(small: &DynamicImage) -> String {
    let tiny = small.thumbnail(HASH_PIXELS, HASH_PIXELS).to_rgba8();
    let (width, height) = (tiny.width() as usize, tiny.height() as usize);
    STANDARD.encode(thumbhash::rgba_to_thumb_hash(width, height, tiny.as_raw()))
}

fn encode(small: &DynamicImage) -> Result<(Thumbnail, Vec<u8>), RequestError> {
    let mut bytes = Vec::new();
    let rgba = small.to_rgba8();
    let (width, height) = rgba.dimensions();
    let opaque = rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let encoded = if opaque {
        let rgb = small.to_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).write_image(
            &rgb,
            width,
            height,
            ExtendedColorType::Rgb8,
        )
    } else {
        WebPEncoder::new_lossless(&mut bytes).encode(&rgba, width, height, ExtendedColorType::Rgba8)
    };
    encoded.map_err(|error| RequestError::internal(&error))?;
    Ok((if opaque { Thumbnail::Jpeg } else { Thumbnail::WebP }, bytes))
}
