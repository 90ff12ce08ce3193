//! Who is writing, in which conversation. It is told again while it lasts, and over when nothing was heard for a moment.
import { createAction, createSelector, createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { ConversationId, IsTyping, UserId } from "~/contract";
import { accountChanged } from "~/features/session/slice";
import { disconnected, server, wentOffline } from "~/socket/actions";

type Typist = Pick<IsTyping, "userId" | "name">;

export interface TypingState {
  /** In the order in which they began. */
  typists: Record<ConversationId, Typist[]>;
}

interface Root {
  typing: TypingState;
}

const initialState: TypingState = { typists: {} };

/** This user turned to something else: what is half written is not being written. */
export const paused = createAction<string>("typing/paused");

function end(state: TypingState, conversationId: ConversationId, userId: UserId) {
  const left = state.typists[conversationId]?.filter((typist) => typist.userId !== userId) ?? [];
  if (left.length > 0) state.typists[conversationId] = left;
  else delete state.typists[conversationId];
}

const slice = createSlice({
  name: "typing",
  initialState,
  reducers: {
    lapsed(state, { payload }: PayloadAction<Pick<IsTyping, "conversationId" | "userId">>) {
      end(state, payload.conversationId, payload.userId);
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.typing, (state, { payload: { conversationId, userId, name, isTyping } }) => {
        if (!isTyping) return end(state, conversationId, userId);
        const typists = state.typists[conversationId] ?? [];
        if (typists.some((typist) => typist.userId === userId)) return;
        state.typists[conversationId] = [...typists, { userId, name }];
      })
      // Whoever has sent it has written it.
      .addCase(server.RecievedMsg, (state, { payload }) =>
        end(state, payload.conversationId, payload.fromUserId),
      )
      .addCase(server.conversationRemoved, (state, { payload }) => {
        delete state.typists[payload.conversationId];
      })
      .addCase(disconnected, () => initialState)
      .addCase(wentOffline, () => initialState)
      .addMatcher(accountChanged, () => initialState);
  },
});

export const { lapsed } = slice.actions;
export const typingReducer = slice.reducer;

const nobody: Typist[] = [];
const selectTypists = (state: Root, id: ConversationId) => state.typing.typists[id] ?? nobody;
/** The names of those who write there; the first two matter, the others are counted. */
export const selectTyping = createSelector([selectTypists], (typists) => typists.map(({ name }) => name));
