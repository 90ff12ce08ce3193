//! GIF: blocks, each with a kind (`GIF89a`).

use super::take;

const END: u8 = 0x3b;

pub(super) fn without_notes(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file;
    let head = take(&mut rest, 13)?;
    if !head.starts_with(b"GIF87a") && !head.starts_with(b"GIF89a") {
        return None;
    }
    let mut kept = head.to_vec();
    kept.extend_from_slice(take(&mut rest, colours(head[10]))?);
    loop {
        // Without an end, what is there can be shown.
        let Some(&[kind]) = take(&mut rest, 1) else {
            kept.push(END);
            return Some(kept);
        };
        match kind {
            END => {
                kept.push(END);
                return Some(kept);
            }
            0x2c => {
                let place = take(&mut rest, 9)?;
                kept.push(kind);
                kept.extend_from_slice(place);
                kept.extend_from_slice(take(&mut rest, colours(place[8]))?);
                kept.extend_from_slice(take(&mut rest, 1)?);
                kept.extend_from_slice(blocks(&mut rest)?);
            }
            0x21 => {
                let label = take(&mut rest, 1)?[0];
                let blocks = blocks(&mut rest)?;
                // How long a frame is seen, and how often all of them are.
                let repeats = [&b"\x0bNETSCAPE2.0"[..], b"\x0bANIMEXTS1.0"];
                if label == 0xf9 || (label == 0xff && repeats.iter().any(|name| blocks.starts_with(name))) {
                    kept.extend_from_slice(&[kind, label]);
                    kept.extend_from_slice(blocks);
                }
            }
            _ => return None,
        }
    }
}

/// Bytes of a table of colours, as the byte before it says.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Blocks up to the empty one, with it.
fn blocks<'f>(rest: &mut &'f [u8]) -> Option<&'f [u8]> {
    let mut length = 0;
    loop {
        let size = usize::from(*rest.get(length)?);
        length += 1 + size;
        if size == 0 {
            return take(rest, length);
        }
    }
}
