//! The way in for sockets: a handshake becomes a session, an event becomes a call of a feature, and what the feature
//! says becomes an acknowledgement, or without a callback an event.

use std::{collections::HashSet, sync::Arc};

use linnet_contract::{
    ClientEvent, ErrorCode, Failure, ServerEvent,
    events::{
        Ack as Answered, DeleteMsg, EditMsg, ErrorEvent, GetUnreadMessages, JoinChat, LeaveChat, MarkDelivered,
        MarkRead, RateLimitExceeded, ReactMsg, RemovePreview, SendError, SendMsg, Sync,
    },
    presence::{GetPresence, SetStatus, Typing},
    settings::MarkUnread,
};
use linnet_store::StoreError;
use serde::Deserialize;
use socketio::{Ack, Args, ConnectError, ConnectRequest, DisconnectReason, Event, Namespace, Socket};

use crate::{
    app::{App, Ctx},
    error::RequestError,
    fanout::{WITHOUT_LAST_SEEN, WITHOUT_RECEIPTS, conversation_room, device_room, user_room},
    features::{conversations, messages, presence, receipts, settings, typing},
    session::{self, Session},
};

/// The namespace `/`: the chat.
///
/// What reads the database is boxed where it is called, after its turn has come: a future has room for everything that it
/// may call, a read is several KiB, and when everybody comes back at once, thousands wait.
pub struct Chat {
    app: App,
}

impl Chat {
    /// The chat of this app.
    #[must_use]
    pub const fn new(app: App) -> Self {
        Self { app }
    }
}

/// What belongs to one socket: who it is, what was sent to it without its saying that it arrived, whether it is looked at, and
/// where it said that somebody writes.
pub struct Seat {
    session: Session,
    heard: Arc<receipts::Heard>,
    attention: presence::Attention,
    typing: typing::Own,
}

/// What a client sends in the CONNECT packet. A browser sends nothing: its cookie speaks for it.
#[derive(Deserialize)]
struct Auth {
    token: Option<String>,
}

impl Namespace for Chat {
    type State = Seat;

    async fn connect(&self, request: &ConnectRequest) -> Result<Seat, ConnectError> {
        let token = match request.auth_as::<Auth>() {
            Ok(Auth { token: Some(token) }) => Some(token),
            Ok(Auth { token: None }) => session::from_headers(request.headers()).map(|shown| shown.token().to_owned()),
            // A client that sends something else as auth meant to say who it is: its cookie does not speak for it.
            Err(_) => None,
        };
        // Which of the many things was wrong is nobody's business but the log's.
        let refused = || ConnectError::new(ErrorCode::Unauthenticated.sentence());
        let token = token.ok_or_else(refused)?;
        let _turn = self.app.arrivals.turn().await;
        match Box::pin(session::authenticate(&self.app, &token)).await {
            Ok(session) => Ok(Seat {
                heard: Arc::new(receipts::Heard::new(session.user)),
                session,
                attention: presence::Attention::default(),
                typing: typing::Own::default(),
            }),
            Err(error) if error.code == ErrorCode::Unauthenticated => Err(refused()),
            Err(error) => Err(ConnectError::new(error.sentence)),
        }
    }

    /// Joins the rooms before the CONNECT reply leaves, so that nothing is missed between the two. The user's room comes
    /// first: a conversation that is made while the list is read reaches the socket by the one or by the other.
    async fn connected(&self, socket: &Socket<Seat>) {
        let _turn = self.app.arrivals.turn().await;
        Box::pin(self.let_in(socket)).await;
        let Seat { session, attention, .. } = socket.state();
        presence::arrive(&self.app, session.user, attention);
    }

