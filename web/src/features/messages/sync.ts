//! When to ask the server for what was missed, and the asking itself. Delivery is never trusted: a hole in the versions, a
//! new connection, a tab that comes back and every five minutes all end here. One `sync` runs at a time.
import type { Middleware, UnknownAction } from "@reduxjs/toolkit";
import { createAction } from "@reduxjs/toolkit";
import type { Sync } from "~/contract";
import { LIMITS } from "~/contract";
import { RequestFailure } from "~/failure";
import { selectMe } from "~/features/session/slice";
import { connected, server } from "~/socket/actions";
import type { Connection } from "~/socket/connection";
import { sumOfMarks, wholeUpTo } from "./apply";
import { type MessagesRoot, selectChats, selectMissing, syncAsked, synced, syncFinished } from "./slice";

/** The tab was looked at again. */
export const returned = createAction("messages/returned");

/** Nodes may reorder: a missing change is waited for a moment before it is asked for. */
const PATIENCE_MS = 1_000;
const PATIENCE_MOST_MS = 30_000;
const RETRY_MS = 5_000;
const EVERY_MS = 5 * 60_000;
/** One answer holds 500 messages; a server that always says `more` must not keep us here for ever. */
const ROUNDS_MOST = 100;

export function whatWeKnow(state: MessagesRoot): Sync {
  const versions: Record<string, number> = {};
  const marks: Record<string, number> = {};
  const me = selectMe(state);
  const ownMarks = me?.privacy.receipts === false;
  for (const chat of Object.values(selectChats(state)).slice(0, LIMITS.syncVersions)) {
    versions[chat.id] = wholeUpTo(chat);
    marks[chat.id] = sumOfMarks(chat, me?.id, ownMarks);
  }
  return ownMarks ? { versions, marks, ownMarks } : { versions, marks };
}

export function createSyncMiddleware(request: Connection["request"]): Middleware {
  return ({ dispatch, getState }) => {
    const read = getState as () => MessagesRoot;
    let running = false;
    let again = false;
    let patience: ReturnType<typeof setTimeout> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let periodic: ReturnType<typeof setTimeout> | undefined;
    /** Syncs in a row that left a hole: a server that cannot fill it is asked less and less often. */
    let fruitless = 0;

    async function run() {
      if (running) {
        again = true;
        return;
      }
      running = true;
      clearTimeout(patience);
      clearTimeout(retry);
      patience = undefined;
      try {
        for (let round = 0; round < ROUNDS_MOST; round += 1) {
          again = false;
          dispatch(syncAsked());
          const answer = await request("sync", whatWeKnow(read()));
          dispatch(synced(answer));
          if (!answer.more && !again) break;
        }
        dispatch(syncFinished());
      } catch (error) {
        // Without a connection there is nothing to repeat: the next one syncs.
        const failure = error instanceof RequestFailure ? error : undefined;
        if (failure?.code !== "unreachable") retry = setTimeout(run, failure?.retryAfterMs ?? RETRY_MS);
      } finally {
        running = false;
        clearTimeout(periodic);
        periodic = setTimeout(run, EVERY_MS);
      }
      if (again) {
        // Somebody asked while the last round failed: most likely a new connection.
        again = false;
        void run();
        return;
      }
      fruitless = selectMissing(read()) === "nothing" ? 0 : fruitless + 1;
      watch();
    }

    function watch() {
      const missing = selectMissing(read());
      if (missing === "nothing") {
        clearTimeout(patience);
        patience = undefined;
        fruitless = 0;
        return;
      }
      if (running || patience !== undefined) return;
      if (missing === "now" && fruitless === 0) void run();
      else patience = setTimeout(run, Math.min(PATIENCE_MOST_MS, PATIENCE_MS * 2 ** fruitless));
    }

    return (next) => (action) => {
      const before = read().messages;
      const result = next(action as UnknownAction);
      if (connected.match(action) || server.resync.match(action) || returned.match(action)) void run();
      else if (read().messages !== before) watch();
      return result;
    };
  };
}
