//! JPEG: segments, each with a marker (ITU T.81, annex B).

use super::take;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

pub(super) fn without_notes(file: &[u8], turn: u8) -> Option<Vec<u8>> {
    let mut rest = file.strip_prefix(&[0xff, START])?;
    let mut kept = vec![0xff, START];
    if turn > 1 {
        kept.extend_from_slice(&turned(turn));
    }
    loop {
        if take(&mut rest, 1)? != [0xff] {
            return None;
        }
        let marker = loop {
            match take(&mut rest, 1)?[0] {
                0xff => {}
                marker => break marker,
            }
        };
        match marker {
            END => {
                kept.extend_from_slice(&[0xff, END]);
                return Some(kept);
            }
            0x00 | START => return None,
            // These stand alone.
            0x01 | 0xd0..=0xd7 => kept.extend_from_slice(&[0xff, marker]),
            _ => {
                let length = rest.get(..2)?;
                let segment = take(&mut rest, usize::from(u16::from_be_bytes([length[0], length[1]])))?;
                let content = segment.get(2..)?;
                if belongs(marker, content) {
                    kept.extend_from_slice(&[0xff, marker]);
                    kept.extend_from_slice(segment);
                }
                if marker == SCAN {
                    kept.extend_from_slice(scanned(&mut rest));
                    // Cut off by a bad connection: what is there can be shown.
                    if rest.is_empty() {
                        kept.extend_from_slice(&[0xff, END]);
                        return Some(kept);
                    }
                }
            }
        }
    }
}

/// What is needed to show it: its tables and frames, how its colours are meant, and nothing that only describes it.
fn belongs(marker: u8, content: &[u8]) -> bool {
    match marker {
        // Frames, tables, scans.
        0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xdf => true,
        // The density of pixels, but not with the small picture that may stand behind it.
        0xe0 => content.starts_with(b"JFIF\0") && content.len() == 14,
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        // Which colours the three numbers of a pixel are.
        0xee => content.starts_with(b"Adobe"),
        _ => false,
    }
}

/// The pixels of a scan, up to the next marker that is not part of them.
fn scanned<'f>(rest: &mut &'f [u8]) -> &'f [u8] {
    let part = |pair: &[u8]| pair[0] != 0xff || matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let end = rest.windows(2).position(|pair| !part(pair)).unwrap_or(rest.len());
    take(rest, end).unwrap_or_default()
}

/// A segment of EXIF that says how to turn the picture, and nothing else.
fn turned(turn: u8) -> [u8; 36] {
    let mut segment = *b"\xff\xe1\x00\x22Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00";
    segment[29] = turn;
    segment
}
