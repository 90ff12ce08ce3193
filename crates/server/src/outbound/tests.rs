use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

#[test]
fn only_what_everybody_can_have_is_public() {
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.0.1",
        "172.32.0.1",
        "198.20.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for private in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "3fff::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
}

#[test]
fn an_address_may_be_written_in_many_ways() {
    let parse = |text| Reach::Public.parse(text).map(|url| url.to_string());
    assert!(parse("https://push.example.org/a?b=c").is_ok());
    for private in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://0/",
        "https://１２７.0.0.1/",
    ] {
        assert_eq!(parse(private), Err(Refused::Private), "{private}");
    }
    for wrong in [
        "",
        "push.example.org",
        "http://push.example.org/",
        "ftp://push.example.org/",
        "https://",
        "https:///",
        "https://push.example.org:8443/",
        "https://user@push.example.org/",
        "https://u:p@push.example.org/",
        "https://push.example.org/#a",
        "data:text/plain,hello",
        "file:///etc/passwd",
    ] {
        assert_eq!(parse(wrong), Err(Refused::Shape), "{wrong}");
    }
}

#[test]
fn pages_are_on_the_ports_of_their_own_and_one_address_may_be_opened() {
    let parse = |reach: Reach, text| reach.parse(text).map(drop);
    let (pages, opened) = (Reach::Pages(None), Reach::Pages("127.0.0.1:4711".parse().ok()));
    for page in ["http://example.org/a?b", "https://example.org:443/", "http://1.1.1.1/"] {
        assert_eq!((parse(pages, page), parse(opened, page)), (Ok(()), Ok(())), "{page}");
    }
    for private in [
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "http://[::1]/",
        "https://10.1/",
    ] {
        let private = (parse(pages, private), parse(opened, private), private);
        assert_eq!(
            (private.0, private.1),
            (Err(Refused::Private), Err(Refused::Private)),
            "{}",
            private.2
        );
    }
    for wrong in [
        "http://example.org:8080/",
        "https://example.org:80/",
        "http://127.0.0.1:4712/",
        "http://localhost:4711/",
        "http://[::1]:4711/",
        "http://u@127.0.0.1:4711/",
        "ftp://example.org/",
    ] {
        assert_eq!(
            (parse(pages, wrong), parse(opened, wrong)),
            (Err(Refused::Shape), Err(Refused::Shape)),
            "{wrong}"
        );
    }
    assert_eq!(parse(opened, "http://127.0.0.1:4711/"), Ok(()));
    assert_eq!(
        parse(opened, "http://2130706433:4711/"),
        Ok(()),
        "the same in another way"
    );
}

#[tokio::test]
async fn a_name_that_leads_home_is_refused_when_it_is_looked_up_and_when_it_is_asked() {
    let (names, home) = (Names::default(), "https://localhost/");
    assert_eq!(Reach::Public.look_up(&names, home).await, Err(Refused::Private));
    assert_eq!(Reach::Anywhere.look_up(&names, home).await, Ok(()));
    let asked = Reach::Public.client().unwrap().get("https://localhost/").send().await;
    let error = format!("{:?}", asked.unwrap_err());
    assert!(error.contains("it is not a public address"), "{error}");
}

/// A resolver that gives these answers one after the other, the last one again and again; and how often it was asked.
fn answering(answers: &'static [&[&str]]) -> (Names, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let names = Names::by(move |_| {
        let at = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let ports = answers[at]
            .iter()
            .map(|address| SocketAddr::new(address.parse().unwrap(), 0));
        Ok(ports.collect())
    });
    (names, asked)
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_a_moment_later_gains_nothing() {
    let url = "http://turning.example/";
    let (names, asked) = answering(&[&["1.1.1.1"], &["127.0.0.1"]]);
    let pages = Reach::Pages(None);
    assert_eq!(pages.look_up(&names, url).await, Ok(()));
    let error = pages.client_by(names).unwrap().get(url).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("it is not a public address"), "{error:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2, "what it was before says nothing");
    // Where it was looked at is where the connection goes: nobody listens at the second one, and nobody asks for it.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://turning.example:{}/", listener.local_addr().unwrap().port());
    let (names, asked) = answering(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 1024]).await.unwrap(), 0);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    };
    let client = Reach::Anywhere.client_by(names).unwrap();
    let (answer, ()) = tokio::join!(client.get(url).send(), serve);
    assert_eq!(
        (answer.unwrap().status().as_u16(), asked.load(Ordering::SeqCst)),
        (204, 1)
    );
}

#[tokio::test]
async fn one_private_address_refuses_a_name_and_of_many_few_are_tried() {
    let found = async |answer| Reach::Public.addresses(&answering(answer).0, "many.example").await;
    assert_eq!(
        found(&[&["1.1.1.1", "2606:4700::1111", "10.0.0.1"]]).await,
        Err(Refused::Private)
    );
    assert_eq!(found(&[&["1.1.1.1", "::ffff:10.0.0.1"]]).await, Err(Refused::Private));
    assert_eq!(found(&[&[]]).await, Err(Refused::Unknown));
    let many = found(&[&["1.1.1.1"; 1_000]]).await.unwrap();
    assert_eq!(many.len(), ADDRESSES);
}

#[tokio::test]
async fn a_connection_to_a_page_is_not_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 1024]).await.unwrap(), 0);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        assert_eq!(stream.read(&mut [0; 1024]).await.unwrap(), 0, "we hang up");
    };
    let client = Reach::Pages(Some(address)).client().unwrap();
    let ask = async {
        client
            .get(format!("http://{address}/"))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    let both = async { tokio::join!(ask, serve) };
    let (status, ()) = tokio::time::timeout(IDLE_TIME / 2, both).await.expect("it is kept");
    assert_eq!(status, 204);
}
