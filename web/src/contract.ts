// Generated from crates/contract by `make contract`. Do not edit.

export type AddMembers = { 
/**
 * Whom to add, 1 to 100 people. Who is a member already stays one. All are added or nobody is.
 */
userIds: Array<UserId>, };

export type Announce = { 
/**
 * 1 to 2,000 characters, no control characters but newline and tab.
 */
message: string, };

export type Announcement = { 
/**
 * What.
 */
message: string, 
/**
 * ISO 8601, UTC, milliseconds.
 */
timestamp: string, };

export type Attachment = { 
/**
 * The file.
 */
id: FileId, 
/**
 * The name that its uploader gave it, without what could not be part of a name.
 */
name: string, 
/**
 * Its media type, found out by looking at its bytes; `application/octet-stream` where they say nothing.
 */
type: string, 
/**
 * Bytes.
 */
size: number, 
/**
 * Of a picture: pixels as it is shown, turned the right way up.
 */
width?: number, 
/**
 * Of a picture: pixels.
 */
height?: number, 
/**
 * Of a picture: a blurred idea of it, a `ThumbHash` in Base64, to show until the rest is there.
 */
thumbHash?: string, 
/**
 * There is a thumbnail. A picture without one is small enough to be its own.
 */
thumbnail: boolean, };

export type Block = { 
/**
 * Whom.
 */
user: User, 
/**
 * Since when: ISO 8601, UTC, milliseconds.
 */
since: string, };

export type Blocks = { 
/**
 * The latest first.
 */
blocks: Array<Block>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, };

export type ChangePassword = { 
/**
 * The one that counts now.
 */
currentPassword: string, 
/**
 * 8 to 256 characters.
 */
newPassword: string, };

export type Channel = { 
/**
 * The conversation.
 */
id: ConversationId, 
/**
 * A channel; behind an invite link perhaps a group.
 */
kind: ConversationKind, 
/**
 * Its title.
 */
title: string, 
/**
 * What it is about.
 */
topic: string | null, 
/**
 * A path on this server, or `null`.
 */
avatarUrl: string | null, 
/**
 * Who may write.
 */
posting: Posting, 
/**
 * How many members there are.
 */
memberCount: number, 
/**
 * The asker is a member.
 */
joined: boolean, };

export type Channels = { 
/**
 * By title.
 */
channels: Array<Channel>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, };

export type ConfirmDigestAddress = { 
/**
 * The eight digits that were sent to the address, within an hour. Spaces do not count.
 */
code: string, };

export type Connection = { 
/**
 * The other person.
 */
user: User, 
/**
 * `requested`, `received` or `accepted`.
 */
state: ConnectionState, 
/**
 * Since when it is so: ISO 8601, UTC, milliseconds.
 */
since: string, };

export type ConnectionState = "none" | "requested" | "received" | "accepted" | "blocked";

export type ConnectionUpdated = { 
/**
 * The other person.
 */
user: User, 
/**
 * How the one who hears this stands to them now.
 */
state: ConnectionState, };

export type Connections = { 
/**
 * The latest first.
 */
connections: Array<Connection>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, };

export type ConversationId = string;

export type ConversationKind = "direct" | "group" | "channel";

export type ConversationRemoved = { 
/**
 * Which.
 */
conversationId: ConversationId, };

export type ConversationSettings = { 
/**
 * Each change raises it: of two states a client keeps the one with the higher version.
 */
version: number, 
/**
 * Of what to notify.
 */
notify: Notify, 
/**
 * Nothing notifies until then: ISO 8601, UTC, milliseconds. `null`, or a time that is over: it is not muted.
 */
mutedUntil: string | null, 
/**
 * Marked unread from this message on; `null` when nothing is. Reading it or anything after it clears it.
 */
unreadFrom: Sequence | null, };

