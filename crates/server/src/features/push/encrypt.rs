//! Encryption of a push for one device: RFC 8291 over RFC 8188, of which a push is one single record.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};

use crate::random::{self, Random};

/// Bytes of the secret that a browser shares with us.
pub(super) const AUTH_BYTES: usize = 16;
/// Bytes of an uncompressed point of P-256.
const POINT_BYTES: usize = 65;
const SALT_BYTES: usize = 16;
/// What a push service has to take at the least, all in all (RFC 8030, 7.2).
const RECORD_BYTES: u32 = 4_096;
/// A record ends with a byte that says that it is the last one, and zeros. Its length is a multiple of this, so that it tells
/// little of that of the text.
const STEP: usize = 256;
const LAST: u8 = 2;

/// The body of the request. None: the keys are none.
pub(super) fn encrypt(random: &dyn Random, p256dh: &[u8], auth: &[u8], mut plain: Vec<u8>) -> Option<Vec<u8>> {
    plain.push(LAST);
    plain.resize(plain.len().next_multiple_of(STEP), 0);
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt);
    seal(&private_key(random), salt, p256dh, auth, plain).ok()
}

/// A new private key. Of all numbers of 32 bytes, one in four billions is none.
pub(super) fn private_key(random: &dyn Random) -> PrivateKey {
    loop {
        if let Ok(key) = PrivateKey::from_private_key(&ECDH_P256, &random::secret(random)) {
            return key;
        }
    }
}

fn seal(
    own: &PrivateKey,
    salt: [u8; SALT_BYTES],
    p256dh: &[u8],
    auth: &[u8],
    mut record: Vec<u8>,
) -> Result<Vec<u8>, Unspecified> {
    if p256dh.len() != POINT_BYTES {
        return Err(Unspecified);
    }
    let own_public = own.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, p256dh);
    let secret = agree(own, theirs, Unspecified, |shared| {
        let info = [b"WebPush: info\0", p256dh, own_public.as_ref()];
        expand::<32>(&Salt::new(HKDF_SHA256, auth).extract(shared), &info)
    })?;
    let prk = Salt::new(HKDF_SHA256, &salt).extract(&secret);
    let key = expand::<16>(&prk, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = expand::<12>(&prk, &[b"Content-Encoding: nonce\0"])?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let mut body = Vec::with_capacity(SALT_BYTES + 5 + POINT_BYTES + record.len());
    body.extend(salt);
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(65);
    body.extend(own_public.as_ref());
    body.extend(record);
    Ok(body)
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    prk.expand(info, Bytes(N))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;
    use crate::random::SystemRandom;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_rfc() {
        let own = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let p256dh = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let mut plain = b"When I grow up, I want to be a watermelon".to_vec();
        plain.push(LAST);
        let body = seal(&own, salt, &p256dh, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), plain).unwrap();
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_key_is_refused_and_the_length_says_little() {
        let good = private_key(&SystemRandom).compute_public_key().unwrap();
        let length = |key: &[u8], text: &str| Some(encrypt(&SystemRandom, key, &[1; 16], text.into())?.len());
        assert_eq!(length(good.as_ref(), ""), length(good.as_ref(), &"a".repeat(255)));
        assert_ne!(length(good.as_ref(), ""), length(good.as_ref(), &"a".repeat(256)));
        let mut off = good.as_ref().to_vec();
        off[64] ^= 1;
        for bad in [&off[..], &[4; 65], &[0; 65], &good.as_ref()[..64], &[]] {
            assert_eq!(length(bad, ""), None, "{bad:?}");
        }
    }
}
