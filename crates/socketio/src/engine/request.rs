//! What is kept of the HTTP request that opened a session.
//!
//! A copy in one piece: the header values of hyper are slices of its read buffer and would keep all of it alive.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

#[derive(Debug)]
pub(crate) struct RequestParts {
    pub(crate) remote: IpAddr,
    /// The query, then name and value of each header, all without anything between.
    bytes: Box<[u8]>,
    /// Bytes of the query, then of each name and each value.
    lengths: Box<[u16]>,
}

impl RequestParts {
    /// Copies what may be of interest later. Headers of the transport itself are left out.
    pub(crate) fn new(remote: IpAddr, query: &str, headers: &HeaderMap) -> Self {
        let mut bytes = Vec::new();
        let mut lengths = Vec::new();
        let mut add = |piece: &[u8]| {
            let piece = &piece[..piece.len().min(usize::from(u16::MAX))];
            bytes.extend_from_slice(piece);
            lengths.push(u16::try_from(piece.len()).unwrap_or(u16::MAX));
        };
        add(query.as_bytes());
        for (name, value) in headers {
            if !is_of_transport(name) {
                add(name.as_str().as_bytes());
                add(value.as_bytes());
            }
        }
        Self {
            remote,
            bytes: bytes.into(),
            lengths: lengths.into(),
        }
    }

    pub(crate) fn query(&self) -> &str {
        let length = self.lengths.first().map_or(0, |length| usize::from(*length));
        self.bytes
            .get(..length)
            .and_then(|query| str::from_utf8(query).ok())
            .unwrap_or_default()
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(self.lengths.len() / 2);
        let mut rest = self.bytes.get(self.query().len()..).unwrap_or_default();
        for lengths in self.lengths.get(1..).unwrap_or_default().chunks_exact(2) {
            let Some((name, after)) = rest.split_at_checked(usize::from(lengths[0])) else {
                break;
            };
            let Some((value, after)) = after.split_at_checked(usize::from(lengths[1])) else {
                break;
            };
            rest = after;
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
                headers.append(name, value);
            }
        }
        headers
    }
}

fn is_of_transport(name: &HeaderName) -> bool {
    *name == header::CONNECTION || *name == header::UPGRADE || name.as_str().starts_with("sec-websocket-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_as_they_were() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; c=d"));
        headers.append(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.append(header::ACCEPT, HeaderValue::from_static(""));
        headers.append(header::ACCEPT, HeaderValue::from_static("second"));
        let parts = RequestParts::new(IpAddr::from([127, 0, 0, 1]), "EIO=4&x=y", &headers);
        headers.remove(header::UPGRADE);
        assert_eq!(parts.query(), "EIO=4&x=y");
        assert_eq!(parts.headers(), headers);
    }
}
