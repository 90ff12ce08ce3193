//! Changing a group or a channel: in the writer's turn, so that a change has its place among the messages in what people
//! hear, too. Whoever was removed is out of the room before anything that is written after it is told.

use linnet_contract::{
    ConversationId, ErrorCode, MessageId, UserId,
    events::{ConversationRemoved, Resync},
    limits,
};
use linnet_store::{ChangeRefused, Changed, DirectPolicy, GroupChange, Standing, What};

use super::{policy, policy::Action, wire};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::messages,
};

/// Changes a conversation, if who asks may do `action` there, and tells everyone.
pub(super) async fn change(
    ctx: &Ctx,
    conversation: ConversationId,
    what: What,
    action: impl Fn(Standing) -> Action + Send + Sync + 'static,
) -> Result<(), RequestError> {
    // A change is a message, and counts as one.
    ctx.limits.messages.check(ctx.session.user)?;
    let change = GroupChange {
        conversation,
        actor: ctx.session.user,
        what,
        ids: [MessageId(ctx.id()), MessageId(ctx.id()), MessageId(ctx.id())],
        now: ctx.now_ms(),
    };
    let app = ctx.app.clone();
    let turn = async move {
        let permit = |standing| policy::permits(action(standing), standing);
        match app.store.groups_change(&change, &permit).await {
            Ok(Ok(changed)) => {
                tell(&app, conversation, changed).await;
                Ok(())
            }
            Ok(Err(refused)) => Err(refusal(refused)),
            Err(error) => {
                unsure(&app, &change);
                Err(error.into())
            }
        }
    };
    ctx.messages.in_turn(turn).await
}

/// Whom one may add.
pub(super) fn whom(ctx: &Ctx) -> DirectPolicy {
    ctx.config.messages.direct_policy()
}

/// After the commit: who lost it is out of the room at once, who came in hears everything from the message on that says so.
pub(super) async fn tell(app: &App, conversation: ConversationId, changed: Changed) {
    app.fanout.leave_conversation(&changed.removed, conversation).await;
    app.fanout.join_conversation(&changed.added, conversation).await;
    for message in changed.messages {
        let message = messages::message(message);
        app.fanout.to_conversation(conversation, &message);
        app.implied.told(conversation, message.sequence);
    }
    let mut concerned = changed.added;
    concerned.extend(changed.role_of);
    if let Err(error) = show(app, conversation, &concerned).await {
        tracing::warn!(%error, %conversation, "a changed conversation could not be shown");
    }
    let removed = ConversationRemoved {
        conversation_id: conversation,
    };
    for user in changed.removed {
        app.fanout.to_user(user, &removed);
    }
}

/// `conversationUpdated`, to each as they see it. In a large conversation only to those whom it concerns: the others have the
/// system message, and a thousand summaries of a hundred members each are too much to say about a title.
async fn show(app: &App, conversation: ConversationId, concerned: &[UserId]) -> Result<(), linnet_store::StoreError> {
    let seen = app
        .store
        .conversations_seen(conversation, limits::RECEIPT_MEMBERS, concerned)
        .await?;
    for summary in seen {
        app.fanout.to_user(summary.viewer.user, &wire::summary(summary));
    }
    Ok(())
}

/// The database may have committed and not got round to saying so. Then nobody was told, and somebody who was removed still
/// stands in the room: their sockets come back by themselves, into the rooms where they belong.
fn unsure(app: &App, change: &GroupChange) {
    app.fanout.to_conversation(change.conversation, &Resync {});
    match &change.what {
        What::Remove { user } => app.fanout.reconnect(&[*user]),
        What::Join { .. } => app.fanout.reconnect(&[change.actor]),
        What::Add { users, .. } => app.fanout.reconnect(users),
        What::Delete => app.fanout.reconnect_conversation(change.conversation),
        What::Edit { .. } | What::Picture { .. } | What::SetRole { .. } => {}
    }
}

/// Why not, in words.
pub(super) fn refusal(refused: ChangeRefused) -> RequestError {
    let says = |code, sentence: String| RequestError {
        sentence: sentence.into(),
        ..RequestError::new(code)
    };
    match refused {
        ChangeRefused::NotMember => ErrorCode::NotFound.into(),
        ChangeRefused::NotPermitted => ErrorCode::Forbidden.into(),
        ChangeRefused::NoSuchPerson => says(ErrorCode::NotFound, "There is no such person here.".to_owned()),
        ChangeRefused::Blocked(name) => says(ErrorCode::Blocked, format!("You cannot add @{name}.")),
        ChangeRefused::NotConnected(name) => says(
            ErrorCode::NotConnected,
            format!("You can only add people you are connected with; @{name} is not."),
        ),
        ChangeRefused::Full => says(ErrorCode::LimitReached, "This conversation is full.".to_owned()),
        ChangeRefused::LastOwner => ErrorCode::LastOwner.into(),
        ChangeRefused::BadInvite => says(ErrorCode::NotFound, "This invite is not valid any more.".to_owned()),
    }
}
