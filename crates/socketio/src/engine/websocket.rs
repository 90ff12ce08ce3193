//! The WebSocket side: the handshake, and reading.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, tcp::OwnedReadHalf},
};

use super::{
    ResponseBody,
    outgoing::{Queue, Sink},
};
use crate::{codec::frame::Decoder, serve::HttpStream};

/// Whether the request asks for a WebSocket.
pub(super) fn is_upgrade(headers: &HeaderMap) -> bool {
    let has = |name, token: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
    };
    has(header::UPGRADE, "websocket") && has(header::CONNECTION, "upgrade")
}

/// The 101 that a handshake is answered with, or the error (RFC 6455, section 4.2).
#[expect(clippy::result_large_err, reason = "the answer is moved on at once")]
pub(super) fn accept(headers: &HeaderMap) -> Result<Response<ResponseBody>, Response<ResponseBody>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
        response
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return Err(response);
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    if key.len() != 24 || STANDARD.decode(key).is_err() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Err(response);
    }
    let mut sha1 = sha1_smol::Sha1::new();
    sha1.update(key);
    sha1.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let answer = STANDARD.encode(sha1.digest().bytes());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let out = response.headers_mut();
    out.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    out.insert(
        header::SEC_WEBSOCKET_ACCEPT,
        HeaderValue::from_str(&answer).expect("base64 is a header value"),
    );
    Ok(response)
}

/// Any stream that is not plain TCP: TLS, or something in memory.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// What is underneath a WebSocket.
pub(super) enum Stream {
    Tcp(TcpStream),
    Other(Box<dyn Duplex>),
}

impl Stream {
    /// The stream under an upgraded HTTP connection, and what was read of it already. Out of [`serve`](crate::serve()) as out of an
    /// accept loop of the application's own it is the bare TCP stream, which has two halves without a lock.
    pub(super) fn from_upgraded(upgraded: Upgraded) -> (Self, Vec<u8>) {
        let upgraded = match upgraded.downcast::<TokioIo<HttpStream>>() {
            Ok(parts) => return (Self::Tcp(parts.io.into_inner().into_tcp()), parts.read_buf.to_vec()),
            Err(upgraded) => upgraded,
        };
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => (Self::Tcp(parts.io.into_inner()), parts.read_buf.to_vec()),
            Err(upgraded) => (Self::Other(Box::new(TokioIo::new(upgraded))), Vec::new()),
        }
    }

    /// Both directions, for the session.
    pub(super) fn split(self, decoder: Decoder, rest: Vec<u8>) -> (Box<Reader>, Sink) {
        let (input, sink) = match self {
            Self::Tcp(stream) => {
                let (read, write) = stream.into_split();
                (Input::Tcp(read), Sink::Tcp(write))
            }
            Self::Other(stream) => (
                Input::Other {
                    stream,
                    writing: Queue::new(),
                },
                Sink::Task,
            ),
        };
        (Box::new(Reader { input, decoder, rest }), sink)
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Other(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Other(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Other(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Other(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// The reading side of a session's WebSocket. Holds a buffer only while something is incomplete.
pub(super) struct Reader {
    pub(super) input: Input,
    pub(super) decoder: Decoder,
    /// Read, and not decoded yet: nobody had room for it.
    pub(super) rest: Vec<u8>,
}

pub(super) enum Input {
    Tcp(OwnedReadHalf),
    Other {
        stream: Box<dyn Duplex>,
        /// Taken from the queue and not written yet.
        writing: Queue,
    },
}

impl Input {
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        let result = match self {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, &mut buffer),
            Self::Other { stream, .. } => Pin::new(stream).poll_read(cx, &mut buffer),
        };
        result.map_ok(|()| buffer.filled().len())
    }
}
