use image::{
    ExtendedColorType, Frame, ImageDecoder as _, ImageEncoder as _, Rgba, RgbaImage,
    codecs::{
        gif::GifEncoder,
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngEncoder,
        webp::WebPEncoder,
    },
    metadata::Orientation,
};
use proptest::prelude::*;

use super::*;

const FORMATS: [ImageFormat; 4] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif];
const NOTE: &[u8] = b"taken at home";

fn picture() -> RgbaImage {
    RgbaImage::from_fn(40, 24, |x, y| {
        Rgba([u8::try_from(x * 6).unwrap(), u8::try_from(y * 10).unwrap(), 120, 255])
    })
}

/// A picture as an encoder leaves it, without any note.
fn plain(format: ImageFormat) -> Vec<u8> {
    let (picture, mut bytes) = (picture(), Vec::new());
    let (width, height) = picture.dimensions();
    match format {
        ImageFormat::Jpeg => {
            let rgb = image::DynamicImage::from(picture).to_rgb8();
            JpegEncoder::new(&mut bytes).write_image(&rgb, width, height, ExtendedColorType::Rgb8)
        }
        ImageFormat::Png => PngEncoder::new(&mut bytes).write_image(&picture, width, height, ExtendedColorType::Rgba8),
        ImageFormat::WebP => {
            WebPEncoder::new_lossless(&mut bytes).encode(&picture, width, height, ExtendedColorType::Rgba8)
        }
        _ => GifEncoder::new(&mut bytes).encode_frames([Frame::new(picture.clone()), Frame::new(picture)]),
    }
    .unwrap();
    bytes
}

fn inserted(file: &[u8], at: usize, part: &[u8]) -> Vec<u8> {
    [&file[..at], part, &file[at..]].concat()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], &name, content, &[0; 4]].concat()
}

/// The same picture with notes wherever the format has room for one, and behind its end.
fn noted(format: ImageFormat) -> Vec<u8> {
    let file = plain(format);
    let note = |head: &[u8]| [head, NOTE].concat();
    let noted = match format {
        ImageFormat::Jpeg => {
            let before_the_end = inserted(&file, file.len() - 2, &segment(0xfe, NOTE));
            let notes = [
                segment(0xe1, &note(b"Exif\0\0")),
                segment(0xe1, &note(b"http://ns.adobe.com/xap/1.0/\0")),
                segment(0xe2, &note(b"MPF\0")),
                segment(0xed, NOTE),
                segment(0xe0, &note(b"JFXX\0")),
                segment(0xfe, NOTE),
            ];
            inserted(&before_the_end, 2, &notes.concat())
        }
        ImageFormat::Png => {
            let notes = [
                chunk(*b"tEXt", NOTE),
                chunk(*b"eXIf", NOTE),
                chunk(*b"iTXt", NOTE),
                chunk(*b"zZzz", NOTE),
            ];
            inserted(&file, 33, &notes.concat())
        }
        ImageFormat::WebP => {
            let head = b"VP8X\x0a\0\0\0\x0c\0\0\0\x27\0\0\x17\0\0";
            let riff = |name: &[u8; 4]| {
                let length = u32::try_from(NOTE.len()).unwrap().to_le_bytes();
                [&name[..], &length, NOTE, &[0]].concat()
            };
            let mut noted = [inserted(&file, 12, head), riff(b"EXIF"), riff(b"XMP "), riff(b"zzzz")].concat();
            let length = u32::try_from(noted.len() - 8).unwrap().to_le_bytes();
            noted[4..8].copy_from_slice(&length);
            noted
        }
        _ => {
            let comment = [&b"\x21\xfe\x0d"[..], NOTE, b"\0"].concat();
            let application = [&b"\x21\xff\x0bXMP DataXMP\x0d"[..], NOTE, b"\0"].concat();
            inserted(&file, file.len() - 1, &[comment, application].concat())
        }
    };
    [&noted[..], NOTE].concat()
}

fn has_note(file: &[u8]) -> bool {
    file.windows(NOTE.len()).any(|part| part == NOTE)
}

#[test]
fn notes_go_and_pixels_stay() {
    for format in FORMATS {
        let (plain, noted) = (plain(format), noted(format));
        assert!(has_note(&noted));
        let kept = without_notes(&noted, format, 1).unwrap();
        assert!(!has_note(&kept), "{format:?}");
        assert!(
            without_notes(&plain, format, 1).is_some_and(|same| format == ImageFormat::WebP || same == plain),
            "{format:?}: what has no notes stays as it is"
        );
        let pixels = |file: &[u8]| image::load_from_memory_with_format(file, format).unwrap().to_rgba8();
        assert_eq!(pixels(&kept), pixels(&plain), "{format:?}");
    }
}

#[test]
fn how_to_turn_a_photo_is_the_one_note_that_stays() {
    let turned = jpeg::without_notes(&noted(ImageFormat::Jpeg), 6).unwrap();
    let mut decoder = JpegDecoder::new(std::io::Cursor::new(&turned)).unwrap();
    assert_eq!(decoder.orientation().unwrap(), Orientation::Rotate90);
    assert!(!has_note(&turned));
}

#[test]
fn every_frame_of_a_film_stays() {
    let kept = without_notes(&noted(ImageFormat::Gif), ImageFormat::Gif, 1).unwrap();
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(&kept)).unwrap();
    assert_eq!(image::AnimationDecoder::into_frames(decoder).count(), 2);
}

proptest! {
    #[test]
    fn what_is_broken_is_refused_or_whole_and_has_no_notes(
        which in 0..FORMATS.len(), length in 0_usize..4_000, flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..6),
    ) {
        let format = FORMATS[which];
        let mut file = noted(format);
        file.truncate(length);
        for (at, byte) in flips {
            let length = file.len().max(1);
            if let Some(flipped) = file.get_mut(at % length) {
                *flipped = byte;
            }
        }
        if let Some(kept) = without_notes(&file, format, 1) {
            prop_assert_eq!(without_notes(&kept, format, 1), Some(kept.clone()), "once is enough");
            prop_assert!(kept.len() <= file.len() + 2);
        }
    }
}
