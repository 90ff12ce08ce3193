import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Me, Message } from "~/contract";
import { server } from "~/socket/actions";
import { type Heard, ModelGroup } from "~/test/model-group";
import { alice, answerSync, bob } from "~/test/model-server";
import { applyPage, hasHole, sumOfMarks } from "./apply";
import { windowOf } from "./chat";
import {
  conversationsLoaded,
  type MessagesState,
  messagesReducer,
  selectGone,
  selectMissing,
  syncAsked,
  synced,
  syncFinished,
} from "./slice";
import { whatWeKnow } from "./sync";

const person = (letter: string, displayName: string): Me => ({
  ...alice,
  id: `0190a000-0000-7000-8000-00000000000${letter}`,
  username: displayName.toLowerCase(),
  displayName,
});
const carol = person("c", "Carol");
const dave = person("d", "Dave");
const people = [alice, bob, carol, dave];

const nothing: MessagesState = {
  chats: {},
  strangers: [],
  asking: [],
  gone: [],
  open: null,
  ready: true,
  me: alice.id,
};
const session = { status: "signedIn" as const, user: alice, ended: null, server: null };
const hear = (state: MessagesState, { event, payload }: Heard) =>
  messagesReducer(state, (server[event] as (payload: unknown) => { type: string })(payload));
const hearAll = (state: MessagesState, heard: Heard[]) => heard.reduce(hear, state);
const load = (rooms: ModelGroup[]) =>
  messagesReducer(
    nothing,
    conversationsLoaded(
      rooms.filter((room) => room.has(alice)).map((room) => structuredClone(room.summary(alice))),
    ),
  );

function syncAll(
  state: MessagesState,
  rooms: ModelGroup[],
  limit = 500,
  meanwhile: () => Heard[] = () => [],
): MessagesState {
  let current = state;
  for (let round = 0; round < 200; round += 1) {
    current = messagesReducer(current, syncAsked());
    const asked = whatWeKnow({ messages: current, session });
    const mine = rooms.filter((room) => room.has(alice));
    const answer = structuredClone(answerSync(mine, alice, asked, limit));
    current = hearAll(current, meanwhile());
    current = messagesReducer(current, synced(answer));
    if (!answer.more) return messagesReducer(current, syncFinished());
  }
  throw new Error("sync did not end");
}

