//! `POST /users/me/digest/confirm`.

use linnet_contract::{
    ErrorCode,
    digest::{ConfirmDigestAddress, DigestSettings},
};

use super::{get, policy};
use crate::{app::Ctx, error::RequestError};

/// The code came back: the address is the user's, and digests are on.
///
/// # Errors
/// `not_found` where no mail is sent; `malformed`; `forbidden` for another code, or one that is too old; `rate_limited`: of a
/// hundred million codes, ten may be tried in the hour that one is good for.
pub async fn confirm(ctx: &Ctx, request: ConfirmDigestAddress) -> Result<DigestSettings, RequestError> {
    ctx.digests.mailer()?;
    let code = policy::code(&request.code)?;
    ctx.limits.mail_code_checks.check(ctx.session.user)?;
    if !ctx.store.digests_confirm(ctx.session.user, &code, ctx.now_ms()).await? {
        return Err(RequestError {
            sentence: "This is not the code that was sent last, or it is older than an hour.".into(),
            ..ErrorCode::Forbidden.into()
        });
    }
    get(ctx).await
}
