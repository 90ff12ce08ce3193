//! Access tokens (JWT, HS256) and refresh tokens (random, stored hashed).
//!
//! The algorithm is pinned: a token whose header says `none`, or anything but HS256, is refused before its signature is
//! looked at. Time comes from the app's clock, so the library's own check of `exp` is off and ours stands here.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use linnet_contract::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    config::Secret,
    random::{self, Random},
};

/// Seconds that an access token is good for.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Seconds that a refresh token is good for, from its latest rotation.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Seconds by which the clocks of two nodes may differ.
const LEEWAY_SECONDS: i64 = 5;
/// Characters of a token at most; ours have about 300. What is longer is not decoded.
const TOKEN_CHARS: usize = 2_048;
/// Who makes the tokens, and whom they are for: a token that another program makes with the same secret is not ours.
const ISSUER: &str = "linnet";

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Always `linnet`.
    pub iss: String,
    /// Always `linnet`.
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// The device.
    pub dev: DeviceId,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it stops to count, in seconds since 1970.
    pub exp: i64,
}

/// Makes and checks access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    /// With this key.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            encoding: EncodingKey::from_secret(&secret.0),
            decoding: DecodingKey::from_secret(&secret.0),
            validation,
        }
    }

    /// A token for this device, good for [`ACCESS_SECONDS`].
    ///
    /// # Panics
    /// Never: encoding fails only for keys and claims of other kinds than these.
    #[must_use]
    pub fn issue(&self, user: UserId, device: DeviceId, now_ms: i64) -> String {
        let iat = now_ms.div_euclid(1_000);
        let (iss, aud) = (ISSUER.to_owned(), ISSUER.to_owned());
        let claims = Claims {
            iss,
            aud,
            sub: user,
            dev: device,
            iat,
            exp: iat + ACCESS_SECONDS,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .expect("an HMAC key signs any claims that serialise")
    }

    /// What the token says, if it is ours and counts now.
    #[must_use]
    pub fn verify(&self, token: &str, now_ms: i64) -> Option<Claims> {
        if token.len() > TOKEN_CHARS {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .ok()?
            .claims;
        let now = now_ms.div_euclid(1_000);
        let made = claims.iat <= now + LEEWAY_SECONDS;
        let fresh = now < claims.exp.saturating_add(LEEWAY_SECONDS);
        (made && fresh).then_some(claims)
    }
}

/// A refresh token: what its owner keeps, and what we keep.
pub struct RefreshToken {
    /// 43 characters of base64url, for the owner alone.
    pub text: String,
    /// The SHA-256 of the text. The token is 32 random bytes, so a plain hash cannot be turned back, and looking it up
    /// by an index tells nobody anything through time.
    pub hash: [u8; 32],
}

impl RefreshToken {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        let text = BASE64_URL_SAFE_NO_PAD.encode(random::secret(random));
        let hash = Sha256::digest(text.as_bytes()).into();
        Self { text, hash }
    }
}

/// The hash by which a refresh token that somebody shows is found; none if it cannot be one of ours.
#[must_use]
pub fn refresh_hash(text: &str) -> Option<[u8; 32]> {
    (text.len() == 43).then(|| Sha256::digest(text.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn tokens(secret: &str) -> Tokens {
        Tokens::new(&Secret(secret.as_bytes().to_vec()))
    }

    fn ids() -> (UserId, DeviceId) {
        (UserId(uuid::Uuid::from_u128(1)), DeviceId(uuid::Uuid::from_u128(2)))
    }

    const SECRET: &str = "a secret of more than thirty-two bytes";

    #[test]
    fn a_token_says_who_it_was_made_for_until_it_expires() {
        let (user, device) = ids();
        let token = tokens(SECRET).issue(user, device, NOW);
        let claims = tokens(SECRET).verify(&token, NOW).unwrap();
        assert_eq!((claims.sub, claims.dev), (user, device));
        let end = NOW + (ACCESS_SECONDS + LEEWAY_SECONDS) * 1_000;
        assert!(tokens(SECRET).verify(&token, end - 1_000).is_some());
        assert!(tokens(SECRET).verify(&token, end).is_none(), "expired");
        assert!(tokens(SECRET).verify(&token, NOW - 60_000).is_none(), "from the future");
    }

    #[test]
    fn a_token_with_another_secret_algorithm_issuer_or_a_changed_claim_is_nothing() {
        let (user, device) = ids();
        let ours = tokens(SECRET);
        assert!(
            ours.verify(
                &tokens("another secret, also of 32 bytes or more").issue(user, device, NOW),
                NOW
            )
            .is_none()
        );

        let exp = NOW / 1_000 + 900;
        let claims = |iss: &str, aud: &str| Claims {
            iss: iss.to_owned(),
            aud: aud.to_owned(),
            sub: user,
            dev: device,
            iat: NOW / 1_000,
            exp,
        };
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let sign = |algorithm, claims: &Claims| jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap();
        assert!(
            ours.verify(&sign(Algorithm::HS256, &claims(ISSUER, ISSUER)), NOW)
                .is_some(),
            "the test itself"
        );
        assert!(
            ours.verify(&sign(Algorithm::HS512, &claims(ISSUER, ISSUER)), NOW)
                .is_none()
        );
        assert!(
            ours.verify(&sign(Algorithm::HS256, &claims("other", ISSUER)), NOW)
                .is_none()
        );
        assert!(
            ours.verify(&sign(Algorithm::HS256, &claims(ISSUER, "other")), NOW)
                .is_none()
        );

        let part = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
        let body = part(&serde_json::to_string(&claims(ISSUER, ISSUER)).unwrap());
        for header in [r#"{"alg":"none","typ":"JWT"}"#, r#"{"alg":"NONE"}"#, r#"{"typ":"JWT"}"#] {
            assert!(
                ours.verify(&format!("{}.{body}.", part(header)), NOW).is_none(),
                "{header}"
            );
        }

        let token = ours.issue(user, device, NOW);
        let (front, signature) = token.rsplit_once('.').unwrap();
        let (head, _) = front.split_once('.').unwrap();
        assert!(
            ours.verify(&format!("{head}.{}.{signature}", part(r#"{"sub":"x"}"#)), NOW)
                .is_none()
        );
        for broken in ["", ".", "..", "a.b.c", &token[..token.len() - 2], &"a".repeat(100_000)] {
            assert!(ours.verify(broken, NOW).is_none());
        }
    }

    #[test]
    fn a_refresh_token_is_found_again_by_its_hash_only() {
        let token = RefreshToken::generate(&random::SystemRandom);
        assert_eq!(refresh_hash(&token.text), Some(token.hash));
        assert_ne!(RefreshToken::generate(&random::SystemRandom).text, token.text);
        assert_eq!(refresh_hash("too short"), None);
    }
}
