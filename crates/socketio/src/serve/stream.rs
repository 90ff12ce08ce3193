//! The TCP stream of an HTTP connection, with a bound on how long its peer may keep an answer waiting.
//!
//! Whoever asks and never reads would keep the connection, its file descriptor and the answer in memory for ever: TCP itself has no
//! such bound, as the peer's kernel acknowledges every probe of the full window. Whoever takes a little now and then would keep them for
//! nearly as long. So a peer has patience to use up: waiting takes from it, and bytes that it takes give some back. The timer exists only
//! while a write is waiting, so that idle connections and waiting polls cost nothing.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

pub(crate) struct HttpStream {
    tcp: TcpStream,
    bound: WriteBound,
    /// How long writes may still wait.
    patience: Duration,
    /// There from the first write that has to wait to the next that succeeds.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// How long writes may wait.
#[derive(Clone, Copy)]
pub(super) struct WriteBound {
    /// At most, and at first.
    pub(super) patience: Duration,
    /// So many bytes taken give a second of it back.
    pub(super) bytes_per_second: u32,
}

impl WriteBound {
    fn earned(self, bytes: usize) -> Duration {
        let seconds = u32::try_from(bytes).map_or(f64::MAX, f64::from) / f64::from(self.bytes_per_second.max(1));
        Duration::from_secs_f64(seconds.min(self.patience.as_secs_f64()))
    }
}

impl HttpStream {
    pub(super) fn new(tcp: TcpStream, bound: WriteBound) -> Self {
        Self {
            tcp,
            bound,
            patience: bound.patience,
            stalled: None,
        }
    }

    /// The bare stream, for what is no HTTP any more and has bounds of its own.
    pub(crate) fn into_tcp(self) -> TcpStream {
        self.tcp
    }

    /// Writes, and fails when the peer has used up its patience. Whether there is room is asked first: a process that slept through the
    /// time itself does not blame its peer.
    fn in_time(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(done) = write(Pin::new(&mut self.tcp), cx) {
            if let Some(stalled) = self.stalled.take() {
                self.patience = stalled.deadline().saturating_duration_since(Instant::now());
            }
            if let Ok(bytes) = done
                && self.patience < self.bound.patience
            {
                self.patience = self.bound.patience.min(self.patience + self.bound.earned(bytes));
            }
            return Poll::Ready(done);
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the peer takes too little of the answer",
        )))
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().in_time(cx, |tcp, cx| tcp.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().in_time(cx, |tcp, cx| tcp.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// TCP has nothing of its own to flush: it is done at once. That says nothing about a write that waits, so it leaves the timer alone.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}
