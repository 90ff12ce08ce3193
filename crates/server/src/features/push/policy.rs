//! Of what to tell whom.

use linnet_contract::{Sequence, UserId, settings::Notify};
use linnet_store::{PushAudience, PushMessage, Subscriber};

/// The newest message that this device is to be told of.
pub(super) fn newest<'a>(audience: &'a PushAudience, subscriber: &Subscriber) -> Option<&'a PushMessage> {
    worth_telling(audience, subscriber.user, subscriber.read, subscriber.notify).next()
}

/// The messages that somebody is to be told of, the newest first: not read (and so not the user's own, since whoever writes has
/// read up to there), as they want it, and of nobody whom they blocked.
pub fn worth_telling(
    audience: &PushAudience,
    me: UserId,
    read: Sequence,
    notify: Notify,
) -> impl Iterator<Item = &PushMessage> {
    audience.messages.iter().filter(move |message| {
        message.sequence > read && wants(notify, message, me) && !audience.blocking.contains(&(me, message.sender))
    })
}

fn wants(notify: Notify, message: &PushMessage, me: UserId) -> bool {
    match notify {
        Notify::All => true,
        Notify::Mentions => message.mentions.contains(&me),
        Notify::None => false,
    }
}

/// The beginning of a text.
pub(super) fn beginning(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(beginning("hello", 5), "hello");
        assert_eq!(beginning("hello there", 6), "hello…");
        assert_eq!(beginning("こんにちは", 2), "こん…");
        assert_eq!(beginning("", 2), "");
    }
}
