//! Which parts of which conversations an answer holds, decided from the counters alone. No I/O.

use linnet_contract::ConversationId;

use super::SyncLimits;

/// One conversation of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) conversation: ConversationId,
    /// Of versions, or of sequences after `reset`: the messages with `low < number <= high`.
    pub(super) low: i64,
    pub(super) high: i64,
    /// No message at this place or before it was written after version `low`.
    pub(super) place: i64,
    /// The version that the client has afterwards.
    pub(super) covered: i64,
    pub(super) reset: bool,
}

/// The answer so far.
#[derive(Debug)]
pub(super) struct Plan {
    limits: SyncLimits,
    /// How many messages may still come.
    left: i64,
    conversations: Vec<Planned>,
    cut: bool,
}

impl Plan {
    pub(super) fn new(limits: SyncLimits) -> Self {
        // A page that never fits would make a client ask for ever.
        let limits = SyncLimits {
            page: limits.page.min(limits.messages),
            ..limits
        };
        Self {
            limits,
            left: limits.messages,
            conversations: Vec::new(),
            cut: false,
        }
    }

    pub(super) fn conversations(&self) -> &[Planned] {
        &self.conversations
    }

    /// Something did not fit.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Looks at a conversation that is at `(version, last_sequence)`, of which the client claims a version, and whose
    /// marks are not those that the client has, if `moved`.
    pub(super) fn add(
        &mut self,
        conversation: ConversationId,
        (version, last_sequence): (i64, i64),
        claimed: i64,
        moved: bool,
    ) {
        let behind = version - claimed;
        if behind == 0 && !moved {
            return;
        }
        let answered = i64::try_from(self.conversations.len()).unwrap_or(i64::MAX);
        if self.cut || answered >= self.limits.messages {
            self.cut = true;
            return;
        }
        // A client that is ahead saw another database, perhaps one from before a backup was restored.
        let reset = behind < 0 || behind > self.limits.reset_after;
        let wanted = if reset {
            last_sequence.min(self.limits.page)
        } else {
            behind
        };
        let fits = wanted.min(self.left);
        if fits < wanted {
            self.cut = true;
            // Half a last page would leave a hole, and nothing at all is no answer.
            if reset || fits == 0 {
                return;
            }
        }
        self.left -= fits;
        self.conversations.push(if reset {
            Planned {
                conversation,
                low: last_sequence - fits,
                high: last_sequence,
                place: last_sequence - fits,
                covered: version,
                reset,
            }
        } else {
            Planned {
                conversation,
                low: claimed,
                high: claimed + fits,
                // Each message since was a change.
                place: (last_sequence - behind).max(0),
                covered: claimed + fits,
                reset,
            }
        });
    }
}
