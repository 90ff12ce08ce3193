//! Packets and frames, in and out.

use divan::{AllocProfiler, Bencher, black_box};
use micro::packet;
use socketio::codec::{engine, frame, socket};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn main() {
    divan::main();
}

/// A masked text frame, as a client sends it.
fn masked(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a message of some hundred bytes");
    let mut bytes = vec![0x81, 0xfe];
    bytes.extend(length.to_be_bytes());
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

#[divan::bench]
fn decode_event(bencher: Bencher<'_, '_>) {
    let packet = packet();
    bencher.bench_local(|| socket::decode(black_box(&packet), 10).is_ok());
}

#[divan::bench]
fn decode_frame(bencher: Bencher<'_, '_>) {
    let bytes = masked(format!("4{}", packet()).as_bytes());
    bencher
        .with_inputs(|| (bytes.clone(), frame::Decoder::new(1_000_000)))
        .bench_local_values(|(mut bytes, mut decoder)| {
            let mut input = &mut bytes[..];
            let whole = decoder.next(&mut input).is_ok_and(|message| message.is_some());
            assert!(whole);
            (bytes, decoder)
        });
}

#[divan::bench]
fn encode_frame(bencher: Bencher<'_, '_>) {
    let payload = packet();
    let mut out = Vec::with_capacity(1024);
    bencher.bench_local(|| {
        out.clear();
        frame::encode(&mut out, 1, black_box(payload.as_bytes()));
        out.len()
    });
}

#[divan::bench(args = [16, 256, 4096])]
fn unmask(bencher: Bencher<'_, '_>, length: usize) {
    let mut bytes = vec![0x5a; length];
    bencher.bench_local(|| frame::unmask(black_box(&mut bytes), MASK, 0));
}

#[divan::bench]
fn decode_payload_of_ten(bencher: Bencher<'_, '_>) {
    let body = vec![format!("4{}", packet()); 10].join("\u{1e}");
    bencher.bench_local(|| engine::decode_payload(black_box(body.as_bytes())).flatten().count());
}
