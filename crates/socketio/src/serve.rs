//! Serving HTTP on a TCP listener: an accept loop with limits.

mod accept;
mod stream;

use std::{
    collections::HashMap, convert::Infallible, future::Future, io, net::IpAddr, pin::pin, sync::Arc, time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tower_service::Service;

pub(crate) use self::stream::HttpStream;
use self::{accept::Door, stream::WriteBound};
use crate::{RemoteAddr, engine::network};

/// What one TCP connection, and all together, may take.
#[derive(Debug, Clone)]
pub struct ServeLimits {
    /// Time in which the head of a request must have come; also how long a connection may idle between requests. Default 15 s.
    pub header_read_timeout: Duration,
    /// Time that an answer may wait for its peer to take more of it; then the connection is cut. What the peer takes gives time back, as
    /// [`min_write_rate`](Self::min_write_rate) says, up to this. It does not run while there is nothing to write, as for a poll that
    /// waits. It ends where a WebSocket begins: [`Config::max_queue_bytes`](crate::Config::max_queue_bytes) and heartbeats bound that.
    /// Default 30 s.
    pub write_timeout: Duration,
    /// Bytes for which a second of `write_timeout` comes back: who takes fewer in a second, for long, is cut. Default 1,024.
    pub min_write_rate: u32,
    /// Bytes of the head of a request; more is answered with 431. At least 8 KiB. Default 32 KiB.
    pub max_header_bytes: usize,
    /// Headers of a request. Default 100.
    pub max_headers: usize,
    /// Open HTTP connections; more wait in the listener's backlog. Default 1,000,000. One that became a WebSocket is no longer counted:
    /// [`Config::max_connections`](crate::Config::max_connections) counts it.
    pub max_connections: usize,
    /// Open HTTP connections of one peer (with IPv6, of a /64); more are closed at once. Default 10,000.
    pub max_connections_per_address: usize,
    /// Time that requests have to finish after `shutdown`. Default 10 s.
    pub shutdown_timeout: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(15),
            write_timeout: Duration::from_secs(30),
            min_write_rate: 1024,
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
/// Requests carry [`RemoteAddr`] in their extensions. A middleware of the app that trusts a proxy may add
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
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_read_timeout)
        .max_buf_size(limits.max_header_bytes.max(8192));
    // Asking for the default costs an allocation for each request.
    if limits.max_headers != ServeLimits::default().max_headers {
        http.max_headers(limits.max_headers);
    }
    let bound = WriteBound {
        patience: limits.write_timeout,
        bytes_per_second: limits.min_write_rate,
    };
    let open = Arc::new(Semaphore::new(limits.max_connections.min(Semaphore::MAX_PERMITS)));
    let addresses = Arc::new(Addresses {
        most: limits.max_connections_per_address,
        counts: Mutex::default(),
    });
    let (stop, stopped) = watch::channel(());
    let mut door = Door::new(listener);
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let permit = Arc::clone(&open).acquire_owned().await;
            (permit, door.accept().await)
        };
        let (permit, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let Some(place) = addresses.enter(peer.ip()) else {
            continue;
        };
        // Small packets leave at once: they are put together here already.
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(RemoteAddr(peer));
            app.clone().call(request)
        });
        let stream = HttpStream::new(stream, bound);
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            // Errors of one connection are its client's business.
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop((permit, place));
        });
    }
    drop(door);
    drop(stopped);
    stop.send_replace(());
    let _ = tokio::time::timeout(limits.shutdown_timeout, stop.closed()).await;
    Ok(())
}

/// How many connections each address has.
struct Addresses {
    most: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

impl Addresses {
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut counts = self.counts.lock();
        let count = counts.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place {
            addresses: Arc::clone(self),
            address,
        })
    }
}

struct Place {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.addresses.counts.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}
