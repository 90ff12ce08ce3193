import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Message } from "~/contract";
import { draftChanged } from "~/features/composer/slice";
import { client } from "~/test/client";
import { bob, ModelConversation } from "~/test/model-server";
import { paused, selectTyping } from "./slice";

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

async function connected() {
  const room = new ModelConversation("room");
  const here = client({ rooms: [room] });
  here.signIn();
  await expect.poll(() => here.store.getState().connection.phase).toBe("connected");
  const said = () =>
    here.socket.emitted.filter(({ event }) => event === "typing").map(({ payload }) => payload);
  const write = (key: string, text: string) => here.store.dispatch(draftChanged({ key, text }));
  const typing = () => selectTyping(here.store.getState(), "room");
  const hear = (userId: string, isTyping: boolean) =>
    here.socket.hear("typing", { conversationId: "room", userId, name: `Name of ${userId}`, isTyping });
  return { ...here, room, said, write, typing, hear };
}

it("tells that one is writing at most every three seconds, and at once that it is over", async () => {
  const { said, write } = await connected();
  const key = `user:${bob.id}`;
  for (const text of ["h", "he", "hel"]) write(key, text);
  expect(said()).toEqual([{ toUserId: bob.id, isTyping: true }]);
  vi.advanceTimersByTime(3_100);
  write(key, "hell");
  expect(said()).toHaveLength(2);
  write(key, "");
  write(key, "");
  expect(said().slice(2)).toEqual([{ toUserId: bob.id, isTyping: false }]);
});

it("ends when one turns away, and when one writes elsewhere", async () => {
  const { store, said, write } = await connected();
  write("conversation:room", "a");
  store.dispatch(paused("conversation:other"));
  expect(said()).toEqual([{ conversationId: "room", isTyping: true }]);
  store.dispatch(paused("conversation:room"));
  store.dispatch(paused("conversation:room"));
  expect(said().slice(1)).toEqual([{ conversationId: "room", isTyping: false }]);
  write("conversation:room", "ab");
  write(`user:${bob.id}`, "c");
  expect(said().slice(2)).toEqual([
    { conversationId: "room", isTyping: true },
    { conversationId: "room", isTyping: false },
    { toUserId: bob.id, isTyping: true },
  ]);
});

it("does not tell of an empty line, and not without a connection", async () => {
  const { socket, said, write } = await connected();
  write("conversation:room", "  ");
  socket.reachable = false;
  socket.lose();
  write("conversation:room", "hello");
  expect(said()).toEqual([]);
});

it("shows who writes, in the order in which they began, until nothing more is heard of them", async () => {
  const { typing, hear } = await connected();
  hear("bob", true);
  hear("carol", true);
  expect(typing()).toEqual(["Name of bob", "Name of carol"]);
  vi.advanceTimersByTime(4_000);
  hear("carol", true);
  vi.advanceTimersByTime(1_500);
  expect(typing()).toEqual(["Name of carol"]);
  hear("carol", false);
  expect(typing()).toEqual([]);
});

it("is over with the message, and with the connection", async () => {
  const { room, socket, typing, hear } = await connected();
  hear(bob.id, true);
  socket.hear("RecievedMsg", room.send(bob, "there").payload as Message);
  expect(typing()).toEqual([]);
  hear(bob.id, true);
  socket.lose();
  expect(typing()).toEqual([]);
});