export type ConversationSummary = { 
/**
 * The conversation.
 */
id: ConversationId, 
/**
 * What it is for.
 */
kind: ConversationKind, 
/**
 * Its title; `null` in a direct conversation, which is named after the other person.
 */
title: string | null, 
/**
 * What it is about; `null` when nobody said.
 */
topic: string | null, 
/**
 * A path on this server, or `null`.
 */
avatarUrl: string | null, 
/**
 * Who may write.
 */
posting: Posting, 
/**
 * Its latest change.
 */
version: Version, 
/**
 * Its latest message, 0 when there is none.
 */
lastSequence: Sequence, 
/**
 * How far the viewer has read.
 */
readSequence: Sequence, 
/**
 * `lastSequence - readSequence`; where the viewer marked something unread, at least what comes from there on:
 * `lastSequence - min(readSequence, settings.unreadFrom - 1)`.
 */
unread: number, 
/**
 * The latest message.
 */
lastMessage: Message | null, 
/**
 * Its members, at most 100 of them (the viewer among them), in the order they joined.
 */
members: Array<Member>, 
/**
 * How many members there are.
 */
memberCount: number, 
/**
 * What the viewer set for themselves.
 */
settings: ConversationSettings, };

export type Conversations = { 
/**
 * Those of the user, the one with the latest message first.
 */
conversations: Array<ConversationSummary>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, };

export type CreateConversation = { 
/**
 * A direct conversation is found if the two have one already; groups and channels are always new.
 */
kind: ConversationKind, 
/**
 * Of a group or a channel: 1 to 100 characters.
 */
title?: string, 
/**
 * Of a group or a channel: at most 500 characters.
 */
topic?: string, 
/**
 * The other members: exactly one of a direct conversation, at most 100 otherwise.
 */
memberIds?: Array<UserId>, 
/**
 * Of a group or a channel: who may write; everybody when left out.
 */
posting?: Posting, };

export type CreateInvite = { 
/**
 * How long it is valid, 60 to 31,536,000 (a year); a week when left out.
 */
expiresInSeconds?: number, 
/**
 * How many people may join by it, 1 to 100,000; any number when left out.
 */
maxUses?: number, };

export type DeleteMsg = { 
/**
 * Which one.
 */
messageId: MessageId, };

export type Device = { 
/**
 * The device.
 */
id: DeviceId, 
/**
 * What it called itself (its `User-Agent`), at most 200 characters.
 */
name: string, 
/**
 * ISO 8601.
 */
createdAt: string, 
/**
 * ISO 8601: when it last signed in or refreshed.
 */
lastUsedAt: string, 
/**
 * The one that asks.
 */
current: boolean, };

export type DeviceId = string;

export type Devices = { 
/**
 * Most recently used first.
 */
sessions: Array<Device>, };

export type DigestSettings = { 
/**
 * This server can send mail. Where it cannot, the rest says nothing and every other request is `not_found`.
 */
available: boolean, 
/**
 * Where the digest goes; `null` when none was given.
 */
address: string | null, 
/**
 * The code that was sent there came back. Until then nothing else is sent.
 */
confirmed: boolean, 
/**
 * The user gets a digest, once a day at most, when something stays unread.
 */
on: boolean, };

export type DirectMessages = "anyone" | "connections";

export type EditMsg = { 
/**
 * Which one.
 */
messageId: MessageId, 
/**
 * The text, with the bounds that it has in `sendMsg`.
 */
msg: string, };

export type Empty = Record<never, never>;

export type ErrorCode = "malformed" | "unauthenticated" | "invalid_credentials" | "forbidden" | "not_connected" | "blocked" | "registration_closed" | "not_found" | "method_not_allowed" | "username_taken" | "limit_reached" | "last_owner" | "too_large" | "rate_limited" | "internal" | "unavailable";

export type ErrorEvent = { 
/**
 * Why.
 */
code: ErrorCode, 
/**
 * A sentence for people.
 */
message: string, };

export type Failure = { 
/**
 * Always `false`.
 */
success: false, 
/**
 * One of the error table.
 */
code: ErrorCode, 
/**
 * A sentence for people.
 */
error: string, 
/**
 * When to try again, in milliseconds.
 */
retryAfterMs?: number, };

export type FileId = string;

export type GetPresence = { 
/**
 * At most 200.
 */
userIds: Array<UserId>, };

export type GetUnreadMessages = Record<never, never>;

export type Highlight = { 
/**
 * The first.
 */
from: number, 
/**
 * The one behind the last.
 */
to: number, };

