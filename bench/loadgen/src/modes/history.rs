//! One page of history after the other, over HTTP on one connection.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::{latency::Latency, meter::Bench};

/// Messages of a page.
const PAGE: usize = 50;
/// An answer larger than this is none.
const LARGEST: usize = 8 << 20;

pub(crate) fn run(bench: &Bench, address: SocketAddr, requests: usize) -> anyhow::Result<Value> {
    let token = bench.cast.token(0).context("history is for people who are known")?;
    let conversation = bench.cast.conversation(0);
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut ask = |query: &str| -> anyhow::Result<(Duration, Value)> {
        let request = format!(
            "GET /api/v1/conversations/{conversation}/messages?limit={PAGE}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        let began = Instant::now();
        stream.write_all(request.as_bytes())?;
        let body = answer(&mut reader)?;
        let took = began.elapsed();
        Ok((took, serde_json::from_slice(&body)?))
    };
    let (_, newest) = ask("")?;
    let last = newest["messages"]
        .as_array()
        .and_then(|page| page.last()?["sequence"].as_u64());
    let last = last.context("the conversation is empty")?;
    let mut latency = Latency::new();
    for request in 0..requests {
        // From the newest page to the oldest, in even steps.
        let before = last - (last - PAGE as u64) * request as u64 / requests as u64;
        let (took, page) = ask(&format!("&before={before}"))?;
        let found = page["messages"].as_array().map_or(0, Vec::len);
        ensure!(
            found == PAGE || before <= PAGE as u64,
            "{found} messages before {before}: {page}"
        );
        latency.record(u64::try_from(took.as_nanos())?);
    }
    Ok(json!({ "messages": last, "requests": requests, "page_us": latency.percentiles() }))
}

fn answer(reader: &mut BufReader<TcpStream>) -> anyhow::Result<Vec<u8>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    ensure!(line.starts_with("HTTP/1.1 200"), "{}", line.trim());
    let mut length = None;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length
        .filter(|length| *length <= LARGEST)
        .context("no length that makes sense")?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}
