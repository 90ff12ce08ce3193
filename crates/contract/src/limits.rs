//! Bounds that clients and the server share. Bounds that an operator may change are settings, not constants.

/// The largest integer that JavaScript keeps exact (2^53 - 1): no counter on the wire goes beyond it.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// Characters (Unicode scalar values) of a `tempId`.
pub const TEMP_ID_CHARS: usize = 64;
/// Characters of a username: 3 to 32 of `a-z`, `0-9`, `.`, `_`, `-`.
pub const USERNAME_CHARS: std::ops::RangeInclusive<usize> = 3..=32;
/// Characters of a display name after trimming.
pub const DISPLAY_NAME_CHARS: std::ops::RangeInclusive<usize> = 1..=64;
/// Characters of a password. The upper bound keeps the cost of hashing bounded.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
/// Characters of an e-mail address (RFC 5321).
pub const MAIL_ADDRESS_CHARS: usize = 254;
/// Conversations a client may name in one `sync`.
pub const SYNC_VERSIONS: usize = 10_000;
/// Messages that one `sync` answers at most, over all conversations.
pub const SYNC_MESSAGES: usize = 500;
/// A client that is further behind than this many changes gets `reset` and the last page.
pub const SYNC_RESET_CHANGES: i64 = 1_000;
/// Messages of one page of history when the client does not say, and of the last page after `reset`.
pub const PAGE_DEFAULT: usize = 50;
/// Messages of one page of history at most.
pub const PAGE_MAX: usize = 100;
/// Conversations with more members than this neither broadcast receipts nor list everyone's marks in summaries.
pub const RECEIPT_MEMBERS: usize = 100;
/// Conversations with more members than this say nothing about who is there or is writing.
pub const PRESENCE_MEMBERS: usize = 100;
/// People that one `getPresence` asks about.
pub const PRESENCE_USERS: usize = 200;
/// Bytes of a picture that is uploaded.
pub const AVATAR_BYTES: usize = 5 * 1024 * 1024;
/// Pixels of each side of a person's picture, as it is kept.
pub const AVATAR_PIXELS: u32 = 256;
/// Requests for a connection that one person may have open at once, unanswered by others.
pub const CONNECTION_REQUESTS: usize = 100;
/// Requests that may wait for one person's answer at once.
pub const CONNECTION_REQUESTS_RECEIVED: usize = 1_000;
/// Connections of one person.
pub const CONNECTIONS: usize = 5_000;
/// People whom one person may have blocked.
pub const BLOCKS: usize = 5_000;
/// Characters of a conversation's title after trimming.
pub const TITLE_CHARS: std::ops::RangeInclusive<usize> = 1..=100;
/// Characters of a conversation's topic at most.
pub const TOPIC_CHARS: usize = 500;
/// People that one request adds to a conversation at most.
pub const MEMBER_IDS: usize = 100;
/// Invite links of one conversation that are valid at the same time.
pub const INVITES: usize = 100;
/// Seconds that an invite link is valid, at least and at most.
pub const INVITE_SECONDS: std::ops::RangeInclusive<i64> = 60..=31_536_000;
/// Seconds that an invite link is valid when nobody says: a week.
pub const INVITE_SECONDS_DEFAULT: i64 = 604_800;
/// How often an invite link can be used at most, where that is bounded.
pub const INVITE_USES: std::ops::RangeInclusive<i64> = 1..=100_000;
/// Characters of an announcement after trimming.
pub const ANNOUNCEMENT_CHARS: usize = 2_000;
/// Members that a message names at most; who is named after that is not among its `mentions`.
pub const MENTIONS: usize = 50;
/// Bytes of an emoji. The longest ones, of people of several colours, have 35.
pub const EMOJI_BYTES: usize = 64;
/// Different emoji of one message.
pub const REACTIONS: usize = 20;
/// People whom a message names for each of its emoji.
pub const REACTION_USERS: usize = 50;
/// Files that one message carries at most.
pub const FILES: usize = 10;
/// Characters of a file's name. A longer one is cut, its extension kept.
pub const FILE_NAME_CHARS: usize = 200;
/// Pixels of a picture that is sent: 50 megapixels.
pub const PICTURE_PIXELS: u64 = 50_000_000;
/// Pixels of the longer side of a thumbnail.
pub const THUMBNAIL_PIXELS: u32 = 640;
/// Bytes of a link that gets a preview.
pub const PREVIEW_LINK_BYTES: usize = 2_000;
/// Characters of a preview's title, of what it says about its page, and of the name of its site.
pub const PREVIEW_TITLE_CHARS: usize = 200;
/// As above.
pub const PREVIEW_DESCRIPTION_CHARS: usize = 300;
/// As above.
pub const PREVIEW_SITE_CHARS: usize = 60;
/// Bytes of the address of a push subscription.
pub const PUSH_ENDPOINT_BYTES: usize = 1_000;
/// Characters of a message that a push shows.
pub const PUSH_TEXT_CHARS: usize = 120;
/// Conversations that a push names as unread; where there are more, it names none.
pub const PUSH_WAITING: usize = 30;
/// Characters of what is searched for.
pub const SEARCH_CHARS: usize = 200;
/// Words and phrases of one search.
pub const SEARCH_WORDS: usize = 12;
/// Hits of one page at most.
pub const SEARCH_PAGE: usize = 50;
