//! How far this user has read here, before the server knows it. The server's marks are in the messages slice; what is
//! wanted here is sent by marks.ts until the server has acknowledged it.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { ConversationId, Sequence } from "~/contract";
import { type Chat, type MessagesRoot, readBy } from "~/features/messages/slice";
import { selectMe, signedIn, signedOut } from "~/features/session/slice";
import { server, sessionRefused } from "~/socket/actions";

export interface ReceiptsState {
  read: Record<ConversationId, Sequence>;
}

export interface ReceiptsRoot extends MessagesRoot {
  receipts: ReceiptsState;
}

const initialState: ReceiptsState = { read: {} };

const slice = createSlice({
  name: "receipts",
  initialState,
  reducers: {
    /** A message was in front of the user's eyes: the tab was looked at and the message was on the screen. */
    seen(state, action: PayloadAction<{ conversationId: ConversationId; sequence: Sequence }>) {
      const { conversationId, sequence } = action.payload;
      if (sequence > (state.read[conversationId] ?? 0)) state.read[conversationId] = sequence;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(signedOut, () => initialState)
      .addCase(signedIn, () => initialState)
      .addCase(sessionRefused, () => initialState)
      .addCase(server.sessionEnded, () => initialState);
  },
});

export const { seen } = slice.actions;
export const receiptsReducer = slice.reducer;

/** How far this user has read, counting what the server was not told yet. */
export function readHere(state: ReceiptsRoot, chat: Chat): Sequence {
  return Math.max(readBy(chat, selectMe(state)?.id), state.receipts.read[chat.id] ?? 0);
}

/** Unread is derived, and cannot drift: from how far this user has read, or from where they marked something unread. */
export function selectUnread(state: ReceiptsRoot, chat: Chat): number {
  const from = (chat.settings.unreadFrom ?? Number.POSITIVE_INFINITY) - 1;
  return Math.max(0, chat.lastSequence - Math.min(readHere(state, chat), from));
}
