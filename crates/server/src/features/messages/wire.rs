//! From a row to what people see.

use linnet_contract::{LinkPreview, Message, MessageKind, Reaction, TempId};
use linnet_store as store;

use super::wording;
use crate::{clock::timestamp, features::files};

/// A message as `RecievedMsg`, history and `sync` show it.
#[must_use]
pub fn message(row: store::Message) -> Message {
    let msg = match row.kind {
        MessageKind::Text => row.body,
        MessageKind::System => wording::english(&row.sender_name, row.system.as_ref()),
    };
    Message {
        id: row.id,
        temp_id: row.temp_id.and_then(|id| TempId::try_from(id).ok()),
        conversation_id: row.conversation,
        room_id: row.conversation,
        sequence: row.sequence,
        version: row.version,
        name: row.sender_name,
        from_user_id: row.sender,
        to_user_id: row.to_user,
        msg,
        timestamp: timestamp(row.created_at),
        edited_at: row.edited_at.map(timestamp),
        deleted_at: row.deleted_at.map(timestamp),
        reply_to: row.reply_to,
        reply_sequence: row.reply_sequence,
        mentions: row.mentions,
        files: row.files.into_iter().map(files::attachment).collect(),
        reactions: row.reactions.into_iter().map(reaction).collect(),
        preview: row.preview.and_then(preview),
        kind: row.kind,
        system: row.system,
    }
}

/// What its sender took away is shown to nobody.
fn preview(row: store::Preview) -> Option<LinkPreview> {
    let card = row.card?;
    Some(LinkPreview {
        url: row.link,
        title: card.title,
        description: card.description,
        site_name: card.site_name,
    })
}

fn reaction(row: store::Reaction) -> Reaction {
    Reaction {
        emoji: row.emoji,
        count: row.count,
        user_ids: row.users,
    }
}
