import { describe, expect, it } from "vitest";
import type { Message } from "~/contract";
import type { OutboxItem } from "~/features/outbox/slice";
import { alice, bob, ModelConversation } from "~/test/model-server";
import { rowsOf } from "./rows";

const item = (tempId: string, state: OutboxItem["state"] = "waiting"): OutboxItem => ({
  order: 1,
  tempId,
  key: `user:${bob.id}`,
  msg: `text of ${tempId}`,
  createdAt: "2026-05-03T10:00:00.000Z",
  state,
});

function setUp() {
  const room = new ModelConversation("room");
  const rows = (pending: OutboxItem[] = [], readBefore: number | null = null) =>
    rowsOf({ messages: room.messages, pending, members: room.members, me: alice.id, readBefore });
  return { room, rows };
}

describe("rows", () => {
  it("show how far one's own message has come", () => {
    const { room, rows } = setUp();
    room.send(alice, "hello");
    const progress = () => rows([item("waits"), item("failed", "failed")]).map((row) => row.progress);
    expect(progress()).toEqual(["sent", "sending", "failed"]);
    room.mark(bob.id, 1, 0);
    expect(progress()[0]).toBe("delivered");
    room.mark(bob.id, 1, 1);
    expect(progress()[0]).toBe("read");
  });

  it("show a message once, under one key, while the outbox and the server both know it", () => {
    const { room, rows } = setUp();
    const before = rows([item("t1")]).map((row) => row.key);
    room.send(alice, "text of t1", "t1");
    expect(rows([item("t1")]).map((row) => row.key)).toEqual(before);
    expect(rows([]).map((row) => row.key)).toEqual(before);
  });

  it("are not fooled by somebody else's tempId", () => {
    const { room, rows } = setUp();
    room.send(bob, "mine has the same name", "t1");
    expect(rows([item("t1")])).toHaveLength(2);
  });

  it("keep what one person writes within a moment together, and begin days and the unread", () => {
    const { room, rows } = setUp();
    for (const [who, text] of [
      [bob, "1"],
      [bob, "2"],
      [alice, "3"],
      [bob, "4"],
      [bob, "5"],
    ] as const) {
      room.send(who, text);
    }
    const next = room.send(bob, "6").payload as Message;
    next.timestamp = "2026-05-04T23:00:00.000Z";
    const shown = rows([], 4);
    expect(shown.map((row) => row.beginsGroup)).toEqual([true, false, true, true, true, true]);
    expect(shown.map((row) => row.endsGroup)).toEqual([false, true, true, true, true, true]);
    expect(shown.map((row) => row.beginsDay)).toEqual([true, false, false, false, false, true]);
    expect(shown.map((row) => row.beginsUnread)).toEqual([false, false, false, false, true, false]);
  });
});