export type Invite = { 
/**
 * What to give to `/invites/{code}`: 22 characters that may stand in an address.
 */
code: string, 
/**
 * Where it leads.
 */
conversationId: ConversationId, 
/**
 * Who made it.
 */
createdBy: UserId, 
/**
 * ISO 8601.
 */
createdAt: string, 
/**
 * ISO 8601.
 */
expiresAt: string, 
/**
 * How many people may join by it; `null` for any number.
 */
maxUses: number | null, 
/**
 * How many have.
 */
uses: number, };

export type Invites = { 
/**
 * The newest first, at most 100.
 */
invites: Array<Invite>, };

export type IsTyping = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * Who.
 */
userId: UserId, 
/**
 * Their display name.
 */
name: string, 
/**
 * Whether they are writing.
 */
isTyping: boolean, };

export type JoinChat = { 
/**
 * The other person of a direct conversation, which is made if need be; or
 */
toUserId?: UserId, 
/**
 * a conversation.
 */
conversationId?: ConversationId, 
/**
 * What the reference's client sends. If it is not the session's user, the event is refused.
 */
fromUserId?: UserId, 
/**
 * The version that the client has. Without it, the messages that this user has not had delivered are sent as
 * `RecievedMsg`, oldest first, as the reference's client expects, and so is what this socket heard before it joined: the
 * `id` tells one that was heard already. With it, the client calls `sync` itself.
 */
since?: Version, };

export type Joined = { 
/**
 * The conversation's id.
 */
roomId: ConversationId, };

export type JoinedRoom = { 
/**
 * The conversation's id.
 */
roomId: ConversationId, };

export type Language = "en" | "es" | "de" | "ar" | "ja";

export type LeaveChat = { 
/**
 * The other person of a direct conversation, or
 */
toUserId?: UserId, 
/**
 * a conversation.
 */
conversationId?: ConversationId, 
/**
 * If it is not the session's user, the event is refused.
 */
fromUserId?: UserId, };

export type LinkPreview = { 
/**
 * The link: http or https, at most 2,000 bytes.
 */
url: string, 
/**
 * The page's title: at most 200 characters, on one line.
 */
title: string, 
/**
 * What it is about: at most 300 characters, on one line.
 */
description?: string, 
/**
 * What the site calls itself: at most 60 characters.
 */
siteName?: string, };

export type Login = { 
/**
 * The account.
 */
username: string, 
/**
 * Its password.
 */
password: string, };

export type MarkDelivered = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * Up to where. Beyond the last message counts as the last message.
 */
sequence: Sequence, };

export type MarkRead = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * Up to where. Beyond the last message counts as the last message.
 */
sequence: Sequence, };

export type MarkUnread = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * From where: 1 to the conversation's `lastSequence`.
 */
sequence: Sequence, };

export type Me = { 
/**
 * May manage the server.
 */
admin: boolean, 
/**
 * The device that asks.
 */
deviceId: DeviceId, 
/**
 * What they show beside their profile.
 */
privacy: Privacy, 
/**
 * The account.
 */
id: UserId, 
/**
 * Unique, lower case.
 */
username: string, 
/**
 * What to show.
 */
displayName: string, 
/**
 * A path on this server, or `null` for none.
 */
avatarUrl: string | null, };

export type Member = { 
/**
 * Who.
 */
userId: UserId, 
/**
 * Unique name.
 */
username: string, 
/**
 * What to show.
 */
displayName: string, 
/**
 * A path on this server, or `null`.
 */
avatarUrl: string | null, 
/**
 * What they may do here.
 */
role: Role, 
/**
 * Everything up to this sequence has reached one of their devices. Only grows.
 */
delivered: Sequence, 
/**
 * Everything up to this sequence was read. Only grows; never beyond `delivered`.
 */
read: Sequence, };

export type Members = { 
/**
 * In the order they joined, at most 100.
 */
members: Array<Member>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, };

