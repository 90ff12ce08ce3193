//! Decides about the drafts of a batch, one after the other, as if each had come alone: who may write, what is a
//! duplicate, and which numbers the rest gets. No I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use linnet_contract::{ConversationId, ConversationKind, Sequence, UserId, Version, limits::MENTIONS};

use super::{
    Message,
    append::{AppendError, Appended, DirectPolicy, Draft},
    known::Known,
};
use crate::Attachment;

/// Where a conversation is after some drafts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) sequence: i64,
    pub(super) version: i64,
    /// When its last message was written.
    pub(super) at: i64,
}

/// The batch so far.
pub(super) struct Numbering {
    known: Known,
    policy: DirectPolicy,
    ends: HashMap<ConversationId, Number>,
    accepted: Vec<Message>,
    /// Which of the accepted ones has this `temp_id`.
    named: HashMap<(UserId, String), usize>,
}

impl Numbering {
    pub(super) fn new(known: Known, policy: DirectPolicy) -> Self {
        Self {
            known,
            policy,
            ends: HashMap::new(),
            accepted: Vec::new(),
            named: HashMap::new(),
        }
    }

    /// The messages to write, in the order of their drafts.
    pub(super) fn accepted(&self) -> &[Message] {
        &self.accepted
    }

    /// Where each conversation that got messages is now.
    pub(super) fn ends(&self) -> BTreeMap<ConversationId, Number> {
        self.ends.iter().map(|(id, end)| (*id, *end)).collect()
    }

    pub(super) fn decide(&mut self, draft: &Draft) -> Result<Appended, AppendError> {
        if draft.has_zero() {
            return Err(AppendError::BadText);
        }
        // Before anything else: what was acknowledged once is acknowledged again, also to someone who was blocked or
        // removed since.
        if let Some(first) = self.first_of(draft) {
            return Ok(first);
        }
        let (name, to_user) = self.permit(draft)?;
        let reply_sequence = self.answered(draft)?;
        let files = self.carried(draft)?;
        let (sequence, version) = self.next_numbers(draft)?;
        let message = Message {
            id: draft.id,
            conversation: draft.conversation,
            sequence,
            version,
            sender: draft.sender,
            sender_name: name,
            to_user,
            temp_id: draft.temp_id.clone(),
            body: draft.body.clone(),
            reply_to: draft.reply_to,
            reply_sequence,
            mentions: mentions(&self.known.named, draft.conversation, &draft.names),
            files,
            reactions: Vec::new(),
            preview: None,
            kind: draft.kind,
            created_at: draft.now_ms,
            edited_at: None,
            deleted_at: None,
            system: None,
        };
        if let Some(temp_id) = &draft.temp_id {
            self.named.insert((draft.sender, temp_id.clone()), self.accepted.len());
        }
        self.accepted.push(message.clone());
        self.answer(message, false).ok_or(AppendError::NotMember)
    }

    fn first_of(&self, draft: &Draft) -> Option<Appended> {
        let key = (draft.sender, draft.temp_id.clone()?);
        if let Some(stored) = self.known.stored.get(&key) {
            return Some(Appended {
                message: Message {
                    version: stored.first_version,
                    ..stored.message.clone()
                },
                duplicate: true,
                conversation_kind: stored.conversation_kind,
                member_count: stored.member_count,
            });
        }
        self.answer(self.accepted[*self.named.get(&key)?].clone(), true)
    }

    /// The sender's name and, in a direct conversation, the other person: if the sender may write this there.
    fn permit(&self, draft: &Draft) -> Result<(String, Option<UserId>), AppendError> {
        let conversation = self
            .known
            .conversations
            .get(&draft.conversation)
            .ok_or(AppendError::NotMember)?;
        let sender = self
            .known
            .senders
            .get(&(draft.conversation, draft.sender))
            .ok_or(AppendError::NotMember)?;
        if !sender.may_post {
            return Err(AppendError::NotAllowed);
        }
        let mut to_user = None;
        if conversation.kind == ConversationKind::Direct {
            if sender.blocking {
                return Err(AppendError::Blocked);
            }
            if sender.blocked || (self.policy == DirectPolicy::Connections && !sender.connected) {
                return Err(AppendError::NotConnected);
            }
            let from_low = conversation.direct_low == Some(draft.sender);
            to_user = if from_low {
                conversation.direct_high
            } else {
                conversation.direct_low
            };
        }
        Ok((sender.name.clone(), to_user))
    }

    /// The place of the message that it answers, if it answers one.
    fn answered(&self, draft: &Draft) -> Result<Option<Sequence>, AppendError> {
        let place = |id| {
            let found = self.known.answered.get(&(draft.conversation, id));
            found.copied().ok_or(AppendError::BadReply)
        };
        draft.reply_to.map(place).transpose()
    }

    /// Its files. They are taken from what is offered: no second message of the batch gets them.
    fn carried(&mut self, draft: &Draft) -> Result<Vec<Attachment>, AppendError> {
        let offered = &mut self.known.offered;
        let each_once = draft.files.iter().collect::<HashSet<_>>().len() == draft.files.len();
        if !each_once || !draft.offering().all(|offer| offered.contains_key(&offer)) {
            return Err(AppendError::BadFile);
        }
        Ok(draft.offering().filter_map(|offer| offered.remove(&offer)).collect())
    }

    fn next_numbers(&mut self, draft: &Draft) -> Result<(Sequence, Version), AppendError> {
        let conversation = self
            .known
            .conversations
            .get(&draft.conversation)
            .ok_or(AppendError::NotMember)?;
        let end = self.ends.entry(draft.conversation).or_insert(Number {
            sequence: conversation.last_sequence.get(),
            version: conversation.version.get(),
            at: draft.now_ms,
        });
        end.sequence += 1;
        end.version += 1;
        end.at = end.at.max(draft.now_ms);
        // One message a nanosecond would take a hundred days to get there.
        let counted = "a conversation has fewer than 2^53 messages and changes";
        Ok((
            Sequence::try_from(end.sequence).expect(counted),
            Version::try_from(end.version).expect(counted),
        ))
    }

    fn answer(&self, message: Message, duplicate: bool) -> Option<Appended> {
        let conversation = self.known.conversations.get(&message.conversation)?;
        Some(Appended {
            message,
            duplicate,
            conversation_kind: conversation.kind,
            member_count: conversation.member_count,
        })
    }
}

/// Those of the names that are members', in the order of the text and each once.
pub(super) fn mentions(
    members: &HashMap<(ConversationId, String), UserId>,
    conversation: ConversationId,
    names: &[String],
) -> Vec<UserId> {
    let mut mentions = Vec::new();
    for name in names {
        if let Some(user) = members.get(&(conversation, name.clone()))
            && !mentions.contains(user)
            && mentions.len() < MENTIONS
        {
            mentions.push(*user);
        }
    }
    mentions
}
