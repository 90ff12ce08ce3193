//! What is being written, for each conversation: a draft, perhaps in answer to a message, both kept over a reload; or another
//! text for a message that is there already, while the draft waits.
import { createSlice, type Middleware, type PayloadAction } from "@reduxjs/toolkit";
import type { Message } from "~/contract";
import { accountChanged, type SessionState, selectMe, signedIn } from "~/features/session/slice";
import { type Answered, type Database, type DraftRow, draftId } from "~/storage/database";
import { signedOutElsewhere } from "~/storage/remembered";

export interface Edit {
  message: Message;
  text: string;
}

export interface ComposerState {
  drafts: Record<string, string>;
  replies: Record<string, Answered>;
  edits: Record<string, Edit>;
}

export interface ComposerRoot {
  composer: ComposerState;
  session: SessionState;
}

const initialState: ComposerState = { drafts: {}, replies: {}, edits: {} };
const SAVE_AFTER_MS = 400;

const slice = createSlice({
  name: "composer",
  initialState,
  reducers: {
    draftChanged(state, action: PayloadAction<{ key: string; text: string }>) {
      const { key, text } = action.payload;
      if (text === "") delete state.drafts[key];
      else state.drafts[key] = text;
    },
    draftsLoaded(state, action: PayloadAction<DraftRow[]>) {
      for (const { key, text, reply } of action.payload) {
        // What is being typed now is newer than what was stored.
        if (key in state.drafts || key in state.replies) continue;
        if (text !== "") state.drafts[key] = text;
        if (reply) state.replies[key] = reply;
      }
    },
    replyStarted(state, action: PayloadAction<{ key: string; to: Answered }>) {
      const { key, to } = action.payload;
      state.replies[key] = to;
      delete state.edits[key];
    },
    replyEnded(state, action: PayloadAction<{ key: string }>) {
      delete state.replies[action.payload.key];
    },
    /** `text` where it is not the message's own: an edit that was refused is taken up again. */
    editStarted(state, action: PayloadAction<{ key: string; message: Message; text?: string }>) {
      const { key, message, text = message.msg } = action.payload;
      state.edits[key] = { message, text };
    },
    editChanged(state, action: PayloadAction<{ key: string; text: string }>) {
      const edit = state.edits[action.payload.key];
      if (edit) edit.text = action.payload.text;
    },
    editEnded(state, action: PayloadAction<{ key: string }>) {
      delete state.edits[action.payload.key];
    },
  },
  extraReducers: (builder) => {
    builder.addMatcher(accountChanged, () => initialState);
  },
});

export const { draftChanged, draftsLoaded, replyStarted, replyEnded, editStarted, editChanged, editEnded } =
  slice.actions;
export const composerReducer = slice.reducer;
export const selectDraft = (state: ComposerRoot, key: string) => state.composer.drafts[key] ?? "";
export const selectReply = (state: ComposerRoot, key: string) => state.composer.replies[key];
export const selectEdit = (state: ComposerRoot, key: string) => state.composer.edits[key];

/** Stores drafts a moment after the last key, and loads them when somebody signs in. */
export function createDraftsMiddleware(database: Database): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => ComposerRoot;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();

    function save(userId: string, key: string) {
      timers.delete(key);
      // Whoever signed out meanwhile wants nothing to be left here.
      if (selectMe(read())?.id !== userId || signedOutElsewhere(userId)) return;
      const text = selectDraft(read(), key);
      const reply = selectReply(read(), key);
      const id = draftId({ userId, key });
      const stored: PromiseLike<unknown> =
        text === "" && !reply
          ? database.drafts.delete(id)
          : database.drafts.put({ id, userId, key, text, reply });
      // Without storage the draft lives as long as the page.
      stored.then(undefined, () => {});
    }

    return (next) => (action) => {
      const result = next(action);
      const userId = selectMe(read())?.id;
      if (signedIn.match(action)) {
        const of = action.payload.id;
        database
          .draftsOf(of)
          .then((rows) => selectMe(read())?.id === of && dispatch(draftsLoaded(rows)))
          .catch(() => {});
      }
      const changed = draftChanged.match(action) || replyStarted.match(action) || replyEnded.match(action);
      if (changed && userId) {
        const { key } = action.payload;
        clearTimeout(timers.get(key));
        timers.set(
          key,
          setTimeout(() => save(userId, key), SAVE_AFTER_MS),
        );
      }
      return result;
    };
  };
}
