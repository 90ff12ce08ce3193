//! One socket's way through its handlers: joining, greeting, its events one after the other, leaving.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    ConnectError, DisconnectReason, Event, Namespace, Socket,
    client::Connecting,
    codec::socket as codec,
    engine::{End, How, protocol::BoxFuture},
    socket::{Reply, SocketCore},
};

/// A socket with the application's types erased.
pub(crate) trait ErasedSocket: Send {
    fn connected(&self) -> BoxFuture<()>;
    fn event(&self, event: Event) -> BoxFuture<()>;
    fn disconnected(&self, reason: DisconnectReason) -> BoxFuture<()>;
}

struct Typed<N: Namespace> {
    namespace: Arc<N>,
    socket: Socket<N::State>,
}

impl<N: Namespace> ErasedSocket for Typed<N> {
    fn connected(&self) -> BoxFuture<()> {
        let (namespace, socket) = (Arc::clone(&self.namespace), self.socket.clone());
        Box::pin(async move { namespace.connected(&socket).await })
    }

    fn event(&self, event: Event) -> BoxFuture<()> {
        let (namespace, socket) = (Arc::clone(&self.namespace), self.socket.clone());
        Box::pin(async move { namespace.event(&socket, event).await })
    }

    fn disconnected(&self, reason: DisconnectReason) -> BoxFuture<()> {
        let (namespace, socket) = (Arc::clone(&self.namespace), self.socket.clone());
        Box::pin(async move { namespace.disconnected(&socket, reason).await })
    }
}

pub(crate) fn erase<N: Namespace>(namespace: Arc<N>, socket: Socket<N::State>) -> Box<dyn ErasedSocket> {
    Box::new(Typed { namespace, socket })
}

/// Polls the application's code; nothing if it panicked. The panic has been reported by then, and must not take the sockets of other
/// namespaces with it, nor keep this one from being told that it is over.
fn poll_guarded<T>(future: &mut BoxFuture<T>, context: &mut Context<'_>) -> Poll<Option<T>> {
    match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    }
}

/// A client's place in a namespace.
pub(crate) struct Seat {
    /// Which of the server's namespaces.
    pub(crate) namespace: usize,
    core: Arc<SocketCore>,
    stage: Stage,
    inbox: VecDeque<Event>,
    inbox_bytes: usize,
    /// Why the client is leaving, or has left.
    leaving: Option<DisconnectReason>,
    /// It was the server that ended it.
    ejected: bool,
}

enum Stage {
    Connecting(Connecting),
    Greeting(Box<dyn ErasedSocket>, BoxFuture<()>),
    /// The CONNECT reply has left; what was sent meanwhile follows.
    Releasing(Box<dyn ErasedSocket>, Pin<Box<tokio::time::Sleep>>),
    Idle(Box<dyn ErasedSocket>),
    Handling(Box<dyn ErasedSocket>, BoxFuture<()>),
    Leaving(BoxFuture<()>),
    Over,
}

/// What was sent to a socket before its CONNECT reply follows this much later. Code that awaits the reply, and only then begins to
/// listen for the first event, would miss an event that it finds in the same read.
const AFTER_REPLY: Duration = Duration::from_millis(10);

/// How many times over the usual limits a socket may be read while the server awaits an acknowledgement of it: the acknowledgement may
/// be behind events that wait for the handler that awaits it.
const WHILE_AWAITING: usize = 16;

impl Seat {
    pub(crate) fn new(namespace: usize, core: Arc<SocketCore>, connecting: Connecting) -> Self {
        Self {
            namespace,
            core,
            stage: Stage::Connecting(connecting),
            inbox: VecDeque::new(),
            inbox_bytes: 0,
            leaving: None,
            ejected: false,
        }
    }

    pub(crate) fn core(&self) -> &Arc<SocketCore> {
        &self.core
    }

    /// Whether the client has been told that it is in, and is.
    pub(crate) fn is_taken(&self) -> bool {
        let told = matches!(self.stage, Stage::Releasing(..) | Stage::Idle(_) | Stage::Handling(..));
        self.leaving.is_none() && self.core.is_connected() && told
    }

    /// Whether a second CONNECT would be one too many.
    pub(crate) fn is_in_use(&self) -> bool {
        self.leaving.is_none()
            && (matches!(self.stage, Stage::Connecting(_) | Stage::Greeting(..)) || self.core.is_connected())
    }

    pub(crate) fn was_ejected(&self) -> bool {
        self.ejected || self.leaving.is_none() && !self.core.is_connected()
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.inbox_bytes += event.args.weight();
        if self.inbox.capacity() == 0 {
            // By itself it would make room for four. Most sockets send one event and wait, and each keeps its room.
            self.inbox.reserve_exact(1);
        }
        self.inbox.push_back(event);
    }

    pub(crate) fn has_room(&self) -> bool {
        let config = &self.core.connection.engine().config;
        let (events, bytes) = (config.max_waiting_events, config.max_payload * 2);
        if self.inbox.len() < events && self.inbox_bytes < bytes {
            return true;
        }
        self.inbox.len() < events * WHILE_AWAITING && self.inbox_bytes < bytes && self.core.awaits_acks()
    }

