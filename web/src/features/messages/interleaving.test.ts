//! The promise of the client: whatever is lost, late or doubled on the way, what it has and `sync` are what a fresh load gives.
import type { UnknownAction } from "@reduxjs/toolkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Notify, Synced } from "~/contract";
import { server } from "~/socket/actions";
import { alice, answerSync, bob, type Event, ModelConversation } from "~/test/model-server";
import { hasHole, sumOfMarks } from "./apply";
import { type Chat, chatFrom, toCache, windowOf } from "./chat";
import {
  cacheLoaded,
  conversationsLoaded,
  type MessagesState,
  messagesReducer,
  pageLoaded,
  quoteLoaded,
  synced,
  syncFinished,
} from "./slice";
import { whatWeKnow } from "./sync";

type Step =
  | { kind: "send"; room: number; from: boolean }
  | { kind: "mark"; room: number; who: boolean; delivered: number; read: number }
  | { kind: "set"; room: number; unreadFrom: number | null; notify: Notify }
  | { kind: "edit"; room: number; which: number }
  | { kind: "delete"; room: number; which: number }
  | { kind: "react"; room: number; which: number; who: boolean; emoji: string; on: boolean }
  | { kind: "page"; room: number; where: "before" | "after" | "around" | "newest" | "quote"; which: number }
  | { kind: "reload" }
  | { kind: "sync"; limit: number };

const room = fc.nat(2);
const which = fc.nat(60);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("send" as const), room, from: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("mark" as const),
      room,
      who: fc.boolean(),
      delivered: fc.nat(40),
      read: fc.nat(40),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit" as const), room, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), room, which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("react" as const),
      room,
      which,
      who: fc.boolean(),
      emoji: fc.constantFrom("👍", "🎉"),
      on: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("page" as const),
      room,
      where: fc.constantFrom("before" as const, "after", "around", "newest", "quote"),
      which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      room: fc.nat(2),
      unreadFrom: fc.option(fc.integer({ min: 1, max: 40 })),
      notify: fc.constantFrom("all" as const, "mentions" as const, "none" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("sync" as const), limit: fc.integer({ min: 1, max: 20 }) }),
  },
);

/** For each event: where in the remaining stream it arrives, how often, or not at all. */
const fate = fc.record({ delay: fc.nat(12), copies: fc.constantFrom(0, 1, 1, 1, 2, 3) });

const nothing: MessagesState = {
  chats: {},
  strangers: [],
  asking: [],
  gone: [],
  open: null,
  ready: true,
  me: alice.id,
};
const toAction = (event: Event): UnknownAction => {
  if (event.type === "receiptUpdated") return server.receiptUpdated(event.payload);
  if (event.type === "settingsUpdated") return server.settingsUpdated(event.payload);
  return server[event.type](event.payload);
};

function syncAll(
  state: MessagesState,
  rooms: ModelConversation[],
  limit: number,
  meanwhile: () => UnknownAction[],
) {
  let current = state;
  for (let round = 0; round < 200; round += 1) {
    const asked = whatWeKnow({
      messages: current,
      session: { status: "signedIn", user: alice, ended: null, server: null },
    });
    const answer: Synced = answerSync(rooms, alice, asked, limit);
    for (const action of meanwhile()) current = messagesReducer(current, action);
    current = messagesReducer(current, synced(structuredClone(answer)));
    if (!answer.more) return messagesReducer(current, syncFinished());
  }
  throw new Error("sync did not end");
}

/** What a person sees of a conversation: everything but which part of its history happens to be loaded. */
function visible(chat: Chat) {
  const { version, lastSequence, lastMessage, members, detached } = chat;
  return {
    version,
    lastSequence,
    lastMessage,
    members,
    marks: sumOfMarks(chat, alice.id),
    settings: chat.settings,
    hole: hasHole(chat),
    detached,
  };
}

/** The page that is asked for now, as it will arrive. */
function pageOf(state: MessagesState, rooms: ModelConversation[], step: Extract<Step, { kind: "page" }>) {
  const room = rooms[step.room]!;
  const chat = state.chats[room.id];
  const sequence = 1 + (step.which % Math.max(1, room.messages.length));
  if (!chat || room.messages.length === 0) return undefined;
  const place = {
    before: { before: chat.from },
    after: { after: chat.to },
    around: { around: sequence },
    newest: {},
    quote: { around: sequence },
  }[step.where];
  const asked = { ...place, version: chat.version };
  const page = structuredClone(room.page(place, 10));
  if (step.where !== "quote") return pageLoaded({ conversationId: room.id, asked, page });
  const message = structuredClone(room.messages[sequence - 1]!);
  return quoteLoaded({ conversationId: room.id, asked, message });
}