export type Message = { 
/**
 * The server's id.
 */
id: MessageId, 
/**
 * The sender's own name for it, by which the sender's tabs match their optimistic copy.
 */
tempId?: TempId, 
/**
 * Where it was written.
 */
conversationId: ConversationId, 
/**
 * The same as `conversationId`: the name that the reference's clients use.
 */
roomId: ConversationId, 
/**
 * Its place in the conversation.
 */
sequence: Sequence, 
/**
 * The change of the conversation that last touched it.
 */
version: Version, 
/**
 * The sender's display name, always the server's.
 */
name: string, 
/**
 * The sender.
 */
fromUserId: UserId, 
/**
 * In a direct conversation, the other person.
 */
toUserId?: UserId, 
/**
 * The text; empty when it was deleted.
 */
msg: string, 
/**
 * ISO 8601, UTC, milliseconds, by the server's clock.
 */
timestamp: string, 
/**
 * When the text was last changed.
 */
editedAt?: string, 
/**
 * When it was deleted: there is neither text nor anything that belonged to it any more.
 */
deletedAt?: string, 
/**
 * The message that this one answers.
 */
replyTo?: MessageId, 
/**
 * The place of that message in the conversation.
 */
replySequence?: Sequence, 
/**
 * The members whom the text names by `@username`, as they were when it was written or edited: at most 50.
 */
mentions?: Array<UserId>, 
/**
 * The files that it carries: at most 10.
 */
files?: Array<Attachment>, 
/**
 * What people put to it, in the order of first use: at most 20.
 */
reactions?: Array<Reaction>, 
/**
 * What the page behind its first link says of itself, where the server asks pages and its sender did not take it away.
 */
preview?: LinkPreview, 
/**
 * What it is.
 */
kind: MessageKind, 
/**
 * Of a system message: what changed. `msg` then says the same in English.
 */
system?: SystemChange, };

export type MessageId = string;

export type MessageKind = "text" | "system";

export type Messages = { 
/**
 * Oldest first.
 */
messages: Array<Message>, 
/**
 * There are more in the direction asked.
 */
more: boolean, };

export type MsgUpdated = Message;

export type Named = { 
/**
 * Who.
 */
id: UserId, 
/**
 * Their display name at that time.
 */
name: string, };

export type Notification = { "type": "connectionRequested", 
/**
 * Who.
 */
user: User, } | { "type": "connectionAccepted", 
/**
 * Who.
 */
user: User, } | { "type": "privacyChanged", 
/**
 * As it is now.
 */
privacy: Privacy, };

export type Notify = "all" | "mentions" | "none";

export type Person = { 
/**
 * How the one who asks stands to them.
 */
connection: ConnectionState, 
/**
 * The account.
 */
id: UserId, 
/**
 * Unique, lower case.
 */
username: string, 
/**
 * What to show.
 */
displayName: string, 
/**
 * A path on this server, or `null` for none.
 */
avatarUrl: string | null, };

export type Posting = "all" | "admins";

export type Presence = { 
/**
 * Who.
 */
userId: UserId, 
/**
 * Whether they are there.
 */
status: Status, 
/**
 * Of somebody offline, when they were last there: ISO 8601, UTC, milliseconds. `null` when they, or the one who
 * looks, keep that to themselves, or when it is not known.
 */
lastSeen: string | null, };

export type PresenceOf = { 
/**
 * Those whom the user would hear `presenceChanged` about, in the order they were asked for. Of the others nothing is
 * said.
 */
users: Array<Presence>, };

export type Privacy = { 
/**
 * How far they have received and read. Who does not show it does not see it of others either.
 */
receipts: boolean, 
/**
 * When they were last there. Who does not show it does not see it of others either.
 */
lastSeen: boolean, };

export type Problem = { 
/**
 * `about:blank`: the code says which problem it is.
 */
type: string, 
/**
 * The status' own words.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * A sentence for people.
 */
detail: string, 
/**
 * One of the error table.
 */
code: ErrorCode, 
/**
 * When to try again, in milliseconds.
 */
retryAfterMs?: number, };

export type PushKey = { 
/**
 * The server's public key (RFC 8292), for `applicationServerKey`: base64url without padding.
 */
key: string, };

export type PushKeys = { 
/**
 * Its public key: an uncompressed point of P-256.
 */
p256dh: string, 
/**
 * Its secret: 16 bytes.
 */
auth: string, };

