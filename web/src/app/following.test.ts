import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "~/contract";
import { windowOf } from "~/features/messages/slice";
import { returned } from "~/features/messages/sync";
import { seen, selectUnread } from "~/features/receipts/slice";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** The database has a clock of its own, which is not stopped. */
async function storageAnswers() {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function signedIn(rooms: ModelConversation[]) {
  const here = client({ rooms });
  here.signIn();
  await storageAnswers();
  await vi.advanceTimersByTimeAsync(1_000);
  const of = (event: string) => here.socket.emitted.filter((emitted) => emitted.event === event);
  const chat = (id = "room") => here.store.getState().messages.chats[id]!;
  return { ...here, of, chat, texts: (id = "room") => windowOf(chat(id)).map((message) => message.msg) };
}

describe("following the server", () => {
  it("loads the list before it connects, so that the first sync asks only for what is newer", async () => {
    const room = new ModelConversation("room");
    room.send(bob, "before");
    const { of } = await signedIn([room]);
    expect(of("sync")).toHaveLength(1);
    expect(of("sync")[0]?.payload).toEqual({ versions: { room: 1 }, marks: { room: 2 } });
  });

  it("waits a moment for a missing change, then asks for it", async () => {
    const room = new ModelConversation("room");
    const { of, socket, texts } = await signedIn([room]);
    room.send(bob, "lost");
    socket.hear("RecievedMsg", room.send(bob, "heard").payload);
    expect(texts()).toEqual([]);
    expect(of("sync")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(of("sync")).toHaveLength(2);
    expect(texts()).toEqual(["lost", "heard"]);
  });

  it("does not ask when the missing change comes by itself", async () => {
    const room = new ModelConversation("room");
    const { of, socket, texts } = await signedIn([room]);
    const [one, two] = [room.send(bob, "one").payload, room.send(bob, "two").payload];
    socket.hear("RecievedMsg", two);
    await vi.advanceTimersByTimeAsync(500);
    socket.hear("RecievedMsg", one);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(texts()).toEqual(["one", "two"]);
    expect(of("sync")).toHaveLength(1);
  });

  it("asks at once about a conversation that it does not know", async () => {
    const rooms: ModelConversation[] = [];
    const { socket, texts } = await signedIn(rooms);
    const room = new ModelConversation("new");
    rooms.push(room);
    socket.hear("RecievedMsg", room.send(bob, "surprise").payload);
    await vi.advanceTimersByTimeAsync(10);
    expect(texts("new")).toEqual(["surprise"]);
  });

  it("syncs on connecting, on `resync`, on coming back, and every five minutes", async () => {
    const { of, socket, store } = await signedIn([new ModelConversation("room")]);
    socket.hear("resync", {});
    await vi.advanceTimersByTimeAsync(10);
    expect(of("sync")).toHaveLength(2);
    store.dispatch(returned());
    await vi.advanceTimersByTimeAsync(10);
    expect(of("sync")).toHaveLength(3);
    socket.lose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(of("sync")).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(of("sync")).toHaveLength(5);
  });

  it("asks a server that cannot fill a hole less and less often", async () => {
    const room = new ModelConversation("room");
    const { of, socket } = await signedIn([room]);
    const from = { ...(room.send(bob, "x").payload as Message), version: 50, sequence: 50 };
    room.messages.pop();
    room.version = 0;
    socket.hear("RecievedMsg", from);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(of("sync").length).toBeGreaterThan(3);
    expect(of("sync").length).toBeLessThan(10);
  });
});

describe("receipts", () => {
  it("tell what has reached this device, as one mark for what came together", async () => {
    const room = new ModelConversation("room");
    const { of, socket } = await signedIn([room]);
    for (const text of ["1", "2", "3"]) socket.hear("RecievedMsg", room.send(bob, text).payload);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(of("markDelivered").map(({ payload }) => payload)).toEqual([
      { conversationId: "room", sequence: 3 },
    ]);
    expect(of("markRead")).toEqual([]);
    expect(room.members[0]).toMatchObject({ userId: alice.id, delivered: 3, read: 0 });
  });

  it("count as read here at once, and are told again after a connection was lost in between", async () => {
    const room = new ModelConversation("room");
    const { of, socket, store, chat } = await signedIn([room]);
    socket.hear("RecievedMsg", room.send(bob, "1").payload);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(selectUnread(store.getState(), chat())).toBe(1);
    socket.lose();
    socket.reachable = false;
    store.dispatch(seen({ conversationId: "room", sequence: 1, unreadFrom: null }));
    expect(selectUnread(store.getState(), chat())).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(of("markRead")).toEqual([]);
    socket.accept();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(of("markRead").map(({ payload }) => payload)).toEqual([{ conversationId: "room", sequence: 1 }]);
    expect(room.members[0]).toMatchObject({ read: 1 });
  });

  it("that are refused for good do not go on for ever, and do not hold up the others", async () => {
    const rooms = [new ModelConversation("room"), new ModelConversation("other")];
    const { of, socket, answer } = await signedIn(rooms);
    socket.answer = (event, payload) =>
      event === "markDelivered" && (payload as { conversationId: string }).conversationId === "room"
        ? { success: false, code: "forbidden", error: "No." }
        : answer(event, payload);
    for (const room of rooms) socket.hear("RecievedMsg", room.send(bob, "1").payload);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(of("markDelivered")).toHaveLength(2);
    expect(rooms[1]?.members[0]?.delivered).toBe(1);
  });
});
