//! `/conversations`: conversations and their messages.

use axum::{Router, routing::get};
use http::StatusCode;
use linnet_contract::{
    ConversationId, ConversationKind, ConversationSummary, Sequence,
    http::{Conversations, CreateConversation, Messages},
    search::SearchHits,
};
use linnet_store::Page;
use serde::Deserialize;

use super::{Json, Path, Query};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::{
        conversations, messages,
        search::{self, Asked},
    },
};

/// The routes of the chat.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/conversations", get(list).post(create))
        .route("/conversations/{id}/messages", get(page))
        .route("/search", get(find))
}

#[derive(Deserialize)]
struct ListQuery {
    cursor: Option<String>,
    limit: Option<usize>,
}

async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Result<axum::Json<Conversations>, RequestError> {
    conversations::list(&ctx, query.cursor.as_deref(), query.limit)
        .await
        .map(axum::Json)
}

/// `POST /conversations`: 201 for a new group or channel. 200 for a direct one, whether it was there or not: which of the
/// two it was says whether the other person ever looked at you.
async fn create(
    ctx: Ctx,
    Json(request): Json<CreateConversation>,
) -> Result<(StatusCode, axum::Json<ConversationSummary>), RequestError> {
    let status = match request.kind {
        ConversationKind::Direct => StatusCode::OK,
        ConversationKind::Group | ConversationKind::Channel => StatusCode::CREATED,
    };
    conversations::create(&ctx, request)
        .await
        .map(|summary| (status, axum::Json(summary)))
}

/// At most one of the three says where the page is.
#[derive(Deserialize)]
struct PageQuery {
    before: Option<Sequence>,
    after: Option<Sequence>,
    around: Option<Sequence>,
    limit: Option<usize>,
}

impl PageQuery {
    fn page(&self) -> Result<Page, RequestError> {
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok(Page::Latest),
            (Some(before), None, None) => Ok(Page::Before(before)),
            (None, Some(after), None) => Ok(Page::After(after)),
            (None, None, Some(around)) => Ok(Page::Around(around)),
            _ => Err(RequestError::malformed("Give one of before, after and around.")),
        }
    }
}

async fn page(
    ctx: Ctx,
    Path(id): Path<ConversationId>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Messages>, RequestError> {
    messages::page(&ctx, id, query.page()?, query.limit)
        .await
        .map(axum::Json)
}

async fn find(ctx: Ctx, Query(asked): Query<Asked>) -> Result<axum::Json<SearchHits>, RequestError> {
    search::search(&ctx, asked).await.map(axum::Json)
}
