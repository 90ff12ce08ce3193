//! By which push services know this server: VAPID, RFC 8292.

use std::io;

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    encoding::{AsBigEndian as _, EcPrivateKeyBin},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use url::Url;

use super::encrypt;
use crate::{config::Config, random::Random, session::secret};

/// The file of the private key in the data folder.
const FILE: &str = "vapid_key";
/// Seconds that a token is good for; a day is the most that is allowed.
const SECONDS: i64 = 12 * 60 * 60;

/// The server's key.
pub struct Vapid {
    pair: EcdsaKeyPair,
    public: Vec<u8>,
    contact: Option<String>,
}

impl Vapid {
    /// The key of the settings, or the one in the data folder, which is made on the first start.
    ///
    /// # Errors
    /// When it can neither be read nor made, or is none.
    pub fn load(config: &Config, random: &dyn Random) -> io::Result<Self> {
        let bytes = if let Some(key) = &config.push.vapid_key {
            key.0.clone()
        } else {
            let made = || {
                let key = encrypt::private_key(random);
                let bytes: Option<EcPrivateKeyBin<'_>> = key.as_be_bytes().ok();
                bytes.map_or_else(String::new, |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref()))
            };
            let text = secret::kept(&config.storage.data_dir, FILE, random, made)?;
            BASE64_URL_SAFE_NO_PAD.decode(text).map_err(io::Error::other)?
        };
        let wrong = || {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{FILE} holds no private key of P-256"),
            )
        };
        let public = PrivateKey::from_private_key(&ECDH_P256, &bytes).map_err(|_| wrong())?;
        let public = public.compute_public_key().map_err(|_| wrong())?.as_ref().to_vec();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &public)
            .map_err(|_| wrong())?;
        let public_url = config
            .server
            .public_url
            .as_ref()
            .filter(|url| url.starts_with("https:"));
        Ok(Self {
            pair,
            public,
            contact: config.push.contact.as_ref().or(public_url).cloned(),
        })
    }

    /// The public key: base64url of an uncompressed point.
    #[must_use]
    pub fn public_text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// The header `Authorization` for the push service of this address. None: it could not be signed.
    #[must_use]
    pub fn authorization(&self, endpoint: &Url, now_ms: i64) -> Option<String> {
        let mut claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now_ms / 1_000 + SECONDS,
        });
        if let Some(contact) = &self.contact {
            claims["sub"] = json!(contact);
        }
        let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        Some(format!("vapid t={signed}.{signature}, k={}", self.public_text()))
    }
}
