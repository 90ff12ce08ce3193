//! PNG: chunks, each with a length, a name and a check sum (W3C, Portable Network Graphics).

use super::take;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Pixels, colours and frames.
const BELONG: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn without_notes(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    let mut kept = SIGNATURE.to_vec();
    loop {
        let length = rest.get(..4)?;
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        let chunk = take(&mut rest, usize::try_from(length).ok()?.checked_add(12)?)?;
        let name = &chunk[4..8];
        if BELONG.iter().any(|belongs| name == *belongs) {
            kept.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(kept);
        }
    }
}
