//! A server of pages that means no good, on an address that the operator opened.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What a page does when it is asked.
#[derive(Clone)]
pub(crate) enum Page {
    /// Answers with these bytes.
    Raw(Vec<u8>),
    /// Answers with the first, and then with the second again and again, as fast as it is read.
    Endless(&'static str, Vec<u8>),
    /// The same, a byte now and then.
    Drip,
    /// Takes the request and says nothing.
    Silence,
}

impl Page {
    pub(crate) fn html(html: &str) -> Self {
        Self::kind("text/html; charset=utf-8", html.as_bytes())
    }

    pub(crate) fn kind(kind: &str, body: &[u8]) -> Self {
        Self::with(
            &format!("200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}", body.len()),
            body,
        )
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::with(&format!("302 Found\r\nlocation: {to}\r\ncontent-length: 0"), b"")
    }

    pub(crate) fn with(head: &str, body: &[u8]) -> Self {
        let mut bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Self::Raw(bytes)
    }
}

#[derive(Default)]
struct Shelf {
    pages: HashMap<String, Page>,
    asked: Vec<String>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
}

impl Pages {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pages = Self {
            address: listener.local_addr().unwrap(),
            shelf: Arc::default(),
        };
        let serving = pages.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        pages
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn put(&self, path: &str, page: Page) -> String {
        self.shelf.lock().unwrap().pages.insert(path.to_owned(), page);
        self.url(path)
    }

    /// The requests that came since it was last asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shelf.lock().unwrap().asked)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let request = String::from_utf8(request).unwrap();
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let page = {
            let mut kept = self.shelf.lock().unwrap();
            kept.asked.push(request);
            kept.pages.get(&path).cloned()
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n";
        match page.unwrap_or_else(|| Page::with("404 Not Found\r\ncontent-length: 0", b"")) {
            Page::Raw(bytes) => drop(stream.write_all(&bytes).await),
            Page::Endless(first, again) => {
                let mut sent = stream.write_all(format!("{head}{first}").as_bytes()).await;
                while sent.is_ok() {
                    sent = stream.write_all(&again).await;
                }
            }
            Page::Drip => {
                let mut sent = stream.write_all(format!("{head}<title>slow").as_bytes()).await;
                while sent.is_ok() {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    sent = stream.write_all(b"x").await;
                }
            }
            // Until the other end has had enough.
            Page::Silence => drop(stream.read_u8().await),
        }
    }
}
