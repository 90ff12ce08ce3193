//! The web client's files.

use http::{Method, StatusCode};

use crate::harness::Server;

const INDEX: &[u8] = b"<!doctype html><title>Linnet</title>";

async fn server() -> Server {
    let files: [(&str, &'static [u8]); 5] = [
        ("index.html", INDEX),
        ("assets/app-1a2b3c.js", b"console.log(1)"),
        ("assets/app-1a2b3c.js.br", b"(brotli)"),
        ("assets/app-1a2b3c.js.gz", b"(gzip)"),
        ("favicon.svg", b"<svg/>"),
    ];
    Server::with_assets(|_| (), files).await
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_the_page_is_asked_for_again() {
    let server = server().await;
    let browser = server.anonymous().with("accept", "text/html");
    let script = browser.get("//assets/app-1a2b3c.js").await;
    assert_eq!(script.body, b"console.log(1)");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    let page = browser.get("//").await;
    assert_eq!((page.status, page.body.as_slice()), (StatusCode::OK, INDEX));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let again = browser
        .clone()
        .with("if-none-match", page.header("etag"))
        .get("//")
        .await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.header("etag"), page.header("etag"));
    let head = browser.send(Method::HEAD, "//favicon.svg", None).await;
    assert_eq!(
        (head.status, head.header("content-type")),
        (StatusCode::OK, "image/svg+xml")
    );
}

#[tokio::test]
async fn a_browser_gets_the_encoding_it_takes() {
    let server = server().await;
    let get = async |accepts: &str| {
        let answer = server
            .anonymous()
            .with("accept-encoding", accepts)
            .get("//assets/app-1a2b3c.js")
            .await;
        assert!(
            answer
                .headers
                .get_all("vary")
                .iter()
                .any(|value| value == "accept-encoding")
        );
        (
            answer.header("content-encoding").to_owned(),
            answer.body.clone(),
            answer.header("etag").to_owned(),
        )
    };
    let brotli = get("gzip, deflate, br").await;
    assert_eq!((brotli.0.as_str(), brotli.1.as_slice()), ("br", b"(brotli)".as_slice()));
    let gzip = get("gzip;q=0.5, br;q=0").await;
    assert_eq!((gzip.0.as_str(), gzip.1.as_slice()), ("gzip", b"(gzip)".as_slice()));
    let plain = get("identity").await;
    assert_eq!(plain.0, "");
    assert!(brotli.2 != gzip.2 && gzip.2 != plain.2, "each encoding has its own tag");
}

#[tokio::test]
async fn routes_of_the_client_get_its_page_and_missing_files_do_not() {
    let server = server().await;
    let browser = server.anonymous().with("accept", "text/html,application/xhtml+xml");
    for route in [
        "//login",
        "//chat/01890000-0000-7000-8000-000000000000",
        "//c/x",
        "//apiary",
    ] {
        let page = browser.get(route).await;
        assert_eq!((page.status, page.body.as_slice()), (StatusCode::OK, INDEX), "{route}");
    }
    for missing in [
        "//assets/app-old.js",
        "//api/v1/nothing",
        "//api/nothing",
        "//socket.io/x",
    ] {
        assert_eq!(browser.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let picture = server.anonymous().with("accept", "image/*").get("//missing.png").await;
    assert_eq!(
        (picture.status, picture.code().as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    for outside in ["//../Cargo.toml", "//..%2fCargo.toml", "//assets/../../Cargo.toml"] {
        assert_eq!(
            server.anonymous().get(outside).await.status,
            StatusCode::NOT_FOUND,
            "{outside}"
        );
    }
    let post = browser.send(Method::POST, "//login", None).await;
    assert_eq!(
        (post.status, post.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD")
    );
}

#[tokio::test]
async fn without_a_client_the_page_says_how_to_build_it() {
    let server = Server::new().await;
    let page = server.anonymous().get("//").await;
    assert!(String::from_utf8(page.body).unwrap().contains("make build"));
}
