//! WebP: chunks in a RIFF file (RFC 9649).

use super::take;

/// Bits of the extended header that say that there are notes: EXIF and XMP.
const NOTES: u8 = 0x08 | 0x04;

pub(super) fn without_notes(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file;
    let head = take(&mut rest, 12)?;
    if !head.starts_with(b"RIFF") || &head[8..] != b"WEBP" {
        return None;
    }
    // What stands behind the end that the head names is no part of it.
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    rest = rest.get(..usize::try_from(length).ok()?.checked_sub(4)?.min(rest.len()))?;
    let mut kept = head.to_vec();
    while !rest.is_empty() {
        let length = rest.get(4..8)?;
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
        let length = usize::try_from(length).ok()?.checked_add(8)?;
        let chunk = take(&mut rest, length)?;
        let padded = length % 2 == 1;
        if padded {
            // Some writers leave the last one out.
            let _ = take(&mut rest, 1);
        }
        let name = &chunk[..4];
        if ![b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"]
            .iter()
            .any(|belongs| name == *belongs)
        {
            continue;
        }
        let at = kept.len();
        kept.extend_from_slice(chunk);
        if padded {
            kept.push(0);
        }
        if name == b"VP8X" {
            *kept.get_mut(at + 8)? &= !NOTES;
        }
    }
    let length = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Some(kept)
}
