//! Parsers of single values. Each error completes a sentence that begins with the setting's name.

use std::{
    fmt::Display,
    net::{IpAddr, Ipv6Addr},
    ops::RangeInclusive,
    str::FromStr,
};

/// A whole number within bounds.
pub(super) fn number<T: FromStr + PartialOrd + Display>(text: &str, bounds: RangeInclusive<T>) -> Result<T, String> {
    text.parse()
        .ok()
        .filter(|number| bounds.contains(number))
        .ok_or_else(|| {
            format!(
                "must be a whole number from {} to {}, not {text:?}",
                bounds.start(),
                bounds.end()
            )
        })
}

/// One of a few words.
pub(super) fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        format!("must be {}, not {text:?}", names.join(" or "))
    })
}

/// An address of this machine.
pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| format!("must be an IP address such as 127.0.0.1, 0.0.0.0 or ::, not {text:?}"))
}

/// The parts of a list; none for an empty text.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A web origin in the form in which browsers send it: lower case, without the scheme's own port, without a path.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let wrong =
        || format!("must be a web origin such as https://chat.example.org or http://localhost:5173, not {text:?}");
    let uri: http::Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong());
    };
    // A port that is no number up to 65535 is none to the parser, and what is left would be another origin.
    let bare = authority.as_str().len() == authority.host().len();
    let plain = (bare || authority.port_u16().is_some())
        && !authority.as_str().contains('@')
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none();
    let default_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong()),
    };
    if !plain || authority.host().is_empty() {
        return Err(wrong());
    }
    let host = authority.host().to_ascii_lowercase();
    Ok(match authority.port_u16() {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

/// IPv4 as its mapped IPv6 address, so that a dual-stack listener's `::ffff:10.0.0.1` is in `10.0.0.0/8`.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
    .to_bits()
}

impl Network {
    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.base
    }
}

impl FromStr for Network {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("must be an address or a network such as 10.0.0.0/8 or ::1, not {text:?}");
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (most, offset) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let length: u32 = length.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if length > most {
            return Err(wrong());
        }
        let mask = Ipv6Addr::from_bits(u128::MAX.checked_shl(128 - offset - length).unwrap_or(0)).to_bits();
        Ok(Self {
            base: bits(address) & mask,
            mask,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_would_send() {
        assert_eq!(
            origin("HTTPS://Chat.Example.org:443/").as_deref(),
            Ok("https://chat.example.org")
        );
        assert_eq!(origin("http://localhost:5173").as_deref(), Ok("http://localhost:5173"));
        assert_eq!(origin("http://[::1]:3000").as_deref(), Ok("http://[::1]:3000"));
        for wrong in [
            "*",
            "chat.example.org",
            "https://a/b",
            "ftp://a",
            "https://u:p@a",
            "https://a?b",
            "null",
            "https://",
            "http://b:99999",
            "http://b:",
            "http://[::1]:",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let ten: Network = "10.0.0.0/8".parse().unwrap();
        assert!(ten.contains("10.200.1.1".parse().unwrap()));
        assert!(ten.contains("::ffff:10.0.0.1".parse().unwrap()));
        assert!(!ten.contains("11.0.0.1".parse().unwrap()));
        let one: Network = "::1".parse().unwrap();
        assert!(one.contains("::1".parse().unwrap()) && !one.contains("::2".parse().unwrap()));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.contains("1.2.3.4".parse().unwrap()));
        let everyone: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everyone.contains("1.2.3.4".parse().unwrap()) && !everyone.contains("2001:db8::1".parse().unwrap()));
        for wrong in ["10.0.0.0/33", "::/129", "x", "10.0.0.0/", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
