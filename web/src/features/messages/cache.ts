//! What the browser keeps of the conversations: the end of each, so that a reload shows them at once and they can be read without a
//! network. `sync` brings what is newer. Nothing of it outlives the session.
import type { Middleware } from "@reduxjs/toolkit";
import { type SessionState, selectMe } from "~/features/session/slice";
import type { Thunk } from "~/services";
import type { Database } from "~/storage/database";
import { rememberMe } from "~/storage/remembered";
import { type Chat, toCache } from "./chat";
import { cacheLoaded, type MessagesRoot, selectChats } from "./slice";

/** Conversations that are kept, the latest ones: with their messages some megabytes. */
export const CHATS_MOST = 200;
const SAVE_AFTER_MS = 1_000;
/** A storage that does not answer must not keep anybody from their messages. */
const PATIENCE_MS = 1_500;

/** What one build keeps another one may not understand: the name of a built file changes with everything that is in it. */
const BUILD = new URL(import.meta.url).pathname;

/** Takes up what an earlier page kept. */
export function loadCache(): Thunk<MessagesRoot, Promise<void>> {
  return async (dispatch, getState, { database }) => {
    const userId = selectMe(getState())?.id;
    if (userId === undefined) return;
    const patience = new Promise<Chat[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []));
    const kept = database.chatsOf<Chat>(userId, BUILD).catch(() => []);
    const chats = await Promise.race([kept, patience]);
    if (selectMe(getState())?.id === userId) dispatch(cacheLoaded(chats));
  };
}

const lastAt = (chat: Chat) => chat.lastMessage?.timestamp ?? "";

export function createCacheMiddleware(database: Database): Middleware {
  return ({ getState }) => {
    const read = getState as () => MessagesRoot & { session: SessionState };
    let timer: ReturnType<typeof setTimeout> | undefined;
    /** Each conversation as it was when it was last written. */
    let written = new Map<string, Chat>();

    function save() {
      timer = undefined;
      const userId = selectMe(read())?.id;
      if (userId === undefined) return;
      const chats = Object.values(selectChats(read()))
        .sort((a, b) => lastAt(b).localeCompare(lastAt(a)))
        .slice(0, CHATS_MOST);
      const changed = chats.filter((chat) => written.get(chat.id) !== chat);
      const now = new Map(chats.map((chat) => [chat.id, chat]));
      const dropped = [...written.keys()].filter((id) => !now.has(id));
      written = now;
      if (changed.length === 0 && dropped.length === 0) return;
      const kept = changed.map((chat) => ({ id: chat.id, content: toCache(chat) }));
      // Without storage every page begins with the server's answer.
      database.keepChats(userId, BUILD, kept, dropped).catch(() => {});
    }

    return (next) => (action) => {
      const before = read();
      const result = next(action);
      const after = read();
      const [was, is] = [selectMe(before), selectMe(after)];
      if (was !== is) rememberMe(is);
      if (was && was.id !== is?.id) {
        clearTimeout(timer);
        timer = undefined;
        written = new Map();
        // What was not sent yet may wait for the same person: whoever signs out forgets that as well.
        database.forgetChats(was.id).catch(() => {});
      } else if (is && timer === undefined && selectChats(before) !== selectChats(after)) {
        timer = setTimeout(save, SAVE_AFTER_MS);
      }
      return result;
    };
  };
}
