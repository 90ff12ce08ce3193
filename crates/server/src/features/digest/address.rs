//! `PUT /users/me/digest/address`.

use linnet_contract::digest::{DigestSettings, SetDigestAddress};
use linnet_store::NewDigest;

use super::{compose, get, mailer::Outcome, policy};
use crate::{app::Ctx, error::RequestError};

/// How long a code is good.
const CODE_MS: i64 = 60 * 60 * 1_000;

/// Sends a code to the address, which shows that it is the user's when it comes back. What there was before is forgotten once
/// the mail server has taken it.
///
/// The address may be a stranger's: how many codes one user asks for, one address gets and this server sends is bounded.
///
/// # Errors
/// `not_found` where no mail is sent; `malformed` for what is no address, also in the eyes of the mail server;
/// `rate_limited`; `unavailable` when the mail server is away.
pub async fn set_address(ctx: &Ctx, request: SetDigestAddress) -> Result<DigestSettings, RequestError> {
    let mailer = ctx.digests.mailer()?;
    let address = policy::address(&request.address)?;
    let user = ctx.session.user;
    ctx.limits.mail_codes.check(user)?;
    ctx.limits
        .mail_codes_to
        .check(address.to_string().to_ascii_lowercase())?;
    ctx.limits.mail_codes_anywhere.check(())?;
    let Ok(_place) = mailer.places.try_acquire() else {
        return Err(RequestError::unavailable());
    };
    let code = policy::new_code(&*ctx.random);
    let letter = compose::code(mailer, address.clone(), request.language, &code);
    match mailer.send(ctx, letter).await {
        Outcome::Taken => {}
        Outcome::Refused => {
            return Err(RequestError::malformed(
                "The mail server of this chat does not take mail for this address.",
            ));
        }
        Outcome::Later | Outcome::Unknown => {
            return Err(RequestError {
                sentence: "The mail server of this chat cannot be reached right now. Please try again later.".into(),
                ..RequestError::unavailable()
            });
        }
    }
    let now = ctx.now_ms();
    let new = NewDigest {
        user,
        address: address.to_string(),
        language: request.language,
        code,
        code_expires_at: now + CODE_MS,
        token: policy::new_token(&*ctx.random),
        now,
    };
    ctx.store.digests_ask(&new).await?;
    get(ctx).await
}
