//! The TCP stream of an HTTP connection, with a bound on how long its peer may take nothing of an answer.
//!
//! Whoever asks and never reads would keep the connection, its file descriptor and the answer in memory for ever: TCP itself has no
//! such bound, as the peer's kernel acknowledges every probe of the full window. The timer exists only while a write is waiting, so
//! that idle connections and waiting polls cost nothing, and each byte taken starts it anew.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

pub(crate) struct HttpStream {
    tcp: TcpStream,
    write_timeout: Duration,
    /// Since when the peer takes nothing: there from the first write that has to wait to the next that succeeds.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl HttpStream {
    pub(super) fn new(tcp: TcpStream, write_timeout: Duration) -> Self {
        Self {
            tcp,
            write_timeout,
            stalled: None,
        }
    }

    /// The bare stream, for what is no HTTP any more and has bounds of its own.
    pub(crate) fn into_tcp(self) -> TcpStream {
        self.tcp
    }

    /// Writes, and fails when that has waited for too long. Whether there is room is asked first: a process that slept through the
    /// time itself does not blame its peer.
    fn in_time<T>(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if let Poll::Ready(done) = write(Pin::new(&mut self.tcp), cx) {
            self.stalled = None;
            return Poll::Ready(done);
        }
        let timeout = self.write_timeout;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the peer takes nothing of the answer",
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
