//! `/conversations/{id}`, its members and its invite links; `/channels`; `/invites`.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, patch, post, put},
};
use http::StatusCode;
use linnet_contract::{
    ConversationId, ConversationSummary, UserId,
    http::{AddMembers, Channel, Channels, CreateInvite, Invite, Invites, Members, UpdateConversation, UpdateMember},
    limits::AVATAR_BYTES,
    settings::{ConversationSettings, UpdateSettings},
};
use serde::Deserialize;

use super::{File, Json, Path, Query};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::{
        conversations::{self, members},
        settings,
    },
};

type Answer<T> = Result<axum::Json<T>, RequestError>;
type Done = Result<StatusCode, RequestError>;

/// The routes of groups and channels.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/conversations/{id}", get(get_one).patch(edit).delete(remove))
        .route(
            "/conversations/{id}/avatar",
            put(avatar_set)
                .delete(avatar_remove)
                .layer(DefaultBodyLimit::max(AVATAR_BYTES)),
        )
        .route("/conversations/{id}/settings", patch(settings_edit))
        .route("/conversations/{id}/members", get(members_list).post(members_add))
        .route(
            "/conversations/{id}/members/{user}",
            patch(member_edit).delete(member_remove),
        )
        .route("/conversations/{id}/invites", get(invites).post(invite))
        .route("/conversations/{id}/invites/{code}", delete(invite_revoke))
        .route("/channels", get(channels))
        .route("/channels/{id}/join", post(join))
        .route("/invites/{code}", get(invited))
        .route("/invites/{code}/accept", post(accept))
}

async fn get_one(ctx: Ctx, Path(id): Path<ConversationId>) -> Answer<ConversationSummary> {
    conversations::get(&ctx, id).await.map(axum::Json)
}

async fn edit(
    ctx: Ctx,
    Path(id): Path<ConversationId>,
    Json(request): Json<UpdateConversation>,
) -> Answer<ConversationSummary> {
    conversations::edit(&ctx, id, request).await.map(axum::Json)
}

async fn remove(ctx: Ctx, Path(id): Path<ConversationId>) -> Done {
    conversations::delete(&ctx, id).await.map(|()| StatusCode::NO_CONTENT)
}

async fn avatar_set(ctx: Ctx, Path(id): Path<ConversationId>, File(file): File) -> Answer<ConversationSummary> {
    conversations::avatar_set(&ctx, id, file).await.map(axum::Json)
}

async fn avatar_remove(ctx: Ctx, Path(id): Path<ConversationId>) -> Answer<ConversationSummary> {
    conversations::avatar_remove(&ctx, id).await.map(axum::Json)
}

async fn settings_edit(
    ctx: Ctx,
    Path(id): Path<ConversationId>,
    Json(request): Json<UpdateSettings>,
) -> Answer<ConversationSettings> {
    settings::update(&ctx, id, request).await.map(axum::Json)
}

/// A page of a list in which one can look for something.
#[derive(Deserialize)]
struct PageQuery {
    #[serde(default)]
    query: String,
    cursor: Option<String>,
    limit: Option<usize>,
}

async fn members_list(ctx: Ctx, Path(id): Path<ConversationId>, Query(asked): Query<PageQuery>) -> Answer<Members> {
    members::list(&ctx, id, &asked.query, asked.cursor.as_deref(), asked.limit)
        .await
        .map(axum::Json)
}

async fn members_add(
    ctx: Ctx,
    Path(id): Path<ConversationId>,
    Json(request): Json<AddMembers>,
) -> Answer<ConversationSummary> {
    members::add(&ctx, id, request).await.map(axum::Json)
}

async fn member_edit(
    ctx: Ctx,
    Path((id, user)): Path<(ConversationId, UserId)>,
    Json(request): Json<UpdateMember>,
) -> Answer<ConversationSummary> {
    members::set_role(&ctx, id, user, request).await.map(axum::Json)
}

async fn member_remove(ctx: Ctx, Path((id, user)): Path<(ConversationId, UserId)>) -> Done {
    members::remove(&ctx, id, user).await.map(|()| StatusCode::NO_CONTENT)
}

async fn invites(ctx: Ctx, Path(id): Path<ConversationId>) -> Answer<Invites> {
    conversations::invites(&ctx, id).await.map(axum::Json)
}

async fn invite(
    ctx: Ctx,
    Path(id): Path<ConversationId>,
    request: Option<Json<CreateInvite>>,
) -> Result<(StatusCode, axum::Json<Invite>), RequestError> {
    let request = request.map(|Json(request)| request).unwrap_or_default();
    let made = conversations::invite(&ctx, id, request).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

async fn invite_revoke(ctx: Ctx, Path((id, code)): Path<(ConversationId, String)>) -> Done {
    conversations::revoke_invite(&ctx, id, &code)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

async fn channels(ctx: Ctx, Query(asked): Query<PageQuery>) -> Answer<Channels> {
    conversations::channels(&ctx, &asked.query, asked.cursor.as_deref(), asked.limit)
        .await
        .map(axum::Json)
}

async fn join(ctx: Ctx, Path(id): Path<ConversationId>) -> Answer<ConversationSummary> {
    conversations::join_channel(&ctx, id).await.map(axum::Json)
}

async fn invited(ctx: Ctx, Path(code): Path<String>) -> Answer<Channel> {
    conversations::invited_to(&ctx, &code).await.map(axum::Json)
}

async fn accept(ctx: Ctx, Path(code): Path<String>) -> Answer<ConversationSummary> {
    conversations::accept_invite(&ctx, &code).await.map(axum::Json)
}
