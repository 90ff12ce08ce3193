// Who is writing: told to those who could read it, at once, and not kept.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEachDatabase } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

onEachDatabase("typing", (database) => {
  let linnet;
  before(async () => {
    linnet = await Linnet.start({ database });
  });
  after(() => linnet.stop());

  /** What is volatile is lost where something else is just being sent: until all have heard that the last one came. */
  async function quiet([first, ...others], last) {
    await first.inbox.next("presenceChanged", (it) => it.userId === last.id);
    for (const socket of [first, ...others]) await settled(socket);
  }
  /** Alice with a laptop and a phone, and Bob. */
  async function chat() {
    const [alice, bob] = await linnet.friends("alice", "bob");
    await alice.http("POST", "/conversations", { kind: "direct", memberIds: [bob.id] });
    const [a, phone, b] = [await alice.connect(), await (await alice.anotherDevice()).connect(), await bob.connect()];
    await quiet([a, phone, b], bob);
    const { conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: "hello" });
    for (const socket of [a, phone, b]) await socket.inbox.next("RecievedMsg");
    return { alice, bob, a, phone, b, conversationId };
  }
  /** Three in a group. */
  async function garden() {
    const [alice, bob, carol] = await linnet.friends("alice", "bob", "carol");
    const { body } = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id, carol.id] });
    const [a, b, c] = [await alice.connect(), await bob.connect(), await carol.connect()];
    await quiet([a, b, c], carol);
    return { alice, bob, carol, a, b, c, conversationId: body.id };
  }
  /** Everything that was sent to the socket before is there now. */
  const settled = (socket) => socket.get("getUnreadMessages", {});

  it("is heard by the other one on all devices, and not by one's own", async () => {
    const { alice, bob, a, phone, b, conversationId } = await chat();
    const tablet = await (await bob.anotherDevice()).connect();
    await a.get("typing", { conversationId, isTyping: true });
    const event = { conversationId, userId: alice.id, name: "alice", isTyping: true };
    for (const socket of [b, tablet]) assert.deepEqual(await socket.inbox.next("typing"), event);
    await a.get("typing", { conversationId, isTyping: false });
    for (const socket of [b, tablet]) assert.deepEqual(await socket.inbox.next("typing"), { ...event, isTyping: false });
    // A person is as good a name as a conversation, and no callback is fine.
    b.emit("typing", { toUserId: alice.id, isTyping: true });
    for (const socket of [a, phone]) assert.equal((await socket.inbox.next("typing")).userId, bob.id);
    for (const socket of [a, phone, b, tablet]) {
      await settled(socket);
      assert.deepEqual(socket.inbox.heard("typing"), []);
    }
  });

  it("is told once for what is said many times a second, and an end only where there was a beginning", async () => {
    const { a, b, conversationId } = await chat();
    // Nothing of the kind was said: nobody hears that it is over.
    await a.get("typing", { conversationId, isTyping: false });
    await Promise.all(Array.from({ length: 50 }, () => a.get("typing", { conversationId, isTyping: true })));
    assert.equal((await b.inbox.next("typing")).isTyping, true);
    await settled(b);
    assert.ok(b.inbox.heard("typing").length <= 2, "a busy machine may take longer than a second");
    const answers = await Promise.all(Array.from({ length: 250 }, () => a.ask("typing", { conversationId, isTyping: true })));
    assert.equal(answers.at(-1).code, "rate_limited");
  });

  it("ends with the socket that said so, unless another one says it too", async () => {
    const { alice, a, phone, b, conversationId } = await chat();
    await a.get("typing", { conversationId, isTyping: true });
    assert.equal((await b.inbox.next("typing")).isTyping, true);
    a.disconnect();
    assert.deepEqual(await b.inbox.next("typing"), { conversationId, userId: alice.id, name: "alice", isTyping: false });
    // A transport that breaks is an end as well.
    await phone.get("typing", { conversationId, isTyping: true });
    await b.inbox.next("typing", (it) => it.isTyping);
    phone.io.engine.close();
    await b.inbox.next("typing", (it) => !it.isTyping);
    const [laptop, tablet] = [await alice.connect(), await (await alice.anotherDevice()).connect()];
    for (const socket of [laptop, tablet]) await socket.get("typing", { conversationId, isTyping: true });
    await b.inbox.next("typing", (it) => it.isTyping);
    laptop.disconnect();
    for (let round = 0; round < 10; round += 1) for (const socket of [tablet, b]) await settled(socket);
    assert.deepEqual(b.inbox.heard("typing", (it) => !it.isTyping), []);
  });

  it("is over when the message comes: the next one is told at once", async () => {
    const { a, b, conversationId } = await chat();
    await a.get("typing", { conversationId, isTyping: true });
    await b.inbox.next("typing");
    await a.get("sendMsg", { conversationId, msg: "there" });
    await b.inbox.next("RecievedMsg");
    await a.get("typing", { conversationId, isTyping: true });
    assert.equal((await b.inbox.next("typing")).isTyping, true);
  });

  it("makes no conversation, and says nothing to whom one has none with", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, b] = [await alice.connect(), await bob.connect()];
    await a.get("typing", { toUserId: bob.id, isTyping: true });
    await a.get("typing", { toUserId: NOBODY, isTyping: true });
    await settled(b);
    assert.deepEqual(b.inbox.heard("typing"), []);
    assert.deepEqual((await alice.http("GET", "/conversations")).body.conversations, []);
  });

  it("is refused where a message would be", async () => {
    const { a, b, conversationId } = await chat();
    const outsider = await linnet.signUp("outsider");
    const o = await outsider.connect();
    for (const id of [conversationId, NOBODY]) {
      assert.equal((await o.ask("typing", { conversationId: id, isTyping: true })).code, "not_found");
      assert.equal((await o.ask("typing", { conversationId: id, isTyping: false })).code, "not_found");
    }
    for (const wrong of [{}, { isTyping: true }, { conversationId }, { conversationId, isTyping: "yes" }, { conversationId, isTyping: 1 }, { conversationId: "x", isTyping: true }, { conversationId, toUserId: NOBODY, isTyping: true }, null]) {
      assert.equal((await a.ask("typing", wrong)).code, "malformed", JSON.stringify(wrong));
    }
    const parted = await chat();
    await parted.alice.http("DELETE", `/connections/${parted.bob.id}`);
    for (const socket of [parted.a, parted.b]) {
      assert.equal((await socket.ask("typing", { conversationId: parted.conversationId, isTyping: true })).code, "not_connected");
    }
    const [alice, carol] = await linnet.friends("alice", "carol");
    const channel = (await alice.http("POST", "/conversations", { kind: "channel", title: "News", posting: "admins", memberIds: [carol.id] })).body.id;
    const [c, a2] = [await carol.connect(), await alice.connect()];
    assert.equal((await c.ask("typing", { conversationId: channel, isTyping: true })).code, "forbidden");
    await a2.get("typing", { conversationId: channel, isTyping: true });
    await c.inbox.next("typing");
    await settled(b);
    await settled(a2);
    assert.deepEqual([...b.inbox.heard("typing"), ...a2.inbox.heard("typing")], []);
  });

  it("is not heard across a block, in either direction, in a group either", async () => {
    const { alice, bob, a, b, conversationId } = await chat();
    await alice.http("PUT", `/blocks/${bob.id}`);
    assert.equal((await a.ask("typing", { conversationId, isTyping: true })).code, "blocked");
    assert.equal((await b.ask("typing", { conversationId, isTyping: true })).code, "not_connected");
    for (const socket of [a, b]) {
      await settled(socket);
      assert.deepEqual(socket.inbox.heard("typing"), []);
    }
    const group = await garden();
    await group.alice.http("PUT", `/blocks/${group.bob.id}`);
    for (const [from, hears, deaf] of [[group.a, group.c, group.b], [group.b, group.c, group.a]]) {
      await from.get("typing", { conversationId: group.conversationId, isTyping: true });
      await hears.inbox.next("typing");
      await settled(deaf);
      assert.deepEqual(deaf.inbox.heard("typing"), []);
    }
  });

  it("stops with the answer to a block or a removal, in the middle of a storm", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { alice, bob, a, b, c, conversationId } = await garden();
      let going = true;
      const storm = (async () => {
        for (let n = 0; going && n < 100; n += 1) {
          await b.ask("typing", { conversationId, isTyping: true });
          await b.ask("typing", { conversationId, isTyping: false });
        }
      })();
      await a.inbox.gathered("typing", 4);
      if (round % 2) assert.equal((await alice.http("PUT", `/blocks/${bob.id}`)).status, 204);
      else assert.equal((await bob.http("PUT", `/blocks/${alice.id}`)).status, 204);
      await settled(a);
      const heard = a.inbox.heard("typing").length;
      going = false;
      await storm;
      await settled(c);
      c.inbox.events.length = 0;
      await b.get("typing", { conversationId, isTyping: true });
      await c.inbox.next("typing");
      await settled(a);
      assert.equal(a.inbox.heard("typing").length, heard);
    }
    const { alice, bob, a, b, c, carol, conversationId } = await garden();
    const storm = (async () => {
      for (let n = 0; n < 60; n += 1) await b.ask("typing", { conversationId, isTyping: n % 2 === 0 });
    })();
    await c.inbox.gathered("typing", 4);
    await alice.http("DELETE", `/conversations/${conversationId}/members/${carol.id}`);
    await settled(c);
    const heard = c.inbox.heard("typing").length;
    await storm;
    await settled(c);
    assert.equal(c.inbox.heard("typing").length, heard);
    assert.equal((await c.ask("typing", { conversationId, isTyping: true })).code, "not_found");
    await settled(a);
    assert.ok(bob);
  });

  it("does not cross a block where anyone may write to anyone either", async () => {
    const open = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "anyone" } });
    try {
      const [alice, bob] = [await open.signUp("alice"), await open.signUp("bob")];
      const [a, b] = [await alice.connect(), await bob.connect()];
      const { conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: "hello" });
      await b.inbox.next("RecievedMsg");
      await b.get("typing", { conversationId, isTyping: true });
      await a.inbox.next("typing");
      await b.get("typing", { conversationId, isTyping: false });
      await a.inbox.next("typing");
      await alice.http("PUT", `/blocks/${bob.id}`);
      assert.equal((await b.ask("typing", { conversationId, isTyping: true })).code, "not_connected");
      await settled(a);
      assert.deepEqual(a.inbox.heard("typing"), []);
    } finally {
      await open.stop();
    }
  });
});