export type PushMessage = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * Which message.
 */
sequence: Sequence, 
/**
 * What the conversation is called; `null` between two people.
 */
title: string | null, 
/**
 * Who wrote it.
 */
sender: string, 
/**
 * How the text begins.
 */
text: string, 
/**
 * It carries files.
 */
files: boolean, 
/**
 * Where the user has something unread, this conversation included: what is shown of others was read elsewhere. `null`
 * when there are too many to say.
 */
waiting: Array<ConversationId> | null, };

export type RateLimitExceeded = { 
/**
 * A sentence for people.
 */
message: string, 
/**
 * When the next one is taken: milliseconds since 1970, by the server's clock.
 */
resetTime: number, };

export type ReactMsg = { 
/**
 * Which one.
 */
messageId: MessageId, 
/**
 * One emoji, at most 64 bytes. A message has at most 20 different ones.
 */
emoji: string, 
/**
 * It is to be there afterwards.
 */
on: boolean, };

export type Reaction = { 
/**
 * Which one.
 */
emoji: string, 
/**
 * How many people.
 */
count: number, 
/**
 * The first 50 of them, in the order in which they came. Where the message is an answer to somebody, and not told to
 * everyone, they are always among them if they are one of those people.
 */
userIds: Array<UserId>, };

export type ReceiptUpdated = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * Whose.
 */
userId: UserId, 
/**
 * Delivered up to here.
 */
delivered: Sequence, 
/**
 * Read up to here.
 */
read: Sequence, };

export type Refresh = { 
/**
 * The refresh token, where there is no cookie.
 */
refreshToken?: string, };

export type Register = { 
/**
 * 3 to 32 of letters, digits, `.`, `_`, `-`; kept in lower case.
 */
username: string, 
/**
 * 1 to 64 characters; the username when left out.
 */
displayName?: string, 
/**
 * 8 to 256 characters.
 */
password: string, 
/**
 * Needed where registration is by invite.
 */
invite?: string, };

export type Registration = "open" | "invite" | "closed";

export type RemovePreview = { 
/**
 * Which one.
 */
messageId: MessageId, };

export type RequestConnection = { 
/**
 * Whom to ask.
 */
userId: UserId, };

export type Resync = Record<never, never>;

export type Role = "owner" | "admin" | "member";

export type SearchHit = { 
/**
 * The message.
 */
message: Message, 
/**
 * Where it is.
 */
conversation: SearchPlace, 
/**
 * What to highlight in `message.msg`: in order, none within another. Empty when it was found by the name of a file.
 */
highlights: Array<Highlight>, };

export type SearchHits = { 
/**
 * The newest first. There may be fewer than asked for, or none, although there is a `nextCursor`: a search that takes
 * long is answered in parts.
 */
hits: Array<SearchHit>, 
/**
 * Give it as `cursor` to get the next page; left out on the last one.
 */
nextCursor?: string, 
/**
 * False while the server is still going through messages from before it could search.
 */
complete: boolean, };

export type SearchPlace = { 
/**
 * What it is for.
 */
kind: ConversationKind, 
/**
 * Its title; of a direct conversation, the other person's name.
 */
title: string, };

export type SendError = { 
/**
 * The message, if it had a name.
 */
tempId?: string, 
/**
 * Why.
 */
code: ErrorCode, 
/**
 * A sentence for people.
 */
error: string, };

export type SendMsg = { 
/**
 * The other person of a direct conversation, which is made if need be; or
 */
toUserId?: UserId, 
/**
 * a conversation.
 */
conversationId?: ConversationId, 
/**
 * The text: 1 to 1,000 characters (a setting) after trimming, no control characters but newline and tab. With files
 * it may be empty.
 */
msg: string, 
/**
 * Files that the sender uploaded and no message carries yet: at most 10, in the order in which they are shown.
 */
files?: Array<FileId>, 
/**
 * The sender's own name for the message: sending the same one again gets the first one's acknowledgement.
 */
tempId?: TempId, 
/**
 * A message of the same conversation that this one answers.
 */
replyTo?: MessageId, 
/**
 * If it is not the session's user, the event is refused.
 */
fromUserId?: UserId, 
/**
 * Taken and ignored: the name is always the server's.
 */
fromUserName?: string, };

