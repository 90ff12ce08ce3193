//! Accepting connections when the system cannot: it goes on trying, and says so now and then.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::net::{TcpListener, TcpStream};

/// How long to wait before accepting again when the process is out of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// The least time between two warnings. A process without file descriptors fails at every try, and whoever takes them from it should
/// not fill the log as well.
const WARNINGS_APART: Duration = Duration::from_mins(1);

/// A listener, and what was said about its failures.
pub(super) struct Door {
    listener: TcpListener,
    warned: Option<Instant>,
    /// Failures that no warning told of yet.
    failures: u64,
}

impl Door {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            warned: None,
            failures: 0,
        }
    }

    /// The next connection. Errors pass: the peer is gone already, or the process has too many open files, in which case others close.
    pub(super) async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    let of_peer = matches!(
                        error.kind(),
                        io::ErrorKind::ConnectionAborted
                            | io::ErrorKind::ConnectionReset
                            | io::ErrorKind::ConnectionRefused
                    );
                    if !of_peer {
                        self.failed(&error);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        }
    }

    fn failed(&mut self, error: &io::Error) {
        self.failures += 1;
        if self.warned.is_none_or(|warned| warned.elapsed() >= WARNINGS_APART) {
            tracing::warn!(%error, failures = self.failures, "cannot accept connections");
            self.warned = Some(Instant::now());
            self.failures = 0;
        }
    }
}
