//! How much one answer may hold. Counting messages is not enough: five hundred long ones are more than a connection's
//! queue takes beside what is said meanwhile, and a client whose connection is closed for that would ask the same again,
//! for ever.

use linnet_contract::SystemChange;
use linnet_store::Message;

use crate::app::Ctx;

/// Bytes of messages that one answer holds at most, where the queue of a connection is large.
const BYTES: usize = 384 * 1024;
/// What a message costs beside its text: ids, names, numbers, times.
const ENVELOPE: usize = 480;
/// What a person costs whom a system message names: an id and a name of a few words.
const NAMED: usize = 120;
/// What somebody costs whom a message mentions or who reacted to it: an id between quotation marks.
const ID: usize = 40;

/// What a file costs beside its name.
const FILE: usize = 240;

/// What a preview costs beside its words.
const PREVIEW: usize = 80;

/// What one answer may still hold.
pub struct Portion {
    left: usize,
    empty: bool,
}

impl Portion {
    /// A whole portion: half of the queue of a connection, at most 384 KiB: room for five hundred messages of a line or two.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        Self::of(BYTES.min(ctx.config.server.max_queue_bytes / 2))
    }

    const fn of(left: usize) -> Self {
        Self { left, empty: true }
    }

    /// Takes a message if there is room for it, and always the first one: an answer that holds nothing leads nowhere.
    /// Once a message did not fit, nothing that comes behind it does.
    pub fn takes(&mut self, message: &Message) -> bool {
        // JSON writes a newline or a quotation mark as two bytes.
        let cost = message.body.len().saturating_mul(5) / 4
            + ENVELOPE
            + people(message) * NAMED
            + ids(message) * ID
            + files(message)
            + preview(message);
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None if self.empty => self.left = 0,
            None => {
                self.left = 0;
                return false;
            }
        }
        self.empty = false;
        true
    }
}

/// How many people a system message names.
const fn people(message: &Message) -> usize {
    match &message.system {
        Some(SystemChange::Created { users, .. } | SystemChange::MembersAdded { users }) => users.len(),
        _ => 0,
    }
}

/// What a message's files cost: ten long names are more than most texts.
fn files(message: &Message) -> usize {
    message.files.iter().map(|file| file.name.len() * 5 / 4 + FILE).sum()
}

/// What the preview of a message's link costs.
fn preview(message: &Message) -> usize {
    let Some(preview) = &message.preview else { return 0 };
    let Some(card) = &preview.card else { return 0 };
    let texts = [Some(&card.title), card.description.as_ref(), card.site_name.as_ref()];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    (preview.link.len() + texts) * 5 / 4 + PREVIEW
}

/// How many ids a message lists; an emoji counts as two.
fn ids(message: &Message) -> usize {
    let reacted: usize = message.reactions.iter().map(|reaction| reaction.users.len() + 2).sum();
    reacted + message.mentions.len()
}

#[cfg(test)]
mod tests {
    use linnet_contract::{ConversationId, MessageId, MessageKind, Sequence, UserId, Version};
    use uuid::Uuid;

    use super::*;

    fn message(bytes: usize) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            conversation: ConversationId(Uuid::nil()),
            sequence: Sequence::default(),
            version: Version::default(),
            sender: UserId(Uuid::nil()),
            sender_name: "Alice".to_owned(),
            to_user: None,
            temp_id: None,
            body: "x".repeat(bytes),
            reply_to: None,
            reply_sequence: None,
            mentions: Vec::new(),
            files: Vec::new(),
            reactions: Vec::new(),
            preview: None,
            kind: MessageKind::Text,
            created_at: 0,
            edited_at: None,
            deleted_at: None,
            system: None,
        }
    }

    #[test]
    fn a_portion_ends_with_the_first_message_that_does_not_fit() {
        let mut portion = Portion::of(3_000);
        assert!(portion.takes(&message(1_000)));
        assert!(!portion.takes(&message(4_000)));
        assert!(!portion.takes(&message(1)), "a later one must not overtake it");
    }

    #[test]
    fn the_first_message_always_fits() {
        let mut portion = Portion::of(100);
        assert!(portion.takes(&message(100_000)));
        assert!(!portion.takes(&message(1)));
    }
}
