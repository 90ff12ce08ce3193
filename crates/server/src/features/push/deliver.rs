//! One device is told of one message.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use linnet_contract::{ConversationId, ConversationKind, limits, push::PushMessage as Told};
use linnet_store::{PushMessage, Subscriber};
use sha2::{Digest as _, Sha256};

use super::{Push, encrypt, policy};
use crate::app::App;

/// How long a push service keeps it for a device that is away.
const TTL_SECONDS: u32 = 24 * 60 * 60;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The push service has it.
    Taken,
    /// The push service does not know the device any more.
    Gone,
    /// Another time, perhaps not before so long.
    Later(Option<Duration>),
    /// The push service does not want it, and will not want it later.
    Refused(u16),
}

/// Sends it.
pub(super) async fn deliver(
    app: &App,
    conversation: ConversationId,
    subscriber: &Subscriber,
    message: &PushMessage,
) -> Outcome {
    let push = &app.push;
    let most = i64::try_from(limits::PUSH_WAITING).unwrap_or(i64::MAX);
    let waiting = app.store.push_waiting(subscriber.user, most + 1).await;
    let waiting = waiting.ok().filter(|all| all.len() <= limits::PUSH_WAITING);
    let told = Told {
        conversation_id: conversation,
        sequence: message.sequence,
        title: message
            .title
            .clone()
            .filter(|_| message.kind != ConversationKind::Direct),
        sender: message.sender_name.clone(),
        text: policy::beginning(&message.body, limits::PUSH_TEXT_CHARS),
        files: message.files,
        waiting,
    };
    let personal = message.kind == ConversationKind::Direct || message.mentions.contains(&subscriber.user);
    let request = request(app, push, conversation, subscriber, &told, personal);
    let Some(request) = request else {
        return Outcome::Refused(0);
    };
    match request.send().await {
        Ok(response) => {
            let retry_after = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            // As a date it would need the clock of the push service; few send it, and ours is never sooner by much.
            let retry_after = retry_after
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs);
            outcome(response.status().as_u16(), retry_after)
        }
        // What the error says may have the address in it, which is a secret of the device.
        Err(error) => {
            tracing::debug!(error = %error.without_url(), "a push service was not reached");
            Outcome::Later(None)
        }
    }
}

fn request(
    app: &App,
    push: &Push,
    conversation: ConversationId,
    subscriber: &Subscriber,
    told: &Told,
    personal: bool,
) -> Option<reqwest::RequestBuilder> {
    let url = push.reach.parse(&subscriber.endpoint).ok()?;
    let plain = serde_json::to_vec(told).ok()?;
    let body = encrypt::encrypt(&*app.random, &subscriber.p256dh, &subscriber.auth, plain)?;
    let authorization = push.vapid.authorization(&url, app.now_ms())?;
    let request = push.client.as_ref()?.post(url);
    Some(
        request
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", TTL_SECONDS)
            .header("topic", topic(conversation, subscriber))
            .header("urgency", if personal { "high" } else { "normal" })
            .body(body),
    )
}

/// A later message of the conversation takes the place of one that still waits for the device. The push service must not
/// learn which devices are in the same conversation, so each has its own name for it: 32 characters, the most there may be.
fn topic(conversation: ConversationId, subscriber: &Subscriber) -> String {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let mut hash = Sha256::new();
    hash.update(&subscriber.auth);
    hash.update(conversation.0.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&hash.finalize()[..24])
}

fn outcome(status: u16, retry_after: Option<Duration>) -> Outcome {
    match status {
        200..=299 => Outcome::Taken,
        404 | 410 => Outcome::Gone,
        408 | 429 | 500..=599 => Outcome::Later(retry_after),
        status => Outcome::Refused(status),
    }
}
