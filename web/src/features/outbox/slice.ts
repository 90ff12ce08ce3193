//! Messages on their way: what this user wrote and the server has not acknowledged. The table in IndexedDB is the truth,
//! shared by all tabs; this mirrors it, and bridges the moment between the acknowledgement and the message's arrival.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Attachment, ConversationId, Sequence } from "~/contract";
import { accountChanged, type SessionState, selectMe } from "~/features/session/slice";
import { randomId } from "~/random-id";
import type { Thunk } from "~/services";
import type { Answered, OutboxRow, Reason } from "~/storage/database";

export interface OutboxItem {
  /** `undefined` until it is stored. */
  order: number | undefined;
  tempId: string;
  key: string;
  msg: string;
  replyTo?: Answered | undefined;
  files?: Attachment[] | undefined;
  createdAt: string;
  state: "waiting" | "failed" | "sent";
  reason?: Reason | undefined;
  /** Where it went, once it is sent. */
  conversationId?: ConversationId;
  sequence?: Sequence;
}

export interface OutboxState {
  items: OutboxItem[];
  /** The server asked us to slow down: what is waiting goes later, by itself. */
  slowed: boolean;
}

export interface OutboxRoot {
  outbox: OutboxState;
  session: SessionState;
}

const initialState: OutboxState = { items: [], slowed: false };

const slice = createSlice({
  name: "outbox",
  initialState,
  reducers: {
    queued(state, action: PayloadAction<OutboxItem>) {
      state.items.push(action.payload);
    },
    /** The table as it is now. */
    mirrored(state, action: PayloadAction<OutboxRow[]>) {
      const stored = new Set(action.payload.map((row) => row.tempId));
      const kept = state.items.filter(
        (item) => !stored.has(item.tempId) && (item.state === "sent" || item.order === undefined),
      );
      const sent = state.items.filter((item) => item.state === "sent" && stored.has(item.tempId));
      const rows = action.payload.filter((row) => !sent.some((item) => item.tempId === row.tempId));
      state.items = [
        ...sent,
        ...rows.map(
          ({ order, tempId, key, msg, replyTo, files, createdAt, state: at, reason }): OutboxItem => {
            return { order, tempId, key, msg, replyTo, files, createdAt, state: at, reason };
          },
        ),
        ...kept,
      ].sort((a, b) => (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER));
    },
    slowedDown(state) {
      state.slowed = true;
    },
    acknowledged(
      state,
      action: PayloadAction<{ tempId: string; conversationId: ConversationId; sequence: Sequence }>,
    ) {
      const { tempId, conversationId, sequence } = action.payload;
      state.slowed = false;
      const item = state.items.find((candidate) => candidate.tempId === tempId);
      if (item) Object.assign(item, { state: "sent", conversationId, sequence });
    },
    failed(state, action: PayloadAction<{ tempId: string; reason: Reason }>) {
      const item = state.items.find((candidate) => candidate.tempId === action.payload.tempId);
      if (item) Object.assign(item, { state: "failed", reason: action.payload.reason });
    },
    /** The user gave it up, or the message itself is here now. */
    dropped(state, action: PayloadAction<string>) {
      state.items = state.items.filter((item) => item.tempId !== action.payload);
    },
  },
  extraReducers: (builder) => {
    builder.addMatcher(accountChanged, () => initialState);
  },
});

export const { queued, mirrored, slowedDown, acknowledged, failed, dropped } = slice.actions;
export const outboxReducer = slice.reducer;

export const selectOutbox = (state: OutboxRoot) => state.outbox.items;
export const selectSlowed = (state: OutboxRoot) =>
  state.outbox.slowed && state.outbox.items.some((item) => item.state === "waiting");
export const selectUnsent = (state: OutboxRoot) =>
  state.outbox.items.filter((item) => item.state !== "sent").length;

/** What the server would refuse without anybody seeing it: control characters and halves of characters. */
export function sendable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}

/** Writes a message, of words, files or both: it shows at once, and is sent as soon as it can be. */
export function send(
  key: string,
  text: string,
  replyTo?: Answered,
  files: Attachment[] = [],
): Thunk<OutboxRoot, Promise<void>> {
  return async (dispatch, getState, { database, now }) => {
    const userId = selectMe(getState())?.id;
    const msg = sendable(text);
    if (!userId || (msg === "" && files.length === 0)) return;
    const row = {
      tempId: randomId(),
      key,
      msg,
      replyTo,
      files: files.length > 0 ? files : undefined,
      createdAt: now().toISOString(),
      state: "waiting" as const,
    };
    dispatch(queued({ ...row, order: undefined }));
    try {
      await database.queue({ ...row, userId });
    } catch {
      dispatch(failed({ tempId: row.tempId, reason: { code: "unstored", message: "" } }));
    }
  };
}

/** Sends a failed message again, under the same name, as the latest of its conversation. */
export function retry(tempId: string): Thunk<OutboxRoot, Promise<void>> {
  return async (dispatch, getState, { database }) => {
    const userId = selectMe(getState())?.id;
    const item = selectOutbox(getState()).find((candidate) => candidate.tempId === tempId);
    if (!userId || !item) return;
    const { key, msg, replyTo, files, createdAt } = item;
    const again = { tempId, key, msg, replyTo, files, createdAt, state: "waiting" as const };
    dispatch(dropped(tempId));
    dispatch(queued({ ...again, order: undefined }));
    try {
      await database.requeue({ ...again, userId });
    } catch {
      dispatch(failed({ tempId, reason: { code: "unstored", message: "" } }));
    }
  };
}

export function discard(tempId: string): Thunk<OutboxRoot, Promise<void>> {
  return async (dispatch, getState, { database, http }) => {
    const userId = selectMe(getState())?.id;
    const item = selectOutbox(getState()).find((candidate) => candidate.tempId === tempId);
    dispatch(dropped(tempId));
    // They would go by themselves after a day. If the message was written after all, they are refused to go.
    for (const { id } of item?.files ?? []) http.delete(`/files/${id}`).catch(() => {});
    // Without storage it is nowhere else.
    if (userId) await database.discard({ userId, tempId }).catch(() => {});
  };
}
