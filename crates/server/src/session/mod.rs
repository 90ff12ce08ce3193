//! Who is asking: from a token to a [`Session`].
//!
//! Signing in makes a device with two tokens. The access token is a JWT of fifteen minutes ([`tokens`]); the refresh
//! token is opaque, used once, and stored as a hash only. A request or a socket shows the access token, in the
//! `Authorization` header, in the socket's handshake, or in a cookie. Its signature says who it was made for; the
//! device's row says that it still counts. Without that read, a revoked device would go on for fifteen minutes.

pub mod cookies;
pub mod passwords;
pub mod secret;
pub mod tokens;

use http::{HeaderMap, header::AUTHORIZATION};
use linnet_contract::{DeviceId, ErrorCode, UserId};

use crate::{app::App, error::RequestError};

/// Who asks: a user on a device, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub user: UserId,
    /// The signed-in device.
    pub device: DeviceId,
}

/// A token as a request shows it. Which of the two matters: a browser adds cookies to requests that other sites make it
/// send, but never a bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// `Authorization: Bearer ...`
    Bearer(&'a str),
    /// The cookie `linnet_access`.
    Cookie(&'a str),
}

impl<'a> Shown<'a> {
    /// The token itself.
    #[must_use]
    pub const fn token(self) -> &'a str {
        let (Self::Bearer(token) | Self::Cookie(token)) = self;
        token
    }
}

/// Finds the access token of a request. A bearer token wins over the cookie, which the browser adds unasked.
#[must_use]
pub fn from_headers(headers: &HeaderMap) -> Option<Shown<'_>> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(Shown::Bearer(token.trim()));
    }
    cookies::find(headers, cookies::ACCESS).map(Shown::Cookie)
}

/// Checks an access token: signature, time, and that its device is still signed in.
///
/// # Errors
/// `unauthenticated` for anything wrong with the token, whatever it is: a forger learns nothing. `unavailable` when
/// the database is away.
pub async fn authenticate(app: &App, token: &str) -> Result<Session, RequestError> {
    let unauthenticated = || RequestError::new(ErrorCode::Unauthenticated);
    let claims = app.tokens.verify(token, app.now_ms()).ok_or_else(unauthenticated)?;
    let device = app.store.devices_get(claims.dev).await?.ok_or_else(unauthenticated)?;
    if device.user != claims.sub || !device.is_alive(app.now_ms()) {
        return Err(unauthenticated());
    }
    Ok(Session {
        user: device.user,
        device: device.id,
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::COOKIE};

    use super::*;

    fn headers(all: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_bearer_token_wins_over_the_cookie() {
        let both = headers(&[(AUTHORIZATION, "bearer abc"), (COOKIE, "linnet_access=xyz")]);
        assert_eq!(from_headers(&both), Some(Shown::Bearer("abc")));
        let cookie = headers(&[(COOKIE, "a=b; linnet_access=xyz")]);
        assert_eq!(from_headers(&cookie), Some(Shown::Cookie("xyz")));
        assert_eq!(from_headers(&HeaderMap::new()), None);
    }

    #[test]
    fn another_scheme_is_no_token_and_does_not_fall_back_to_the_cookie() {
        let basic = headers(&[(AUTHORIZATION, "Basic YWxpY2U6cHc="), (COOKIE, "linnet_access=xyz")]);
        assert_eq!(from_headers(&basic), None);
    }
}
