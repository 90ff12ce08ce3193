//! Errors as RFC 9457 problem details.

use axum::response::{IntoResponse, Response};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use linnet_contract::{ErrorCode, http::Problem};

use crate::error::RequestError;

/// A refusal whose status HTTP knows better than the error table, which sockets use too.
#[derive(Debug)]
pub struct Refused {
    /// The refusal.
    pub error: RequestError,
    /// Its status, if it is not the code's.
    pub status: Option<StatusCode>,
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        Self { error, status: None }
    }
}

impl IntoResponse for RequestError {
    fn into_response(self) -> Response {
        Refused::from(self).into_response()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let usual = StatusCode::from_u16(self.error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let status = self.status.unwrap_or(usual);
        let error = self.error;
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: error.sentence.into_owned(),
            code: error.code,
            retry_after_ms: error.retry_after_ms,
        };
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(ms) = error.retry_after_ms {
            // The header counts whole seconds; rounded up, so that whoever waits that long does not come too early.
            headers.insert(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        }
        if error.code == ErrorCode::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