    async fn event(&self, socket: &Socket<Seat>, event: Event) {
        let seat = socket.state();
        // Whoever speaks has received what was sent before.
        receipts::confirm(&self.app, &seat.heard).await;
        let ctx = Ctx {
            app: self.app.clone(),
            session: seat.session,
        };
        let Event { name, args, ack } = event;
        let answer = Answer {
            socket: socket.clone(),
            ack,
        };
        match name.as_str() {
            JoinChat::NAME => {
                let greet = |greeting| greet(socket, greeting);
                let join = |request| conversations::join(&ctx, request, &seat.heard, greet);
                answer.with(&ctx, &args, join).await;
            }
            LeaveChat::NAME => {
                let leave = |request| conversations::leave(&ctx, request, &seat.heard);
                answer.with(&ctx, &args, leave).await;
            }
            SendMsg::NAME => match payload::<SendMsg>(&args) {
                Ok(request) => {
                    let temp_id = request.temp_id.clone().map(String::from);
                    let told = ctx.clone();
                    messages::send(&ctx, request, move |sent| answer.give_sent(&told, temp_id, sent)).await;
                }
                Err(error) => answer.give_sent(&ctx, temp_id_of(&args), Err(error)),
            },
            EditMsg::NAME => answer.with(&ctx, &args, |request| messages::edit(&ctx, request)).await,
            DeleteMsg::NAME => {
                let delete = |request| messages::delete(&ctx, request);
                answer.with(&ctx, &args, delete).await;
            }
            ReactMsg::NAME => answer.with(&ctx, &args, |request| messages::react(&ctx, request)).await,
            RemovePreview::NAME => {
                let remove = |request| messages::remove_preview(&ctx, request);
                answer.with(&ctx, &args, remove).await;
            }
            MarkRead::NAME => {
                let mark = |request| receipts::mark_read(&ctx, request);
                answer.with(&ctx, &args, mark).await;
            }
            MarkDelivered::NAME => {
                let mark = |request| receipts::mark_delivered(&ctx, request);
                answer.with(&ctx, &args, mark).await;
            }
            MarkUnread::NAME => {
                let mark = |request| settings::mark_unread(&ctx, request);
                answer.with(&ctx, &args, mark).await;
            }
            Typing::NAME => {
                let say = |request| typing::typing(&ctx, request, &seat.typing);
                answer.with(&ctx, &args, say).await;
            }
            SetStatus::NAME => {
                let look = |request| presence::set_status(&ctx, request, &seat.attention);
                answer.with(&ctx, &args, look).await;
            }
            GetPresence::NAME => {
                let ask = |request| presence::get_presence(&ctx, request);
                answer.with(&ctx, &args, ask).await;
            }
            GetUnreadMessages::NAME => {
                let unread = |request| messages::unread(&ctx, request);
                answer.with(&ctx, &args, unread).await;
            }
            Sync::NAME => {
                let sync = |request| conversations::sync(&ctx, request);
                answer.with(&ctx, &args, sync).await;
            }
            _ => answer.refuse(&ctx, RequestError::malformed("There is no such event.")),
        }
    }

    async fn disconnected(&self, socket: &Socket<Seat>, reason: DisconnectReason) {
        let Seat {
            session,
            heard,
            attention,
            typing: own,
        } = socket.state();
        self.app.implied.forget(heard);
        presence::leave(&self.app, session.user, attention);
        typing::stop(&self.app, session.user, own).await;
        if reason == DisconnectReason::ClientNamespaceDisconnect {
            receipts::confirm(&self.app, heard).await;
        }
    }
}

impl Chat {
    /// Reads what the socket may hear, and joins its rooms.
    async fn let_in(&self, socket: &Socket<Seat>) {
        let session = &socket.state().session;
        socket.join(user_room(session.user));
        socket.join(device_room(session.device));
        // Before the conversations: a socket of somebody who hides receipts must not hear one. A change meanwhile reaches it
        // through the user's room.
        match self.app.store.users_by_id(session.user).await {
            Ok(user) => {
                if user.as_ref().is_some_and(|user| user.hides_receipts) {
                    socket.join(WITHOUT_RECEIPTS);
                }
                if user.is_some_and(|user| user.hides_last_seen) {
                    socket.join(WITHOUT_LAST_SEEN);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "it is not known what a socket may hear");
                socket.close_transport();
                return;
            }
        }
        match self.join_conversations(socket).await {
            Ok(()) => {}
            Err(error) => {
                // A socket that hears only some of its conversations would look connected and be wrong. With its
                // transport gone, the client comes back by itself.
                tracing::warn!(%error, "a socket could not join its conversations");
                socket.close_transport();
                return;
            }
        }
        // A device that was signed out between the handshake and the join was not in its room to be told.
        match self.app.store.devices_get(session.device).await {
            Ok(Some(device)) if device.revoked_at.is_none() => {}
            Ok(_) => socket.disconnect(true),
            Err(_) => socket.close_transport(),
        }
    }

    /// Joins the rooms of all conversations of the user. Somebody who is removed while their list is read was not in the
    /// room to be taken out of it: then the list is read again.
    async fn join_conversations(&self, socket: &Socket<Seat>) -> Result<(), StoreError> {
        let user = socket.state().session.user;
        let departures = self.app.fanout.departures();
        let joined = self.app.store.conversations_of(user).await?;
        socket.join_all(joined.iter().copied().map(conversation_room));
        if self.app.fanout.departures() != departures {
            let mine: HashSet<_> = self.app.store.conversations_of(user).await?.into_iter().collect();
            for lost in joined.into_iter().filter(|id| !mine.contains(id)) {
                socket.leave(&conversation_room(lost));
            }
        }
        Ok(())
    }
}

