//! Tabs of one browser over one database and one localStorage, as on an insecure origin, where there are no locks: what is told, by how many, and when.
import { configureStore } from "@reduxjs/toolkit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rootReducer } from "~/app/store";
import type { ConversationSettings, Message } from "~/contract";
import {
  conversationsLoaded,
  marksMoved,
  opened,
  settingsSaved,
  synced,
  syncFinished,
} from "~/features/messages/slice";
import { signedIn, signedOut } from "~/features/session/slice";
import { server } from "~/socket/actions";
import { Database } from "~/storage/database";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";
import type { Shown } from "./browser";
import { sayLooking } from "./one-of-many";
import { selectTotal } from "./slice";
import { createNotificationsMiddleware } from "./telling";

let database: Database;
let shown: Shown[];
let tones: number;
let databases = 0;

beforeEach(() => {
  databases += 1;
  database = new Database(`telling-${databases}`);
  shown = [];
  tones = 0;
  vi.stubGlobal("navigator", { ...navigator, language: "en", languages: ["en"] });
  vi.stubGlobal("Notification", { permission: "granted" });
});
afterEach(() => vi.unstubAllGlobals());

function tab(room: ModelConversation, looking = false) {
  const store = configureStore({
    reducer: rootReducer,
    middleware: (defaults) =>
      defaults({ immutableCheck: false, serializableCheck: false }).concat(
        createNotificationsMiddleware({
          database,
          open: () => {},
          looking: () => looking,
          show: async (one) => void shown.push(one),
          play: () => {
            tones += 1;
          },
        }),
      ),
  });
  store.dispatch(signedIn(alice));
  store.dispatch(conversationsLoaded([structuredClone(room.summary(alice))]));
  store.dispatch(syncFinished());
  return store;
}

const hear = (tabs: ReturnType<typeof tab>[], payload: unknown) => {
  for (const one of tabs) one.dispatch(server.RecievedMsg(structuredClone(payload) as Message));
};
/** Whatever was going to be told has been by then. */
const settled = async () => {
  // The database takes one transaction after the other: this one comes after those that were asked for.
  await new Promise((resolve) => setTimeout(resolve));
  await database.transaction("rw", database.told, () => database.told.count());
  await new Promise((resolve) => setTimeout(resolve));
};
const set = (store: ReturnType<typeof tab>, change: Partial<ConversationSettings>) =>
  store.dispatch(
    settingsSaved({
      conversationId: "room",
      settings: { version: 9, notify: "all", mutedUntil: null, unreadFrom: null, ...change },
    }),
  );

it("of three hidden tabs exactly one tells, with the writer, the text, and the way there", async () => {
  const room = new ModelConversation("room");
  const tabs = [tab(room), tab(room), tab(room)];
  hear(tabs, room.send(bob, "**hello** there").payload);
  await settled();
  expect([shown.length, tones]).toEqual([1, 1]);
  expect(shown[0]).toMatchObject({ title: "Bob", body: "hello there", tag: "room", path: "/c/room?m=1" });
  // The one that told is closed; the others go on.
  hear(tabs.slice(1), room.send(bob, "again").payload);
  await settled();
  expect([shown.length, tones]).toEqual([2, 2]);
});

it("a tab that hears late does not tell again", async () => {
  const room = new ModelConversation("room");
  const [first, late] = [tab(room), tab(room)];
  const { payload } = room.send(bob, "hello");
  hear([first], payload);
  await settled();
  hear([late], payload);
  await settled();
  expect([shown.length, tones]).toEqual([1, 1]);
});

it("leaves it to the tab that is looked at, which only makes a sound, and none for what is on its screen", async () => {
  const room = new ModelConversation("room");
  const [hidden, looked] = [tab(room), tab(room, true)];
  sayLooking(true);
  hear([hidden, looked], room.send(bob, "one").payload);
  await settled();
  expect([shown.length, tones]).toEqual([0, 1]);
  looked.dispatch(opened("room"));
  hear([hidden, looked], room.send(bob, "two").payload);
  await settled();
  expect([shown.length, tones]).toEqual([0, 1]);
  // The tab that was looked at is gone: whoever is left tells.
  sayLooking(false);
  await settled();
  hear([hidden], room.send(bob, "three").payload);
  await settled();
  expect([shown.length, tones]).toEqual([1, 2]);
});

