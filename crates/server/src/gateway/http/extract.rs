//! What handlers take: bodies, queries, paths and sessions, each refused as a problem that says what is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request, rejection::BytesRejection},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts};
use linnet_contract::ErrorCode;
use serde::de::DeserializeOwned;

use super::problem::Refused;
use crate::{
    app::{App, Ctx},
    error::RequestError,
    session,
};

/// Characters of what a parser says that go back to the client: it may repeat a long value.
const DETAIL_CHARS: usize = 200;

/// Characters of the path to a field that go back: one into a deep value is as long as the value is deep.
const PATH_CHARS: usize = 60;

/// A body: one JSON object. Serde would take an array for a struct, field by field; the contract has only objects.
/// The size is bounded by the router; the depth by the parser (128).
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        if !is_json(request.headers()) {
            return Err(not_json());
        }
        Ok(Self(parse(&body(request).await?)?))
    }
}

impl<T: DeserializeOwned> OptionalFromRequest<App> for Json<T> {
    type Rejection = Refused;

    /// No body at all is none, whatever its content type; anything else must be a right one.
    async fn from_request(request: Request, _: &App) -> Result<Option<Self>, Refused> {
        let json = is_json(request.headers());
        let body = body(request).await?;
        if body.is_empty() {
            return Ok(None);
        }
        if !json {
            return Err(not_json());
        }
        Ok(Some(Self(parse(&body)?)))
    }
}

/// A body that is a file. The size is bounded by the route; what it is, is found out by looking at it.
#[derive(Debug)]
pub struct File(pub Bytes);

impl FromRequest<App> for File {
    type Rejection = RequestError;

    async fn from_request(request: Request, _: &App) -> Result<Self, RequestError> {
        body(request).await.map(Self)
    }
}

fn not_json() -> Refused {
    let error = RequestError::malformed("The body must be JSON, with the content type application/json.");
    Refused {
        error,
        status: Some(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
}

async fn body(request: Request) -> Result<Bytes, RequestError> {
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection: BytesRejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => RequestError::new(ErrorCode::TooLarge),
            _ => RequestError::malformed("The body could not be read."),
        })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, RequestError> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path: String = error.path().to_string().chars().take(PATH_CHARS).collect();
        let inner = error.into_inner();
        // At the root and inside an object alike the message itself names a missing or unknown field.
        let place = if path == "." {
            String::new()
        } else {
            format!("`{path}`: ")
        };
        invalid(&format!("{place}{inner}"))
    });
    if first != Some(&b'{') {
        // What is no JSON at all gets the parser's own words.
        return Err(match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
            Ok(_) => RequestError::malformed("The body must be a JSON object."),
            Err(error) => invalid(&error.to_string()),
        });
    }
    let parsed = parsed?;
    json.end().map_err(|error| invalid(&error.to_string()))?;
    Ok(parsed)
}

fn invalid(detail: &str) -> RequestError {
    let shown: String = detail.chars().take(DETAIL_CHARS).collect();
    RequestError::malformed(format!("The body is not valid: {shown}."))
}

/// The query of the address.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = RequestError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, RequestError> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| {
                let detail: String = error.body_text().chars().take(DETAIL_CHARS).collect();
                RequestError::malformed(format!("The query is not valid: {detail}."))
            })
    }
}

/// An id in the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = RequestError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, RequestError> {
        let path = axum::extract::Path::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(path)| Self(path))
            .map_err(|_| RequestError::malformed("The id in the path is not valid: ids are UUIDs."))
    }
}

/// The session is checked by asking for it.
impl FromRequestParts<App> for Ctx {
    type Rejection = RequestError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, RequestError> {
        let shown = session::from_headers(&parts.headers).ok_or(ErrorCode::Unauthenticated)?;
        let session = session::authenticate(app, shown.token()).await?;
        Ok(Self {
            app: app.clone(),
            session,
        })
    }
}

#[cfg(test)]
mod tests {
    use linnet_contract::http::UpdateMe;

    use super::*;

    fn refusal(body: &str) -> String {
        parse::<UpdateMe>(body.as_bytes()).unwrap_err().sentence.into_owned()
    }

    #[test]
    fn a_refused_body_says_which_field_is_wrong() {
        assert!(
            refusal(r#"{"displayName":5}"#)
                .starts_with("The body is not valid: `displayName`: invalid type: integer `5`")
        );
        assert_eq!(refusal(r#"["Alice"]"#), "The body must be a JSON object.");
        assert_eq!(refusal("null"), "The body must be a JSON object.");
        assert!(refusal("{").contains("EOF"));
        assert!(refusal("").contains("EOF"));
        assert!(refusal(r#"{"displayName":"a"} x"#).contains("trailing"));
        assert!(refusal(r#"{"displayName":"a","displayName":"b"}"#).contains("duplicate field"));
        let deep = refusal(&format!(r#"{{"later":{}}}"#, "[".repeat(60_000)));
        assert!(deep.contains("expected value"), "{deep}");
        assert!(refusal(&format!(r#"{{"displayName":{}}}"#, "[".repeat(60_000))).contains("invalid type: sequence"));
        assert!(refusal(r#"{"displayName":"\ud800"}"#).contains("hex escape"));
        assert!(refusal(&format!(r#"{{"displayName":["{}"]}}"#, "a".repeat(10_000))).len() < 300);
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert!(parse::<UpdateMe>(br#"{"displayName":"Alice","later":[1]}"#).is_ok());
    }
}
