//! Asking a page. Whoever chose its address may run it, and wants to reach what only this server reaches, or to keep it busy.

use std::time::Duration;

use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, USER_AGENT},
};
use reqwest::{Client, Response};
use tokio::time::timeout;
use url::Url;

use super::Previews;

/// A page has so long in all: looked up, redirected, and read.
const TIME: Duration = Duration::from_secs(5);
/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// Bytes that are read of a page. Its head is in front, and seldom this long.
const BYTES: usize = 512 * 1024;

/// The beginning of a page.
pub(super) struct Page {
    /// At least its head, if it is not too long.
    pub(super) bytes: Vec<u8>,
    /// How it is written, if the server said so.
    pub(super) charset: Option<String>,
}

/// The beginning of the page at this address; none where there is none, or none that is worth showing.
pub(super) async fn ask(previews: &Previews, link: &Url) -> Option<Page> {
    let client = previews.client.as_ref()?;
    timeout(TIME, follow(previews, client, link)).await.ok().flatten()
}

async fn follow(previews: &Previews, client: &Client, link: &Url) -> Option<Page> {
    let mut next = link.clone();
    for _ in 0..=REDIRECTS {
        next.set_fragment(None);
        // Each one anew: a public page may send us to a private one.
        let url = previews.reach.parse(next.as_str()).ok()?;
        let response = client
            .get(url.clone())
            .header(USER_AGENT, &previews.agent)
            .header(ACCEPT, "text/html, application/xhtml+xml")
            // What is packed could be a thousand times as long as what was sent.
            .header(ACCEPT_ENCODING, "identity")
            .send()
            .await;
        // The error may have the address in it, which is part of what somebody wrote.
        let response = match response {
            Ok(response) => response,
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "a page was not reached");
                return None;
            }
        };
        if let Some(location) = redirect(&response) {
            next = url.join(location).ok()?;
            continue;
        }
        if !response.status().is_success() || !is_plain(response.headers()) || !is_page(response.headers()) {
            return None;
        }
        let charset = charset(response.headers());
        return Some(Page {
            bytes: head(response).await?,
            charset,
        });
    }
    None
}

fn redirect(response: &Response) -> Option<&str> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = response
        .headers()
        .get(LOCATION)
        .filter(|_| moved.contains(&response.status()));
    location?.to_str().ok()
}

/// It is as it was asked for, not packed all the same.
fn is_plain(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// It says that it is a page.
fn is_page(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let media_type = said.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|page| media_type.eq_ignore_ascii_case(page))
}

/// How it says that it is written.
fn charset(headers: &HeaderMap) -> Option<String> {
    let mut named = headers
        .get(CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .filter_map(|part| part.split_once('='));
    let (_, value) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// Reads until the head of the page ends, and not on for ever.
async fn head(mut response: Response) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        // The end of the head may lie across two chunks.
        let from = bytes.len().saturating_sub(b"</head".len());
        bytes.extend_from_slice(&chunk[..chunk.len().min(BYTES - bytes.len())]);
        let ends = |end: &[u8]| {
            bytes[from..]
                .windows(end.len())
                .any(|part| part.eq_ignore_ascii_case(end))
        };
        if bytes.len() >= BYTES || ends(b"</head") || ends(b"<body") {
            break;
        }
    }
    Some(bytes)
}