export type Sent = { 
/**
 * The server's id.
 */
messageId: MessageId, 
/**
 * As it was sent.
 */
tempId?: TempId, 
/**
 * Its place in the conversation.
 */
sequence: Sequence, 
/**
 * The change of the conversation that it was.
 */
version: Version, 
/**
 * By the server's clock.
 */
timestamp: string, 
/**
 * Where it went: the id of a direct conversation that this message made is new to its sender.
 */
conversationId: ConversationId, };

export type Sequence = number;

export type ServerInfo = { 
/**
 * The program's version.
 */
version: string, 
/**
 * Who may sign up.
 */
registration: Registration, 
/**
 * Who may write to whom.
 */
directMessages: DirectMessages, 
/**
 * Characters of a message at most.
 */
messageMaxChars: number, 
/**
 * Bytes of a file at most.
 */
fileMaxBytes: number, 
/**
 * Nobody has signed up yet: the first account becomes the admin.
 */
empty: boolean, };

export type SessionEndReason = "signed_out" | "revoked" | "token_reused" | "too_many_devices";

export type SessionEnded = { 
/**
 * Why.
 */
reason: SessionEndReason, };

export type SetDigestAddress = { 
/**
 * An e-mail address of ASCII characters, at most 254.
 */
address: string, 
/**
 * What the code and the digests are written in.
 */
language: Language, };

export type SetStatus = { 
/**
 * Whether it is.
 */
active: boolean, };

export type SettingsUpdated = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * As they are now.
 */
settings: ConversationSettings, 
/**
 * How many messages count as unread now.
 */
unread: number, };

export type SignedIn = { 
/**
 * Who.
 */
user: Me, 
/**
 * A JWT for `Authorization: Bearer` and for the socket's `auth.token`.
 */
accessToken: string, 
/**
 * Opaque; each use gives a new one and ends the old one.
 */
refreshToken: string, 
/**
 * Seconds until the access token expires.
 */
expiresIn: number, };

export type Status = "online" | "away" | "offline";

export type SubscribePush = { 
/**
 * Where the browser's push service takes messages for it: an `https` address that is not of a private network.
 */
endpoint: string, 
/**
 * What messages are encrypted with.
 */
keys: PushKeys, };

export type Sync = { 
/**
 * For each conversation that the client has, its version. At most 10,000.
 */
versions: { [key in ConversationId]: Version }, 
/**
 * For each conversation that the client has, the sum of `delivered + read` over the members it knows. Receipts do
 * not count as changes, so a version cannot tell that a mark moved; marks only grow, so their sum can. A
 * conversation whose sum differs is answered, also when its version is the latest. Without it, only versions count.
 *
 * The user's own `settings.version` is added, which only grows as well. In conversations of more than 100 members only
 * the user's own marks count, since those of others are not told.
 */
marks?: { [key in ConversationId]: Sequence }, 
/**
 * Only the user's own marks are in `marks`, of every conversation: what a client says whose user keeps receipts to
 * themselves. Such a user is shown nobody else's, but the client may know some from before, and a sum with them hides
 * that one's own have moved.
 */
ownMarks?: boolean, };

export type Synced = { 
/**
 * Conversations that are behind, each with the messages changed since.
 */
conversations: Array<SyncedConversation>, 
/**
 * Conversations that the client named and the user is no longer in.
 */
removed: Array<ConversationId>, 
/**
 * There is more: sync again with the versions just learned.
 */
more: boolean, };

