//! `/auth` and `/users`: accounts, devices, people.

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, SET_COOKIE, USER_AGENT},
};
use linnet_contract::{
    DeviceId, ErrorCode, Person, UserId,
    http::{ChangePassword, Devices, Login, Me, Refresh, Register, SignedIn, UpdateMe, Users},
};
use serde::Deserialize;

use super::{File, Json, Path, Peer, Query, problem::Refused};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::accounts::{self, Client},
    session::{self, cookies},
};

/// `POST /auth/register`: 201.
pub(super) async fn register(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(request): Json<Register>,
) -> Result<Response, RequestError> {
    let signed_in = accounts::register(&app, &client(peer, &headers), request).await?;
    Ok(with_cookies(&app, peer, StatusCode::CREATED, signed_in))
}

/// `POST /auth/login`.
pub(super) async fn login(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Json(request): Json<Login>,
) -> Result<Response, RequestError> {
    let signed_in = accounts::login(&app, &client(peer, &headers), request).await?;
    Ok(with_cookies(&app, peer, StatusCode::OK, signed_in))
}

/// `POST /auth/refresh`: the token of the body, or else of the cookie. A refused one clears the cookies, or a browser
/// would show it again and again.
pub(super) async fn refresh(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    request: Option<Json<Refresh>>,
) -> Result<Response, RequestError> {
    let given = request.and_then(|Json(request)| request.refresh_token);
    let cookie = cookies::find(&headers, cookies::REFRESH);
    let token = given.as_deref().or(cookie).ok_or(ErrorCode::Unauthenticated)?;
    match accounts::refresh(&app, peer.address, token).await {
        Ok(signed_in) => Ok(with_cookies(&app, peer, StatusCode::OK, signed_in)),
        Err(error) if error.code == ErrorCode::Unauthenticated && given.is_none() => {
            Ok(without_cookies(&app, peer, error.into_response()))
        }
        Err(error) => Err(error),
    }
}

/// `POST /auth/logout`: 204, whether or not there was something to sign out of.
pub(super) async fn logout(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    request: Option<Json<Refresh>>,
) -> Result<Response, RequestError> {
    let given = request.and_then(|Json(request)| request.refresh_token);
    let access = session::from_headers(&headers).map(session::Shown::token);
    let refresh = given.as_deref().or_else(|| cookies::find(&headers, cookies::REFRESH));
    accounts::logout(&app, peer.address, access, refresh).await?;
    Ok(without_cookies(&app, peer, StatusCode::NO_CONTENT.into_response()))
}

/// `GET /auth/sessions`.
pub(super) async fn sessions(ctx: Ctx) -> Result<axum::Json<Devices>, RequestError> {
    accounts::devices::list(&ctx).await.map(axum::Json)
}

/// `DELETE /auth/sessions/{id}`: 204.
pub(super) async fn session_revoke(
    ctx: Ctx,
    Extension(peer): Extension<Peer>,
    Path(device): Path<DeviceId>,
) -> Result<Response, RequestError> {
    accounts::devices::revoke(&ctx, device).await?;
    let done = StatusCode::NO_CONTENT.into_response();
    Ok(if device == ctx.session.device {
        without_cookies(&ctx.app, peer, done)
    } else {
        done
    })
}

/// `DELETE /auth/sessions`: 204; all but the one that asks.
pub(super) async fn sessions_revoke(ctx: Ctx) -> Result<StatusCode, RequestError> {
    accounts::devices::revoke_others(&ctx)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

/// `PATCH /users/me/password`: 204. A wrong current password is 403, because 401 says that the session ended.
pub(super) async fn password(ctx: Ctx, Json(request): Json<ChangePassword>) -> Result<StatusCode, Refused> {
    match accounts::password::change(&ctx, request).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(Refused {
            status: (error.code == ErrorCode::InvalidCredentials).then_some(StatusCode::FORBIDDEN),
            error,
        }),
    }
}

/// `PUT /users/me/avatar`: the body is the picture.
pub(super) async fn avatar_set(ctx: Ctx, File(file): File) -> Result<axum::Json<Me>, RequestError> {
    accounts::avatar::set(&ctx, file).await.map(axum::Json)
}

/// `DELETE /users/me/avatar`.
pub(super) async fn avatar_remove(ctx: Ctx) -> Result<axum::Json<Me>, RequestError> {
    accounts::avatar::remove(&ctx).await.map(axum::Json)
}

/// `GET /avatars/{id}`: a picture never changes, so whoever has it never asks again. Only this person's own cache keeps it.
pub(super) async fn avatar(ctx: Ctx, Path(id): Path<uuid::Uuid>, headers: HeaderMap) -> Result<Response, RequestError> {
    let etag = HeaderValue::from_str(&format!("\"{id}\"")).map_err(|error| RequestError::internal(&error))?;
    let kept = [
        (
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=31536000, immutable"),
        ),
        (ETAG, etag.clone()),
    ];
    if headers.get(IF_NONE_MATCH) == Some(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let picture = accounts::avatar::get(&ctx, id).await?;
    let kind = HeaderValue::from_str(&picture.media_type).map_err(|error| RequestError::internal(&error))?;
    Ok((kept, [(CONTENT_TYPE, kind)], picture.bytes).into_response())
}

/// `GET /users/me`.
pub(super) async fn me(ctx: Ctx) -> Result<axum::Json<Me>, RequestError> {
    accounts::profile::me(&ctx).await.map(axum::Json)
}

/// `PATCH /users/me`.
pub(super) async fn me_update(ctx: Ctx, Json(request): Json<UpdateMe>) -> Result<axum::Json<Me>, RequestError> {
    accounts::profile::update(&ctx, request).await.map(axum::Json)
}

/// `GET /users/{id}`.
pub(super) async fn user(ctx: Ctx, Path(id): Path<UserId>) -> Result<axum::Json<Person>, RequestError> {
    accounts::profile::get(&ctx, id).await.map(axum::Json)
}

#[derive(Deserialize)]
pub(super) struct Search {
    query: String,
}

/// `GET /users?query=`.
pub(super) async fn users(ctx: Ctx, Query(search): Query<Search>) -> Result<axum::Json<Users>, RequestError> {
    accounts::profile::search(&ctx, &search.query).await.map(axum::Json)
}

fn client(peer: Peer, headers: &HeaderMap) -> Client {
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    Client {
        address: peer.address,
        user_agent,
    }
}

fn with_cookies(app: &App, peer: Peer, status: StatusCode, answer: SignedIn) -> Response {
    let cookies = cookies::set(&answer.access_token, &answer.refresh_token, peer.cookies(app));
    let mut response = (status, axum::Json(answer)).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn without_cookies(app: &App, peer: Peer, mut response: Response) -> Response {
    for cookie in cookies::clear(peer.cookies(app)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
