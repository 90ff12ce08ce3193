//! How far this user has read here, before the server knows it. The server's marks are in the messages slice; what is
//! wanted here is sent by marks.ts until the server has acknowledged it.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { ConversationId, Sequence } from "~/contract";
import { sentenceOf } from "~/failure";
import { type ChangesRoot, troubled } from "~/features/changes/slice";
import { type Chat, closed, type MessagesRoot, readBy } from "~/features/messages/slice";
import { accountChanged, selectMe } from "~/features/session/slice";
import type { Thunk } from "~/services";

export interface ReceiptsState {
  read: Record<ConversationId, Sequence>;
  /** How far was read again of what this user had marked unread: the server is told, and the mark goes. */
  again: Record<ConversationId, Sequence>;
  /** Marked unread while it was open: what one looks at counts as read when it has been left and opened again. */
  held: ConversationId[];
}

export interface ReceiptsRoot extends MessagesRoot {
  receipts: ReceiptsState;
}

const initialState: ReceiptsState = { read: {}, again: {}, held: [] };

const slice = createSlice({
  name: "receipts",
  initialState,
  reducers: {
    /** A message was in front of the user's eyes: the tab was looked at and the message was on the screen. */
    seen(
      state,
      action: PayloadAction<{
        conversationId: ConversationId;
        sequence: Sequence;
        unreadFrom: Sequence | null;
      }>,
    ) {
      const { conversationId, sequence, unreadFrom } = action.payload;
      if (state.held.includes(conversationId)) return;
      if (unreadFrom !== null && sequence >= unreadFrom)
        state.again[conversationId] = Math.max(state.again[conversationId] ?? 0, sequence);
      if (sequence > (state.read[conversationId] ?? 0)) state.read[conversationId] = sequence;
    },
    /** The server has taken the mark away. */
    readAgain(state, action: PayloadAction<ConversationId>) {
      delete state.again[action.payload];
    },
    heldUnread(state, action: PayloadAction<ConversationId>) {
      delete state.again[action.payload];
      if (!state.held.includes(action.payload)) state.held.push(action.payload);
    },
    released(state, action: PayloadAction<ConversationId>) {
      state.held = state.held.filter((id) => id !== action.payload);
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(closed, (state, { payload }) => {
        state.held = state.held.filter((id) => id !== payload);
      })
      .addMatcher(accountChanged, () => initialState);
  },
});

export const { seen, readAgain } = slice.actions;
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

/** Marks a message and what follows it as unread, on all devices. */
export function markUnread(
  conversationId: ConversationId,
  sequence: Sequence,
): Thunk<ReceiptsRoot & ChangesRoot, Promise<boolean>> {
  return async (dispatch, _getState, { request }) => {
    dispatch(slice.actions.heldUnread(conversationId));
    try {
      await request("markUnread", { conversationId, sequence });
      return true;
    } catch (error) {
      dispatch(slice.actions.released(conversationId));
      dispatch(troubled({ conversationId, kind: "unread", sentence: sentenceOf(error) }));
      return false;
    }
  };
}