export type SyncedConversation = { 
/**
 * Messages changed since, by `version`, oldest first. One from long before what the client holds may be among them,
 * because it was changed.
 */
messages: Array<Message>, 
/**
 * Too far behind: `messages` is the last page, and the client drops what it had.
 */
reset?: boolean, 
/**
 * The conversation.
 */
id: ConversationId, 
/**
 * What it is for.
 */
kind: ConversationKind, 
/**
 * Its title; `null` in a direct conversation, which is named after the other person.
 */
title: string | null, 
/**
 * What it is about; `null` when nobody said.
 */
topic: string | null, 
/**
 * A path on this server, or `null`.
 */
avatarUrl: string | null, 
/**
 * Who may write.
 */
posting: Posting, 
/**
 * Its latest change.
 */
version: Version, 
/**
 * Its latest message, 0 when there is none.
 */
lastSequence: Sequence, 
/**
 * How far the viewer has read.
 */
readSequence: Sequence, 
/**
 * `lastSequence - readSequence`; where the viewer marked something unread, at least what comes from there on:
 * `lastSequence - min(readSequence, settings.unreadFrom - 1)`.
 */
unread: number, 
/**
 * The latest message.
 */
lastMessage: Message | null, 
/**
 * Its members, at most 100 of them (the viewer among them), in the order they joined.
 */
members: Array<Member>, 
/**
 * How many members there are.
 */
memberCount: number, 
/**
 * What the viewer set for themselves.
 */
settings: ConversationSettings, };

export type SystemChange = { "type": "created", 
/**
 * Its first title.
 */
title: string, 
/**
 * The others.
 */
users: Array<Named>, } | { "type": "titleChanged", 
/**
 * The new one.
 */
title: string, } | { "type": "topicChanged", 
/**
 * The new one; `null` when it was taken away.
 */
topic: string | null, } | { "type": "avatarChanged", 
/**
 * A path on this server; `null` when it was taken away.
 */
avatarUrl: string | null, } | { "type": "postingChanged", 
/**
 * Who may.
 */
posting: Posting, } | { "type": "membersAdded", 
/**
 * Who.
 */
users: Array<Named>, } | { "type": "memberJoined", 
/**
 * By an invite link; otherwise from the list of channels.
 */
invited: boolean, } | { "type": "memberRemoved", 
/**
 * Who.
 */
user: Named, } | { "type": "memberLeft", } | { "type": "roleChanged", 
/**
 * Who.
 */
user: Named, 
/**
 * What they are now.
 */
role: Role, };

export type TempId = string;

export type Touched = { 
/**
 * The change of the conversation that last touched the message: this one, or an earlier one where there was nothing
 * to do.
 */
version: Version, };

export type Typing = { 
/**
 * The other person of a direct conversation; where there is none yet, nobody is told; or
 */
toUserId?: UserId, 
/**
 * a conversation.
 */
conversationId?: ConversationId, 
/**
 * Whether they are writing.
 */
isTyping: boolean, };

export type Unread = { 
/**
 * Where.
 */
conversationId: ConversationId, 
/**
 * How many messages.
 */
unread: number, 
/**
 * The unread messages, oldest first; the newest 100 of them.
 */
messages: Array<Message>, };

export type UnreadMessages = { 
/**
 * Conversations with something unread.
 */
conversations: Array<Unread>, };

export type UpdateConversation = { 
/**
 * 1 to 100 characters.
 */
title?: string, 
/**
 * At most 500 characters; an empty one takes it away.
 */
topic?: string, 
/**
 * Who may write.
 */
posting?: Posting, };

export type UpdateDigest = { 
/**
 * Whether the user wants digests.
 */
on: boolean, 
/**
 * What they are written in from now on.
 */
language: Language, };

export type UpdateMe = { 
/**
 * 1 to 64 characters.
 */
displayName?: string, 
/**
 * What is left out stays.
 */
privacy?: UpdatePrivacy, };

export type UpdateMember = { 
/**
 * What they may do from now on. There may be several owners: handing over is making somebody else one.
 */
role: Role, };

export type UpdatePrivacy = { 
/**
 * Show how far one has received and read.
 */
receipts?: boolean, 
/**
 * Show when one was last there.
 */
lastSeen?: boolean, };

export type UpdateSettings = { 
/**
 * Of what to notify.
 */
notify?: Notify, 
/**
 * Nothing notifies until then: ISO 8601 with a time zone, before the year 9999; `null` ends it.
 */
mutedUntil?: string | null, };

export type User = { 
/**
 * The account.
 */
id: UserId, 
/**
 * Unique, lower case.
 */
username: string, 
/**
 * What to show.
 */
displayName: string, 
/**
 * A path on this server, or `null` for none.
 */
avatarUrl: string | null, };

export type UserId = string;

