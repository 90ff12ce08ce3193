//! What happens to one part means something to another: whoever signs in has their list loaded, then the socket opens; a
//! session that ended closes it; a new connection asks again for what the last one may have missed.
import type { Middleware, ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { loadConversations } from "~/features/conversations/slice";
import { loadCache } from "~/features/messages/cache";
import { conversationsReady } from "~/features/messages/slice";
import { returned } from "~/features/messages/sync";
import { failed, selectOutbox } from "~/features/outbox/slice";
import { loadPerson, loadRequests, missed } from "~/features/people/slice";
import { confirmed, profileChanged, selectMe, signedIn, signedOut, whoAmI } from "~/features/session/slice";
import type { Services } from "~/services";
import { connected, disconnected, server, socketClosed, socketOpened } from "~/socket/actions";
import type { RootState } from "./store";

/** Refusals that tell how two people stand to each other. */
const RELATION: ReadonlySet<string> = new Set(["not_connected", "blocked"]);

const ASK_AGAIN_MS = 4_000;

/** Some seconds, or until the browser has a network again. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, ASK_AGAIN_MS);
    window.addEventListener("online", over);
  });
}

export function createLifecycleMiddleware(): Middleware {
  return ({ dispatch, getState }) => {
    const run = dispatch as ThunkDispatch<RootState, Services, UnknownAction>;
    const read = getState as () => RootState;
    const me = () => selectMe(read())?.id;

    /** What was kept first, then the list: the first `sync` only asks for what is newer. */
    async function begin(userId: string) {
      await run(loadCache());
      if (me() !== userId) return;
      if (read().session.unconfirmed) {
        dispatch(conversationsReady());
        dispatch(disconnected({ reason: "unreachable" }));
        if (!(await confirm(userId))) return;
      }
      await run(loadConversations());
      if (me() === userId) dispatch(socketOpened());
    }

    /**
     * Asks who is signed in until the server answers. Until then the socket stays closed: the cookies may have become another
     * account's, whose messages must not be mixed with what was kept for this one.
     */
    async function confirm(userId: string): Promise<boolean> {
      while (me() === userId) {
        try {
          const user = await run(whoAmI());
          if (me() !== userId) return false;
          if (user.id === userId) {
            dispatch(confirmed());
            dispatch(profileChanged(user));
            return true;
          }
          dispatch(signedOut());
          dispatch(signedIn(user));
          return false;
        } catch {
          // A session that is over ends this loop: then nobody is signed in any more.
          await aMoment();
        }
      }
      return false;
    }

    return (next) => (action) => {
      const result = next(action);
      if (signedIn.match(action)) {
        void begin(action.payload.id);
      } else if (signedOut.match(action) || server.sessionEnded.match(action)) {
        dispatch(socketClosed());
      } else if (connected.match(action) || server.resync.match(action) || returned.match(action)) {
        dispatch(missed());
        // The next connection, or the next return to this tab, asks again.
        run(loadRequests()).catch(() => {});
      } else if (failed.match(action) && RELATION.has(action.payload.reason.code)) {
        // Whoever was written to stands to this user in another way than was thought.
        const { key } = selectOutbox(read()).find(({ tempId }) => tempId === action.payload.tempId) ?? {};
        if (key?.startsWith("user:")) run(loadPerson(key.slice(5))).catch(() => {});
      }
      return result;
    };
  };
}
