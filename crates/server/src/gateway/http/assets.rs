//! The web client, out of the binary.
//!
//! Files below `assets/` have a hash in their names, so they never change and are kept for a year. Everything else is
//! asked for again each time and answered 304 by its `ETag`. A path that is no file is a route of the client's own: it
//! gets `index.html`, if it is a page that was asked for and not a missing picture.

use std::{borrow::Cow, collections::HashMap, fmt::Write as _, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};
use linnet_contract::ErrorCode;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::error::RequestError;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Embedded;

/// What `/` shows when the program was built without the client.
const NO_CLIENT: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Linnet</title>\n\
    <h1>Linnet is running</h1>\n<p>This build has no web client in it. <code>make build</code> builds both; \
    the API is at <code>/api/v1</code>.</p>\n</html>\n";

/// The files, by their path without a leading slash.
#[derive(Clone)]
pub struct Assets(Arc<HashMap<String, File>>);

/// A file in the encodings that the client's build made.
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    kind: &'static str,
    etag: String,
    immutable: bool,
}

impl Assets {
    /// What was built into the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(Embedded::iter().filter_map(|path| {
            let data = Embedded::get(&path)?.data;
            let data = match data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((path.into_owned(), data))
        }))
    }

    /// These files. `x.br` and `x.gz` beside `x` are encodings of it and no files of their own.
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut all: HashMap<String, Bytes> = files.into_iter().collect();
        if !all.contains_key("index.html") {
            all.insert("index.html".to_owned(), Bytes::from_static(NO_CLIENT.as_bytes()));
        }
        let is_plain = |path: &str| {
            let encoded = path.strip_suffix(".br").or_else(|| path.strip_suffix(".gz"));
            encoded.is_none_or(|plain| !all.contains_key(plain))
        };
        let file = |(path, plain): (&String, &Bytes)| {
            let encoded = |suffix: &str| all.get(&format!("{path}{suffix}")).cloned();
            let file = File {
                brotli: encoded(".br"),
                gzip: encoded(".gz"),
                kind: kind(path),
                etag: etag(plain),
                immutable: path.starts_with("assets/"),
                plain: plain.clone(),
            };
            (path.clone(), file)
        };
        Self(Arc::new(
            all.iter().filter(|(path, _)| is_plain(path)).map(file).collect(),
        ))
    }

    /// Serves them, as the fallback of all other routes.
    pub(super) fn router(self) -> Router {
        Router::new().fallback(move |request: Request| {
            let response = self.answer(&request);
            std::future::ready(response)
        })
    }

    fn answer(&self, request: &Request) -> Response {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            let mut response = RequestError::new(ErrorCode::MethodNotAllowed).into_response();
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let path = request.uri().path().trim_start_matches('/');
        let headers = request.headers();
        if let Some(file) = self.0.get(if path.is_empty() { "index.html" } else { path }) {
            return file.answer(headers);
        }
        // An old page may ask for a script that a new version no longer has: a page in its place would only confuse it.
        let page = wants_page(headers) && !path.starts_with("assets/") && !path.starts_with("socket.io");
        match self.0.get("index.html") {
            Some(index) if page => index.answer(headers),
            _ => RequestError::new(ErrorCode::NotFound).into_response(),
        }
    }
}

impl File {
    fn answer(&self, headers: &HeaderMap) -> Response {
        let (body, encoding) = self.encoded(headers);
        // An entity tag names one representation (RFC 9110, section 8.8.3): each encoding has its own.
        let etag = format!(
            "\"{}{}\"",
            self.etag,
            encoding.map_or(String::new(), |encoding| format!("-{encoding}"))
        );
        let cache = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let unchanged = headers
            .get_all(IF_NONE_MATCH)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                value
                    .split(',')
                    .any(|one| one.trim().trim_start_matches("W/") == etag || one.trim() == "*")
            });
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(body));
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(encoding) = encoding {
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(etag) = HeaderValue::try_from(etag) {
            headers.insert(ETAG, etag);
        }
        response
    }

    fn encoded(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(headers, "br") => (brotli.clone(), Some("br")),
            (_, Some(gzip)) if accepts(headers, "gzip") => (gzip.clone(), Some("gzip")),
            _ => (self.plain.clone(), None),
        }
    }
}

/// Whether the client takes an encoding: it names it, and does not give it the weight 0.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers
        .get_all(ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

fn etag(content: &[u8]) -> String {
    let mut text = String::new();
    for byte in &Sha256::digest(content)[..12] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The media type by the name's ending. With `nosniff` a wrong one is not guessed around, so the list is what a web
/// client is made of.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
