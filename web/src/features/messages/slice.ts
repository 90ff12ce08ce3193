//! The conversations and their messages, as far as this client knows them. The rules are in apply.ts; here is who hears
//! them. This file is what other features may use.
import { createAction, createSelector, createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type {
  ConversationId,
  ConversationSettings,
  ConversationSummary,
  Message,
  Messages,
  Sequence,
  Synced,
  UserId,
} from "~/contract";
import { LIMITS } from "~/contract";
import { RequestFailure } from "~/failure";
import { accountChanged, type SessionState, selectMe, signedIn } from "~/features/session/slice";
import { t } from "~/i18n/i18n";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";
import {
  type Asked,
  applyMessage,
  applyPage,
  applyQuote,
  applySettings,
  applySummary,
  applySynced,
  growMarks,
  hasHole,
  isStale,
  leave,
  rename,
  trim,
  trustSync,
} from "./apply";
import { type Chat, chatFrom, KEPT_WHEN_CLOSED, WINDOW_MOST, windowOf } from "./chat";

export type { Chat } from "./chat";
export { windowOf } from "./chat";
export { may, mayWrite } from "./standing";

export interface MessagesState {
  chats: Record<ConversationId, Chat>;
  /** Conversations that something was heard of and nothing sure is known about yet. */
  strangers: ConversationId[];
  /** Those of them that a running `sync` was asked with. What is heard of while it runs may not be in its answer. */
  asking: ConversationId[];
  /** Conversations that this user is not in any more, the latest last. */
  gone: Gone[];
  /** The conversation that is looked at. */
  open: ConversationId | null;
  /** The list of conversations was loaded, or could not be and `sync` will bring it. */
  ready: boolean;
  /** Who looks. */
  me: UserId | null;
}

export interface MessagesRoot {
  messages: MessagesState;
  session: SessionState;
}

export interface Gone {
  id: ConversationId;
  kind: Chat["kind"];
  title: string | null;
}

const STRANGERS_MOST = 100;
const GONE_MOST = 20;
const initialState: MessagesState = {
  chats: {},
  strangers: [],
  asking: [],
  gone: [],
  open: null,
  ready: false,
  me: null,
};

/** A message of this user is on the server's disk: the acknowledgement says so, whether or not the event comes too. */
export const messageSent = createAction<Message>("messages/sent");
/** One answer to `sync`. */
export const synced = createAction<Synced>("messages/synced");

/**
 * Of many who reacted alike the server names the first ones to everybody, whether or not this user is one of them: what they
 * did themselves is kept as it was known.
 */
function withOwn(known: Message | undefined, message: Message, me: UserId | null): Message {
  if (me === null || !known?.reactions || !message.reactions) return message;
  const reactions = message.reactions.map((it) => {
    if (it.count <= it.userIds.length || it.userIds.includes(me)) return it;
    const own = known.reactions?.some(({ emoji, userIds }) => emoji === it.emoji && userIds.includes(me));
    return own ? { ...it, userIds: [...it.userIds, me] } : it;
  });
  return { ...message, reactions };
}

function take(state: MessagesState, message: Message) {
  const chat = state.chats[message.conversationId];
  if (chat) {
    applyMessage(chat, withOwn(chat.messages[message.sequence], message, state.me));
    if (state.open !== chat.id) trim(chat, KEPT_WHEN_CLOSED);
  } else doubt(state, message.conversationId);
}

/** Only `sync` knows about it. */
function doubt(state: MessagesState, id: ConversationId) {
  if (!state.strangers.includes(id) && state.strangers.length < STRANGERS_MOST) state.strangers.push(id);
}

const slice = createSlice({
  name: "messages",
  initialState,
  reducers: {
    conversationsLoaded(state, action: PayloadAction<ConversationSummary[]>) {
      for (const summary of action.payload) meet(state, summary);
    },
    /** What this browser kept. What is known already is newer. */
    cacheLoaded(state, action: PayloadAction<Chat[]>) {
      for (const chat of action.payload) state.chats[chat.id] ??= chat;
    },
    conversationsReady(state) {
      state.ready = true;
    },
    pageLoaded(
      state,
      action: PayloadAction<{ conversationId: ConversationId; asked: Asked; page: Messages }>,
    ) {
      const { conversationId, asked, page } = action.payload;
      const chat = state.chats[conversationId];
      if (chat) applyPage(chat, page, asked);
    },
    /** Somebody who stays at the end for long sees one message after the other. */
    windowGrew(state, action: PayloadAction<ConversationId>) {
      const chat = state.chats[action.payload];
      if (chat) trim(chat, WINDOW_MOST);
    },
    quoteLoaded(
      state,
      action: PayloadAction<{ conversationId: ConversationId; asked: Asked; message: Message }>,
    ) {
      const { conversationId, asked, message } = action.payload;
      const chat = state.chats[conversationId];
      if (chat) applyQuote(chat, message, asked);
    },
    /** An acknowledgement told of a change: if it does not come on its own, `sync` will bring it. */
    changeHeard(state, action: PayloadAction<{ conversationId: ConversationId; version: number }>) {
      const chat = state.chats[action.payload.conversationId];
      if (chat) chat.heard = Math.max(chat.heard, action.payload.version);
    },
    syncAsked(state) {
      state.asking = [...new Set([...state.asking, ...state.strangers])];
      state.strangers = [];
    },
    syncFinished(state) {
      state.asking = [];
      state.ready = true;
      for (const chat of Object.values(state.chats)) trustSync(chat);
    },
    opened(state, action: PayloadAction<ConversationId>) {
      state.open = action.payload;
    },
    closed(state, action: PayloadAction<ConversationId>) {
      const chat = state.chats[action.payload];
      if (chat) leave(chat, KEPT_WHEN_CLOSED);
      if (state.open === action.payload) state.open = null;
    },
    /** The answer to a change of one's own: the event of it may not come. */
    settingsSaved(
      state,
      action: PayloadAction<{ conversationId: ConversationId; settings: ConversationSettings }>,
    ) {
      const chat = state.chats[action.payload.conversationId];
      if (chat) applySettings(chat, action.payload.settings);
    },
    marksMoved(
      state,
      action: PayloadAction<{
        conversationId: ConversationId;
        userId: UserId;
        delivered: number;
        read: number;
      }>,
    ) {
      const { conversationId, userId, delivered, read } = action.payload;
      const chat = state.chats[conversationId];
      if (chat) growMarks(chat, userId, delivered, read);
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.RecievedMsg, (state, { payload }) => take(state, payload))
      .addCase(server.msgUpdated, (state, { payload }) => take(state, payload))
      .addCase(messageSent, (state, { payload }) => take(state, payload))
      .addCase(server.conversationUpdated, (state, { payload }) => {
        // Nodes may reorder: what is heard of for the first time may be over already, and its end was heard before or lost.
        if (!state.chats[payload.id]) doubt(state, payload.id);
        meet(state, payload);
      })
      .addCase(server.conversationRemoved, (state, { payload: { conversationId } }) => {
        // Nodes may reorder: whoever was removed and came back at once asks which of the two was last.
        if (state.chats[conversationId]) doubt(state, conversationId);
        forget(state, conversationId);
      })
      .addCase(server.receiptUpdated, (state, { payload }) => {
        const chat = state.chats[payload.conversationId];
        if (chat) growMarks(chat, payload.userId, payload.delivered, payload.read);
      })
      .addCase(server.userUpdated, (state, { payload: { user } }) => {
        for (const chat of Object.values(state.chats)) rename(chat, user);
      })
      .addCase(server.settingsUpdated, (state, { payload }) => {
        const chat = state.chats[payload.conversationId];
        if (chat) applySettings(chat, payload.settings);
      })
      .addCase(synced, (state, { payload }) => {
        for (const id of payload.removed) forget(state, id);
        for (const conversation of payload.conversations) {
          let chat = state.chats[conversation.id];
          if (!chat) {
            chat = chatFrom({ ...conversation, version: 0, lastSequence: 0, lastMessage: null });
            enter(state, chat);
            chat = state.chats[conversation.id] as Chat;
          }
          applySynced(chat, conversation);
          if (state.open !== chat.id) trim(chat, KEPT_WHEN_CLOSED);
        }
      })
      .addMatcher(accountChanged, (_state, action) => ({
        ...initialState,
        me: signedIn.match(action) ? action.payload.id : null,
      }));
  },
});

function meet(state: MessagesState, summary: ConversationSummary) {
  const chat = state.chats[summary.id];
  if (chat) applySummary(chat, summary);
  else {
    enter(state, chatFrom(summary));
  }
}

function enter(state: MessagesState, chat: Chat) {
  state.chats[chat.id] = chat;
  state.gone = state.gone.filter(({ id }) => id !== chat.id);
}

function forget(state: MessagesState, id: ConversationId) {
  const chat = state.chats[id];
  if (!chat) return;
  state.gone = [...state.gone, { id, kind: chat.kind, title: chat.title }].slice(-GONE_MOST);
  delete state.chats[id];
  if (state.open === id) state.open = null;
}

export const {
  cacheLoaded,
  conversationsLoaded,
  conversationsReady,
  pageLoaded,
  windowGrew,
  quoteLoaded,
  changeHeard,
  syncAsked,
  syncFinished,
  opened,
  closed,
  marksMoved,
  settingsSaved,
} = slice.actions;
export const messagesReducer = slice.reducer;

type Root = MessagesRoot;

export const selectChats = (state: Root) => state.messages.chats;
export const selectChat = (state: Root, id: ConversationId | null) =>
  id === null ? undefined : state.messages.chats[id];
/** A conversation that this user was in until a moment ago. */
export const selectGone = (state: Root, id: ConversationId | null): Gone | undefined =>
  state.messages.gone.find((gone) => gone.id === id);
export const selectReady = (state: Root) => state.messages.ready;

/** The direct conversation with somebody, if there is one already. */
export function selectDirectWith(state: Root, userId: UserId | null): Chat | undefined {
  if (userId === null) return undefined;
  const me = selectMe(state)?.id;
  return Object.values(state.messages.chats).find((chat) => peerOf(chat, me)?.userId === userId);
}

/** Something is missing somewhere, and for how urgent it is: "now" when waiting cannot help. */
export const selectMissing = createSelector(
  [
    (state: Root) => state.messages.chats,
    (state: Root) => state.messages.strangers.length + state.messages.asking.length,
  ],
  (chats, strangers): "nothing" | "soon" | "now" => {
    if (strangers > 0) return "now";
    const holes = Object.values(chats).filter(hasHole);
    if (holes.length === 0) return "nothing";
    return holes.some((chat) => chat.held.length >= 20) ? "now" : "soon";
  },
);

/** The other person of a direct conversation. */
export function peerOf(chat: Chat, me: UserId | undefined) {
  return chat.kind === "direct" ? chat.members.find((member) => member.userId !== me) : undefined;
}

export function titleOf(chat: Chat, me: UserId | undefined): string {
  return chat.title ?? peerOf(chat, me)?.displayName ?? t("chats.untitled");
}

/** How the sender names a conversation that may not exist yet: a direct one by the other person. */
export function keyOf(chat: Chat, me: UserId | undefined): string {
  const peer = peerOf(chat, me);
  return peer ? `user:${peer.userId}` : `conversation:${chat.id}`;
}

/** The latest message that this user wrote and may still edit, among those that are loaded. */
export function lastOwn(chat: Chat, me: UserId): Message | undefined {
  return windowOf(chat).findLast(
    (it) => it.fromUserId === me && it.kind === "text" && it.deletedAt === undefined,
  );
}

/** What is known of the message at a place of a conversation. */
export const messageAt = (chat: Chat, sequence: Sequence): Message | undefined =>
  chat.messages[sequence] ?? chat.quotes[sequence];

/** How far a member has read, by the marks that the server knows. */
export function readBy(chat: Chat, userId: UserId | undefined): number {
  return chat.members.find((member) => member.userId === userId)?.read ?? 0;
}

/** Where a page of history is: at a place, or at the end. */
export type Place = Omit<Asked, "version">;

/** A page that changed while it was on its way is asked for once more, but not for ever. */
const ATTEMPTS_MOST = 5;

function messagesPath(conversationId: ConversationId, place: Place, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, sequence] of Object.entries(place)) query.set(name, String(sequence));
  return `/conversations/${conversationId}/messages?${query}`;
}

/** Loads a page of history. `wanted` is asked when it has come: whoever asked may want something else by then. */
export function loadPage(
  conversationId: ConversationId,
  place: Place,
  wanted: () => boolean = () => true,
): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    for (let attempt = 0; attempt < ATTEMPTS_MOST; attempt += 1) {
      const asked = { ...place, version: selectChat(getState(), conversationId)?.version ?? 0 };
      const page = await http.get<Messages>(messagesPath(conversationId, place, LIMITS.pageDefault));
      const chat = selectChat(getState(), conversationId);
      if (!chat || !wanted()) return;
      if (isStale(chat, asked)) continue;
      dispatch(pageLoaded({ conversationId, asked, page }));
      return;
    }
    throw new RequestFailure("unavailable");
  };
}

/** Loads a message that is quoted and not in the window. */
export function loadQuote(conversationId: ConversationId, sequence: Sequence): Thunk<Root, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    const version = selectChat(getState(), conversationId)?.version ?? 0;
    const place = { around: sequence };
    const { messages } = await http.get<Messages>(messagesPath(conversationId, place, 1));
    const message = messages.find((it) => it.sequence === sequence);
    if (message) dispatch(quoteLoaded({ conversationId, asked: { ...place, version }, message }));
  };
}