/// Decodes the payload of an event: the first argument, and an object. serde would take an array for a struct, field by
/// field; the contract does not. No argument at all is an object without fields: the reference's client sends none with
/// `getUnreadMessages`.
fn payload<E: ClientEvent>(args: &Args) -> Result<E, RequestError> {
    let raw = args.raw(0).unwrap_or("{}");
    if !raw.trim_start().starts_with('{') {
        return Err(RequestError::malformed("The payload must be an object."));
    }
    serde_json::from_str(raw)
        .map_err(|error| RequestError::malformed(format!("The payload is not valid: {}.", reason(&error))))
}

/// What was wrong, without where in the bytes it was.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    // serde quotes what it got, which may be as long as the packet.
    text.chars().take(200).collect()
}

/// The name of a message whose payload is otherwise wrong, so that its sender can tell which one failed.
fn temp_id_of(args: &Args) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        temp_id: linnet_contract::TempId,
    }
    args.get::<Named>(0).ok().map(|named| named.temp_id.into())
}

fn emit<E: ServerEvent>(socket: &Socket<Seat>, event: &E) {
    if let Err(error) = socket.emit(E::NAME, event) {
        tracing::debug!(%error, event = E::NAME, "an event was not sent");
    }
}

fn greet(socket: &Socket<Seat>, greeting: conversations::Greeting) {
    match greeting {
        conversations::Greeting::Joined(joined) => emit(socket, &joined),
        conversations::Greeting::Missed(message) => emit(socket, &*message),
    }
}

/// The way back to whoever asked: the callback if there is one.
struct Answer {
    socket: Socket<Seat>,
    ack: Option<Ack>,
}

impl Answer {
    /// Decodes the payload, asks the verb, and tells what it said.
    async fn with<E, F>(self, ctx: &Ctx, args: &Args, verb: impl FnOnce(E) -> F)
    where
        E: ClientEvent,
        F: Future<Output = Result<E::Reply, RequestError>>,
    {
        let result = match payload(args) {
            // On the heap: a verb that reads is up to 16 KiB of state, and the future of an event, which is made anew
            // for each, is as large as the largest of its verbs.
            Ok(request) => Box::pin(verb(request)).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(reply) => self.succeed(reply),
            Err(error) => self.refuse(ctx, error),
        }
    }

    /// Tells what became of a message, whose failure has an event of its own.
    fn give_sent(self, ctx: &Ctx, temp_id: Option<String>, result: Result<messages::Sent, RequestError>) {
        match result {
            Ok(sent) => self.succeed(sent),
            Err(error) if self.ack.is_none() && error.code != ErrorCode::RateLimited => {
                emit(
                    &self.socket,
                    &SendError {
                        temp_id,
                        code: error.code,
                        error: error.sentence.into_owned(),
                    },
                );
            }
            Err(error) => self.refuse(ctx, error),
        }
    }

    fn succeed<R: serde::Serialize>(self, reply: R) {
        if let Some(ack) = self.ack
            && let Err(error) = ack.send(&Answered::success(reply))
        {
            tracing::warn!(%error, "an acknowledgement could not be encoded");
        }
    }

    fn refuse(self, ctx: &Ctx, error: RequestError) {
        let RequestError {
            code,
            sentence,
            retry_after_ms,
        } = error;
        let sentence = sentence.into_owned();
        match self.ack {
            Some(ack) => {
                let failure = Failure {
                    success: false,
                    code,
                    error: sentence,
                    retry_after_ms,
                };
                if let Err(error) = ack.send(&failure) {
                    tracing::warn!(%error, "an acknowledgement could not be encoded");
                }
            }
            None if code == ErrorCode::RateLimited => {
                let wait = i64::try_from(retry_after_ms.unwrap_or(0)).unwrap_or(i64::MAX);
                let reset_time = ctx.now_ms().saturating_add(wait);
                emit(
                    &self.socket,
                    &RateLimitExceeded {
                        message: sentence,
                        reset_time,
                    },
                );
            }
            None => emit(
                &self.socket,
                &ErrorEvent {
                    code,
                    message: sentence,
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_future<A, F: Future>(_: impl FnOnce(A) -> F) -> usize {
        size_of::<F>()
    }

    type Asked<'a> = (&'a Chat, &'a Socket<Seat>, Event);

    #[test]
    fn who_waits_for_a_turn_does_not_hold_kilobytes() {
        let connect = size_of_future(|(chat, request): (&'static Chat, &'static ConnectRequest)| chat.connect(request));
        let connected = size_of_future(|(chat, socket): (&'static Chat, &'static Socket<Seat>)| chat.connected(socket));
        let event = size_of_future(|(chat, socket, event): Asked<'static>| chat.event(socket, event));
        for (what, size) in [("connect", connect), ("connected", connected), ("event", event)] {
            assert!(size <= 2_048, "{what}: {size}");
        }
    }
}
