//! Requests to addresses that people chose. They must not reach what only this machine can reach: the database beside it, a
//! router's page, a cloud's metadata.
//!
//! A name is looked up when the connection is made, every address that it has is looked at, and the connection is made to
//! one of those that were looked at: a name that has another address a moment later gains nothing. Redirects are not followed,
//! no proxy of the environment is asked, and nothing is unpacked.

mod names;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{
    Client,
    dns::{Name, Resolve, Resolving},
    redirect,
};
use url::{Host, Url};

pub use names::Names;

/// How long a connection may take to be made, and a whole request.
const CONNECT_TIME: Duration = Duration::from_secs(3);
const REQUEST_TIME: Duration = Duration::from_secs(8);
/// How long a connection without a request is kept, and how many of them for each host.
const IDLE_TIME: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS: usize = 4;
/// Addresses of one name that are tried. With all that fit into an answer it would be a way to have us knock at thousands of doors.
const ADDRESSES: usize = 8;

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To public addresses, by https on its own port.
    Public,
    /// To public addresses, by http or https on the ports of their own: where pages are. And to one address that the operator
    /// opened.
    Pages(Option<SocketAddr>),
    /// Anywhere. For tests.
    Anywhere,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no address, or of a kind that is not asked.
    Shape,
    /// It is, or leads to, an address that is not public.
    Private,
    /// The name cannot be looked up.
    Unknown,
}

/// Whether everybody on the internet can have this address, and so whoever names it learns nothing from us.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // This network, shared by carriers, protocol assignments, the old relays of 6to4, benchmarks, multicast and what is
        // reserved.
        || a == 0
        || (a == 100 && (b & 0xc0) == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b & 0xfe) == 18)
        || a >= 224;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only this part is given out. In it: protocol assignments (Teredo among them, which has an IPv4 address inside),
    // 6to4, which has one as well, and two ranges for documentation.
    (a & 0xe000) == 0x2000
        && !(a == 0x2001 && b < 0x0200)
        && !(a == 0x2001 && b == 0x0db8)
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}

impl Reach {
    /// An address as somebody gave it, where requests may go as far as can be told without looking it up.
    pub fn parse(self, text: &str) -> Result<Url, Refused> {
        let url = Url::parse(text).map_err(|_| Refused::Shape)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let scheme = match self {
            Self::Public => url.scheme() == "https" && url.port().is_none(),
            Self::Pages(_) => matches!(url.scheme(), "http" | "https") && (url.port().is_none() || self.opens(&url)),
            Self::Anywhere => matches!(url.scheme(), "http" | "https"),
        };
        if !plain || !scheme {
            return Err(Refused::Shape);
        }
        if self.opens(&url) {
            return Ok(url);
        }
        let address = match url.host().ok_or(Refused::Shape)? {
            Host::Domain(_) => return Ok(url),
            Host::Ipv4(address) => IpAddr::V4(address),
            Host::Ipv6(address) => IpAddr::V6(address),
        };
        self.check(&[SocketAddr::new(address, 0)]).map(|()| url)
    }

    /// It is the address that the operator opened, by its number: a name that leads there could lead to anything beside it.
    fn opens(self, url: &Url) -> bool {
        let Self::Pages(Some(opened)) = self else {
            return false;
        };
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return false,
        };
        url.port_or_known_default() == Some(opened.port()) && address == opened.ip()
    }

    /// The same, looked up.
    pub async fn look_up(self, names: &Names, text: &str) -> Result<(), Refused> {
        let url = self.parse(text)?;
        match url.host() {
            Some(Host::Domain(name)) => self.addresses(names, name).await.map(drop),
            _ => Ok(()),
        }
    }

    async fn addresses(self, names: &Names, name: &str) -> Result<Vec<SocketAddr>, Refused> {
        let found = names.look_up(name).await;
        let mut found = found.filter(|found| !found.is_empty()).ok_or(Refused::Unknown)?;
        self.check(&found)?;
        found.truncate(ADDRESSES);
        Ok(found)
    }

    /// One address that is not public is enough to refuse them all.
    fn check(self, found: &[SocketAddr]) -> Result<(), Refused> {
        if self != Self::Anywhere && !found.iter().all(|address| is_public(address.ip())) {
            return Err(Refused::Private);
        }
        Ok(())
    }

    /// What sends requests there.
    ///
    /// # Errors
    /// When this machine has no certificates of authorities, by which others are known.
    pub fn client(self) -> Result<Client, reqwest::Error> {
        self.client_by(Names::default())
    }

    fn client_by(self, names: Names) -> Result<Client, reqwest::Error> {
        // Pages are asked once, and of many hosts: a connection that is kept for each would be kept for nothing.
        let idle = if matches!(self, Self::Pages(_)) {
            0
        } else {
            IDLE_CONNECTIONS
        };
        Client::builder()
            .dns_resolver(Checked { reach: self, names })
            .redirect(redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .https_only(self == Self::Public)
            .connect_timeout(CONNECT_TIME)
            .timeout(REQUEST_TIME)
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(idle)
            .user_agent(concat!("Linnet/", env!("CARGO_PKG_VERSION")))
            .build()
    }
}

/// Looks names up for the client, and refuses as above.
struct Checked {
    reach: Reach,
    names: Names,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, names) = (self.reach, self.names.clone());
        Box::pin(async move {
            match reach.addresses(&names, name.as_str()).await {
                Ok(found) => Ok(Box::new(found.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>),
                Err(Refused::Private) => Err(io::Error::other("it is not a public address").into()),
                Err(_) => Err(io::Error::other("the name cannot be looked up").into()),
            }
        })
    }
}

#[cfg(test)]
mod tests;
