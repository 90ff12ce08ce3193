//! Cross-origin rules: who may talk to this server from a page, and how browsers are told.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

use crate::{Cors, Origins, ResponseBody};

/// What the rules say about one request.
pub(crate) struct Decision {
    /// Whether the request may be answered. A browser would not show the answer to the page, but polling and WebSocket act before
    /// they answer, and with the visitor's cookies.
    pub(crate) allowed: bool,
    /// The origin to name in the answer.
    origin: Option<HeaderValue>,
    credentials: bool,
}

impl Decision {
    pub(crate) fn new(cors: &Cors, headers: &HeaderMap) -> Self {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Self {
                allowed: true,
                origin: None,
                credentials: false,
            };
        };
        let allowed = is_same_origin(origin, headers)
            || match &cors.origins {
                Origins::SameOrigin => false,
                Origins::List(origins) => origins.contains(origin),
                Origins::Any => true,
            };
        Self {
            allowed,
            origin: allowed.then(|| origin.clone()),
            credentials: cors.credentials,
        }
    }

    pub(crate) fn apply(&self, response: &mut Response<ResponseBody>) {
        let Some(origin) = &self.origin else { return };
        // Nobody reads the headers of a WebSocket handshake.
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return;
        }
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if self.credentials {
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
    }
}

/// Whether the page came from the host that it now asks. The scheme is not compared: TLS may end in front of this server.
fn is_same_origin(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    page.is_some_and(|(_, page)| host.is_some_and(|host| host.eq_ignore_ascii_case(page.as_bytes())))
}

/// Answers the question that a browser asks before a request that is not simple.
pub(crate) fn preflight(headers: &HeaderMap) -> Response<ResponseBody> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let out = response.headers_mut();
    if headers.contains_key(header::ORIGIN) {
        out.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET,POST"),
        );
        if let Some(asked) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            out.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        out.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}
