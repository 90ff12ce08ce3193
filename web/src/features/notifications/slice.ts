//! What this user is to be told of. This file is what other features may use.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { ConversationSettings, UpdateSettings } from "~/contract";
import { type Chat, type MessagesRoot, selectChats, settingsSaved } from "~/features/messages/slice";
import { type ReceiptsRoot, readHere, selectUnread } from "~/features/receipts/slice";
import { accountChanged, selectMe } from "~/features/session/slice";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";
import { isQuiet, isWorthTelling } from "./policy";

export interface NotificationsState {
  /** Something has come that would have been told of: a moment in which one understands what the question is about. */
  heard: boolean;
  /** Passes, so that a mute that ends is seen to end. */
  now: number;
}

export type NotificationsRoot = ReceiptsRoot & { notifications: NotificationsState };

const initialState: NotificationsState = { heard: false, now: Date.now() };

const slice = createSlice({
  name: "notifications",
  initialState,
  reducers: {
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
      .addMatcher(accountChanged, () => ({ ...initialState, now: Date.now() }));
  },
});

export const { heard, timePassed } = slice.actions;
export const notificationsReducer = slice.reducer;
export const selectHeard = (state: NotificationsRoot) => state.notifications.heard;
export const selectQuiet = (state: NotificationsRoot, chat: Chat) =>
  isQuiet(chat.settings, new Date(state.notifications.now));

/**
 * What stands in the title and on the icon. Quiet conversations do not count, and where only mentions notify only those
 * messages that mention this user, as far as they are loaded.
 */
export function selectTotal(state: NotificationsRoot): number {
  const me = selectMe(state)?.id;
  const at = new Date(state.notifications.now);
  return Object.values(selectChats(state)).reduce((sum, chat) => {
    if (isQuiet(chat.settings, at)) return sum;
    const unread = selectUnread(state, chat);
    if (chat.settings.notify === "all" || unread === 0) return sum + unread;
    const read = readHere(state, chat);
    const mentions = Object.values(chat.messages).filter(
      (message) => message.sequence > read && isWorthTelling(message, chat.settings, me, at),
    );
    return sum + mentions.length;
  }, 0);
}

/** Changes what notifies here, on all of this user's devices. */
export function setNotifying(chat: Chat, change: UpdateSettings): Thunk<MessagesRoot, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    const path = `/conversations/${encodeURIComponent(chat.id)}/settings`;
    const settings = await http.patch<ConversationSettings>(path, change);
    dispatch(settingsSaved({ conversationId: chat.id, settings }));
  };
}

export { notificationsOn, permission, soundOn, turnOn } from "./browser";
