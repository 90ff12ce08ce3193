//! Edits, deletions, reactions and previews taken away, on their way. They are shown at once, over the message as the server knows it; what the
//! server refuses goes away again, and the page says why.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { ConversationId, Message, MessageId, Sequence, UserId, Version } from "~/contract";
import { sentenceOf } from "~/failure";
import { changeHeard, type MessagesRoot, selectChat, synced } from "~/features/messages/slice";
import { accountChanged, selectMe } from "~/features/session/slice";
import { randomId } from "~/random-id";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";

type Wanted =
  | { kind: "edit"; msg: string }
  | { kind: "delete" }
  | { kind: "preview" }
  | { kind: "react"; emoji: string; on: boolean };

export type Change = Wanted & {
  id: string;
  conversationId: ConversationId;
  messageId: MessageId;
  sequence: Sequence;
  /** When, by this machine's clock. */
  at: string;
  by: UserId;
  /** The server has done it, with this version of the message. */
  version: Version | null;
};

/** What could not be done, until it is read. */
export interface Trouble {
  conversationId: ConversationId;
  kind: Change["kind"] | "unread";
  sentence: string;
}

export interface ChangesState {
  pending: Change[];
  trouble: Trouble | null;
}

export interface ChangesRoot extends MessagesRoot {
  changes: ChangesState;
}

const PENDING_MOST = 100;
const initialState: ChangesState = { pending: [], trouble: null };

/** A message as the server knows it now makes the changes superfluous that it has in it. */
function settle(state: ChangesState, message: Message) {
  if (state.pending.length === 0) return;
  state.pending = state.pending.filter(
    (it) => it.messageId !== message.id || it.version === null || it.version > message.version,
  );
}

const slice = createSlice({
  name: "changes",
  initialState,
  reducers: {
    wanted(state, action: PayloadAction<Change>) {
      state.pending.push(action.payload);
      state.trouble = null;
      if (state.pending.length > PENDING_MOST) state.pending.shift();
    },
    done(state, action: PayloadAction<{ id: string; version: Version; shown: boolean }>) {
      const { id, version, shown } = action.payload;
      const change = state.pending.find((it) => it.id === id);
      if (change) change.version = version;
      if (shown) state.pending = state.pending.filter((it) => it.id !== id);
    },
    refused(state, action: PayloadAction<{ id: string; trouble: Trouble }>) {
      state.pending = state.pending.filter((it) => it.id !== action.payload.id);
      state.trouble = action.payload.trouble;
    },
    troubled(state, action: PayloadAction<Trouble>) {
      state.trouble = action.payload;
    },
    troubleRead(state) {
      state.trouble = null;
    },
  },
  extraReducers: (builder) => {
    builder
      .addCase(server.msgUpdated, (state, { payload }) => settle(state, payload))
      .addCase(synced, (state, { payload }) => {
        for (const { messages } of payload.conversations) for (const it of messages) settle(state, it);
      })
      .addMatcher(accountChanged, () => initialState);
  },
});

export const { troubled, troubleRead } = slice.actions;
export const changesReducer = slice.reducer;

export const selectChanges = (state: ChangesRoot) => state.changes.pending;
export const selectTrouble = (state: ChangesRoot, conversationId: ConversationId) =>
  state.changes.trouble?.conversationId === conversationId ? state.changes.trouble : null;

/** The message with what is on its way to it. */
export function withChanges(message: Message, changes: readonly Change[]): Message {
  let shown = message;
  for (const change of changes) {
    const there = change.version !== null && change.version <= message.version;
    if (change.messageId === message.id && !there) shown = withChange(shown, change);
  }
  return shown;
}

function withChange(message: Message, change: Change): Message {
  if (message.deletedAt !== undefined) return message;
  if (change.kind === "edit") return { ...message, msg: change.msg, editedAt: change.at };
  if (change.kind === "react") return withReaction(message, change.emoji, change.by, change.on);
  if (change.kind === "preview") {
    const { preview: _, ...bare } = message;
    return bare;
  }
  const { reactions: _, mentions: __, preview: ___, ...bare } = message;
  return { ...bare, msg: "", deletedAt: change.at };
}

function withReaction(message: Message, emoji: string, by: UserId, on: boolean): Message {
  const reactions = (message.reactions ?? []).map((it) => {
    if (it.emoji !== emoji || it.userIds.includes(by) === on) return it;
    const userIds = on ? [...it.userIds, by] : it.userIds.filter((id) => id !== by);
    return { ...it, userIds, count: it.count + (on ? 1 : -1) };
  });
  if (on && !reactions.some((it) => it.emoji === emoji)) reactions.push({ emoji, count: 1, userIds: [by] });
  return { ...message, reactions: reactions.filter((it) => it.count > 0) };
}

/** Does one change. Answers whether the server has done it; if not, the page says why. */
function change(message: Message, what: Wanted): Thunk<ChangesRoot, Promise<boolean>> {
  return async (dispatch, getState, { request, now }) => {
    const by = selectMe(getState())?.id;
    if (by === undefined) return false;
    const { id: messageId, conversationId, sequence } = message;
    const id = randomId();
    const at = now().toISOString();
    dispatch(
      slice.actions.wanted({ ...what, id, conversationId, messageId, sequence, at, by, version: null }),
    );
    try {
      const { version } =
        what.kind === "edit"
          ? await request("editMsg", { messageId, msg: what.msg })
          : what.kind === "delete"
            ? await request("deleteMsg", { messageId })
            : what.kind === "preview"
              ? await request("removePreview", { messageId })
              : await request("reactMsg", { messageId, emoji: what.emoji, on: what.on });
      const shown = (selectChat(getState(), conversationId)?.version ?? 0) >= version;
      dispatch(slice.actions.done({ id, version, shown }));
      dispatch(changeHeard({ conversationId, version }));
      return true;
    } catch (error) {
      const trouble = { conversationId, kind: what.kind, sentence: sentenceOf(error) };
      dispatch(slice.actions.refused({ id, trouble }));
      return false;
    }
  };
}

export const editMessage = (message: Message, msg: string) => change(message, { kind: "edit", msg });
export const deleteMessage = (message: Message) => change(message, { kind: "delete" });
/** Takes the preview of its link from a message of one's own, for everybody and for good. */
export const removePreview = (message: Message) => change(message, { kind: "preview" });
export const react = (message: Message, emoji: string, on: boolean) =>
  change(message, { kind: "react", emoji, on });