/** One step of the server's people, as the event that tells of it, if anything has changed. */
function happen(rooms: ModelConversation[], now: Step, index: number): Event | undefined {
  if (now.kind === "sync" || now.kind === "page" || now.kind === "reload") return undefined;
  const room = rooms[now.room]!;
  if (now.kind === "send") return room.send(now.from ? alice : bob, `message ${index}`);
  if (now.kind === "mark") return room.mark((now.who ? alice : bob).id, now.delivered, now.read);
  if (now.kind === "set") return room.set({ unreadFrom: now.unreadFrom, notify: now.notify }, alice);
  const sequence = 1 + (now.which % Math.max(1, room.messages.length));
  if (now.kind === "edit") return room.editMessage(sequence, `edited ${index}`);
  if (now.kind === "delete") return room.deleteMessage(sequence);
  return room.reactTo(sequence, now.who ? alice : bob, now.emoji, now.on);
}

describe("any interleaving of events, followed by sync", () => {
  it("equals a fresh load", () => {
    let jumped = 0;
    let reloaded = 0;
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.array(fate, { minLength: 80, maxLength: 80 }),
        fc.nat(150),
        fc.integer({ min: 1, max: 30 }),
        (steps, fates, before, lastLimit) => {
          const rooms = [0, 1, 2].map((number) => new ModelConversation(`room-${number}`));
          for (let count = 0; count < before; count += 1)
            rooms[count % 2]?.send(count % 3 ? bob : alice, `old ${count}`);
          // The third room is one that the client has never heard of.
          let state = messagesReducer(
            nothing,
            conversationsLoaded(rooms.slice(0, 2).map((room) => room.summary(alice))),
          );
          const inFlight: { at: number; action: UnknownAction }[] = [];
          const due = (at: number) => {
            const arrived = inFlight.filter((entry) => entry.at <= at).map((entry) => entry.action);
            inFlight.splice(0, inFlight.length, ...inFlight.filter((entry) => entry.at > at));
            return arrived;
          };
          steps.forEach((now, index) => {
            const luck = fates[index] ?? { delay: 0, copies: 1 };
            const event = happen(rooms, now, index);
            for (let copy = 0; event && copy < luck.copies; copy += 1) {
              const action = toAction(structuredClone(event));
              inFlight.push({ at: index + luck.delay * (copy + 1), action });
            }
            const page = now.kind === "page" ? pageOf(state, rooms, now) : undefined;
            if (page) inFlight.push({ at: index + luck.delay, action: page });
            for (const arrived of due(index)) state = messagesReducer(state, arrived);
            if (Object.values(state.chats).some((chat) => chat.detached)) jumped += 1;
            if (now.kind === "sync") state = syncAll(state, rooms, now.limit, () => due(index + 3));
            if (now.kind === "reload") {
              const cached = Object.values(state.chats).map((chat) => structuredClone(toCache(chat)));
              // What was on its way to the page is gone with it.
              inFlight.length = 0;
              state = messagesReducer(nothing, cacheLoaded(cached));
              reloaded += 1;
            }
          });
          state = syncAll(state, rooms, lastLimit, () => due(Number.POSITIVE_INFINITY));
          // Whatever the network still had comes after it, and must change nothing.
          for (const { action } of inFlight) state = messagesReducer(state, action);

          for (const room of rooms) {
            const known = state.chats[room.id]!;
            const fresh = chatFrom(room.summary(alice));
            expect(visible(known)).toEqual({ ...visible(fresh), detached: known.to < room.messages.length });
            const shown = windowOf(known);
            expect(shown).toEqual(room.messages.slice(known.from - 1, known.to));
            expect(shown).toHaveLength(known.to - known.from + 1);
            expect(Object.keys(known.messages)).toHaveLength(shown.length);
            for (const quote of Object.values(known.quotes))
              expect(quote).toEqual(room.messages[quote.sequence - 1]);
          }
        },
      ),
      { numRuns: 500 },
    );
    // Otherwise it would say nothing about them.
    expect(jumped).toBeGreaterThan(20);
    expect(reloaded).toBeGreaterThan(20);
  }, 120_000);
});

describe("whoever keeps receipts to themselves", () => {
  it("asks with their own marks alone: what is known of others must not hide what was read elsewhere", () => {
    const room = new ModelConversation("room");
    let state = messagesReducer(nothing, conversationsLoaded([room.summary(alice)]));
    state = messagesReducer(state, toAction(structuredClone(room.send(bob, "hello"))));
    room.mark(alice.id, 1, 1);
    const user = { ...alice, privacy: { receipts: false, lastSeen: true } };
    const asked = whatWeKnow({
      messages: state,
      session: { status: "signedIn", user, ended: null, server: null },
    });
    expect(asked).toEqual({ versions: { room: 1 }, marks: { room: 0 }, ownMarks: true });
    state = messagesReducer(state, synced(answerSync([room], user, asked)));
    expect(state.chats.room?.members.find(({ userId }) => userId === alice.id)?.read).toBe(1);
  });
});
