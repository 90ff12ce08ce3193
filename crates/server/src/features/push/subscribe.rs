//! `POST /push/subscriptions`.

use std::sync::atomic::Ordering;

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use linnet_contract::{ErrorCode, limits::PUSH_ENDPOINT_BYTES, push::SubscribePush};
use linnet_store::NewSubscription;

use super::encrypt;
use crate::{app::Ctx, error::RequestError, outbound::Refused};

/// Browsers leave the padding out, libraries may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Characters of a key at most: 65 bytes, padded.
const KEY_CHARS: usize = 88;

/// From now on this device is told there, and no longer where it was before.
///
/// # Errors
/// `malformed` for keys that are none, and for an address that is not one of a push service: not https, or of a private
/// network; `unavailable` when it cannot be looked up; `rate_limited`.
pub async fn subscribe(ctx: &Ctx, request: SubscribePush) -> Result<(), RequestError> {
    if request.endpoint.len() > PUSH_ENDPOINT_BYTES {
        return Err(RequestError::malformed("`endpoint` is too long."));
    }
    let p256dh = bytes(&request.keys.p256dh).ok_or(RequestError::malformed("`keys.p256dh` is not base64url."))?;
    let auth = bytes(&request.keys.auth).filter(|auth| auth.len() == encrypt::AUTH_BYTES);
    let auth = auth.ok_or(RequestError::malformed(
        "`keys.auth` must be the base64url of 16 bytes.",
    ))?;
    // What nothing can be encrypted with is found out now, not when there is something to tell.
    if encrypt::encrypt(&*ctx.random, &p256dh, &auth, Vec::new()).is_none() {
        return Err(RequestError::malformed(
            "`keys.p256dh` must be an uncompressed point of P-256.",
        ));
    }
    ctx.limits.settings_changes.check(ctx.session.user)?;
    ctx.push
        .reach
        .look_up(&ctx.push.names, &request.endpoint)
        .await
        .map_err(|refused| match refused {
            Refused::Shape => RequestError::malformed("`endpoint` must be an https address on the usual port."),
            Refused::Private => RequestError::malformed("`endpoint` must not be in a private network."),
            Refused::Unknown => RequestError {
                sentence: "The push service of this browser cannot be found from here.".into(),
                ..RequestError::unavailable()
            },
        })?;
    let new = NewSubscription {
        device: ctx.session.device,
        endpoint: request.endpoint,
        p256dh,
        auth,
        now: ctx.now_ms(),
    };
    if !ctx.store.push_subscribe(&new).await? {
        return Err(ErrorCode::Unauthenticated.into());
    }
    ctx.push.subscribed.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    (text.len() <= KEY_CHARS).then(|| BASE64.decode(text).ok())?
}
