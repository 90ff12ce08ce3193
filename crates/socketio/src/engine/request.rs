//! What is kept of the HTTP request that opened a session.

use std::net::IpAddr;

use http::HeaderMap;

#[derive(Debug)]
pub(crate) struct RequestParts {
    pub(crate) remote: IpAddr,
}

impl RequestParts {
    pub(crate) fn headers(&self) -> HeaderMap {
        todo!()
    }
    pub(crate) fn query(&self) -> &str {
        todo!()
    }
}
