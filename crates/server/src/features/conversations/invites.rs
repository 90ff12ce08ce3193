//! Invite links: whoever has the code may come in, until it expires, is used up, or is taken back.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use linnet_contract::{
    ConversationId, ConversationSummary, ErrorCode,
    http::{Channel, CreateInvite, Invite, Invites},
    limits,
};
use linnet_store::{InviteRefused, NewInvite, Standing, What};

use super::{
    change::change,
    get,
    members::most,
    policy::{self, Action},
    wire,
};
use crate::{app::Ctx, clock::timestamp, error::RequestError};

/// Random bytes of a code: nobody guesses one of 2^128.
const CODE_BYTES: usize = 16;
/// Characters of a code.
const CODE_CHARS: usize = 22;

/// Makes a link.
pub async fn invite(ctx: &Ctx, conversation: ConversationId, request: CreateInvite) -> Result<Invite, RequestError> {
    let seconds = request.expires_in_seconds.unwrap_or(limits::INVITE_SECONDS_DEFAULT);
    if !limits::INVITE_SECONDS.contains(&seconds) {
        return Err(RequestError::malformed(
            "expiresInSeconds must be between 60 and 31536000.",
        ));
    }
    if request
        .max_uses
        .is_some_and(|uses| !limits::INVITE_USES.contains(&uses))
    {
        return Err(RequestError::malformed("maxUses must be between 1 and 100000."));
    }
    ctx.limits.messages.check(ctx.session.user)?;
    let mut code = [0; CODE_BYTES];
    ctx.random.fill(&mut code);
    let now = ctx.now_ms();
    let new = NewInvite {
        code: BASE64_URL_SAFE_NO_PAD.encode(code),
        conversation,
        actor: ctx.session.user,
        expires_at: now + seconds * 1_000,
        max_uses: request.max_uses,
        most: i64::try_from(limits::INVITES).unwrap_or(i64::MAX),
        now,
    };
    let made = ctx.store.invites_create(&new, &permit).await?.map_err(refusal)?;
    Ok(shown(made))
}

/// The links that are valid.
pub async fn invites(ctx: &Ctx, conversation: ConversationId) -> Result<Invites, RequestError> {
    let found = ctx
        .store
        .invites_list(conversation, ctx.session.user, ctx.now_ms(), &permit)
        .await?
        .map_err(refusal)?;
    Ok(Invites {
        invites: found.into_iter().map(shown).collect(),
    })
}

/// Takes a link back.
pub async fn revoke_invite(ctx: &Ctx, conversation: ConversationId, code: &str) -> Result<(), RequestError> {
    let revoked = ctx
        .store
        .invites_revoke(conversation, ctx.session.user, checked(code)?, &permit)
        .await?;
    revoked.map_err(refusal)
}

/// Where a link leads, for somebody who is about to follow it.
pub async fn invited_to(ctx: &Ctx, code: &str) -> Result<Channel, RequestError> {
    let found = ctx
        .store
        .invites_find(ctx.session.user, checked(code)?, ctx.now_ms())
        .await?;
    found.map(wire::channel).ok_or_else(not_valid)
}

/// Comes in by a link; who is in already stays in and uses nothing up.
pub async fn accept_invite(ctx: &Ctx, code: &str) -> Result<ConversationSummary, RequestError> {
    let code = checked(code)?;
    let found = ctx
        .store
        .invites_find(ctx.session.user, code, ctx.now_ms())
        .await?
        .ok_or_else(not_valid)?;
    let what = What::Join {
        invite: Some(code.to_owned()),
        most: most(ctx, found.kind),
    };
    change(ctx, found.id, what, |_| Action::Accept).await?;
    get(ctx, found.id).await
}

fn permit(standing: Standing) -> bool {
    policy::permits(Action::Invite, standing)
}

/// What cannot be a code leads nowhere, like one that nobody made.
fn checked(code: &str) -> Result<&str, RequestError> {
    let fits = code.len() == CODE_CHARS
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then_some(code).ok_or_else(not_valid)
}

fn not_valid() -> RequestError {
    RequestError {
        sentence: "This invite is not valid any more.".into(),
        ..RequestError::new(ErrorCode::NotFound)
    }
}

fn refusal(refused: InviteRefused) -> RequestError {
    match refused {
        InviteRefused::NotFound => ErrorCode::NotFound.into(),
        InviteRefused::NotPermitted => ErrorCode::Forbidden.into(),
        InviteRefused::TooMany => RequestError {
            sentence: "This conversation has too many invite links. Take one back first.".into(),
            ..RequestError::new(ErrorCode::LimitReached)
        },
    }
}

fn shown(row: linnet_store::Invite) -> Invite {
    Invite {
        code: row.code,
        conversation_id: row.conversation,
        created_by: row.created_by,
        created_at: timestamp(row.created_at),
        expires_at: timestamp(row.expires_at),
        max_uses: row.max_uses,
        uses: row.uses,
    }
}
