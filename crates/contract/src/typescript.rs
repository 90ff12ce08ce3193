//! Writes `web/src/contract.ts`: the types of every payload, and the two maps that `socket.io-client` takes.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use ts_rs::{Config, TS, TypeVisitor};

use crate::{
    digest,
    errors::ErrorCode,
    events::{self, ClientEvent, Failure, ServerEvent},
    http, limits, people, push, search, settings,
};

/// The command that mends a drift.
pub const COMMAND: &str = "make contract";

/// What is collected on the way.
pub(crate) struct Declarations {
    config: Config,
    types: BTreeMap<String, String>,
    seen: HashSet<TypeId>,
    client: String,
    server: String,
}

impl Declarations {
    pub(crate) fn add<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            self.types.insert(T::ident(&self.config), T::decl(&self.config));
            T::visit_dependencies(self);
        }
        T::visit_generics(self);
    }

    pub(crate) fn client_event<E: ClientEvent>(&mut self) {
        self.add::<E>();
        self.add::<E::Reply>();
        let (payload, reply) = (E::name(&self.config), <E::Reply as TS>::name(&self.config));
        let _ = writeln!(
            self.client,
            "  {}: (payload: {payload}, ack?: (reply: Ack<{reply}>) => void) => void;",
            E::NAME
        );
    }

    pub(crate) fn server_event<E: ServerEvent>(&mut self) {
        self.add::<E>();
        let _ = writeln!(
            self.server,
            "  {}: (payload: {}) => void;",
            E::NAME,
            E::name(&self.config)
        );
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// The whole file.
#[must_use]
pub fn typescript() -> String {
    let mut out = Declarations {
        config: Config::default().with_large_int("number"),
        types: BTreeMap::new(),
        seen: HashSet::new(),
        client: String::new(),
        server: String::new(),
    };
    events::declare(&mut out);
    out.add::<Failure>();
    out.add::<ErrorCode>();
    out.add::<http::Register>();
    out.add::<http::Login>();
    out.add::<http::Refresh>();
    out.add::<http::SignedIn>();
    out.add::<http::UpdateMe>();
    out.add::<http::Users>();
    out.add::<http::Devices>();
    out.add::<http::ChangePassword>();
    out.add::<people::Person>();
    out.add::<people::Connections>();
    out.add::<people::RequestConnection>();
    out.add::<people::Blocks>();
    out.add::<http::ServerInfo>();
    out.add::<http::CreateConversation>();
    out.add::<http::Conversations>();
    out.add::<http::UpdateConversation>();
    out.add::<settings::UpdateSettings>();
    out.add::<http::AddMembers>();
    out.add::<http::UpdateMember>();
    out.add::<http::Members>();
    out.add::<http::Channels>();
    out.add::<http::CreateInvite>();
    out.add::<http::Invites>();
    out.add::<http::Announce>();
    out.add::<http::Messages>();
    out.add::<push::PushKey>();
    out.add::<push::SubscribePush>();
    out.add::<push::PushMessage>();
    digest::declare(&mut out);
    out.add::<search::SearchHits>();
    out.add::<http::Problem>();

    let mut file = format!("// Generated from crates/contract by `{COMMAND}`. Do not edit.\n\n");
    for declaration in out.types.values() {
        let _ = writeln!(file, "export {declaration}\n");
    }
    file.push_str("export type Ack<T> = ({ success: true } & T) | Failure;\n\n");
    let _ = writeln!(file, "export interface ClientToServerEvents {{\n{}}}\n", out.client);
    let _ = writeln!(file, "export interface ServerToClientEvents {{\n{}}}\n", out.server);
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| format!("  \"{name}\",\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let _ = writeln!(
        file,
        "export const SERVER_EVENTS = [\n{}] as const;\n",
        names(events::SERVER_EVENTS)
    );
    let _ = writeln!(
        file,
        "export const LIMITS = {{\n  tempIdChars: {},\n  usernameChars: [{}, {}],\n  displayNameChars: [{}, {}],\n  \
         passwordChars: [{}, {}],\n  syncVersions: {},\n  syncMessages: {},\n  pageDefault: {},\n  pageMax: {},\n  \
         receiptMembers: {},\n  presenceMembers: {},\n  presenceUsers: {},\n  connectionRequests: {},\n  avatarBytes: {},\n  titleChars: [{}, {}],\n  topicChars: {},\n  memberIds: {},\n  \
         inviteSeconds: [{}, {}],\n  inviteUses: [{}, {}],\n  announcementChars: {},\n  emojiBytes: {},\n  reactions: {},\n  mentions: {},\n  files: {},\n  fileNameChars: {},\n}} as const;",
        limits::TEMP_ID_CHARS,
        limits::USERNAME_CHARS.start(),
        limits::USERNAME_CHARS.end(),
        limits::DISPLAY_NAME_CHARS.start(),
        limits::DISPLAY_NAME_CHARS.end(),
        limits::PASSWORD_CHARS.start(),
        limits::PASSWORD_CHARS.end(),
        limits::SYNC_VERSIONS,
        limits::SYNC_MESSAGES,
        limits::PAGE_DEFAULT,
        limits::PAGE_MAX,
        limits::RECEIPT_MEMBERS,
        limits::PRESENCE_MEMBERS,
        limits::PRESENCE_USERS,
        limits::CONNECTION_REQUESTS,
        limits::AVATAR_BYTES,
        limits::TITLE_CHARS.start(),
        limits::TITLE_CHARS.end(),
        limits::TOPIC_CHARS,
        limits::MEMBER_IDS,
        limits::INVITE_SECONDS.start(),
        limits::INVITE_SECONDS.end(),
        limits::INVITE_USES.start(),
        limits::INVITE_USES.end(),
        limits::ANNOUNCEMENT_CHARS,
        limits::EMOJI_BYTES,
        limits::REACTIONS,
        limits::MENTIONS,
        limits::FILES,
        limits::FILE_NAME_CHARS,
    );
    file
}
