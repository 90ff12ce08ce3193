//! Session and socket ids: 120 random bits, 20 characters.
//!
//! Whoever knows a session id can speak for that session over polling, so it must not be guessable, and it is never shown to
//! anyone but its client; sockets have ids of their own that may be shown.

use std::{borrow::Borrow, fmt, hash};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt as _;

const LENGTH: usize = 20;

/// Names a socket within its namespace. Unguessable, and different from the id of its session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SocketId([u8; LENGTH]);

impl SocketId {
    /// A new id from the thread's cryptographic generator.
    pub(crate) fn random() -> Self {
        let random: [u8; 15] = rand::rng().random();
        let mut text = [0; LENGTH];
        URL_SAFE_NO_PAD
            .encode_slice(random, &mut text)
            .expect("15 bytes are exactly 20 characters of base64");
        Self(text)
    }

    /// The id that these characters are, if they can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        text.is_ascii().then_some(Self(text))
    }

    /// The 20 characters.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "an id is ASCII by construction")]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("made of ASCII only")
    }

    /// A number that spreads ids evenly.
    pub(crate) fn spread(&self) -> usize {
        usize::from(self.0[0]) | usize::from(self.0[1]) << 6
    }
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// Hashed as its text, so that a map keyed by ids can be asked with a room's name.
impl hash::Hash for SocketId {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for SocketId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SocketId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl serde::Serialize for SocketId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
