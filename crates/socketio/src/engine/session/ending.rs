//! How a session ends: everybody is told, and the transport is closed in its own way.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Phase, Session};
use crate::{
    DisconnectReason,
    codec::frame,
    engine::{
        Transport,
        connection::{End, How},
        outgoing::Sink,
    },
};

/// How long a closing WebSocket waits for the other side.
const LINGER: Duration = Duration::from_secs(3);
/// How long a session that the server closed waits for a poll to say so.
const LINGER_POLLING: Duration = Duration::from_secs(30);

impl Session {
    /// Tells everybody that the session is over, and begins to close the transport.
    pub(super) fn end(&mut self, end: End) {
        match self.phase {
            Phase::Closed => return,
            // The other side is gone, or a queue failed, while closing.
            Phase::Closing(_) => {
                if end.how == How::Abrupt {
                    self.close_transport();
                }
                return;
            }
            Phase::Open => {}
        }
        let connection = Arc::clone(&self.connection);
        tracing::debug!(reason = end.reason.as_str(), "session ended");
        connection.engine().meters.closed(end.reason);
        {
            let mut inbound = connection.inbound.lock();
            inbound.ended = true;
            inbound.upgrade = None;
            inbound.post = None;
        }
        self.post = None;
        if end.how == How::Dismiss {
            self.upper.protocol.dismiss(&connection);
        }
        self.upper.protocol.end(&connection, end.reason);
        if end.how == How::Abrupt {
            self.close_transport();
            return;
        }
        match connection.transport() {
            Transport::Websocket => {
                let code = match end.how {
                    How::Refuse(code) => code,
                    _ => self.peer_closed.and_then(|frame| frame.0),
                };
                connection.close_behind(Some(frame::close(code)));
                self.phase = Phase::Closing(Instant::now() + LINGER);
            }
            Transport::Polling => self.end_polling(end.how),
        }
    }

    fn end_polling(&mut self, how: How) {
        let connection = Arc::clone(&self.connection);
        let mut out = connection.outgoing.lock();
        out.closing = true;
        let orderly = matches!(how, How::Orderly | How::Dismiss);
        let waiting = !out.queue.is_empty();
        match &mut out.sink {
            Sink::Polling(poll @ Some(_)) => {
                let poll = poll.take();
                let payload = match how {
                    // A client's library acts on a CLOSE packet before it has handed on the packets before it. So what is queued goes
                    // first, and the next poll brings the end.
                    How::Orderly | How::Dismiss if waiting => out.take_payload(false),
                    How::ByClient => b"6".to_vec(),
                    _ => out.take_payload(true),
                };
                drop(out);
                if let Some(poll) = poll {
                    let _ = poll.send(payload);
                }
                if orderly && waiting {
                    self.phase = Phase::Closing(Instant::now() + LINGER_POLLING);
                } else {
                    self.close_transport();
                }
            }
            _ if orderly => self.phase = Phase::Closing(Instant::now() + LINGER_POLLING),
            _ => {
                drop(out);
                self.close_transport();
            }
        }
    }

    pub(super) fn close_transport(&mut self) {
        self.phase = Phase::Closed;
        self.reader = None;
        self.connection.detach();
        self.connection.engine().forget(&self.connection);
    }

    pub(super) fn is_over(&mut self, idle: bool) -> bool {
        if let Phase::Closing(_) = self.phase {
            let closed = matches!(self.connection.outgoing.lock().sink, Sink::Closed);
            let websocket = self.connection.transport() == Transport::Websocket;
            let finished = self.peer_closed.is_some() || self.reader.is_none();
            if closed || websocket && finished && self.connection.is_drained() {
                self.close_transport();
            }
        }
        self.phase == Phase::Closed && idle
    }
}

impl Drop for Session {
    // A handler that panics takes the task with it; the session must not stay behind as if it were open.
    fn drop(&mut self) {
        if self.phase == Phase::Open {
            self.upper
                .protocol
                .end(&self.connection, DisconnectReason::ForcedServerClose);
            self.connection
                .engine()
                .meters
                .closed(DisconnectReason::ForcedServerClose);
            self.connection.inbound.lock().ended = true;
        }
        self.close_transport();
    }
}
