//! The two cookies of a browser session.
//!
//! Both are `HttpOnly`, so that a script that got into the page cannot read them. The refresh token's cookie goes only to
//! the paths that need it. `SameSite` keeps other sites from sending requests with them; `gateway::http::csrf` stands
//! behind it, because `Lax` lets some through and because a page of another origin may be allowed by a setting.

use http::{HeaderMap, HeaderValue, header::COOKIE};

use super::tokens;

/// The cookie of the access token.
pub const ACCESS: &str = "linnet_access";
/// The cookie of the refresh token.
pub const REFRESH: &str = "linnet_refresh";

/// The refresh token is of use here only.
const REFRESH_PATH: &str = "/api/v1/auth";

/// How the cookies of an answer must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    /// The browser reached us by https: send them back over https only.
    pub secure: bool,
    /// A page of another site uses them (a `FRONTEND_URL` elsewhere): browsers send them along only with
    /// `SameSite=None`, and take that only together with `Secure`.
    pub cross_site: bool,
}

/// Finds a cookie. The first one of a name counts: browsers send the one with the longest path first.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// The two `Set-Cookie` values that sign a browser in.
#[must_use]
pub fn set(access: &str, refresh: &str, attributes: Attributes) -> [HeaderValue; 2] {
    [
        cookie(ACCESS, access, "/", tokens::ACCESS_SECONDS, attributes),
        cookie(REFRESH, refresh, REFRESH_PATH, tokens::REFRESH_SECONDS, attributes),
    ]
}

/// The two `Set-Cookie` values that sign a browser out.
#[must_use]
pub fn clear(attributes: Attributes) -> [HeaderValue; 2] {
    [
        cookie(ACCESS, "", "/", 0, attributes),
        cookie(REFRESH, "", REFRESH_PATH, 0, attributes),
    ]
}

fn cookie(name: &str, value: &str, path: &str, max_age: i64, attributes: Attributes) -> HeaderValue {
    let same_site = if attributes.cross_site && attributes.secure {
        "None"
    } else {
        "Lax"
    };
    let secure = if attributes.secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::try_from(text).expect("names, paths and tokens are ASCII without separators")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_across_headers() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("xlinnet_access=1;linnet_access="));
        headers.append(COOKIE, HeaderValue::from_static("linnet_access=2; linnet_refresh=3"));
        assert_eq!(find(&headers, ACCESS), Some("2"));
        assert_eq!(find(&headers, REFRESH), Some("3"));
        assert_eq!(find(&headers, "other"), None);
    }

    #[test]
    fn cookies_are_cross_site_only_together_with_secure() {
        let plain = set(
            "a",
            "r",
            Attributes {
                secure: false,
                cross_site: true,
            },
        );
        assert_eq!(plain[0], "linnet_access=a; Path=/; Max-Age=900; HttpOnly; SameSite=Lax");
        let secure = set(
            "a",
            "r",
            Attributes {
                secure: true,
                cross_site: true,
            },
        );
        assert_eq!(
            secure[1],
            "linnet_refresh=r; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=None; Secure"
        );
        let gone = clear(Attributes {
            secure: true,
            cross_site: false,
        });
        assert_eq!(
            gone[0],
            "linnet_access=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
