//! A push service that stands in for a browser's: it checks who sends, and the device behind it decrypts what it gets.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use axum::{Router, body::Bytes, extract::State, response::IntoResponse as _};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

/// What came in.
#[derive(Clone)]
pub(crate) struct Pushed {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    body: Bytes,
}

#[derive(Default)]
struct Shelf {
    pushed: Vec<Pushed>,
    answers: VecDeque<(StatusCode, Option<u64>)>,
}

/// The service.
pub(crate) struct PushService {
    pub(crate) url: String,
    shelf: Arc<Mutex<Shelf>>,
}

impl PushService {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shelf = Arc::<Mutex<Shelf>>::default();
        let router = Router::new().fallback(take).with_state(shelf.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shelf }
    }

    /// Answers the next request with this instead of 201.
    pub(crate) fn answer(&self, status: u16, retry_after: Option<u64>) {
        let status = StatusCode::from_u16(status).unwrap();
        self.shelf.lock().unwrap().answers.push_back((status, retry_after));
    }

    /// What came since it was last asked, in the order of the devices' paths.
    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        let mut pushed = std::mem::take(&mut self.shelf.lock().unwrap().pushed);
        pushed.sort_by(|a, b| a.path.cmp(&b.path));
        pushed
    }
}

async fn take(
    State(shelf): State<Arc<Mutex<Shelf>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    let mut shelf = shelf.lock().unwrap();
    let path = uri.path().to_owned();
    shelf.pushed.push(Pushed { path, headers, body });
    let (status, retry_after) = shelf.answers.pop_front().unwrap_or((StatusCode::CREATED, None));
    let mut response = status.into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}

impl Pushed {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The claims of the token, which must be signed with this key.
    pub(crate) fn claims(&self, key: &str) -> Value {
        let header = self.header("authorization").to_owned();
        let (token, shown) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(shown, key);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key))
            .verify(signed.as_bytes(), &bytes(signature))
            .expect("the server signed it");
        let (head, claims) = signed.split_once('.').unwrap();
        let head: Value = serde_json::from_slice(&bytes(head)).unwrap();
        assert_eq!(head, json!({ "typ": "JWT", "alg": "ES256" }));
        serde_json::from_slice(&bytes(claims)).unwrap()
    }
}

/// A browser with a subscription: the half of the keys that never leaves it.
pub(crate) struct Browser {
    pub(crate) path: String,
    key: PrivateKey,
    auth: [u8; 16],
}

impl Browser {
    pub(crate) fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            key: PrivateKey::generate(&ECDH_P256).unwrap(),
            auth: [u8::try_from(path.len()).unwrap(); 16],
        }
    }

    fn public(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// What it gives to the page.
    pub(crate) fn subscription(&self, service: &PushService) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "endpoint": format!("{}{}", service.url, self.path),
            "expirationTime": null,
            "keys": { "p256dh": text(&self.public()), "auth": text(&self.auth) },
        })
    }

    /// What a push says: RFC 8291 from the other end.
    pub(crate) fn decrypt(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let body = &pushed.body;
        assert!(body.len() <= 4_096);
        let (salt, theirs, record) = (&body[..16], &body[21..86], &body[86..]);
        assert_eq!(body[20], 65);
        let secret = agree(&self.key, UnparsedPublicKey::new(&ECDH_P256, theirs), (), |shared| {
            let prk = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            Ok(expand(&prk, &[b"WebPush: info\0", &self.public(), theirs], 32))
        });
        let prk = Salt::new(HKDF_SHA256, salt).extract(&secret.unwrap());
        let key = UnboundKey::new(&AES_128_GCM, &expand(&prk, &[b"Content-Encoding: aes128gcm\0"], 16)).unwrap();
        let nonce = Nonce::try_assume_unique_for_key(&expand(&prk, &[b"Content-Encoding: nonce\0"], 12)).unwrap();
        let mut record = record.to_vec();
        let plain = LessSafeKey::new(key)
            .open_in_place(nonce, Aad::empty(), &mut record)
            .expect("it is for this browser");
        let end = plain.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(plain[end], 2, "the last record");
        serde_json::from_slice(&plain[..end]).unwrap()
    }
}

struct Bytes32(usize);

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(prk: &Prk, info: &[&[u8]], bytes: usize) -> Vec<u8> {
    let mut out = vec![0; bytes];
    prk.expand(info, Bytes32(bytes)).unwrap().fill(&mut out).unwrap();
    out
}