it("does not tell of one's own, of what was read, of what is muted, or of what was there before", async () => {
  const room = new ModelConversation("room");
  const store = tab(room);
  hear([store], room.send(alice, "mine").payload);
  const { payload } = room.send(bob, "read on the phone");
  store.dispatch(marksMoved({ conversationId: "room", userId: alice.id, delivered: 2, read: 2 }));
  hear([store], payload);
  set(store, { mutedUntil: "2999-01-01T00:00:00.000Z" });
  hear([store], room.send(bob, "muted").payload);
  await settled();
  const fresh = configureStore({
    reducer: rootReducer,
    middleware: (defaults) =>
      defaults({ immutableCheck: false, serializableCheck: false }).concat(
        createNotificationsMiddleware({
          database,
          open: () => {},
          looking: () => false,
          show: async (one) => void shown.push(one),
        }),
      ),
  });
  fresh.dispatch(signedIn(alice));
  fresh.dispatch(
    synced({
      conversations: [{ ...room.summary(alice), messages: room.messages }],
      removed: [],
      more: false,
    }),
  );
  await settled();
  expect([shown.length, tones]).toEqual([0, 0]);
});

it("tells of the latest that was missed while the network was away", async () => {
  const room = new ModelConversation("room");
  const store = tab(room);
  for (const text of ["one", "two", "three"]) room.send(bob, text);
  store.dispatch(
    synced({
      conversations: [{ ...room.summary(alice), messages: room.messages }],
      removed: [],
      more: false,
    }),
  );
  await settled();
  expect(shown.map(({ body }) => body)).toEqual(["three"]);
});

it("shows none where it was switched off, and is silent where sound was", async () => {
  const room = new ModelConversation("room");
  const store = tab(room);
  localStorage.setItem("linnet.preferences", JSON.stringify({ notifications: "off" }));
  hear([store], room.send(bob, "one").payload);
  await settled();
  expect([shown.length, tones]).toEqual([0, 1]);
  localStorage.setItem("linnet.preferences", JSON.stringify({ sound: "off" }));
  hear([store], room.send(bob, "two").payload);
  await settled();
  expect([shown.length, tones]).toEqual([1, 1]);
  store.dispatch(signedOut());
  expect(Object.keys(localStorage)).toEqual(["linnet.preferences"]);
});

it("counts what is unread, but not in quiet conversations, and only mentions where only they notify", () => {
  const room = new ModelConversation("room");
  const store = tab(room);
  const total = () => selectTotal(store.getState());
  hear([store], room.send(bob, "one").payload);
  hear([store], { ...(room.send(bob, "@alice").payload as Message), mentions: [alice.id] });
  expect(total()).toBe(2);
  set(store, { version: 10, notify: "mentions" });
  expect(total()).toBe(1);
  set(store, { version: 11, notify: "none" });
  expect(total()).toBe(0);
  set(store, { version: 12, mutedUntil: "2999-01-01T00:00:00.000Z" });
  expect(total()).toBe(0);
  set(store, { version: 13, mutedUntil: "2001-01-01T00:00:00.000Z" });
  expect(total()).toBe(2);
  store.dispatch(marksMoved({ conversationId: "room", userId: alice.id, delivered: 2, read: 2 }));
  expect(total()).toBe(0);
  set(store, { version: 14, unreadFrom: 2 });
  expect(total()).toBe(1);
});

it("counts mentions that are not loaded, and those that were let go of again", async () => {
  const room = new ModelConversation("room");
  const naming = (text: string) => {
    const told = room.send(bob, text);
    Object.assign(room.messages.at(-1) as Message, { mentions: [alice.id] });
    return { type: told.type, payload: { ...told.payload, mentions: [alice.id] } as Message };
  };
  naming("@alice at the beginning");
  for (let n = 0; n < 400; n += 1) room.send(bob, "and so on");
  naming("@alice in between");
  for (let n = 0; n < 150; n += 1) room.send(bob, "and on");
  room.settings = { ...room.settings, version: 1, notify: "mentions" };
  const { store, socket, http, signIn } = client({ rooms: [room] });
  signIn();
  const total = () => selectTotal(store.getState());
  await vi.waitFor(() => expect(total()).toBe(2));
  const pages = () => vi.mocked(http.get).mock.calls.filter(([path]) => path.includes("/messages?"));
  const asked = pages().length;
  expect(asked).toBe(6);
  // A conversation that is not open keeps its last 200 messages only.
  const { type, payload } = naming("@alice again");
  socket.hear(type, payload);
  for (let n = 0; n < 250; n += 1) socket.hear("RecievedMsg", room.send(bob, "more").payload);
  await vi.waitFor(() => expect(store.getState().messages.chats.room?.lastSequence).toBe(803));
  expect(store.getState().messages.chats.room?.messages[553]).toBeUndefined();
  expect(total()).toBe(3);
  store.dispatch(marksMoved({ conversationId: "room", userId: alice.id, delivered: 500, read: 500 }));
  expect(total()).toBe(1);
  expect(pages().length).toBe(asked);
});
