//! `/files`: uploads as they come in, downloads whole or in part.

mod disposition;
mod range;

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{MultipartError, MultipartRejection},
    },
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use futures_util::{StreamExt as _, stream};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONNECTION, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
        CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
    },
};
use linnet_contract::{Attachment, ErrorCode, FileId};

use tokio::time::timeout;

use self::range::Wanted;
use super::{Path, problem::Refused};
use crate::{
    app::{App, Ctx},
    error::RequestError,
    features::files::{self, Kind},
};

/// Bytes that a form may have around its file.
const AROUND: usize = 64 * 1024;
/// What is read, and thrown away, of a form that is too large, so that a client gets to the answer instead of a broken
/// connection.
const DRAINED: usize = 4 * 1024 * 1024;
/// How long we wait for the part of a form before its file, and for what is thrown away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Should a browser open a file as a page after all, it gets an empty sheet: no script, no style, no form, no origin.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// The routes of files. They are not compressed: what people send mostly is already, and a part of a file is counted in its bytes.
pub(super) fn routes(app: &App) -> Router<App> {
    let most = usize::try_from(app.config.files.max_bytes).unwrap_or(usize::MAX);
    Router::new()
        .route(
            "/files",
            post(upload).layer(DefaultBodyLimit::max(most.saturating_add(AROUND + DRAINED))),
        )
        .route("/files/{id}", get(file).delete(remove))
        .route("/files/{id}/thumbnail", get(thumbnail))
}

/// `POST /files`: 201. A form with the field `file`; its other fields are ignored.
async fn upload(
    ctx: Result<Ctx, RequestError>,
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    match received(ctx, &app, &headers, form).await {
        Ok(file) => (StatusCode::CREATED, axum::Json(file)).into_response(),
        Err(refused) => {
            // There may be more of the body to come, and then the connection is of no use for another request.
            let mut response = refused.into_response();
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

async fn received(
    ctx: Result<Ctx, RequestError>,
    app: &App,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Attachment, Refused> {
    let mut form = form.map_err(|_| Refused {
        error: RequestError::malformed("The body must be a form: multipart/form-data with the field `file`."),
        status: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    })?;
    // Said before anything is read, where the client says how much it will be.
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let most = usize::try_from(app.config.files.max_bytes).unwrap_or(usize::MAX);
    if length.is_some_and(|length| length > most.saturating_add(AROUND + DRAINED)) {
        return Err(RequestError::new(ErrorCode::TooLarge).into());
    }
    let received = match &ctx {
        Ok(ctx) => file_of(ctx, &mut form).await,
        Err(refused) => Err(refused.clone()),
    };
    if received.is_err() {
        drain(&mut form).await;
    }
    Ok(received?)
}

async fn file_of(ctx: &Ctx, form: &mut Multipart) -> Result<Attachment, RequestError> {
    let upload = files::begin(ctx)?;
    // Somebody who begins a form and sends nothing must not keep a place.
    let silent = |_| RequestError::malformed("The form stopped in the middle.");
    while let Some(mut field) = timeout(PATIENCE, form.next_field())
        .await
        .map_err(silent)?
        .map_err(broken)?
    {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().map(str::to_owned);
        let chunks = stream::poll_fn(|context| field.poll_next_unpin(context));
        return upload.receive(name.as_deref(), chunks).await;
    }
    Err(RequestError::malformed("The form has no field `file`."))
}

/// Reads what is left of a refused form, as far as its body may go: a client that is still sending would find the connection
/// closed instead of the answer. Whoever is too slow for that does.
async fn drain(form: &mut Multipart) {
    let draining = async { while let Ok(Some(_)) = form.next_field().await {} };
    let _ = timeout(PATIENCE, draining).await;
}

#[expect(clippy::needless_pass_by_value, reason = "map_err passes it")]
fn broken(error: MultipartError) -> RequestError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        RequestError::new(ErrorCode::TooLarge)
    } else {
        RequestError::malformed("The form could not be read.")
    }
}

/// `DELETE /files/{id}`: 204.
async fn remove(ctx: Ctx, Path(id): Path<FileId>) -> Result<StatusCode, RequestError> {
    files::remove(&ctx, id).await.map(|()| StatusCode::NO_CONTENT)
}

/// `GET` and `HEAD /files/{id}`.
async fn file(ctx: Ctx, method: Method, Path(id): Path<FileId>, headers: HeaderMap) -> Result<Response, Refused> {
    let found = files::find(&ctx, id).await?;
    let size = u64::try_from(found.size).map_err(|error| RequestError::internal(&error))?;
    let in_place = files::is_shown_in_place(&found.media_type);
    // What a browser should not show is not called what it is either.
    let media_type = if in_place {
        &found.media_type
    } else {
        "application/octet-stream"
    };
    let sent = Sent {
        etag: etag(&format!("{id}"))?,
        media_type: HeaderValue::from_str(media_type).map_err(|error| RequestError::internal(&error))?,
        disposition: disposition::header(in_place, &found.name),
    };
    if is_known(&headers, &sent.etag) {
        return Ok(sent.onto(StatusCode::NOT_MODIFIED.into_response()));
    }
    // A part of another state of the file would be a wrong part; a file has only one, but whoever asks may mean something else.
    let same = headers.get(IF_RANGE).is_none_or(|known| *known == sent.etag);
    let asked = headers.get(RANGE).filter(|_| same && method == Method::GET);
    let (status, range) = match range::wanted(asked, size) {
        Wanted::All => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let mut refused = Refused {
                error: RequestError::malformed("The file has no such part."),
                status: Some(StatusCode::RANGE_NOT_SATISFIABLE),
            }
            .into_response();
            refused
                .headers_mut()
                .insert(CONTENT_RANGE, text(&format!("bytes */{size}"))?);
            return Ok(refused);
        }
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let part = (status == StatusCode::PARTIAL_CONTENT).then(|| range.clone());
        Body::from_stream(files::read(&ctx, id, Kind::File, part).await?)
    };
    let mut response = sent.onto((status, body).into_response());
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        headers.insert(CONTENT_RANGE, text(&place)?);
    }
    Ok(response)
}

