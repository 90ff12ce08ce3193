//! What happens to one part means something to another: whoever signs in has their list loaded, then the socket opens; a
//! session that ended closes it; a new connection asks again for what the last one may have missed.
import type { Middleware, ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { loadConversations } from "~/features/conversations/slice";
import { returned } from "~/features/messages/sync";
import { failed, selectOutbox } from "~/features/outbox/slice";
import { loadPerson, loadRequests, missed } from "~/features/people/slice";
import { selectMe, signedIn, signedOut } from "~/features/session/slice";
import type { Services } from "~/services";
import { connected, server, socketClosed, socketOpened } from "~/socket/actions";
import type { RootState } from "./store";

/** Refusals that tell how two people stand to each other. */
const RELATION: ReadonlySet<string> = new Set(["not_connected", "blocked"]);

export function createLifecycleMiddleware(): Middleware {
  return ({ dispatch, getState }) => {
    const run = dispatch as ThunkDispatch<RootState, Services, UnknownAction>;
    const read = getState as () => RootState;
    const me = () => selectMe(read())?.id;
    return (next) => (action) => {
      const result = next(action);
      if (signedIn.match(action)) {
        const userId = action.payload.id;
        // The list first: the first `sync` then only asks for what is newer.
        void run(loadConversations()).then(() => {
          if (me() === userId) dispatch(socketOpened());
        });
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
