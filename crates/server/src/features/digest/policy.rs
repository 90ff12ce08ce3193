//! What may be an address, a code, and what unsubscribes.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use lettre::Address;
use linnet_contract::limits::MAIL_ADDRESS_CHARS;

use crate::{
    error::RequestError,
    random::{self, Random},
};

/// Digits of a code.
const CODE_DIGITS: usize = 8;

/// An address as somebody typed it. What a mail server would read as more than one address, or as a comment, is none; neither
/// is one by number, which is not where anybody gets mail.
pub(super) fn address(text: &str) -> Result<Address, RequestError> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-@".contains(c);
    let fits = text.len() <= MAIL_ADDRESS_CHARS && text.chars().all(plain);
    let address = text.parse::<Address>().ok().filter(|_| fits);
    address.ok_or(RequestError::malformed(
        "`address` must be an e-mail address such as name@example.org.",
    ))
}

/// A code as somebody typed it.
pub(super) fn code(text: &str) -> Result<String, RequestError> {
    let code: String = text.chars().take(64).filter(|c| !c.is_whitespace()).collect();
    let whole = code.len() == CODE_DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
    whole
        .then_some(code)
        .ok_or(RequestError::malformed("`code` must be the eight digits of the mail."))
}

/// A new code.
pub(super) fn new_code(random: &dyn Random) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:08}", u64::from_le_bytes(bytes) % 100_000_000)
}

/// What unsubscribes, new.
pub(super) fn new_token(random: &dyn Random) -> Vec<u8> {
    random::secret(random).to_vec()
}

/// As it stands in a link.
pub(super) fn token_text(token: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(token)
}

/// As it came back. None: it is none.
pub(super) fn token(text: &str) -> Option<Vec<u8>> {
    (text.len() == 43).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address() {
        for good in ["alice@example.org", " a.b+chat@mail.example.org ", "o'neil@example.org"] {
            assert_eq!(address(good).unwrap().to_string(), good.trim());
        }
        let long = format!("{}@example.org", "a".repeat(300));
        for bad in [
            "",
            "alice",
            "@example.org",
            "alice@",
            "alice@example.org, bob@example.org",
            "alice@example.org\r\nBcc: bob@example.org",
            "alice@example.org\nx",
            "Alice <alice@example.org>",
            "\"a b\"@example.org",
            "alice@[127.0.0.1]",
            "alice(x)@example.org",
            "älice@example.org",
            "alice@exämple.org",
            "a@b@example.org",
            &long,
        ] {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_code_is_eight_digits_however_they_are_grouped() {
        assert_eq!(code(" 1234 5678 ").unwrap(), "12345678");
        for bad in ["", "1234567", "123456789", "1234567a", "１２３４５６７８"] {
            assert!(code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_unsubscribes_comes_back_as_it_went() {
        assert_eq!(token(&token_text(&[7; 32])), Some(vec![7; 32]));
        for bad in ["", "AAAA", &"!".repeat(43), &"A".repeat(44)] {
            assert_eq!(token(bad), None, "{bad}");
        }
    }
}