/// `GET` and `HEAD /files/{id}/thumbnail`.
async fn thumbnail(ctx: Ctx, method: Method, Path(id): Path<FileId>, headers: HeaderMap) -> Result<Response, Refused> {
    let found = files::find(&ctx, id).await?;
    let thumbnail = found.thumbnail.ok_or_else(|| RequestError::new(ErrorCode::NotFound))?;
    let sent = Sent {
        etag: etag(&format!("{id}.thumbnail"))?,
        media_type: HeaderValue::from_static(thumbnail.media_type()),
        disposition: HeaderValue::from_static("inline"),
    };
    if is_known(&headers, &sent.etag) {
        return Ok(sent.onto(StatusCode::NOT_MODIFIED.into_response()));
    }
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(files::read(&ctx, id, Kind::Thumbnail, None).await?)
    };
    Ok(sent.onto(body.into_response()))
}

/// What every answer with a file says of it.
struct Sent {
    etag: HeaderValue,
    media_type: HeaderValue,
    disposition: HeaderValue,
}

impl Sent {
    fn onto(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(ETAG, self.etag);
        headers.insert(CONTENT_TYPE, self.media_type);
        headers.insert(CONTENT_DISPOSITION, self.disposition);
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        // A browser may keep it, and asks each time whether it still may show it.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response
    }
}

/// A file never changes, so its id says which state of it this is.
fn etag(id: &str) -> Result<HeaderValue, RequestError> {
    text(&format!("\"{id}\""))
}

fn text(value: &str) -> Result<HeaderValue, RequestError> {
    HeaderValue::from_str(value).map_err(|error| RequestError::internal(&error))
}

/// Whether the client has it already (RFC 9110, 13.1.2). No tag of ours has a comma.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = headers
        .get_all(IF_NONE_MATCH)
        .into_iter()
        .filter_map(|known| known.to_str().ok());
    let mut tags = known.flat_map(|known| known.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes())
}
