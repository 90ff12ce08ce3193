//! Opening a session (Engine.IO protocol, "Handshake").

use serde_json::{Value, json};

use crate::{
    client::{Frame, POLLING, WEBSOCKET, WebSocket, get, request, sid, soon},
    server::{Chat, Echo, config},
};

#[tokio::test]
async fn polling_opens_with_an_open_packet() {
    let server = Echo::start(config()).await;
    let answer = get(server.address, POLLING).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let open: Value = serde_json::from_str(answer.body.strip_prefix('0').unwrap()).unwrap();
    let id = sid(&answer.body);
    assert!(id.len() >= 20);
    assert_eq!(
        open,
        json!({ "sid": id, "upgrades": ["websocket"], "pingInterval": 600_000, "pingTimeout": 20_000, "maxPayload": 1_000_000 })
    );
}

#[tokio::test]
async fn websocket_opens_with_an_open_packet_that_offers_no_upgrade() {
    let server = Echo::start(config()).await;
    let (_, open) = WebSocket::session(server.address).await;
    let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["upgrades"], json!([]));
}

#[tokio::test]
async fn session_ids_differ() {
    let server = Echo::start(config()).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(sid(&get(server.address, POLLING).await.body));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn every_bad_handshake_has_its_error() {
    let server = Echo::start(config()).await;
    let cases = [
        (
            "GET",
            "/socket.io/?EIO=4",
            400,
            r#"{"code":0,"message":"Transport unknown"}"#,
        ),
        (
            "GET",
            "/socket.io/?EIO=4&transport=abc",
            400,
            r#"{"code":0,"message":"Transport unknown"}"#,
        ),
        (
            "GET",
            "/socket.io/?EIO=4&transport=polling&sid=nobody",
            400,
            r#"{"code":1,"message":"Session ID unknown"}"#,
        ),
        ("POST", POLLING, 400, r#"{"code":2,"message":"Bad handshake method"}"#),
        ("PUT", POLLING, 400, r#"{"code":2,"message":"Bad handshake method"}"#),
        ("GET", WEBSOCKET, 400, r#"{"code":3,"message":"Bad request"}"#),
        (
            "GET",
            "/socket.io/?transport=polling",
            400,
            r#"{"code":5,"message":"Unsupported protocol version"}"#,
        ),
        (
            "GET",
            "/socket.io/?EIO=abc&transport=polling",
            400,
            r#"{"code":5,"message":"Unsupported protocol version"}"#,
        ),
        (
            "GET",
            "/socket.io/?EIO=3&transport=polling",
            400,
            r#"{"code":5,"message":"Unsupported protocol version"}"#,
        ),
        ("GET", "/elsewhere/?EIO=4&transport=polling", 404, ""),
        ("GET", "/socket.iox/?EIO=4&transport=polling", 404, ""),
    ];
    for (method, path, status, body) in cases {
        let answer = request(server.address, method, path, "", b"").await;
        assert_eq!((answer.status, &*answer.body), (status, body), "{method} {path}");
    }
    assert_eq!(server.engine.counters().accepted, 0);
}

#[tokio::test]
async fn a_websocket_is_refused_for_the_same_reasons() {
    let server = Echo::start(config()).await;
    for path in [
        "/socket.io/?transport=websocket",
        "/socket.io/?EIO=abc&transport=websocket",
        "/socket.io/?EIO=4",
        POLLING,
    ] {
        let refused = WebSocket::open(server.address, path, "").await.err().unwrap();
        assert_eq!(refused.status, 400, "{path}");
    }
    let unknown = WebSocket::open(server.address, &format!("{WEBSOCKET}&sid=nobody"), "")
        .await
        .err()
        .unwrap();
    assert_eq!(unknown.body, r#"{"code":1,"message":"Session ID unknown"}"#);
}

#[tokio::test]
async fn a_websocket_handshake_needs_its_headers() {
    let server = Echo::start(config()).await;
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    // `request` sends a Connection header of its own: these are the second.
    let old = format!("Connection: upgrade\r\nSec-WebSocket-Version: 8\r\n{upgrade}");
    let answer = request(server.address, "GET", WEBSOCKET, &old, b"").await;
    assert_eq!(
        (answer.status, answer.header("sec-websocket-version")),
        (426, Some("13"))
    );
    let keyless = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    assert_eq!(
        request(server.address, "GET", WEBSOCKET, keyless, b"").await.status,
        400
    );
    let bad_key = format!("{keyless}Sec-WebSocket-Key: too short\r\n");
    assert_eq!(
        request(server.address, "GET", WEBSOCKET, &bad_key, b"").await.status,
        400
    );
}

#[tokio::test]
async fn transports_can_be_switched_off() {
    let mut only_websocket = config();
    only_websocket.transports.polling = false;
    let server = Echo::start(only_websocket).await;
    assert_eq!(
        get(server.address, POLLING).await.body,
        r#"{"code":0,"message":"Transport unknown"}"#
    );
    WebSocket::session(server.address).await;

    let mut only_polling = config();
    only_polling.transports.websocket = false;
    let server = Echo::start(only_polling).await;
    assert!(WebSocket::open(server.address, WEBSOCKET, "").await.is_err());
    assert!(get(server.address, POLLING).await.body.contains(r#""upgrades":[]"#));
}

#[tokio::test]
async fn a_handler_sees_the_request() {
    let server = Chat::start(config()).await;
    let (mut alice, id) = WebSocket::join(server.address, r#"{"token":"abc"}"#).await;
    alice.send(r#"42["state"]"#).await;
    let state = alice.next().await.text();
    let state: Value = serde_json::from_str(state.strip_prefix("42").unwrap()).unwrap();
    let expected = json!({
        "auth": { "token": "abc" },
        "query": "EIO=4&transport=websocket",
        "agent": "test",
        "remote": "127.0.0.1",
        "id": id,
    });
    assert_eq!(state, json!(["state", expected]));
}

#[tokio::test]
async fn the_path_may_be_written_without_its_last_slash_or_be_taken_off_by_a_router() {
    let server = Echo::start(config()).await;
    assert_eq!(
        get(server.address, "/socket.io?EIO=4&transport=polling").await.status,
        200
    );

    let router = axum::Router::new().nest_service("/api/socket.io", server.engine.service());
    let router = router.route_service("/socket.io/", server.engine.service());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(socketio::serve(
        listener,
        router,
        socketio::ServeLimits::default(),
        std::future::pending(),
    ));
    assert_eq!(
        get(address, "/api/socket.io/?EIO=4&transport=polling").await.status,
        200
    );
    let (mut socket, _) = soon(WebSocket::session(address)).await;
    socket.send("4hello").await;
    assert_eq!(socket.next().await, Frame::Text("4hello".to_owned()));
}
