//! Who hears what. Called explicitly, after the commit; what is lost here is found again by `sync`.
//!
//! Every socket is in the room of its user, of its device, and of each of its user's conversations. Fan-out never fails
//! a request: what it tells about is already on disk, and whoever misses it sees the hole in the numbers.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use linnet_contract::{
    ConversationId, DeviceId, ServerEvent, UserId,
    events::{ReceiptUpdated, SessionEndReason, SessionEnded},
    presence::{IsTyping, Presence},
};
use socketio::{Broadcast, NamespaceHandle};

/// The room of a user: all their tabs and devices.
#[must_use]
pub fn user_room(user: UserId) -> String {
    format!("user:{user}")
}

/// The room of everybody who hides receipts, and so is shown none.
pub const WITHOUT_RECEIPTS: &str = "receipts:none";

/// The room of everybody who hides when they were last there, and so is told of nobody.
pub const WITHOUT_LAST_SEEN: &str = "last-seen:none";

/// The room of a device: all its tabs.
#[must_use]
pub fn device_room(device: DeviceId) -> String {
    format!("device:{device}")
}

/// The room of a conversation: all devices of all its members.
#[must_use]
pub fn conversation_room(conversation: ConversationId) -> String {
    format!("conversation:{conversation}")
}

/// Reaches the sockets. Made before the engine, because the engine's namespace needs the app, which needs this: until
/// [`Fanout::attach`] is called there is nobody to reach.
#[derive(Default)]
pub struct Fanout {
    sockets: OnceLock<NamespaceHandle>,
    /// How many times somebody was taken out of a conversation.
    departures: AtomicU64,
}

impl Fanout {
    /// Connects it to the engine. Only the first call counts.
    pub fn attach(&self, sockets: NamespaceHandle) {
        if self.sockets.set(sockets).is_err() {
            tracing::error!("the fan-out is attached to an engine already");
        }
    }

    /// Tells everyone in a conversation.
    pub fn to_conversation<E: ServerEvent>(&self, conversation: ConversationId, event: &E) {
        self.to_room(conversation_room(conversation), event);
    }

    /// Tells a user, on all devices.
    pub fn to_user<E: ServerEvent>(&self, user: UserId, event: &E) {
        self.to_room(user_room(user), event);
    }

    /// Tells everyone in any of these conversations and each of these people; each socket once.
    pub fn to_all_of<E: ServerEvent>(&self, conversations: &[ConversationId], people: &[UserId], event: &E) {
        let Some(sockets) = self.sockets.get() else { return };
        let rooms = conversations.iter().map(|id| conversation_room(*id));
        let mut rooms = rooms.chain(people.iter().map(|id| user_room(*id)));
        // To no room at all would be to everyone.
        let Some(first) = rooms.next() else { return };
        let broadcast = rooms.fold(sockets.to(first), Broadcast::to);
        if let Err(error) = broadcast.emit(E::NAME, event) {
            tracing::warn!(%error, event = E::NAME, "an event could not be encoded");
        }
    }

    /// Tells a conversation about somebody's receipts: not those who hide their own, and so see none.
    pub fn receipt(&self, updated: &ReceiptUpdated) {
        let Some(sockets) = self.sockets.get() else { return };
        let room = conversation_room(updated.conversation_id);
        let broadcast = sockets.to(room).except(WITHOUT_RECEIPTS);
        if let Err(error) = broadcast.emit(ReceiptUpdated::NAME, updated) {
            tracing::warn!(%error, "a receipt could not be encoded");
        }
    }

    /// From now on the user's live sockets hear of receipts, or no longer.
    pub async fn show_receipts(&self, user: UserId, show: bool) {
        let Some(sockets) = self.sockets.get() else { return };
        let own = sockets.to(user_room(user));
        let done = if show {
            own.leave(WITHOUT_RECEIPTS).await
        } else {
            own.join(WITHOUT_RECEIPTS).await
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the sockets of somebody who hides receipts could not be reached");
        }
    }

    /// From now on the user's live sockets hear when others were last there, or no longer.
    pub async fn show_last_seen(&self, user: UserId, show: bool) {
        let Some(sockets) = self.sockets.get() else { return };
        let own = sockets.to(user_room(user));
        let done = if show {
            own.leave(WITHOUT_LAST_SEEN).await
        } else {
            own.join(WITHOUT_LAST_SEEN).await
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the sockets of somebody who hides when they were last there could not be reached");
        }
    }

