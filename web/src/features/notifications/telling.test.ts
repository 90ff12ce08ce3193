//! Tabs of one browser over one (model) lock manager and one localStorage: what is told, by how many, and when.
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
import { alice, bob, ModelConversation } from "~/test/model-server";
import type { Shown } from "./browser";
import { selectTotal } from "./slice";
import { createNotificationsMiddleware } from "./telling";

/** Web Locks, as far as they are used: shared, or only if nobody holds it. */
class Locks {
  private held: { name: string }[] = [];

  async request(
    name: string,
    { ifAvailable = false }: { ifAvailable?: boolean; mode?: string },
    run: (lock: object | null) => unknown,
  ) {
    if (ifAvailable && this.held.some((it) => it.name === name)) return run(null);
    const entry = { name };
    this.held.push(entry);
    try {
      return await run(entry);
    } finally {
      this.held = this.held.filter((it) => it !== entry);
    }
  }

  async query() {
    return { held: this.held };
  }

  /** A tab that is looked at somewhere. */
  look(): () => void {
    let end = () => {};
    void this.request(
      "linnet-looking",
      { mode: "shared" },
      () => new Promise<void>((resolve) => (end = resolve)),
    );
    return () => end();
  }
}

let locks: Locks;
let shown: Shown[];
let tones: number;

beforeEach(() => {
  locks = new Locks();
  shown = [];
  tones = 0;
  vi.stubGlobal("navigator", { ...navigator, language: "en", languages: ["en"], locks });
  vi.stubGlobal("Notification", { permission: "granted" });
});
afterEach(() => vi.unstubAllGlobals());

function tab(room: ModelConversation, looking = false) {
  const store = configureStore({
    reducer: rootReducer,
    middleware: (defaults) =>
      defaults({ immutableCheck: false, serializableCheck: false }).concat(
        createNotificationsMiddleware({
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
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
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
  const away = locks.look();
  hear([hidden, looked], room.send(bob, "one").payload);
  await settled();
  expect([shown.length, tones]).toEqual([0, 1]);
  looked.dispatch(opened("room"));
  hear([hidden, looked], room.send(bob, "two").payload);
  await settled();
  expect([shown.length, tones]).toEqual([0, 1]);
  // The tab that was looked at is gone: whoever is left tells.
  away();
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
