//! What signing in and out means for the rest: the list is loaded, then the socket opens; a session that ended closes it.
import type { Middleware, ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { loadConversations } from "~/features/conversations/slice";
import { selectMe, signedIn, signedOut } from "~/features/session/slice";
import type { Services } from "~/services";
import { server, socketClosed, socketOpened } from "~/socket/actions";
import type { RootState } from "./store";

export function createLifecycleMiddleware(): Middleware {
  return ({ dispatch, getState }) => {
    const run = dispatch as ThunkDispatch<RootState, Services, UnknownAction>;
    const me = () => selectMe(getState() as RootState)?.id;
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
      }
      return result;
    };
  };
}
