import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message, Notify, Synced } from "~/contract";
import { server } from "~/socket/actions";
import { alice, answerSync, bob, type Event, ModelConversation } from "~/test/model-server";
import { applyMessage, applyPage, applySummary, applySynced, hasHole, sumOfMarks, trustSync } from "./apply";
import { type Chat, chatFrom, HELD_MOST, windowOf } from "./chat";
import { conversationsLoaded, type MessagesState, messagesReducer, synced, syncFinished } from "./slice";
import { whatWeKnow } from "./sync";

const texts = (chat: Chat) => windowOf(chat).map((message) => message.msg);
const sent = (conversation: ModelConversation, text: string, from = bob) =>
  conversation.send(from, text).payload as Message;

describe("one change", () => {
  it("is applied when it is the next", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    applyMessage(chat, sent(room, "one"));
    applyMessage(chat, sent(room, "two"));
    expect(texts(chat)).toEqual(["one", "two"]);
    expect(chat).toMatchObject({ version: 2, lastSequence: 2 });
    expect(hasHole(chat)).toBe(false);
  });

  it("moves its writer's marks: whoever writes has read", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    applyMessage(chat, sent(room, "one", bob));
    expect(chat.members).toEqual(room.members);
  });

  it("is ignored when it is a duplicate", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    applyMessage(chat, one);
    const before = structuredClone(chat);
    applyMessage(chat, one);
    expect(chat).toEqual(before);
  });

  it("is held while an earlier one is missing, and released in order", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const [one, two, three] = ["one", "two", "three"].map((text) => sent(room, text)) as [
      Message,
      Message,
      Message,
    ];
    applyMessage(chat, three);
    applyMessage(chat, two);
    expect(texts(chat)).toEqual([]);
    expect(hasHole(chat)).toBe(true);
    applyMessage(chat, one);
    expect(texts(chat)).toEqual(["one", "two", "three"]);
    expect(hasHole(chat)).toBe(false);
    expect(chat.held).toEqual([]);
  });

  it("is not held without bound, and the hole is remembered", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    sent(room, "lost");
    for (let count = 0; count < 3 * HELD_MOST; count += 1) applyMessage(chat, sent(room, "later"));
    expect(chat.held.length).toBe(HELD_MOST);
    expect(chat.heard).toBe(room.version);
    expect(hasHole(chat)).toBe(true);
  });

  it("replaces an older state of the same message, and never a newer one", () => {
    const room = new ModelConversation("room");
    const one = sent(room, "one");
    const chat = chatFrom(room.summary(alice));
    const edited = { ...one, msg: "one, edited", version: 2 };
    applyMessage(chat, edited);
    applyMessage(chat, one);
    expect(texts(chat)).toEqual(["one, edited"]);
    expect(chat.version).toBe(2);
    expect(chat.lastMessage?.msg).toBe("one, edited");
  });
});

describe("a summary", () => {
  it("does not move the version past messages that it does not bring", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    applySummary(chat, room.summary(alice));
    expect(chat.version).toBe(0);
    expect(hasHole(chat)).toBe(true);
    applyMessage(chat, one);
    expect(hasHole(chat)).toBe(false);
    expect(texts(chat)).toEqual(["one"]);
  });

  it("changes a title when nothing else is between", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    applySummary(chat, { ...room.summary(alice), version: 1, title: "Garden" });
    expect(chat).toMatchObject({ version: 1, title: "Garden" });
  });
});

describe("a page of history", () => {
  function withMessages(count: number) {
    const room = new ModelConversation("room");
    for (let number = 1; number <= count; number += 1) sent(room, `${number}`);
    return { room, chat: chatFrom(room.summary(alice)) };
  }

  it("extends the window backwards", () => {
    const { room, chat } = withMessages(120);
    applyPage(chat, room.page(), { version: chat.version });
    expect([chat.from, chat.to]).toEqual([71, 120]);
    applyPage(chat, room.page({ before: 71 }), { version: chat.version, before: 71 });
    expect([chat.from, chat.to]).toEqual([21, 120]);
    expect(texts(chat)).toHaveLength(100);
  });

  it("that is newer than the versions shows what it has, and the event is then no surprise", () => {
    const { room, chat } = withMessages(3);
    const four = sent(room, "4");
    applyPage(chat, room.page(), { version: chat.version });
    expect(chat.version).toBe(3);
    expect(texts(chat).at(-1)).toBe("4");
    expect(chat.lastSequence).toBe(4);
    applyMessage(chat, four);
    expect(chat.version).toBe(4);
    expect(texts(chat)).toEqual(["1", "2", "3", "4"]);
  });

  it("that was asked for before the window moved away is dropped", () => {
    const { room, chat } = withMessages(300);
    const late = room.page({ before: 100 });
    applyPage(chat, late, { version: chat.version, before: 100 });
    expect([chat.from, chat.to]).toEqual([300, 300]);
  });
});

