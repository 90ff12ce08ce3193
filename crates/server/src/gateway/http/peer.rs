//! Who is at the other end, seen past the proxies that are trusted.
//!
//! `X-Forwarded-For` is a list to which each proxy adds the address that it saw, so its right end is true as long as the
//! proxies are ours, and its left end is whatever the client wrote. We walk it from the right and stop at the first
//! address that is not a trusted proxy's.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use socketio::{ClientAddr, RemoteAddr};

use crate::{
    app::App,
    config::{SecureCookies, Server},
    session::cookies::Attributes,
};

/// Proxies in a row at most.
const HOPS: usize = 16;

/// The other end of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// It reached us, or our proxy, by https.
    pub https: bool,
}

/// The middleware that finds the peer, for the limits by address here and in the engine.
pub(super) async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let remote = request
        .extensions()
        .get::<RemoteAddr>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |remote| remote.0.ip());
    let peer = see(&app.config.server, remote.to_canonical(), request.headers());
    request.extensions_mut().insert(ClientAddr(peer.address));
    request.extensions_mut().insert(peer);
    next.run(request).await
}

fn see(server: &Server, remote: IpAddr, headers: &HeaderMap) -> Peer {
    let trusted = |address: IpAddr| server.trusted_proxies.iter().any(|network| network.contains(address));
    if !trusted(remote) {
        return Peer {
            address: remote,
            https: server.public_is_https(),
        };
    }
    let mut address = remote;
    let lines = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for hop in hops.iter().rev().take(HOPS) {
        let Some(seen) = hop_address(hop.trim()) else { break };
        address = seen;
        if !trusted(address) {
            break;
        }
    }
    let proto = headers
        .get_all("x-forwarded-proto")
        .into_iter()
        .next_back()
        .and_then(|value| value.to_str().ok());
    let https = proto
        .and_then(|value| value.rsplit(',').next())
        .is_some_and(|last| last.trim() == "https");
    Peer {
        address,
        https: https || server.public_is_https(),
    }
}

/// An address as proxies write it: bare, with a port, or in brackets with a port.
fn hop_address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.split_once(']')?.0.parse().ok();
    let address = text
        .parse()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    address.or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

impl Peer {
    /// How the cookies for this peer must look.
    #[must_use]
    pub fn cookies(&self, app: &App) -> Attributes {
        let secure = match app.config.accounts.secure_cookies {
            SecureCookies::Auto => self.https,
            SecureCookies::Always => true,
            SecureCookies::Never => false,
        };
        Attributes {
            secure,
            cross_site: !app.config.server.frontend_origins.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::config::Config;

    fn peer(remote: &str, all: &[(&'static str, &'static str)]) -> (String, bool) {
        let mut server = Config::defaults().server;
        server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let seen = see(&server, remote.parse().unwrap(), &all.iter().map(pair).collect());
        (seen.address.to_string(), seen.https)
    }

    #[test]
    fn a_stranger_cannot_pretend_to_be_someone_else() {
        let lies = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https")];
        assert_eq!(peer("203.0.113.5", &lies), ("203.0.113.5".to_owned(), false));
        let through_proxy = [
            ("x-forwarded-for", "1.1.1.1, 203.0.113.5"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(peer("10.0.0.1", &through_proxy), ("203.0.113.5".to_owned(), true));
    }

    #[test]
    fn several_proxies_are_walked_from_the_right() {
        let headers = [("x-forwarded-for", "6.6.6.6, 203.0.113.5, 10.0.0.2")];
        assert_eq!(peer("10.0.0.1", &headers).0, "203.0.113.5");
        assert_eq!(
            peer("10.0.0.1", &[("x-forwarded-for", "10.0.0.3,10.0.0.2")]).0,
            "10.0.0.3"
        );
        assert_eq!(
            peer("10.0.0.1", &[("x-forwarded-for", "203.0.113.5, garbage")]).0,
            "10.0.0.1"
        );
        assert_eq!(
            peer("10.0.0.1", &[("x-forwarded-for", "[2001:db8::1]:4711")]).0,
            "2001:db8::1"
        );
        assert_eq!(peer("10.0.0.1", &[]).0, "10.0.0.1");
    }
}
