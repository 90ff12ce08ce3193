//! One client: its sockets in the namespaces that it joined.
//!
//! Lives in the session's task. Packets that need no handler (acknowledgements, leaving) are done with when they are read. Events go
//! into the inbox of their socket, and each socket handles its own, one at a time. So a handler that awaits an acknowledgement of its own
//! client gets it, and a slow namespace does not hold up another before its inbox is full.

use std::{
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use bytes::Bytes;

use crate::{
    Ack, Args, ConnectError, ConnectRequest, DisconnectReason, Event, Namespace, SocketId,
    codec::socket::{self as codec, Kind, Packet},
    engine::{
        Connection, End,
        protocol::{BoxFuture, Incoming, Protocol, ProtocolFactory},
    },
    inbox::{ErasedSocket, Seat},
    rooms::NamespaceCore,
};

/// A namespace with the application's types erased.
pub(crate) struct NamespaceEntry {
    pub(crate) core: Arc<NamespaceCore>,
    behaviour: Box<dyn ErasedNamespace>,
}

/// What a CONNECT leads to.
pub(crate) type Connecting = BoxFuture<Result<Box<dyn ErasedSocket>, ConnectError>>;

trait ErasedNamespace: Send + Sync {
    fn connect(&self, request: ConnectRequest, socket: Arc<crate::socket::SocketCore>) -> Connecting;
}

struct Typed<N> {
    namespace: Arc<N>,
}

impl<N: Namespace> ErasedNamespace for Typed<N> {
    fn connect(&self, request: ConnectRequest, socket: Arc<crate::socket::SocketCore>) -> Connecting {
        let namespace = Arc::clone(&self.namespace);
        Box::pin(async move {
            let state = namespace.connect(&request).await?;
            Ok(crate::inbox::erase(namespace, crate::Socket::new(socket, state)))
        })
    }
}

pub(crate) fn erase<N: Namespace>(core: Arc<NamespaceCore>, namespace: N) -> NamespaceEntry {
    NamespaceEntry {
        core,
        behaviour: Box::new(Typed {
            namespace: Arc::new(namespace),
        }),
    }
}

pub(crate) struct ClientFactory {
    pub(crate) namespaces: Arc<[NamespaceEntry]>,
}

impl ProtocolFactory for ClientFactory {
    fn open(&self, _: &Arc<Connection>) -> Box<dyn Protocol> {
        Box::new(Client {
            namespaces: Arc::clone(&self.namespaces),
            seats: Vec::new(),
            ejected: Vec::new(),
            binary: None,
            joined: false,
        })
    }
}

struct Client {
    namespaces: Arc<[NamespaceEntry]>,
    /// Its sockets: those that are joining, that are there, and that are leaving.
    seats: Vec<Seat>,
    /// Namespaces that the server put it out of. It may have sent something before it knew, which is no fault.
    ejected: Vec<usize>,
    /// A packet of which attachments are to come.
    binary: Option<Box<Partial>>,
    joined: bool,
}

/// A packet of which attachments are to come. No other packet may come between.
struct Partial {
    namespace: String,
    kind: Kind,
    id: Option<u64>,
    name: String,
    text: String,
    spans: smallvec::SmallVec<[std::ops::Range<u32>; 2]>,
    expected: usize,
    attachments: Vec<Bytes>,
    bytes: usize,
}

/// A packet with everything that belongs to it.
struct Whole<'a> {
    namespace: &'a str,
    kind: Kind,
    id: Option<u64>,
    name: Option<String>,
    args: Args,
}

impl Client {
    fn text(&mut self, connection: &Arc<Connection>, text: &str) -> Result<(), End> {
        if self.binary.is_some() {
            return Err(End::PARSE_ERROR);
        }
        let config = &connection.engine().config;
        let packet = codec::decode(text, config.max_attachments).map_err(|error| {
            tracing::debug!(%error, "a packet that is none");
            End::PARSE_ERROR
        })?;
        match packet.kind {
            Kind::Connect => self.connect(connection, &packet),
            Kind::Disconnect => self.leave(packet.namespace),
            Kind::ConnectError => Err(End::FORCED),
            Kind::Event | Kind::Ack if packet.attachments > 0 => {
                let data = packet.data.unwrap_or("[]");
                codec::check_placeholders(data, packet.attachments).map_err(|_| End::PARSE_ERROR)?;
                self.binary = Some(Box::new(Partial {
                    namespace: packet.namespace.to_owned(),
                    kind: packet.kind,
                    id: packet.id,
                    name: packet.name.unwrap_or_default().into_owned(),
                    text: data.to_owned(),
                    spans: packet.spans,
                    expected: packet.attachments,
                    attachments: Vec::new(),
                    bytes: text.len(),
                }));
                Ok(())
            }
            Kind::Event | Kind::Ack => {
                let args = Args::from_spans(packet.data.unwrap_or_default().to_owned(), packet.spans, Vec::new());
                let name = packet.name.map(std::borrow::Cow::into_owned);
                self.take(Whole {
                    namespace: packet.namespace,
                    kind: packet.kind,
                    id: packet.id,
                    name,
                    args,
                })
            }
        }
    }

