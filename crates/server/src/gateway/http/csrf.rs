//! No other site may make a visitor's browser act here.
//!
//! A browser adds our cookies to what a page of another site makes it send, as far as `SameSite` lets it. But it also says
//! where the page came from: in `Origin`, with every request that is not a plain read, or in `Sec-Fetch-Site`. A request
//! without either does not come from a browser, and whoever sends it has the cookies anyway. A request with an
//! `Authorization` header is let through: no page can make a browser add one without asking us first (CORS), and where
//! that header is, cookies do not count. Signing in is checked too: otherwise a page could sign a visitor in to an
//! account of its own, and read what they write there.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap,
    header::{AUTHORIZATION, HOST, ORIGIN},
};
use linnet_contract::ErrorCode;

use crate::{app::App, config::Server, error::RequestError};

/// The middleware.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if request.method().is_safe() || headers.contains_key(AUTHORIZATION) || allowed(&app.config.server, headers) {
        return next.run(request).await;
    }
    let sentence = "This request comes from a page of another site. If that page is yours, its address belongs into FRONTEND_URL, or into LINNET_PUBLIC_URL where a proxy serves this server under it.";
    RequestError {
        sentence: sentence.into(),
        ..ErrorCode::Forbidden.into()
    }
    .into_response()
}

fn allowed(server: &Server, headers: &HeaderMap) -> bool {
    if let Some(origin) = headers.get(ORIGIN) {
        let Ok(origin) = origin.to_str() else { return false };
        return is_own(server, headers, origin) || server.frontend_origins.iter().any(|allowed| allowed == origin);
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => true,
    }
}

/// Whether the page is ours. The scheme is not compared: behind a proxy that ends TLS we do not know it.
pub(super) fn is_own(server: &Server, headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let page = origin.split_once("://").map(|(_, authority)| authority);
    (page.is_some() && page == host) || server.public_url.as_deref() == Some(origin)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::config::Config;

    fn verdict(all: &[(&'static str, &'static str)]) -> bool {
        let mut server = Config::defaults().server;
        server.frontend_origins = vec!["https://app.example.org".to_owned()];
        server.public_url = Some("https://chat.example.org".to_owned());
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        allowed(&server, &all.iter().map(pair).collect())
    }

    #[test]
    fn only_our_own_pages_and_the_allowed_ones_may_send() {
        let host = ("host", "localhost:3000");
        assert!(verdict(&[host]), "no browser");
        assert!(verdict(&[host, ("origin", "http://localhost:3000")]));
        assert!(verdict(&[host, ("origin", "https://app.example.org")]));
        assert!(
            verdict(&[host, ("origin", "https://chat.example.org")]),
            "a proxy that changes Host"
        );
        assert!(verdict(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(!verdict(&[host, ("origin", "http://localhost:3001")]));
        assert!(!verdict(&[host, ("origin", "https://evil.example.org")]));
        assert!(!verdict(&[host, ("origin", "https://app.example.org.evil.org")]));
        assert!(!verdict(&[host, ("origin", "null")]));
        assert!(!verdict(&[
            host,
            ("origin", "https://evil.example.org"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(!verdict(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(!verdict(&[host, ("sec-fetch-site", "same-site")]));
    }
}
