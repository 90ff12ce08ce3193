//! Who may ask from a page.

use http::HeaderValue;
use socketio::{Config, Cors, Origins};

use crate::{
    client::{POLLING, WEBSOCKET, WebSocket, request},
    server::{Echo, config},
};

const PAGE: &str = "Origin: https://page.test\r\n";

async fn server(origins: Origins, credentials: bool) -> Echo {
    Echo::start(Config {
        cors: Cors { origins, credentials },
        ..config()
    })
    .await
}

fn list() -> Origins {
    Origins::List(vec![HeaderValue::from_static("https://page.test")])
}

#[tokio::test]
async fn the_same_origin_is_let_in_and_others_are_not() {
    let server = server(Origins::SameOrigin, true).await;
    for own in ["", "Origin: http://chat.test\r\n", "Origin: https://CHAT.test\r\n"] {
        assert_eq!(
            request(server.address, "GET", POLLING, own, b"").await.status,
            200,
            "{own}"
        );
        assert!(WebSocket::open(server.address, WEBSOCKET, own).await.is_ok());
    }
    for other in [
        PAGE,
        "Origin: null\r\n",
        "Origin: http://chat.test.evil.test\r\n",
        "Origin: http://chat.test:81\r\n",
    ] {
        let refused = request(server.address, "GET", POLLING, other, b"").await;
        assert_eq!(
            (refused.status, &*refused.body),
            (403, r#"{"code":4,"message":"Forbidden"}"#),
            "{other}"
        );
        assert_eq!(refused.header("access-control-allow-origin"), None);
        assert_eq!(
            WebSocket::open(server.address, WEBSOCKET, other)
                .await
                .err()
                .unwrap()
                .status,
            403
        );
    }
}

#[tokio::test]
async fn a_listed_origin_gets_its_headers() {
    let server = server(list(), true).await;
    let answer = request(server.address, "GET", POLLING, PAGE, b"").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://page.test"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(answer.header("vary"), Some("Origin"));
    assert!(WebSocket::open(server.address, WEBSOCKET, PAGE).await.is_ok());
    assert!(
        WebSocket::open(server.address, WEBSOCKET, "Origin: https://other.test\r\n")
            .await
            .is_err()
    );
    // Errors must be readable too.
    let answer = request(server.address, "GET", "/socket.io/?EIO=4", PAGE, b"").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://page.test"));
}

#[tokio::test]
async fn without_credentials_none_are_offered() {
    let server = server(Origins::Any, false).await;
    let answer = request(server.address, "GET", POLLING, PAGE, b"").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://page.test"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let server = server(list(), true).await;
    let asked =
        format!("{PAGE}Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n");
    let answer = request(server.address, "OPTIONS", POLLING, &asked, b"").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://page.test"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
    let stranger = asked.replace("page.test", "other.test");
    let answer = request(server.address, "OPTIONS", POLLING, &stranger, b"").await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(server.engine.counters().accepted, 0);
}
