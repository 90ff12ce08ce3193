//! Drafts: what was typed and not sent, one for each conversation, kept over a reload.
import { createSlice, type Middleware, type PayloadAction } from "@reduxjs/toolkit";
import { type SessionState, selectMe, signedIn, signedOut } from "~/features/session/slice";
import { server, sessionRefused } from "~/socket/actions";
import { type Database, type DraftRow, draftId } from "~/storage/database";

export interface ComposerState {
  drafts: Record<string, string>;
}

interface Root {
  composer: ComposerState;
  session: SessionState;
}

const initialState: ComposerState = { drafts: {} };
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
      // What is being typed now is newer than what was stored.
      for (const row of action.payload) state.drafts[row.key] ??= row.text;
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

export const { draftChanged, draftsLoaded } = slice.actions;
export const composerReducer = slice.reducer;
export const selectDraft = (state: Root, key: string) => state.composer.drafts[key] ?? "";

/** Stores drafts a moment after the last key, and loads them when somebody signs in. */
export function createDraftsMiddleware(database: Database): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => Root;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();

    function save(userId: string, key: string) {
      timers.delete(key);
      // Whoever signed out meanwhile wants nothing to be left here.
      if (selectMe(read())?.id !== userId) return;
      const text = selectDraft(read(), key);
      const id = draftId({ userId, key });
      const stored: PromiseLike<unknown> =
        text === "" ? database.drafts.delete(id) : database.drafts.put({ id, userId, key, text });
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
      if (draftChanged.match(action) && userId) {
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
