import { describe, expect, it, vi } from "vitest";
import type { SendMsg } from "~/contract";
import { windowOf } from "~/features/messages/slice";
import { discard, retry, selectSlowed, send, sendable } from "~/features/outbox/slice";
import { signedOut } from "~/features/session/slice";
import { Database } from "~/storage/database";
import { client } from "~/test/client";
import { alice, bob, ModelConversation } from "~/test/model-server";

const toBob = `user:${bob.id}`;
const room = () => new ModelConversation("room");
const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

function texts({ store }: ReturnType<typeof client>, id = "room") {
  const chat = store.getState().messages.chats[id];
  return chat ? windowOf(chat).map((message) => message.msg) : [];
}
const states = ({ store }: ReturnType<typeof client>) =>
  store.getState().outbox.items.map((item) => item.state);

describe("the outbox", () => {
  it("shows a message at once and sends it, once", async () => {
    const here = client({ rooms: [room()] });
    here.signIn();
    void here.store.dispatch(send(toBob, "  hello  "));
    expect(states(here)).toEqual(["waiting"]);
    await until(() => expect(texts(here)).toEqual(["hello"]));
    await until(() => expect(states(here)).toEqual([]));
    expect(here.sent()).toEqual([
      { toUserId: bob.id, msg: "hello", tempId: expect.any(String), fromUserId: alice.id },
    ]);
    expect(await here.database.outbox.count()).toBe(0);
  });

  it("keeps what was written without a connection, and sends it in order when there is one", async () => {
    const here = client({ rooms: [room()] });
    here.socket.reachable = false;
    here.signIn();
    for (const text of ["one", "two", "three"]) await here.store.dispatch(send(toBob, text));
    expect(here.sent()).toEqual([]);
    here.socket.accept();
    await until(() => expect(texts(here)).toEqual(["one", "two", "three"]));
    expect(here.rooms[0]?.messages.map((message) => message.msg)).toEqual(["one", "two", "three"]);
  });

  it("waits for each acknowledgement before the next message of the same conversation", async () => {
    const here = client({ rooms: [room()] });
    const held: (() => void)[] = [];
    here.socket.answer = async (event, payload) => {
      if (event === "sendMsg") await new Promise<void>((resolve) => held.push(resolve));
      return here.answer(event, payload);
    };
    here.signIn();
    await here.store.dispatch(send(toBob, "one"));
    await here.store.dispatch(send(toBob, "two"));
    await until(() => expect(held).toHaveLength(1));
    expect(here.sent().map(({ msg }) => msg)).toEqual(["one"]);
    held[0]?.();
    await until(() => expect(held).toHaveLength(2));
    held[1]?.();
    await until(() => expect(texts(here)).toEqual(["one", "two"]));
  });

  it("survives a reload, and the retry has the same tempId: the message is there once", async () => {
    const database = new Database("reload");
    const rooms = [room()];
    const before = client({ database, rooms });
    before.socket.answer = (event, payload) => {
      const reply = before.answer(event, payload);
      // The server has it on its disk, and the acknowledgement is lost with the page.
      return event === "sendMsg" ? new Promise(() => {}) : reply;
    };
    before.signIn();
    await before.store.dispatch(send(toBob, "only once"));
    await until(() => expect(rooms[0]?.messages).toHaveLength(1));
    before.socket.lose();

    const after = client({ database, rooms });
    after.signIn();
    await until(() => expect(after.sent()).toHaveLength(1));
    expect(after.sent()[0]?.tempId).toBe(before.sent()[0]?.tempId);
    await until(() => expect(texts(after)).toEqual(["only once"]));
    expect(rooms[0]?.messages).toHaveLength(1);
    await until(async () => expect(await database.outbox.count()).toBe(0));
  });

  it("survives a page that is left before the database has answered, and takes its draft along", async () => {
    const database = new Database("left at once");
    await database.drafts.put({
      id: `${alice.id} ${toBob}`,
      userId: alice.id,
      key: toBob,
      text: "just in ti",
    });
    const before = client({ database });
    before.signIn();
    database.transaction = (() => new Promise(() => {})) as never;
    void before.store.dispatch(send(toBob, "just in time"));
    void before.store.dispatch(send(toBob, "and one more"));
    before.socket.lose();

    const rooms = [room()];
    const after = client({ database: new Database("left at once"), rooms });
    after.signIn();
    await until(() => expect(texts(after)).toEqual(["just in time", "and one more"]));
    expect(after.store.getState().composer.drafts).toEqual({});
    await until(async () => expect(await after.database.drafts.count()).toBe(0));
    expect(Object.keys(localStorage).filter((key) => key.includes("unstored"))).toEqual([]);
  });

  it("fails at once when sending again would be refused again, and lets what follows pass", async () => {
    const here = client({ rooms: [room()] });
    here.socket.answer = (event, payload) =>
      (payload as SendMsg).msg === "rude"
        ? { success: false, code: "blocked", error: "Cannot send message to this user" }
        : here.answer(event, payload);
    here.signIn();
    await here.store.dispatch(send(toBob, "rude"));
    await here.store.dispatch(send(toBob, "kind"));
    await until(() => expect(texts(here)).toEqual(["kind"]));
    await until(() => expect(states(here)).toEqual(["failed"]));
    expect(here.store.getState().outbox.items[0]?.reason?.message).toBe("Cannot send message to this user");
    expect((await here.database.outbox.toArray())[0]?.state).toBe("failed");
  });

  it("sends a failed message again under the same name, and forgets it when it is given up", async () => {
    const here = client({ rooms: [room()] });
    let refusing = true;
    here.socket.answer = (event, payload) =>
      event === "sendMsg" && refusing
        ? { success: false, code: "forbidden", error: "No." }
        : here.answer(event, payload);
    here.signIn();
    await here.store.dispatch(send(toBob, "first"));
    await here.store.dispatch(send(toBob, "second"));
    await until(() => expect(states(here)).toEqual(["failed", "failed"]));
    const [first, second] = here.store.getState().outbox.items;
    refusing = false;
    await here.store.dispatch(discard(first!.tempId));
    await here.store.dispatch(retry(second!.tempId));
    await until(() => expect(texts(here)).toEqual(["second"]));
    expect(here.sent().at(-1)?.tempId).toBe(second!.tempId);
    await until(async () => expect(await here.database.outbox.count()).toBe(0));
  });

  it("waits as long as the server says when it was too fast", async () => {
    const here = client({ rooms: [room()] });
    const times: number[] = [];
    here.socket.answer = (event, payload) => {
      if (event === "sendMsg") {
        times.push(performance.now());
        if (times.length === 1)
          return { success: false, code: "rate_limited", error: "Slow down.", retryAfterMs: 150 };
      }
      return here.answer(event, payload);
    };
    here.signIn();
    await here.store.dispatch(send(toBob, "patient"));
    await until(() => expect(selectSlowed(here.store.getState())).toBe(true));
    await until(() => expect(texts(here)).toEqual(["patient"]));
    expect(selectSlowed(here.store.getState())).toBe(false);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(145);
  });

  it("makes a conversation by writing into it, without a moment in which the message is nowhere", async () => {
    const here = client();
    here.signIn();
    const id = `room-with-${bob.id}`;
    let gone = false;
    here.store.subscribe(() => {
      const visible = here.store.getState().outbox.items.length > 0 || texts(here, id).length > 0;
      if (!visible && here.sent().length > 0) gone = true;
    });
    await here.store.dispatch(send(toBob, "hello you"));
    await until(() => expect(texts(here, id)).toEqual(["hello you"]));
    await until(() => expect(states(here)).toEqual([]));
    expect(gone).toBe(false);
  });

  it("is one in two tabs: both show it, and it arrives once", async () => {
    const database = new Database("tabs");
    const rooms = [room()];
    const left = client({ database, rooms });
    const right = client({ database: new Database("tabs"), rooms });
    left.socket.reachable = false;
    right.socket.reachable = false;
    left.signIn();
    right.signIn();
    await left.store.dispatch(send(toBob, "from the left"));
    await until(() => expect(states(right)).toEqual(["waiting"]));
    left.socket.accept();
    right.socket.accept();
    await until(() => expect(states(left)).toEqual([]));
    await until(() => expect(states(right)).toEqual([]));
    expect(rooms[0]?.messages).toHaveLength(1);
  });

  it("shows nobody's messages to the next account, and keeps them for their own", async () => {
    const database = new Database("accounts");
    const here = client({ database });
    here.socket.reachable = false;
    here.signIn();
    await here.store.dispatch(send(toBob, "private"));
    here.store.dispatch(signedOut());
    expect(states(here)).toEqual([]);
    const other = client({ database, me: bob });
    other.signIn();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states(other)).toEqual([]);
    expect(other.sent()).toEqual([]);
    expect(await database.outbox.count()).toBe(1);
  });

  it("takes out what the server would refuse without anybody having seen it", () => {
    expect(sendable(" a\r\nb\u0000\u0007\tc\ud800 ")).toBe("a\nb\tc\ufffd");
    expect(sendable(" \n\t ")).toBe("");
  });
});