    fn attachment(&mut self, connection: &Arc<Connection>, data: &[u8]) -> Result<(), End> {
        let partial = self.binary.as_mut().ok_or(End::PARSE_ERROR)?;
        partial.bytes += data.len();
        if partial.bytes > connection.engine().config.max_payload {
            return Err(End::PARSE_ERROR);
        }
        partial.attachments.push(Bytes::copy_from_slice(data));
        if partial.attachments.len() < partial.expected {
            return Ok(());
        }
        let Some(partial) = self.binary.take() else {
            return Ok(());
        };
        let Partial {
            namespace,
            kind,
            id,
            name,
            text,
            spans,
            attachments,
            ..
        } = *partial;
        let args = Args::from_spans(text, spans, attachments);
        self.take(Whole {
            namespace: &namespace,
            kind,
            id,
            name: Some(name),
            args,
        })
    }

    /// An event or an acknowledgement is complete.
    fn take(&mut self, packet: Whole<'_>) -> Result<(), End> {
        let Some(seat) = self.seat(packet.namespace) else {
            return self.nobody(packet.namespace);
        };
        match packet.kind {
            Kind::Event => {
                // An event without even a name does nothing, there as here.
                let Some(name) = packet.name else { return Ok(()) };
                let ack = packet.id.map(|id| Ack::new(Arc::clone(seat.core()), id));
                seat.push(Event {
                    name,
                    args: packet.args,
                    ack,
                });
            }
            Kind::Ack => {
                if let Some(id) = packet.id {
                    seat.core().acknowledged(id, packet.args);
                }
            }
            Kind::Connect | Kind::Disconnect | Kind::ConnectError => {}
        }
        Ok(())
    }

    fn leave(&mut self, namespace: &str) -> Result<(), End> {
        let Some(seat) = self.seat(namespace) else {
            return self.nobody(namespace);
        };
        seat.leave(DisconnectReason::ClientNamespaceDisconnect);
        Ok(())
    }

    /// The socket of a namespace, once its CONNECT is answered and as long as it is not leaving.
    fn seat(&mut self, namespace: &str) -> Option<&mut Seat> {
        self.seats
            .iter_mut()
            .find(|seat| *seat.core().namespace.name == *namespace && seat.is_taken())
    }

    /// A packet for a namespace that the client is not in: a breach of the protocol, unless it could not know yet.
    fn nobody(&self, namespace: &str) -> Result<(), End> {
        let index = self.index(namespace);
        let ejected = index.is_some_and(|index| {
            self.ejected.contains(&index)
                || self
                    .seats
                    .iter()
                    .any(|seat| seat.namespace == index && seat.was_ejected())
        });
        if ejected { Ok(()) } else { Err(End::FORCED) }
    }

    fn index(&self, namespace: &str) -> Option<usize> {
        self.namespaces.iter().position(|entry| *entry.core.name == *namespace)
    }

    fn connect(&mut self, connection: &Arc<Connection>, packet: &Packet<'_>) -> Result<(), End> {
        let name = packet.namespace;
        let refuse = |message: &str| {
            connection.send(codec::encode_connect_error(name, message, None));
            Ok(())
        };
        let Some(index) = self.index(name) else {
            return refuse("Invalid namespace");
        };
        let present = self
            .seats
            .iter()
            .find(|seat| seat.namespace == index && seat.is_in_use());
        if let Some(seat) = present {
            // Asking twice before the answer is asking once; asking after it breaks the protocol.
            return if seat.is_taken() { Err(End::FORCED) } else { Ok(()) };
        }
        if self.seats.len() >= connection.engine().config.max_namespaces {
            return refuse("Too many namespaces");
        }
        self.ejected.retain(|ejected| *ejected != index);
        let entry = &self.namespaces[index];
        let core = crate::socket::SocketCore::new(SocketId::random(), Arc::clone(&entry.core), Arc::clone(connection));
        let request = ConnectRequest {
            namespace: Arc::clone(&entry.core.name),
            socket_id: core.id,
            auth: packet.data.unwrap_or("{}").to_owned(),
            parts: Arc::clone(connection.parts()),
            headers: OnceLock::new(),
        };
        self.seats.push(Seat::new(
            index,
            Arc::clone(&core),
            entry.behaviour.connect(request, core),
        ));
        Ok(())
    }
}

impl Protocol for Client {
    fn message(&mut self, connection: &Arc<Connection>, message: Incoming<'_>) -> Result<(), End> {
        match message {
            Incoming::Text(text) => self.text(connection, text),
            Incoming::Binary(data) => self.attachment(connection, data),
        }
    }

    fn poll(&mut self, _: &Arc<Connection>, context: &mut Context<'_>) -> Poll<()> {
        let mut at = 0;
        while let Some(seat) = self.seats.get_mut(at) {
            let over = seat.poll(context).is_ready();
            self.joined |= seat.is_taken();
            if over {
                let seat = self.seats.swap_remove(at);
                if seat.was_ejected() && !self.ejected.contains(&seat.namespace) {
                    self.ejected.push(seat.namespace);
                }
            } else {
                at += 1;
            }
        }
        if self.seats.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn has_room(&self) -> bool {
        self.seats.iter().all(Seat::has_room)
    }

    fn has_joined(&self) -> bool {
        self.joined || !self.seats.is_empty()
    }

    fn dismiss(&mut self, connection: &Arc<Connection>) {
        for seat in &self.seats {
            if seat.is_taken() {
                connection.send(codec::encode_disconnect(&seat.core().namespace.name));
            }
        }
    }

    fn end(&mut self, _: &Arc<Connection>, reason: DisconnectReason) {
        for seat in &mut self.seats {
            seat.leave(reason);
        }
    }
}

impl Drop for Client {
    // Only after a panic is anybody left here.
    fn drop(&mut self) {
        for seat in &self.seats {
            seat.core().close();
        }
    }
}
