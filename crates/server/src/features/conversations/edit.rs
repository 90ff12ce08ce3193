//! `PATCH /conversations/{id}`: another title or topic, or others who may write. `DELETE`: it is gone.

use linnet_contract::{ConversationId, ConversationSummary, http::UpdateConversation};
use linnet_store::What;

use super::{
    change::change,
    get,
    policy::{self, Action},
};
use crate::{app::Ctx, error::RequestError};

/// Changes what is given; each change is a system message.
pub async fn edit(
    ctx: &Ctx,
    conversation: ConversationId,
    request: UpdateConversation,
) -> Result<ConversationSummary, RequestError> {
    let what = What::Edit {
        title: request.title.as_deref().map(policy::title).transpose()?,
        topic: request.topic.as_deref().map(policy::topic).transpose()?,
        posting: request.posting,
    };
    change(ctx, conversation, what, |_| Action::Edit).await?;
    get(ctx, conversation).await
}

/// Deletes it: for everybody, with everything in it.
pub async fn delete(ctx: &Ctx, conversation: ConversationId) -> Result<(), RequestError> {
    change(ctx, conversation, What::Delete, |_| Action::Delete).await
}
