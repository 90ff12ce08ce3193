//! Web Push.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{
    accounts::Secret,
    parse,
    setting::{Setting, Shape},
};

/// The section `[push]`.
#[derive(Debug, Clone, Default)]
pub struct Push {
    /// The private key, where it is not the one in the data folder.
    pub vapid_key: Option<Secret>,
    /// Whom a push service may write to when something is wrong.
    pub contact: Option<String>,
    /// Endpoints may be of private networks, and of plain HTTP.
    pub private_endpoints: bool,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_PUSH_VAPID_KEY",
        section: "push",
        key: "vapid_key",
        default: "",
        shape: Shape::Secret,
        doc: "The private key by which push services know this server (VAPID, base64url of 32 bytes). When empty, one is \
              made on the first start and kept in the data folder. Several nodes need the same one; with another one, \
              devices have to subscribe again.",
        set: |config, text| {
            config.push.vapid_key = match text {
                "" => None,
                text => Some(Secret(
                    private_key(text).ok_or("must be the base64url of a private key of P-256, 32 bytes")?,
                )),
            };
            Ok(())
        },
    },
    Setting {
        env: "LINNET_PUSH_CONTACT",
        section: "push",
        key: "contact",
        default: "",
        shape: Shape::Text,
        doc: "Whom a browser's push service may write to when something is wrong with what this server sends: \
              mailto:someone@example.org or an https address. When empty, it is LINNET_PUBLIC_URL, if that is https.",
        set: |config, text| {
            if !text.is_empty() && !text.starts_with("mailto:") && !text.starts_with("https://") {
                return Err(format!("must begin with mailto: or https://, not {text:?}"));
            }
            config.push.contact = (!text.is_empty()).then(|| text.to_owned());
            Ok(())
        },
    },
    Setting {
        env: "LINNET_PUSH_PRIVATE_ENDPOINTS",
        section: "push",
        key: "private_endpoints",
        default: "refuse",
        shape: Shape::Text,
        doc: "Whether a push service may be in a private network or speak plain HTTP: refuse or allow. With allow, whoever \
              has an account can make this server send requests into your network. For tests only.",
        set: |config, text| {
            config.push.private_endpoints = parse::word(text, &[("refuse", false), ("allow", true)])?;
            Ok(())
        },
    },
];

fn private_key(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    (bytes.len() == 32 && PrivateKey::from_private_key(&ECDH_P256, &bytes).is_ok()).then_some(bytes)
}