describe("a change of a group", () => {
  it("is what its message says, also where no summary follows", () => {
    const crowd = Array.from({ length: 150 }, (_, number) => ({
      ...bob,
      id: `0190a000-0000-7000-8000-1${String(number).padStart(11, "0")}`,
    }));
    const room = new ModelGroup("room", [alice, bob, carol, ...crowd]);
    let state = load([room]);
    const only = (heard: Heard[]) => {
      expect(heard.map(({ event }) => event)).toEqual(["RecievedMsg"]);
      state = hearAll(state, heard);
    };
    only(room.edit(alice, bob, { title: "Balcony" }));
    only(room.edit(alice, bob, { topic: "Herbs" }));
    only(room.edit(alice, bob, { posting: "admins" }));
    only(room.setRole(alice, alice, bob, "admin"));
    only(room.add(alice, alice, [dave]));
    only(room.remove(alice, alice, carol));
    only(room.join(alice, carol));
    only(room.remove(alice, crowd[0]!, crowd[0]!));
    const chat = state.chats.room!;
    expect(chat).toMatchObject({ title: "Balcony", topic: "Herbs", posting: "admins", memberCount: 153 });
    expect(chat.members.find(({ userId }) => userId === bob.id)?.role).toBe("admin");
    expect(chat.members.some(({ userId }) => userId === crowd[0]!.id)).toBe(false);
    expect(hasHole(chat)).toBe(false);
  });

  it("that brings somebody in is incomplete until they are described", () => {
    const room = new ModelGroup("room", [alice, bob]);
    const before = load([room]);
    const [message, summary] = room.add(alice, bob, [carol]);
    const heard = hear(before, message!);
    expect(heard.chats.room).toMatchObject({ memberCount: 3, version: 2 });
    expect(selectMissing({ messages: heard, session })).toBe("soon");
    expect(whatWeKnow({ messages: heard, session }).versions).toEqual({ room: 1 });
    for (const whole of [hear(heard, summary!), syncAll(heard, [room])]) {
      expect(whole.chats.room?.members.map(({ userId }) => userId)).toEqual([alice.id, bob.id, carol.id]);
      expect(selectMissing({ messages: whole, session })).toBe("nothing");
    }
  });

  it("is not taken back by a summary that is older, nor lost by one that a message has overtaken", () => {
    const room = new ModelGroup("room", [alice, bob]);
    const before = load([room]);
    const [first, old] = room.edit(alice, bob, { title: "Old" });
    const [second] = room.edit(alice, bob, { title: "New" });
    expect(hearAll(before, [first!, second!, old!]).chats.room?.title).toBe("New");

    const other = new ModelGroup("other", [alice, bob]);
    const empty = load([other]);
    const [added, shown] = other.add(alice, bob, [carol]);
    const [said] = other.write(alice, bob, "hello Carol");
    const state = hearAll(empty, [added!, said!, shown!]);
    expect(state.chats.other?.members).toHaveLength(3);
    expect(selectMissing({ messages: state, session })).toBe("nothing");
  });

  it("that ends this user's membership takes it away, and is asked about", () => {
    const room = new ModelGroup("room", [bob, alice]);
    const state = hearAll(load([room]), room.remove(alice, bob, alice));
    expect(state.chats.room).toBeUndefined();
    expect(selectGone({ messages: state, session }, "room")).toMatchObject({ title: "Garden" });
    expect(selectMissing({ messages: state, session })).toBe("now");
    expect(selectMissing({ messages: syncAll(state, [room]), session })).toBe("nothing");
    const back = hearAll(state, room.add(alice, bob, [alice]));
    expect(back.chats.room).toBeDefined();
    expect(selectGone({ messages: back, session }, "room")).toBeUndefined();
  });
});

// The promise: for any history of a group, and any moment, what the client has plus sync is what a fresh load gives.

const who = fc.nat(3);
const room = fc.nat(1);
type Step = { room: number; actor: number; other: number } & (
  | { kind: "write" | "add" | "remove" | "leave" | "join" | "mark" | "set" }
  | { kind: "title" | "topic" | "posting" | "role"; value: number }
  | { kind: "sync"; limit: number }
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("write" as const), room, actor: who, other: who }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("add" as const, "remove", "leave", "join", "mark", "set"),
      room,
      actor: who,
      other: who,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("title" as const, "topic", "posting", "role"),
      room,
      actor: who,
      other: who,
      value: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("sync" as const),
      room,
      actor: who,
      other: who,
      limit: fc.integer({ min: 1, max: 12 }),
    }),
  },
);
/** For each event: where in the remaining stream it arrives, how often, or not at all. */
const fate = fc.record({ delay: fc.nat(8), copies: fc.constantFrom(0, 1, 1, 1, 1, 2) });

function happen(rooms: ModelGroup[], step: Step, number: number): Heard[] {
  const here = rooms[step.room]!;
  const [actor, other] = [people[step.actor]!, people[step.other]!];
  if (step.kind === "join") return here.join(alice, actor);
  if (!here.has(actor)) return [];
  switch (step.kind) {
    case "write":
      return here.write(alice, actor, `message ${number}`);
    case "add":
      return here.add(alice, actor, [other]);
    case "remove":
      return here.remove(alice, actor, other);
    case "leave":
      return here.remove(alice, actor, actor);
    case "title":
      return here.edit(alice, actor, { title: `Title ${step.value}` });
    case "topic":
      return here.edit(alice, actor, { topic: step.value === 0 ? null : `Topic ${step.value}` });
    case "posting":
      return here.edit(alice, actor, { posting: step.value % 2 === 0 ? "all" : "admins" });
    case "role":
      return here.setRole(alice, actor, other, (["owner", "admin", "member"] as const)[step.value % 3]!);
    case "mark": {
      const { payload } = here.mark(actor.id, number, number);
      return here.has(alice) ? [{ event: "receiptUpdated", payload: payload as never }] : [];
    }
    case "set": {
      if (!here.has(alice)) return [];
      const { payload } = here.set({ unreadFrom: number + 1 }, alice);
      return [{ event: "settingsUpdated", payload: payload as never }];
    }
    case "sync":
      return [];
  }
}

