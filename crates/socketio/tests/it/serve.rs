//! The accept loop and its limits.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use socketio::{RemoteAddr, ServeLimits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{
    client::{WebSocket, get, read_answer, request, soon},
    server::{Chat, config},
};

#[tokio::test]
async fn a_head_must_come_in_time() {
    let limits = ServeLimits {
        header_read_timeout: Duration::from_millis(200),
        ..ServeLimits::default()
    };
    let server = Chat::start_with(config(), limits).await;
    for start in ["", "GET /socket.io/ HT"] {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(start.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let _ = soon(stream.read_to_end(&mut rest)).await;
        assert!(begun.elapsed() >= Duration::from_millis(150), "{start:?}");
    }
    // It says nothing about a WebSocket that is quiet.
    let (mut alice, _) = WebSocket::join(server.address, "").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    alice.settle().await;
}

#[tokio::test]
async fn a_head_must_not_be_too_large() {
    let limits = ServeLimits {
        max_header_bytes: 8192,
        max_headers: 20,
        ..ServeLimits::default()
    };
    let server = Chat::start_with(config(), limits).await;
    let large = format!("X-Large: {}\r\n", "x".repeat(20_000));
    assert_eq!(request(server.address, "GET", "/", &large, b"").await.status, 431);
    let many = "X-Many: 1\r\n".repeat(30);
    assert_eq!(request(server.address, "GET", "/", &many, b"").await.status, 431);
}

#[tokio::test]
async fn connections_of_one_address_are_limited() {
    let limits = ServeLimits {
        max_connections_per_address: 2,
        ..ServeLimits::default()
    };
    let server = Chat::start_with(config(), limits).await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let _second = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    let mut rest = Vec::new();
    let _ = soon(third.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
    drop(first);
    let answered = async {
        while get(server.address, "/elsewhere").await.status != 404 {
            tokio::task::yield_now().await;
        }
    };
    soon(answered).await;
}

#[tokio::test]
async fn requests_finish_and_then_it_stops() {
    let (begun, arrived) = oneshot::channel();
    let (finish, wait) = oneshot::channel::<()>();
    let stage = std::sync::Arc::new(std::sync::Mutex::new(Some((begun, wait))));
    let app = tower_service_fn(move |request: Request<hyper::body::Incoming>| {
        assert!(request.extensions().get::<RemoteAddr>().unwrap().0.ip().is_loopback());
        let stage = stage.lock().unwrap().take();
        async move {
            if let Some((begun, wait)) = stage {
                begun.send(()).unwrap();
                let _ = wait.await;
            }
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"done"))))
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let serving = tokio::spawn(socketio::serve(listener, app, ServeLimits::default(), shutdown));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    soon(arrived).await.unwrap();
    stop.send(()).unwrap();
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon(refused).await;
    assert!(!serving.is_finished());
    finish.send(()).unwrap();
    assert!(soon(read_answer(&mut stream)).await.body.ends_with("done"));
    soon(serving).await.unwrap().unwrap();
}

/// A service from a function, as `tower::service_fn` makes it.
fn tower_service_fn<F>(function: F) -> FunctionService<F> {
    FunctionService { function }
}

#[derive(Clone)]
struct FunctionService<F> {
    function: F,
}

impl<F, R, T> tower_service::Service<R> for FunctionService<F>
where
    F: FnMut(R) -> T,
    T: Future<Output = Result<Response<Full<Bytes>>, Infallible>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = T;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> T {
        (self.function)(request)
    }
}
