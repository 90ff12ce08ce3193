//! From whatever somebody uploads to a small square picture of our own.
//!
//! A file of some kilobytes can say that it is a picture of gigabytes, so its size is read before it is decoded, and
//! nothing is decoded that would need more memory than the bound. One picture at a time, a few may wait: the chat goes on
//! meanwhile. What comes out is encoded anew: no location, no camera, no second file behind the first.

use std::{io::Cursor, sync::Arc};

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, codecs::webp::WebPEncoder, imageops::FilterType,
};
use linnet_contract::{ErrorCode, limits::AVATAR_PIXELS};
use linnet_store::Avatar;
use tokio::sync::Semaphore;

use crate::error::RequestError;

/// What is decoded before it is made small: a photo of 16 megapixels.
const BOUNDS: Bounds = Bounds {
    side: 10_000,
    bytes: 64 * 1024 * 1024,
};
/// Pictures that wait while one is made.
const WAITING: usize = 8;

/// Makes pictures, one at a time.
pub struct Pictures {
    admitted: Semaphore,
    running: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            admitted: Semaphore::new(1 + WAITING),
            running: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Pictures {
    /// The square in the middle of an uploaded picture, as WebP.
    ///
    /// # Errors
    /// `malformed` for what is no picture; `too_large` for too many pixels; `unavailable` when too many wait already.
    pub async fn square(&self, file: bytes::Bytes) -> Result<Avatar, RequestError> {
        self.make(move || square(&file)).await
    }

    /// Anything that is made of an uploaded picture.
    ///
    /// # Errors
    /// What the work says; `unavailable` when too many wait already.
    pub async fn make<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, RequestError> + Send + 'static,
    ) -> Result<T, RequestError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| RequestError::unavailable())?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|error| RequestError::internal(&error))?;
        // The permit moves into the closure: a request that is given up does not free the core that is still at work.
        let made = tokio::task::spawn_blocking(move || {
            let _running = running;
            work()
        });
        made.await.map_err(|error| RequestError::internal(&error))?
    }
}

/// What is decoded of a picture at most.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// Pixels of a side.
    pub side: u32,
    /// Bytes of all its pixels.
    pub bytes: u64,
}

fn no_picture() -> RequestError {
    RequestError::malformed("The file must be a PNG, JPEG, WebP or GIF picture.")
}

fn refused(error: &image::ImageError) -> RequestError {
    match error {
        image::ImageError::Limits(_) => too_many_pixels(),
        _ => no_picture(),
    }
}

/// What decodes a picture, once its head says that it is not too large.
///
/// # Errors
/// `malformed` for what is no picture; `too_large` for too many pixels.
pub fn decoder(file: &[u8], bounds: Bounds) -> Result<(ImageFormat, impl image::ImageDecoder + '_), RequestError> {
    let format = image::guess_format(file).map_err(|_| no_picture())?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif
    ) {
        return Err(no_picture());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.side);
    limits.max_image_height = Some(bounds.side);
    limits.max_alloc = Some(bounds.bytes);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    if decoder.total_bytes() > bounds.bytes {
        return Err(too_many_pixels());
    }
    Ok((format, decoder))
}

fn square(file: &[u8]) -> Result<Avatar, RequestError> {
    let refused = |error: image::ImageError| refused(&error);
    let (_, mut decoder) = decoder(file, BOUNDS)?;
    // Phones turn the camera's picture by a note beside it.
    let orientation = decoder.orientation().map_err(refused)?;
    let image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    let cut = image.crop_imm(left, top, side, side);
    drop(image);
    let mut small = cut.resize_exact(AVATAR_PIXELS, AVATAR_PIXELS, FilterType::CatmullRom);
    small.apply_orientation(orientation);
    let rgba = small.to_rgba8();
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .encode(&rgba, AVATAR_PIXELS, AVATAR_PIXELS, image::ExtendedColorType::Rgba8)
        .map_err(|error| RequestError::internal(&error))?;
    Ok(Avatar {
        media_type: "image/webp".to_owned(),
        bytes,
    })
}

/// What is said of a picture that would take too much.
#[must_use]
pub fn too_many_pixels() -> RequestError {
    RequestError {
        sentence: "The picture has too many pixels.".into(),
        ..ErrorCode::TooLarge.into()
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder as _, Rgb, RgbImage, codecs::png::PngEncoder};

    use super::*;

    fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        let image = RgbImage::from_fn(width, height, |x, y| Rgb(pixel(x, y)));
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes)
            .write_image(&image, width, height, ExtendedColorType::Rgb8)
            .unwrap();
        bytes
    }

    fn code(file: &[u8]) -> ErrorCode {
        square(file).unwrap_err().code
    }

    #[test]
    fn the_square_in_the_middle_is_what_is_left() {
        // Red on both sides, blue in the middle.
        let wide = png(90, 30, |x, _| {
            if (30..60).contains(&x) {
                [0, 0, 255]
            } else {
                [255, 0, 0]
            }
        });
        let made = square(&wide).unwrap();
        assert_eq!(made.media_type, "image/webp");
        let image = image::load_from_memory(&made.bytes).unwrap().to_rgba8();
        assert_eq!(image.dimensions(), (AVATAR_PIXELS, AVATAR_PIXELS));
        for (x, y) in [(0, 0), (AVATAR_PIXELS - 1, 0), (AVATAR_PIXELS / 2, AVATAR_PIXELS - 1)] {
            assert_eq!(image.get_pixel(x, y).0, [0, 0, 255, 255]);
        }
    }

    #[test]
    fn what_does_not_compress_fits_where_it_is_kept() {
        // A pattern without any: every pixel from a hash of its place.
        let noise = png(AVATAR_PIXELS, AVATAR_PIXELS, |x, y| {
            let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77)).wrapping_mul(0xC2B2_AE3D);
            let [a, b, c, _] = (mixed ^ (mixed >> 15)).to_le_bytes();
            [a, b, c]
        });
        let made = square(&noise).unwrap();
        assert!(made.bytes.len() <= 512 * 1024, "{}", made.bytes.len());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for file in [
            &b""[..],
            b"hello",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x89PNG\r\n\x1a\n",
            b"BM\x00\x00",
            &png(4, 4, |_, _| [0; 3])[..40],
        ] {
            assert_eq!(code(file), ErrorCode::Malformed, "{file:?}");
        }
    }

    #[test]
    fn a_picture_that_says_it_is_huge_is_not_decoded() {
        let mut huge = png(4, 4, |_, _| [0; 3]);
        for (width, height) in [(60_000_u32, 60_000_u32), (9_000, 9_000), (1, 100_000)] {
            huge[16..20].copy_from_slice(&width.to_be_bytes());
            huge[20..24].copy_from_slice(&height.to_be_bytes());
            // The check sum of the header, or it would be refused for another reason.
            let sum = crc(&huge[12..29]);
            huge[29..33].copy_from_slice(&sum.to_be_bytes());
            assert_eq!(code(&huge), ErrorCode::TooLarge, "{width}x{height}");
        }
    }

    /// CRC-32 as PNG has it.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }
}