    /// The client left, or its connection ended. Nothing is sent to it from now on; what it asked before is still handled, except
    /// when it was put out.
    pub(crate) fn leave(&mut self, reason: DisconnectReason) {
        if self.leaving.is_some() {
            return;
        }
        if !self.core.is_connected() {
            self.ejected = true;
        }
        self.leaving = Some(reason);
        self.core.close();
    }

    /// Ready when the seat is empty.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // Put out by the server, perhaps in the middle of an event.
        self.notice_ejection();
        if self.ejected && !self.inbox.is_empty() {
            self.inbox = VecDeque::new();
            self.inbox_bytes = 0;
        }
        loop {
            self.stage = match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Connecting(mut connecting) => match poll_guarded(&mut connecting, context) {
                    Poll::Pending => {
                        // Nobody is there any more who could join.
                        if self.leaving.is_some() {
                            return Poll::Ready(());
                        }
                        return self.wait(Stage::Connecting(connecting));
                    }
                    Poll::Ready(_) if self.leaving.is_some() => return Poll::Ready(()),
                    Poll::Ready(None) => {
                        self.refuse(&ConnectError::new("Internal error"));
                        return Poll::Ready(());
                    }
                    Poll::Ready(Some(Ok(socket))) => {
                        self.core.namespace.add(Arc::clone(&self.core));
                        let greeting = socket.connected();
                        Stage::Greeting(socket, greeting)
                    }
                    Poll::Ready(Some(Err(refused))) => {
                        self.refuse(&refused);
                        return Poll::Ready(());
                    }
                },
                Stage::Greeting(socket, mut greeting) => match self.poll_handler(&mut greeting, context) {
                    Poll::Pending => return self.wait(Stage::Greeting(socket, greeting)),
                    Poll::Ready(()) if self.reply() == Reply::Held => {
                        Stage::Releasing(socket, Box::pin(tokio::time::sleep(AFTER_REPLY)))
                    }
                    Poll::Ready(()) => Stage::Idle(socket),
                },
                Stage::Releasing(socket, mut sleep) => {
                    if sleep.as_mut().poll(context).is_pending() && self.leaving.is_none() {
                        return self.wait(Stage::Releasing(socket, sleep));
                    }
                    self.core.release();
                    Stage::Idle(socket)
                }
                Stage::Idle(socket) => {
                    if self.ejected || self.leaving.is_some() && self.inbox.is_empty() {
                        let reason = self.leaving.unwrap_or(DisconnectReason::ServerNamespaceDisconnect);
                        let farewell = socket.disconnected(reason);
                        Stage::Leaving(farewell)
                    } else if let Some(event) = self.inbox.pop_front() {
                        self.inbox_bytes -= event.args.weight();
                        let handling = socket.event(event);
                        Stage::Handling(socket, handling)
                    } else {
                        if self.inbox.capacity() > 1 {
                            self.inbox = VecDeque::new();
                        }
                        return self.wait(Stage::Idle(socket));
                    }
                }
                Stage::Handling(socket, mut handling) => match self.poll_handler(&mut handling, context) {
                    Poll::Pending => return self.wait(Stage::Handling(socket, handling)),
                    Poll::Ready(()) => {
                        // The handler itself may have put the socket out.
                        self.notice_ejection();
                        Stage::Idle(socket)
                    }
                },
                Stage::Leaving(mut farewell) => match self.poll_handler(&mut farewell, context) {
                    Poll::Pending => return self.wait(Stage::Leaving(farewell)),
                    Poll::Ready(()) => return Poll::Ready(()),
                },
                Stage::Over => return Poll::Ready(()),
            };
        }
    }

    /// Goes on with a handler. One that panics is over, and its connection is closed: what it left half-done is unknown.
    fn poll_handler(&self, handler: &mut BoxFuture<()>, context: &mut Context<'_>) -> Poll<()> {
        poll_guarded(handler, context).map(|done| {
            if done.is_none() {
                self.core.connection.request_end(End::FORCED);
                self.core.close();
            }
        })
    }

    /// Whether the server has put the socket out, and why.
    fn notice_ejection(&mut self) {
        if self.leaving.is_none() && !self.core.is_connected() {
            let end = self.core.connection.pending_end();
            self.leaving = Some(end.map_or(DisconnectReason::ServerNamespaceDisconnect, |end| end.reason));
            self.ejected = true;
            self.inbox = VecDeque::new();
            self.inbox_bytes = 0;
        }
    }

    fn wait(&mut self, stage: Stage) -> Poll<()> {
        self.stage = stage;
        Poll::Pending
    }

    fn refuse(&self, error: &ConnectError) {
        let packet = codec::encode_connect_error(&self.core.namespace.name, &error.message, error.data.as_ref());
        self.core.close();
        self.core.connection.send(packet);
    }

    fn reply(&mut self) -> Reply {
        let name = &self.core.namespace.name;
        let packet = codec::encode_connect(name, self.core.id.as_str());
        let reply = self.core.reply(packet.clone());
        if reply == Reply::Closed && self.leaving.is_none() {
            // Put out by its own greeting: it joined, and then it left. If the connection is to look lost, it hears neither.
            if self
                .core
                .connection
                .pending_end()
                .is_none_or(|end| end.how == How::Dismiss)
            {
                self.core.connection.send(packet);
                self.core.connection.send(codec::encode_disconnect(name));
            }
            self.notice_ejection();
        }
        reply
    }
}