export type UserUpdated = { 
/**
 * As everyone sees them now.
 */
user: User, };

export type Users = { 
/**
 * At most 20, the asker not among them.
 */
users: Array<Person>, };

export type Version = number;

export type Ack<T> = ({ success: true } & T) | Failure;

export interface ClientToServerEvents {
  joinChat: (payload: JoinChat, ack?: (reply: Ack<Joined>) => void) => void;
  leaveChat: (payload: LeaveChat, ack?: (reply: Ack<Empty>) => void) => void;
  sendMsg: (payload: SendMsg, ack?: (reply: Ack<Sent>) => void) => void;
  editMsg: (payload: EditMsg, ack?: (reply: Ack<Touched>) => void) => void;
  deleteMsg: (payload: DeleteMsg, ack?: (reply: Ack<Touched>) => void) => void;
  reactMsg: (payload: ReactMsg, ack?: (reply: Ack<Touched>) => void) => void;
  removePreview: (payload: RemovePreview, ack?: (reply: Ack<Touched>) => void) => void;
  markRead: (payload: MarkRead, ack?: (reply: Ack<Empty>) => void) => void;
  markDelivered: (payload: MarkDelivered, ack?: (reply: Ack<Empty>) => void) => void;
  markUnread: (payload: MarkUnread, ack?: (reply: Ack<Empty>) => void) => void;
  typing: (payload: Typing, ack?: (reply: Ack<Empty>) => void) => void;
  setStatus: (payload: SetStatus, ack?: (reply: Ack<Empty>) => void) => void;
  getPresence: (payload: GetPresence, ack?: (reply: Ack<PresenceOf>) => void) => void;
  getUnreadMessages: (payload: GetUnreadMessages, ack?: (reply: Ack<UnreadMessages>) => void) => void;
  sync: (payload: Sync, ack?: (reply: Ack<Synced>) => void) => void;
}

export interface ServerToClientEvents {
  joinedRoom: (payload: JoinedRoom) => void;
  RecievedMsg: (payload: Message) => void;
  msgUpdated: (payload: MsgUpdated) => void;
  receiptUpdated: (payload: ReceiptUpdated) => void;
  settingsUpdated: (payload: SettingsUpdated) => void;
  typing: (payload: IsTyping) => void;
  presenceChanged: (payload: Presence) => void;
  conversationUpdated: (payload: ConversationSummary) => void;
  connectionUpdated: (payload: ConnectionUpdated) => void;
  userUpdated: (payload: UserUpdated) => void;
  notification: (payload: Notification) => void;
  conversationRemoved: (payload: ConversationRemoved) => void;
  announcement: (payload: Announcement) => void;
  sendError: (payload: SendError) => void;
  rateLimitExceeded: (payload: RateLimitExceeded) => void;
  error: (payload: ErrorEvent) => void;
  sessionEnded: (payload: SessionEnded) => void;
  resync: (payload: Resync) => void;
}

export const SERVER_EVENTS = [
  "joinedRoom",
  "RecievedMsg",
  "msgUpdated",
  "receiptUpdated",
  "settingsUpdated",
  "typing",
  "presenceChanged",
  "conversationUpdated",
  "connectionUpdated",
  "userUpdated",
  "notification",
  "conversationRemoved",
  "announcement",
  "sendError",
  "rateLimitExceeded",
  "error",
  "sessionEnded",
  "resync",
] as const;

export const LIMITS = {
  tempIdChars: 64,
  usernameChars: [3, 32],
  displayNameChars: [1, 64],
  passwordChars: [8, 256],
  syncVersions: 10000,
  syncMessages: 500,
  pageDefault: 50,
  pageMax: 100,
  receiptMembers: 100,
  presenceMembers: 100,
  presenceUsers: 200,
  connectionRequests: 100,
  avatarBytes: 5242880,
  titleChars: [1, 100],
  topicChars: 500,
  memberIds: 100,
  inviteSeconds: [60, 31536000],
  inviteUses: [1, 100000],
  announcementChars: 2000,
  emojiBytes: 64,
  reactions: 20,
  mentions: 50,
  files: 10,
  fileNameChars: 200,
} as const;