describe("a sync answer", () => {
  it("with reset drops what there was", () => {
    const room = new ModelConversation("room");
    sent(room, "old");
    const chat = chatFrom(room.summary(alice));
    for (let count = 0; count < 1_500; count += 1) sent(room, `${count}`);
    const answer = answerSync([room], alice, { versions: { room: chat.version } });
    applySynced(chat, answer.conversations[0]!);
    expect([chat.from, chat.to]).toEqual([1_452, 1_501]);
    expect(chat.version).toBe(1_501);
    expect(chat.lastMessage?.msg).toBe("1499");
  });

  it("that events have overtaken takes nothing back", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    const answer = answerSync([room], alice, { versions: { room: 0 } });
    const two = sent(room, "two");
    applyMessage(chat, one);
    applyMessage(chat, two);
    applySynced(chat, answer.conversations[0]!);
    expect(texts(chat)).toEqual(["one", "two"]);
    expect(chat).toMatchObject({ version: 2, lastSequence: 2 });
  });

  it("ends a hole that the server does not know of", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    chat.heard = 7;
    trustSync(chat);
    expect(hasHole(chat)).toBe(false);
  });
});

// The promise: duplicated, reordered and lost events, followed by sync, give what a fresh load gives.

type Step =
  | { kind: "send"; room: number; from: boolean }
  | { kind: "mark"; room: number; who: boolean; delivered: number; read: number }
  | { kind: "set"; room: number; unreadFrom: number | null; notify: Notify }
  | { kind: "sync"; limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("send" as const), room: fc.nat(2), from: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("mark" as const),
      room: fc.nat(2),
      who: fc.boolean(),
      delivered: fc.nat(40),
      read: fc.nat(40),
    }),
  },
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

const nothing: MessagesState = { chats: {}, strangers: [], gone: [], open: null, ready: true };
const toAction = (event: Event) =>
  event.type === "RecievedMsg"
    ? server.RecievedMsg(event.payload)
    : event.type === "receiptUpdated"
      ? server.receiptUpdated(event.payload)
      : server.settingsUpdated(event.payload);

function syncAll(state: MessagesState, rooms: ModelConversation[], limit: number, meanwhile: () => Event[]) {
  let current = state;
  for (let round = 0; round < 200; round += 1) {
    const asked = whatWeKnow({
      messages: current,
      session: { status: "signedIn", user: alice, ended: null, server: null },
    });
    const answer: Synced = answerSync(rooms, alice, asked, limit);
    for (const event of meanwhile()) current = messagesReducer(current, toAction(event));
    current = messagesReducer(current, synced(structuredClone(answer)));
    if (!answer.more) return messagesReducer(current, syncFinished());
  }
  throw new Error("sync did not end");
}

/** What a person sees: everything but how much history happens to be loaded. */
function visible(state: MessagesState, depth: Record<string, number>) {
  return Object.fromEntries(
    Object.values(state.chats).map((chat) => [
      chat.id,
      {
        version: chat.version,
        lastSequence: chat.lastSequence,
        lastMessage: chat.lastMessage,
        members: chat.members,
        marks: sumOfMarks(chat, alice.id),
        settings: chat.settings,
        hole: hasHole(chat),
        messages: windowOf(chat).slice(-(depth[chat.id] ?? 0)),
      },
    ]),
  );
}

describe("any interleaving of events, followed by sync", () => {
  it("equals a fresh load", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.array(fate, { minLength: 80, maxLength: 80 }),
        fc.nat(20),
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
          const inFlight: { at: number; event: Event }[] = [];
          const due = (at: number) => {
            const arrived = inFlight.filter((entry) => entry.at <= at).map((entry) => entry.event);
            inFlight.splice(0, inFlight.length, ...inFlight.filter((entry) => entry.at > at));
            return arrived;
          };
          steps.forEach((now, index) => {
            const room = now.kind === "sync" ? undefined : rooms[now.room];
            const luck = fates[index] ?? { delay: 0, copies: 1 };
            let event: Event | undefined;
            if (now.kind === "send") event = room?.send(now.from ? alice : bob, `message ${index}`);
            if (now.kind === "mark") event = room?.mark((now.who ? alice : bob).id, now.delivered, now.read);
            if (now.kind === "set")
              event = room?.set({ unreadFrom: now.unreadFrom, notify: now.notify }, alice);
            for (let copy = 0; event && copy < luck.copies; copy += 1) {
              inFlight.push({ at: index + luck.delay * (copy + 1), event: structuredClone(event) });
            }
            for (const arrived of due(index)) state = messagesReducer(state, toAction(arrived));
            if (now.kind === "sync") state = syncAll(state, rooms, now.limit, () => due(index + 3));
          });
          state = syncAll(state, rooms, lastLimit, () => due(Number.POSITIVE_INFINITY));
          // Whatever the network still had comes after it, and must change nothing.
          for (const { event } of inFlight) state = messagesReducer(state, toAction(event));

          let fresh = messagesReducer(nothing, conversationsLoaded(rooms.map((room) => room.summary(alice))));
          const depth: Record<string, number> = {};
          for (const room of rooms) {
            const chat = structuredClone(fresh.chats[room.id]!);
            applyPage(chat, room.page({}, 1_000), { version: chat.version });
            fresh = { ...fresh, chats: { ...fresh.chats, [room.id]: chat } };
            const known = state.chats[room.id]!;
            depth[room.id] = known.to - known.from + 1;
          }
          expect(visible(state, depth)).toEqual(visible(fresh, depth));
        },
      ),
      { numRuns: 300 },
    );
  });
});
