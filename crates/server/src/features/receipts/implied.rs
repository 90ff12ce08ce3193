//! Delivery to clients that never say what reached them: those that call `joinChat` without `since`, as the reference's
//! client does. See `docs/decisions/0007-implied-delivery.md`.
//!
//! What is sent to such a socket is noted; when the socket shows that it is alive after that, by any later event, by
//! leaving or by disconnecting in good order, it counts as delivered. A connection that just breaks proves nothing, and
//! what it was sent is sent again.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use linnet_contract::{ConversationId, Sequence, UserId};
use linnet_store::Mark;

use crate::app::App;

/// Conversations that one socket looks at, at most, before the rest of them goes unnoted: its messages would be sent once
/// more, and none would be lost.
const LOOKS: usize = 100;

/// What one socket was sent and has not confirmed.
pub struct Heard {
    user: UserId,
    unconfirmed: Mutex<HashMap<ConversationId, Sequence>>,
    looks: Mutex<Vec<ConversationId>>,
}

impl Heard {
    /// A socket of this user that was sent nothing yet.
    #[must_use]
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            unconfirmed: Mutex::default(),
            looks: Mutex::default(),
        }
    }

    /// Notes that a message went out to the socket.
    pub fn sent(&self, conversation: ConversationId, sequence: Sequence) {
        let mut unconfirmed = self.unconfirmed.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = unconfirmed.entry(conversation).or_default();
        *mark = sequence.max(*mark);
    }

    /// What was noted of a conversation does not count.
    pub fn unsure(&self, conversation: ConversationId) {
        self.unconfirmed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&conversation);
    }
}

/// Which such sockets look at which conversation.
#[derive(Default)]
pub struct Implied {
    looking: Mutex<HashMap<ConversationId, Vec<Arc<Heard>>>>,
    /// How many entries `looking` has: where no such client is connected, a message costs one load and no lock.
    conversations: AtomicUsize,
}

impl Implied {
    /// The socket looks at a conversation from now on.
    pub fn look(&self, conversation: ConversationId, heard: &Arc<Heard>) {
        let mut looks = heard.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.contains(&conversation) || looks.len() >= LOOKS {
            return;
        }
        looks.push(conversation);
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        looking.entry(conversation).or_default().push(heard.clone());
        self.conversations.store(looking.len(), Ordering::Release);
    }

    /// The socket no longer looks at it.
    pub fn look_away(&self, conversation: ConversationId, heard: &Arc<Heard>) {
        heard
            .looks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|look| *look != conversation);
        self.remove(&[conversation], heard);
    }

    /// The socket is gone.
    pub fn forget(&self, heard: &Arc<Heard>) {
        let looks = std::mem::take(&mut *heard.looks.lock().unwrap_or_else(PoisonError::into_inner));
        self.remove(&looks, heard);
    }

    /// A message was sent to everyone in a conversation.
    pub fn told(&self, conversation: ConversationId, sequence: Sequence) {
        if self.conversations.load(Ordering::Acquire) == 0 {
            return;
        }
        let looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        for heard in looking.get(&conversation).into_iter().flatten() {
            heard.sent(conversation, sequence);
        }
    }

    fn remove(&self, conversations: &[ConversationId], heard: &Arc<Heard>) {
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        for conversation in conversations {
            if let Some(sockets) = looking.get_mut(conversation) {
                sockets.retain(|other| !Arc::ptr_eq(other, heard));
                if sockets.is_empty() {
                    looking.remove(conversation);
                }
            }
        }
        self.conversations.store(looking.len(), Ordering::Release);
    }
}

/// The socket showed that it is alive: what it was sent counts as delivered. Nothing waits for that to be written.
pub async fn confirm(app: &App, heard: &Heard) {
    let confirmed = std::mem::take(&mut *heard.unconfirmed.lock().unwrap_or_else(PoisonError::into_inner));
    for (conversation, sequence) in confirmed {
        let mark = Mark {
            user: heard.user,
            conversation,
            delivered: Some(sequence),
            read: None,
        };
        app.marks.queue(mark, Box::new(|_| ())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(n: u128) -> ConversationId {
        ConversationId(uuid::Uuid::from_u128(n))
    }

    fn sequence(n: i64) -> Sequence {
        Sequence::try_from(n).unwrap()
    }

    fn bob() -> Arc<Heard> {
        Arc::new(Heard::new(UserId(uuid::Uuid::from_u128(7))))
    }

    fn unconfirmed(heard: &Heard) -> Vec<(ConversationId, i64)> {
        heard
            .unconfirmed
            .lock()
            .unwrap()
            .iter()
            .map(|(conversation, sequence)| (*conversation, sequence.get()))
            .collect()
    }

    #[test]
    fn only_who_looks_is_taken_to_have_heard() {
        let (implied, bob, outsider) = (Implied::default(), bob(), bob());
        implied.look(conversation(1), &bob);
        implied.look(conversation(1), &bob);
        implied.told(conversation(1), sequence(5));
        implied.told(conversation(1), sequence(4));
        implied.told(conversation(2), sequence(9));
        assert_eq!(unconfirmed(&bob), [(conversation(1), 5)]);
        assert_eq!(unconfirmed(&outsider), []);
    }

    #[test]
    fn who_looked_away_or_is_gone_leaves_nothing_behind() {
        let (implied, bob) = (Implied::default(), bob());
        implied.look(conversation(1), &bob);
        implied.look(conversation(2), &bob);
        implied.look_away(conversation(1), &bob);
        implied.told(conversation(1), sequence(5));
        assert_eq!(unconfirmed(&bob), []);
        implied.forget(&bob);
        assert!(implied.looking.lock().unwrap().is_empty());
        assert_eq!(implied.conversations.load(Ordering::Acquire), 0);
    }
}