/** What a person sees: everything but how much history happens to be loaded. */
function visible(state: MessagesState, depth: Record<string, number>) {
  return Object.fromEntries(
    Object.values(state.chats).map((chat) => [
      chat.id,
      {
        kind: chat.kind,
        title: chat.title,
        topic: chat.topic,
        posting: chat.posting,
        memberCount: chat.memberCount,
        members: chat.members,
        version: chat.version,
        lastSequence: chat.lastSequence,
        lastMessage: chat.lastMessage,
        marks: sumOfMarks(chat, alice.id),
        settings: chat.settings,
        hole: hasHole(chat),
        messages: depth[chat.id] ? windowOf(chat).slice(-(depth[chat.id] ?? 0)) : [],
      },
    ]),
  );
}

describe("any history of groups, with events lost, repeated and out of order, followed by sync", () => {
  it("equals a fresh load", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(fate, { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, fates, lastLimit) => {
          const rooms = [
            new ModelGroup("group", [alice, bob, carol]),
            new ModelGroup("channel", [bob, dave], "channel"),
          ];
          let state = load(rooms);
          const inFlight: { at: number; heard: Heard }[] = [];
          const due = (at: number) => {
            const arrived = inFlight.filter((entry) => entry.at <= at).map((entry) => entry.heard);
            inFlight.splice(0, inFlight.length, ...inFlight.filter((entry) => entry.at > at));
            return arrived;
          };
          steps.forEach((now, index) => {
            const luck = fates[index]!;
            happen(rooms, now, index).forEach((heard, part) => {
              for (let copy = 0; copy < luck.copies; copy += 1) {
                // Of a message and its summary, either may come first, alone, or not at all.
                const late = (luck.delay * (copy + 1 + part)) % 9;
                if (luck.delay === 7 && part === 1) continue;
                inFlight.push({ at: index + late, heard: structuredClone(heard) });
              }
            });
            state = hearAll(state, due(index));
            if (now.kind === "sync") state = syncAll(state, rooms, now.limit, () => due(index + 3));
          });
          const last = due(Number.POSITIVE_INFINITY);
          state = syncAll(state, rooms, lastLimit, () => last.splice(0, last.length / 2));
          state = hearAll(state, last);
          // Whoever sees that something is missing asks again.
          for (let round = 0; round < 3; round += 1) {
            if (selectMissing({ messages: state, session }) !== "nothing") state = syncAll(state, rooms);
          }

          let fresh = load(rooms);
          const depth: Record<string, number> = {};
          for (const here of rooms.filter((it) => it.has(alice))) {
            const chat = structuredClone(fresh.chats[here.id]!);
            applyPage(chat, here.page(undefined, 1_000), { version: chat.version });
            fresh = { ...fresh, chats: { ...fresh.chats, [here.id]: chat } };
            const known = state.chats[here.id];
            depth[here.id] = known ? known.to - known.from + 1 : 0;
          }
          expect(visible(state, depth)).toEqual(visible(fresh, depth));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("shows system messages in their places", () => {
    const group = new ModelGroup("group", [alice, bob]);
    let state = load([group]);
    state = hearAll(state, [
      ...group.edit(alice, bob, { title: "Balcony" }),
      ...group.write(alice, bob, "there"),
    ]);
    const kinds = windowOf(state.chats.group!).map((message: Message) => message.system?.type ?? message.msg);
    expect(kinds).toEqual(["created", "titleChanged", "there"]);
  });
});
