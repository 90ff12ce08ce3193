//! The list of conversations: loading it. What is in it lives in the messages slice, which follows the server.
import type { Conversations } from "~/contract";
import { conversationsLoaded, conversationsReady, type MessagesRoot } from "~/features/messages/slice";
import type { Thunk } from "~/services";

/** Pages of the list that are loaded before the socket opens; `sync` brings whatever is beyond. */
const PAGES_MOST = 20;

/** Loads the list. A failure is not fatal: the `sync` of the first connection brings the conversations as well. */
export function loadConversations(): Thunk<MessagesRoot, Promise<void>> {
  return async (dispatch, _getState, { http }) => {
    try {
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MOST; page += 1) {
        const query: string = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
        const answer: Conversations = await http.get<Conversations>(`/conversations${query}`);
        dispatch(conversationsLoaded(answer.conversations));
        cursor = answer.nextCursor;
        if (cursor === undefined) break;
      }
      dispatch(conversationsReady());
    } catch {
      // The list stays "not ready" until `sync` has answered.
    }
  };
}