    /// Tells the others in a conversation that somebody writes, but for some. Whoever cannot take it at once misses it.
    pub fn typing(&self, event: &IsTyping, except: &[UserId]) {
        let Some(sockets) = self.sockets.get() else { return };
        let broadcast = sockets.to(conversation_room(event.conversation_id)).volatile();
        let except = except.iter().chain([&event.user_id]);
        let broadcast = except.fold(broadcast, |broadcast, user| broadcast.except(user_room(*user)));
        if let Err(error) = broadcast.emit(IsTyping::NAME, event) {
            tracing::warn!(%error, "that somebody writes could not be encoded");
        }
    }

    /// Tells the others in these conversations who is there, but for some; each socket once. Those who hide when they were
    /// last there are not told when others were: everybody is told without it first, and then the rest with it.
    pub fn presence(&self, presence: &Presence, conversations: &[ConversationId], except: &[UserId]) {
        let Some(sockets) = self.sockets.get() else { return };
        let mut rooms = conversations.iter().map(|id| conversation_room(*id));
        // To no room at all would be to everyone.
        let Some(first) = rooms.next() else { return };
        let broadcast = rooms.fold(sockets.to(first), Broadcast::to);
        let except = except.iter().chain([&presence.user_id]);
        let broadcast = except.fold(broadcast, |broadcast, user| broadcast.except(user_room(*user)));
        let emit = |broadcast: Broadcast, presence: &Presence| {
            if let Err(error) = broadcast.emit(Presence::NAME, presence) {
                tracing::warn!(%error, "who is there could not be encoded");
            }
        };
        if presence.last_seen.is_none() || sockets.to(WITHOUT_LAST_SEEN).sockets().is_empty() {
            emit(broadcast, presence);
            return;
        }
        let without = Presence {
            last_seen: None,
            ..presence.clone()
        };
        emit(broadcast.clone(), &without);
        emit(broadcast.except(WITHOUT_LAST_SEEN), presence);
    }

    /// Puts the live sockets of these people into a conversation that they have become members of.
    pub async fn join_conversation(&self, users: &[UserId], conversation: ConversationId) {
        let Some(sockets) = self.sockets.get() else { return };
        for user in users {
            if let Err(error) = sockets.to(user_room(*user)).join(conversation_room(conversation)).await {
                tracing::warn!(%error, %conversation, "sockets could not join a conversation");
            }
        }
    }

    /// Takes the live sockets of these people out of a conversation that they are no longer members of.
    pub async fn leave_conversation(&self, users: &[UserId], conversation: ConversationId) {
        // Counted first: a socket that is about to join either is found below, or sees that the number is another one.
        self.departures.fetch_add(1, Ordering::SeqCst);
        let Some(sockets) = self.sockets.get() else { return };
        let room = conversation_room(conversation);
        for user in users {
            if let Err(error) = sockets.to(user_room(*user)).leave(&room).await {
                tracing::warn!(%error, %conversation, "sockets could not leave a conversation");
            }
        }
    }

    /// How many times somebody was taken out of a conversation so far: whoever joined the rooms of a list that was read
    /// before the number changed reads it again.
    #[must_use]
    pub fn departures(&self) -> u64 {
        self.departures.load(Ordering::SeqCst)
    }

    /// Makes the sockets of these people come back, into the rooms where they belong then.
    pub fn reconnect(&self, users: &[UserId]) {
        let Some(sockets) = self.sockets.get() else { return };
        for user in users {
            for socket in sockets.to(user_room(*user)).sockets() {
                socket.close_transport();
            }
        }
    }

    /// Makes everybody's sockets in a conversation come back.
    pub fn reconnect_conversation(&self, conversation: ConversationId) {
        let Some(sockets) = self.sockets.get() else { return };
        for socket in sockets.to(conversation_room(conversation)).sockets() {
            socket.close_transport();
        }
    }

    /// Tells everyone who is connected.
    pub fn to_everyone<E: ServerEvent>(&self, event: &E) {
        let Some(sockets) = self.sockets.get() else { return };
        if let Err(error) = sockets.emit(E::NAME, event) {
            tracing::warn!(%error, event = E::NAME, "an event could not be encoded");
        }
    }

    /// Says goodbye to a device that was signed out, and disconnects its sockets.
    pub async fn end_device(&self, device: DeviceId, reason: SessionEndReason) {
        let Some(sockets) = self.sockets.get() else { return };
        self.to_room(device_room(device), &SessionEnded { reason });
        if let Err(error) = sockets.to(device_room(device)).disconnect(true).await {
            tracing::warn!(%error, "the sockets of a signed-out device could not be disconnected");
        }
    }

    fn to_room<E: ServerEvent>(&self, room: String, event: &E) {
        let Some(sockets) = self.sockets.get() else { return };
        if let Err(error) = sockets.to(room).emit(E::NAME, event) {
            tracing::warn!(%error, event = E::NAME, "an event could not be encoded");
        }
    }
}
