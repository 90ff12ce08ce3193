//! A client that sends exactly what it is told.

use std::{future::Future, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The deadline of everything that a test waits for, on a machine that is slow and busy with something else.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(40), future)
        .await
        .expect("it should have happened by now")
}

/// Whether something does not happen for a while.
pub(crate) async fn not_now<F: Future>(future: F) -> bool {
    tokio::time::timeout(Duration::from_millis(150), future).await.is_err()
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (header, value) = line.split_once(':')?;
            header.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// One request on a connection of its own.
pub(crate) async fn request(address: SocketAddr, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
    soon(async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        send_request(&mut stream, method, path, headers, body).await;
        read_answer(&mut stream).await
    })
    .await
}

pub(crate) async fn send_request(stream: &mut TcpStream, method: &str, path: &str, headers: &str, body: &[u8]) {
    let length = if body.is_empty() && method != "POST" {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!("{method} {path} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n{headers}{length}\r\n");
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
}

pub(crate) async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    request(address, "GET", path, "", b"").await
}

pub(crate) async fn post(address: SocketAddr, path: &str, body: impl AsRef<[u8]>) -> Answer {
    request(address, "POST", path, "Content-Type: text/plain\r\n", body.as_ref()).await
}

pub(crate) const POLLING: &str = "/socket.io/?EIO=4&transport=polling";
pub(crate) const WEBSOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

/// A polling session: its path with the session's id.
pub(crate) async fn open_polling(address: SocketAddr) -> String {
    let answer = get(address, POLLING).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    format!("{POLLING}&sid={}", sid(&answer.body))
}

pub(crate) fn sid(open: &str) -> String {
    let data: serde_json::Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
    data["sid"].as_str().unwrap().to_owned()
}

/// What a WebSocket brings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Text(String),
    Binary(Vec<u8>),
    Pong(Vec<u8>),
    /// A close frame with its code.
    Close(Option<u16>),
    /// The connection ended without one.
    End,
}

impl Frame {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            other => panic!("expected text, got {other:?}"),
        }
    }
}

pub(crate) struct WebSocket {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

/// A frame as clients send it.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x12, 0x34, 0x56, 0x78];
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=0xFFFF => {
            bytes.push(0xFE);
            bytes.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0xFF);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

impl WebSocket {
    /// The handshake; an error is the answer that was no 101.
    pub(crate) async fn open(address: SocketAddr, path: &str, headers: &str) -> Result<Self, Answer> {
        soon(async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let head = format!(
                "GET {path} HTTP/1.1\r\nHost: chat.test\r\nUser-Agent: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut buffer = Vec::new();
            let end = loop {
                if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                    break end + 4;
                }
                assert!(stream.read_buf(&mut buffer).await.unwrap() > 0, "closed during the handshake");
            };
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            buffer.drain(..end);
            if status != 101 {
                let length = head.to_ascii_lowercase().split_once("content-length: ").map_or(0, |(_, rest)| {
                    rest.lines().next().unwrap().parse().unwrap()
                });
                while buffer.len() < length {
                    stream.read_buf(&mut buffer).await.unwrap();
                }
                return Err(Answer { status, head, body: String::from_utf8(buffer).unwrap() });
            }
            assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the answer to the sample key of RFC 6455");
            Ok(Self { stream, buffer })
        })
        .await
    }

    /// A session by WebSocket; answers its OPEN packet too.
    pub(crate) async fn session(address: SocketAddr) -> (Self, String) {
        let mut socket = Self::open(address, WEBSOCKET, "").await.unwrap();
        let open = socket.next().await.text();
        (socket, open)
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.send_raw(&frame(0x81, text.as_bytes())).await;
    }

    pub(crate) async fn send_binary(&mut self, data: &[u8]) {
        self.send_raw(&frame(0x82, data)).await;
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        // A server that has enough may have closed already.
        let _ = soon(self.stream.write_all(bytes)).await;
    }

    pub(crate) async fn next(&mut self) -> Frame {
        soon(self.read()).await
    }

    pub(crate) async fn read(&mut self) -> Frame {
        loop {
            if let Some((opcode, payload)) = self.take() {
                return match opcode {
                    1 => Frame::Text(String::from_utf8(payload).unwrap()),
                    2 => Frame::Binary(payload),
                    8 => Frame::Close(payload.first_chunk().map(|code| u16::from_be_bytes(*code))),
                    10 => Frame::Pong(payload),
                    other => panic!("opcode {other}"),
                };
            }
            match self.stream.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return Frame::End,
                Ok(_) => {}
            }
        }
    }

    fn take(&mut self) -> Option<(u8, Vec<u8>)> {
        let [first, second, ..] = *self.buffer else { return None };
        assert_eq!(first & 0xF0, 0x80, "servers send whole frames without reserved bits");
        assert_eq!(second & 0x80, 0, "servers do not mask");
        let (head, length) = match second {
            126 => (
                4,
                usize::from(u16::from_be_bytes(*self.buffer.get(2..)?.first_chunk()?)),
            ),
            127 => (
                10,
                usize::try_from(u64::from_be_bytes(*self.buffer.get(2..)?.first_chunk()?)).unwrap(),
            ),
            length => (2, usize::from(length)),
        };
        if self.buffer.len() < head + length {
            return None;
        }
        let payload = self.buffer[head..head + length].to_vec();
        self.buffer.drain(..head + length);
        Some((first & 0xF, payload))
    }

    /// Reads to the close frame, or to the end of the connection.
    pub(crate) async fn until_closed(&mut self) -> Option<u16> {
        loop {
            match self.next().await {
                Frame::Close(code) => return code,
                Frame::End => return None,
                _ => {}
            }
        }
    }

    /// Joins the main namespace; answers the socket's id.
    pub(crate) async fn join(address: SocketAddr, auth: &str) -> (Self, String) {
        let (mut socket, _) = Self::session(address).await;
        socket.send(&format!("40{auth}")).await;
        let reply = socket.next().await.text();
        let reply: serde_json::Value = serde_json::from_str(reply.strip_prefix("40").unwrap()).unwrap();
        let id = reply["sid"].as_str().unwrap().to_owned();
        (socket, id)
    }

    /// Waits until the server has handled everything sent so far.
    pub(crate) async fn settle(&mut self) {
        self.send(r#"42["message","settled"]"#).await;
        assert_eq!(self.next().await.text(), r#"42["message-back","settled"]"#);
    }
}
