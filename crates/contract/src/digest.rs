//! The digest of what is unread, by mail: `/users/me/digest`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::typescript::Declarations;

/// What a mail is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Arabic.
    #[serde(rename = "ar")]
    Arabic,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

/// `GET /users/me/digest`, and what the other requests answer. Nobody else sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DigestSettings {
    /// This server can send mail. Where it cannot, the rest says nothing and every other request is `not_found`.
    pub available: bool,
    /// Where the digest goes; `null` when none was given.
    pub address: Option<String>,
    /// The code that was sent there came back. Until then nothing else is sent.
    pub confirmed: bool,
    /// The user gets a digest, once a day at most, when something stays unread.
    pub on: bool,
}

/// `PUT /users/me/digest/address`: sends a code there. It takes the place of an address that was given before.
#[derive(Clone, Deserialize, TS)]
pub struct SetDigestAddress {
    /// An e-mail address of ASCII characters, at most 254.
    pub address: String,
    /// What the code and the digests are written in.
    pub language: Language,
}

/// `POST /users/me/digest/confirm`: turns digests on.
#[derive(Clone, Deserialize, TS)]
pub struct ConfirmDigestAddress {
    /// The eight digits that were sent to the address, within an hour. Spaces do not count.
    pub code: String,
}

/// `PATCH /users/me/digest`: once the address is confirmed.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
pub struct UpdateDigest {
    /// Whether the user wants digests.
    pub on: bool,
    /// What they are written in from now on.
    pub language: Language,
}

pub(crate) fn declare(out: &mut Declarations) {
    out.add::<DigestSettings>();
    out.add::<SetDigestAddress>();
    out.add::<ConfirmDigestAddress>();
    out.add::<UpdateDigest>();
}
