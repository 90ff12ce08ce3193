//! HTTP long-polling: GET takes what waits, or waits for it; POST brings a payload. One of each at a time.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tokio::sync::oneshot;

use super::{
    Connection, ResponseBody,
    connection::{End, Post},
    outgoing::Sink,
    service::{Refusal, refuse},
    upgrade::WHILE_UPGRADING,
};

/// A payload for the client.
pub(super) fn payload(body: Vec<u8>) -> Response<ResponseBody> {
    respond(StatusCode::OK, "text/plain; charset=UTF-8", body.into())
}

fn respond(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<ResponseBody> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answers a GET.
pub(super) async fn poll(connection: Arc<Connection>) -> Response<ResponseBody> {
    let waiting = {
        let mut out = connection.outgoing.lock();
        let (closing, release) = (out.closing, out.release_polls);
        let something = !out.queue.is_empty();
        match &mut out.sink {
            Sink::Polling(Some(_)) => {
                drop(out);
                connection.request_end(End::TRANSPORT_ERROR);
                return refuse(Refusal::BadRequest);
            }
            Sink::Polling(None) if closing && !something => {
                let last = out.take_payload(true);
                out.sink = Sink::Closed;
                drop(out);
                connection.request_sweep();
                return payload(last);
            }
            Sink::Polling(None) if something => return payload(out.take_payload(false)),
            Sink::Polling(waiter @ None) => {
                let (sender, receiver) = oneshot::channel();
                *waiter = Some(sender);
                Waiting { receiver, release }
            }
            _ => return refuse(Refusal::BadRequest),
        }
    };
    let mut given_up = GivenUp {
        connection: Some(Arc::clone(&connection)),
    };
    let body = waiting.body(&connection).await;
    given_up.connection = None;
    match body {
        Ok(body) => payload(body),
        // The session ended, or went on to WebSocket.
        Err(_) => refuse(Refusal::BadRequest),
    }
}

/// A poll that found nothing.
struct Waiting {
    receiver: oneshot::Receiver<Vec<u8>>,
    /// An upgrade is under way, so it does not wait for long.
    release: bool,
}

impl Waiting {
    async fn body(mut self, connection: &Connection) -> Result<Vec<u8>, oneshot::error::RecvError> {
        if self.release {
            if let Ok(body) = tokio::time::timeout(WHILE_UPGRADING, &mut self.receiver).await {
                return body;
            }
            if let Sink::Polling(waiter) = &mut connection.outgoing.lock().sink
                && waiter.take().is_some()
            {
                return Ok(b"6".to_vec());
            }
        }
        self.receiver.await
    }
}

/// A request that the client abandons ends the session: what was meant for it may be lost.
struct GivenUp {
    connection: Option<Arc<Connection>>,
}

impl Drop for GivenUp {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            if let Sink::Polling(waiter) = &mut connection.outgoing.lock().sink {
                *waiter = None;
            }
            connection.request_end(End::TRANSPORT_ERROR);
        }
    }
}

/// Answers a POST, when its packets have been handed to the session.
pub(super) async fn post<B>(connection: Arc<Connection>, request: Request<B>) -> Response<ResponseBody>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    {
        let mut inbound = connection.inbound.lock();
        if inbound.ended {
            return refuse(Refusal::UnknownSession);
        }
        if inbound.posting || is_binary(request.headers()) {
            drop(inbound);
            connection.request_end(End::TRANSPORT_ERROR);
            return refuse(Refusal::BadRequest);
        }
        inbound.posting = true;
    }
    let mut posting = Posting {
        connection: Some(&connection),
    };
    let config = &connection.engine().config;
    let patience = config.ping_interval + config.ping_timeout;
    let body = match read(request, config.max_payload, patience).await {
        Ok(body) => body,
        Err(status) => {
            let too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
            posting.finish();
            if !too_large {
                connection.request_end(End::TRANSPORT_ERROR);
            }
            let mut response = respond(status, "text/html", Bytes::new());
            // The rest of the body is not read.
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    let (done, waiting) = oneshot::channel();
    {
        let mut inbound = connection.inbound.lock();
        if inbound.ended {
            return refuse(Refusal::UnknownSession);
        }
        inbound.post = Some(Post {
            payload: body,
            at: 0,
            done,
        });
    }
    connection.request_sweep();
    // While handlers are busy the answer waits, and with it the client: that is how polling is slowed down.
    let outcome = tokio::time::timeout(patience, waiting).await;
    posting.finish();
    match outcome {
        Ok(Ok(())) => respond(StatusCode::OK, "text/html", Bytes::from_static(b"ok")),
        Ok(Err(_)) => refuse(Refusal::BadRequest),
        Err(_) => {
            connection.request_end(End::TRANSPORT_ERROR);
            refuse(Refusal::BadRequest)
        }
    }
}

fn is_binary(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/octet-stream")
}

async fn read<B>(request: Request<B>, limit: usize, patience: Duration) -> Result<String, StatusCode>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let body = Box::pin(Limited::new(request.into_body(), limit).collect());
    let body = tokio::time::timeout(patience, body)
        .await
        .map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        }
    })?;
    String::from_utf8(body.to_bytes().into()).map_err(|_| StatusCode::BAD_REQUEST)
}

/// The session's one POST. Given up half-way it ends the session: half a payload is nothing.
struct Posting<'a> {
    connection: Option<&'a Connection>,
}

impl Posting<'_> {
    fn finish(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.inbound.lock().posting = false;
        }
    }
}

impl Drop for Posting<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.inbound.lock().posting = false;
            connection.request_end(End::TRANSPORT_ERROR);
        }
    }
}
