//! Requests to addresses that people chose. They must not reach what only this machine can reach: the database beside it, a
//! router's page, a cloud's metadata.
//!
//! A name is looked up when the connection is made, every address that it has is looked at, and the connection is made to
//! one of those that were looked at: a name that has another address a moment later gains nothing. Redirects are not followed,
//! no proxy of the environment is asked, and nothing is unpacked.

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
use tokio::{net::lookup_host, time::timeout};
use url::{Host, Url};

/// How long a name may take to be looked up, a connection to be made, and a whole request.
const LOOKUP_TIME: Duration = Duration::from_secs(3);
const CONNECT_TIME: Duration = Duration::from_secs(3);
const REQUEST_TIME: Duration = Duration::from_secs(8);
/// How long a connection without a request is kept, and how many of them for each host.
const IDLE_TIME: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS: usize = 4;

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
    pub async fn look_up(self, text: &str) -> Result<(), Refused> {
        let url = self.parse(text)?;
        match url.host() {
            Some(Host::Domain(name)) => self.addresses(name).await.map(drop),
            _ => Ok(()),
        }
    }

    async fn addresses(self, name: &str) -> Result<Vec<SocketAddr>, Refused> {
        let found = timeout(LOOKUP_TIME, lookup_host((name, 0))).await;
        let found: Vec<SocketAddr> = found
            .map_err(|_| Refused::Unknown)?
            .map_err(|_| Refused::Unknown)?
            .collect();
        self.check(&found)?;
        if found.is_empty() {
            Err(Refused::Unknown)
        } else {
            Ok(found)
        }
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
        Client::builder()
            .dns_resolver(Checked(self))
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
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .user_agent(concat!("Linnet/", env!("CARGO_PKG_VERSION")))
            .build()
    }
}

/// Looks names up for the client, and refuses as above.
struct Checked(Reach);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            match reach.addresses(name.as_str()).await {
                Ok(found) => Ok(Box::new(found.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>),
                Err(Refused::Private) => Err(io::Error::other("it is not a public address").into()),
                Err(_) => Err(io::Error::other("the name cannot be looked up").into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_everybody_can_have_is_public() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn an_address_may_be_written_in_many_ways() {
        let parse = |text| Reach::Public.parse(text).map(|url| url.to_string());
        assert!(parse("https://push.example.org/a?b=c").is_ok());
        for private in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://0/",
            "https://１２７.0.0.1/",
        ] {
            assert_eq!(parse(private), Err(Refused::Private), "{private}");
        }
        for wrong in [
            "",
            "push.example.org",
            "http://push.example.org/",
            "ftp://push.example.org/",
            "https://",
            "https:///",
            "https://push.example.org:8443/",
            "https://user@push.example.org/",
            "https://u:p@push.example.org/",
            "https://push.example.org/#a",
            "data:text/plain,hello",
            "file:///etc/passwd",
        ] {
            assert_eq!(parse(wrong), Err(Refused::Shape), "{wrong}");
        }
    }

    #[test]
    fn pages_are_on_the_ports_of_their_own_and_one_address_may_be_opened() {
        let parse = |reach: Reach, text| reach.parse(text).map(drop);
        let (pages, opened) = (Reach::Pages(None), Reach::Pages("127.0.0.1:4711".parse().ok()));
        for page in ["http://example.org/a?b", "https://example.org:443/", "http://1.1.1.1/"] {
            assert_eq!((parse(pages, page), parse(opened, page)), (Ok(()), Ok(())), "{page}");
        }
        for private in [
            "http://127.0.0.1/",
            "http://127.0.0.1:80/",
            "http://[::1]/",
            "https://10.1/",
        ] {
            let private = (parse(pages, private), parse(opened, private), private);
            assert_eq!(
                (private.0, private.1),
                (Err(Refused::Private), Err(Refused::Private)),
                "{}",
                private.2
            );
        }
        for wrong in [
            "http://example.org:8080/",
            "https://example.org:80/",
            "http://127.0.0.1:4712/",
            "http://localhost:4711/",
            "http://[::1]:4711/",
            "http://u@127.0.0.1:4711/",
            "ftp://example.org/",
        ] {
            assert_eq!(
                (parse(pages, wrong), parse(opened, wrong)),
                (Err(Refused::Shape), Err(Refused::Shape)),
                "{wrong}"
            );
        }
        assert_eq!(parse(opened, "http://127.0.0.1:4711/"), Ok(()));
        assert_eq!(
            parse(opened, "http://2130706433:4711/"),
            Ok(()),
            "the same in another way"
        );
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_when_it_is_looked_up_and_when_it_is_asked() {
        assert_eq!(Reach::Public.look_up("https://localhost/").await, Err(Refused::Private));
        assert_eq!(Reach::Anywhere.look_up("https://localhost/").await, Ok(()));
        let asked = Reach::Public.client().unwrap().get("https://localhost/").send().await;
        let error = format!("{:?}", asked.unwrap_err());
        assert!(error.contains("it is not a public address"), "{error}");
    }
}
