//! What this user is to be told of. This file is what other features may use.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type {
  ConversationId,
  ConversationSettings,
  Message,
  Messages,
  Sequence,
  UpdateSettings,
  UserId,
} from "~/contract";
import { LIMITS } from "~/contract";
import {
  type Chat,
  cacheLoaded,
  type MessagesRoot,
  pageLoaded,
  selectChat,
  selectChats,
  settingsSaved,
  synced,
} from "~/features/messages/slice";
import { type ReceiptsRoot, selectUnread } from "~/features/receipts/slice";
import { accountChanged, selectMe, signedIn } from "~/features/session/slice";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";
import { notificationsOn } from "./browser";
import { isQuiet } from "./policy";
import { subscribe, unsubscribe } from "./push";

export interface NotificationsState {
  /** Something has come that would have been told of: a moment in which one understands what the question is about. */
  heard: boolean;
  /** Passes, so that a mute that ends is seen to end. */
  now: number;
  /** Where this user is named, the latest last, whether or not the messages are still loaded. */
  named: Record<ConversationId, Sequence[]>;
  /** Who this user is. */
  me: UserId | null;
}

export type NotificationsRoot = ReceiptsRoot & { notifications: NotificationsState };

const initialState = (me: UserId | null = null): NotificationsState => ({
  heard: false,
  now: Date.now(),
  named: {},
  me,
});

/** More than this is shown as 99+. */
const NAMED_MOST = 100;

function note(
  state: NotificationsState,
  { conversationId, sequence, fromUserId, deletedAt, mentions }: Message,
) {
  const { named, me } = state;
  const known = named[conversationId] ?? [];
  const names =
    me !== null && fromUserId !== me && deletedAt === undefined && mentions?.includes(me) === true;
  if (names === known.includes(sequence)) return;
  const others = known.filter((it) => it !== sequence);
  named[conversationId] = names ? [...others, sequence].sort((a, b) => a - b).slice(-NAMED_MOST) : others;
}

const slice = createSlice({
  name: "notifications",
  initialState: initialState(),
  reducers: {
    /** Messages that were only looked through for this user's name. */
    searched(state, { payload }: PayloadAction<Message[]>) {
      for (const message of payload) note(state, message);
    },
    heard(state) {
      state.heard = true;
    },
    timePassed(state, { payload }: PayloadAction<number>) {
      state.now = payload;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.settingsUpdated, (state) => {
        state.now = Date.now();
      })
      .addCase(settingsSaved, (state) => {
        state.now = Date.now();
      })
      .addCase(server.RecievedMsg, (state, { payload }) => note(state, payload))
      .addCase(server.msgUpdated, (state, { payload }) => note(state, payload))
      .addCase(pageLoaded, (state, { payload: { page } }) => {
        for (const message of page.messages) note(state, message);
      })
      .addCase(cacheLoaded, (state, { payload }) => {
        for (const { messages } of payload)
          for (const message of Object.values(messages)) note(state, message);
      })
      .addCase(synced, (state, { payload: { conversations, removed } }) => {
        for (const id of removed) delete state.named[id];
        for (const { messages } of conversations) for (const message of messages) note(state, message);
      })
      .addMatcher(accountChanged, (_state, action) =>
        initialState(signedIn.match(action) ? action.payload.id : null),
      );
  },
});

const { searched } = slice.actions;
export const { heard, timePassed } = slice.actions;
export const notificationsReducer = slice.reducer;
export const selectHeard = (state: NotificationsRoot) => state.notifications.heard;
export const selectQuiet = (state: NotificationsRoot, chat: Chat) =>
  isQuiet(chat.settings, new Date(state.notifications.now));

/**
 * What stands in the title and on the icon. Quiet conversations do not count, and where only mentions notify only those
 * messages that mention this user.
 */
export function selectTotal(state: NotificationsRoot): number {
  const at = new Date(state.notifications.now);
  return Object.values(selectChats(state)).reduce((sum, chat) => {
    if (isQuiet(chat.settings, at)) return sum;
    const unread = selectUnread(state, chat);
    if (chat.settings.notify === "all" || unread === 0) return sum + unread;
    const read = chat.lastSequence - unread;
    const named = state.notifications.named[chat.id] ?? [];
    return sum + named.filter((sequence) => sequence > read).length;
  }, 0);
}

/** Pages of unread messages that are looked through for this user's name. */
const PAGES_SEARCHED = 10;

/** Looks for this user's name in what is unread there, from the end on: most of it is not loaded, and need not be. */
export function findMentions(id: ConversationId): Thunk<NotificationsRoot, Promise<void>> {
  return async (dispatch, getState, { http }) => {
    let before: Sequence | undefined;
    for (let page = 0; page < PAGES_SEARCHED; page += 1) {
      const query = new URLSearchParams({ limit: String(LIMITS.pageMax) });
      if (before !== undefined) query.set("before", String(before));
      const { messages } = await http.get<Messages>(
        `/conversations/${encodeURIComponent(id)}/messages?${query}`,
      );
      dispatch(searched(messages));
      const chat = selectChat(getState(), id);
      before = messages[0]?.sequence;
      if (!chat || before === undefined || before <= chat.lastSequence - selectUnread(getState(), chat) + 1)
        return;
    }
  };
}

/** Changes what notifies here, on all of this user's devices. */
export function setNotifying(chat: Chat, change: UpdateSettings): Thunk<MessagesRoot, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    const path = `/conversations/${encodeURIComponent(chat.id)}/settings`;
    const settings = await http.patch<ConversationSettings>(path, change);
    dispatch(settingsSaved({ conversationId: chat.id, settings }));
  };
}

/** Has this browser told while no page is open, where it can and the person wants it: whether it is. */
export function beTold(): Thunk<NotificationsRoot, Promise<boolean>> {
  return async (_dispatch, getState, { http }) => {
    const device = selectMe(getState())?.deviceId;
    return device !== undefined && notificationsOn() && subscribe(http, device);
  };
}

/** Ends that. */
export function beLeftAlone(): Thunk<NotificationsRoot, Promise<void>> {
  return async (_dispatch, _getState, { http }) => {
    await unsubscribe();
    await http.delete("/push/subscriptions").catch(() => {});
  };
}

export { notificationsOn, permission, soundOn, turnOn } from "./browser";
