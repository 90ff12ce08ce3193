//! Serving HTTP on a TCP listener: an accept loop with limits.

use std::{convert::Infallible, future::Future, io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tower_service::Service;

/// What one TCP connection, and all together, may take.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// Time in which the head of a request must have come; also how long a connection may idle between requests. Default 15 s.
    pub header_read_timeout: Duration,
    /// Bytes of the head of a request; more is answered with 431. At least 8 KiB. Default 32 KiB.
    pub max_header_bytes: usize,
    /// Headers of a request. Default 100.
    pub max_headers: usize,
    /// Open TCP connections; more wait in the listener's backlog. Default 1,000,000.
    pub max_connections: usize,
    /// Open TCP connections of one peer; more are closed at once. Default 10,000.
    pub max_connections_per_address: usize,
    /// Time that requests have to finish after `shutdown`. Default 10 s.
    pub shutdown_timeout: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(15),
            max_header_bytes: 32 * 1024,
            max_headers: 100,
            max_connections: 1_000_000,
            max_connections_per_address: 10_000,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// Serves `app` on `listener` until `shutdown` is done: then it accepts no more, and lets requests finish.
///
/// Requests carry [`RemoteAddr`](crate::RemoteAddr) in their extensions. A middleware of the app that trusts a proxy may add
/// [`ClientAddr`](crate::ClientAddr).
pub async fn serve<A, B>(
    listener: TcpListener,
    app: A,
    limits: ServeLimits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    A: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    A::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let _ = (listener, app, limits);
    shutdown.await;
    todo!()
}
