import { combineReducers, configureStore } from "@reduxjs/toolkit";
import { describe, expect, it } from "vitest";
import { conversationsLoaded, messagesReducer } from "~/features/messages/slice";
import { sessionReducer } from "~/features/session/slice";
import type { Http } from "~/http/client";
import type { Services } from "~/services";
import { ModelGroup } from "~/test/model-group";
import { alice, bob } from "~/test/model-server";
import { deleteGroup, leaveGroup } from "./requests";

/** Alice, who sees one group, and a server that answers with `answer`. */
function page(answer: () => Promise<undefined>) {
  const http = { delete: answer } as unknown as Http;
  const store = configureStore({
    reducer: combineReducers({ messages: messagesReducer, session: sessionReducer }),
    middleware: (base) => base({ thunk: { extraArgument: { http } as Services } }),
  });
  const room = new ModelGroup("room", [alice, bob]);
  store.dispatch(conversationsLoaded([room.summary(alice)]));
  const chats = () => Object.keys(store.getState().messages.chats);
  return { room, store, chats };
}

describe("what one has left or deleted", () => {
  for (const [what, ask] of Object.entries({
    left: (id: string) => leaveGroup(id, alice.id),
    deleted: deleteGroup,
  })) {
    it(`is gone once that is answered, whenever the event of it comes: ${what}`, async () => {
      const { room, store, chats } = page(async () => undefined);
      expect(chats()).toEqual([room.id]);
      await store.dispatch(ask(room.id));
      expect(chats()).toEqual([]);
    });

    it(`stays when it was refused: ${what}`, async () => {
      const { room, store, chats } = page(() => Promise.reject(new Error("refused")));
      await expect(store.dispatch(ask(room.id))).rejects.toThrow("refused");
      expect(chats()).toEqual([room.id]);
    });
  }
});
