// Who is there: told to those who share a small conversation with somebody, and to nobody else.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEachDatabase } from "../harness/databases.js";
import { eventually } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

onEachDatabase("presence", (database) => {
  let linnet;
  before(async () => {
    linnet = await Linnet.start({ database, env: { LINNET_PRESENCE_GRACE_SECONDS: "1" } });
  });
  after(() => linnet.stop());

  /** Alice and Bob, who have written to each other. Bob is there; what led here was heard. */
  async function chat() {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const b = await bob.connect();
    const { conversationId } = await b.get("sendMsg", { toUserId: alice.id, msg: "hello" });
    return { alice, bob, b, conversationId };
  }
  const told = (socket, who, status) => socket.inbox.next("presenceChanged", (it) => it.userId === who.id && it.status === status);
  const ask = async (socket, ...people) => (await socket.get("getPresence", { userIds: people.map((it) => it.id) })).users;
  const settled = (socket) => socket.get("getUnreadMessages", {});
  /** Somebody who is surely told later than what happened before: when they are, nothing else is on its way. */
  async function later(socket, other) {
    const friend = await linnet.signUp("friend");
    await friend.befriend(other);
    const f = await friend.connect();
    await f.get("sendMsg", { toUserId: other.id, msg: "here" });
    await told(socket, friend, "online");
    f.disconnect();
    await told(socket, friend, "offline");
  }

  it("says who comes and who goes, and when they were last there", async () => {
    const { alice, bob, b } = await chat();
    assert.deepEqual(await ask(b, alice), [{ userId: alice.id, status: "offline", lastSeen: null }]);
    const a = await alice.connect();
    assert.deepEqual(await told(b, alice, "online"), { userId: alice.id, status: "online", lastSeen: null });
    assert.deepEqual(await ask(b, alice), [{ userId: alice.id, status: "online", lastSeen: null }]);
    assert.deepEqual(await ask(a, bob), [{ userId: bob.id, status: "online", lastSeen: null }]);
    const before = Date.now();
    a.disconnect();
    const gone = await told(b, alice, "offline");
    const lastSeen = Date.parse(gone.lastSeen);
    assert.ok(lastSeen >= before - 1_000 && lastSeen <= Date.now(), gone.lastSeen);
    assert.match(gone.lastSeen, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(await ask(b, alice), [gone]);
    await settled(b);
    assert.deepEqual(b.inbox.heard("presenceChanged"), [], "each change once, and nothing of oneself");
    await alice.connect();
    const back = { userId: alice.id, status: "online", lastSeen: null };
    assert.deepEqual(await told(b, alice, "online"), back, "who is there again was not last seen");
    assert.deepEqual(await ask(b, alice), [back]);
  });

  it("counts all of somebody's tabs and devices", async () => {
    const { alice, b } = await chat();
    const laptop = await alice.connect();
    const phone = await (await alice.anotherDevice()).connect();
    await told(b, alice, "online");
    laptop.disconnect();
    await later(b, linnet.people.find((it) => it.sockets.includes(b)));
    assert.deepEqual(b.inbox.heard("presenceChanged", (it) => it.userId === alice.id), [], "the phone is still there");
    assert.equal((await ask(b, alice))[0].status, "online");
    phone.disconnect();
    await told(b, alice, "offline");
  });

  it("says away when none of them is looked at", async () => {
    const { alice, b } = await chat();
    const laptop = await alice.connect();
    const phone = await (await alice.anotherDevice()).connect();
    await told(b, alice, "online");
    await laptop.get("setStatus", { active: false });
    await laptop.get("setStatus", { active: false });
    assert.equal((await ask(b, alice))[0].status, "online");
    await phone.get("setStatus", { active: false });
    assert.deepEqual(await told(b, alice, "away"), { userId: alice.id, status: "away", lastSeen: null });
    assert.deepEqual(await ask(b, alice), [{ userId: alice.id, status: "away", lastSeen: null }]);
    await laptop.get("setStatus", { active: true });
    await told(b, alice, "online");
    // The one that is looked at goes, and the other one is left.
    laptop.disconnect();
    await told(b, alice, "away");
    const tablet = await (await alice.anotherDevice()).connect();
    await told(b, alice, "online");
    tablet.disconnect();
    phone.disconnect();
    await told(b, alice, "offline");
    for (const wrong of [{}, { active: 1 }, { active: "no" }, null]) assert.equal((await b.ask("setStatus", wrong)).code, "malformed");
  });

  it("says nothing of who is back at once", async () => {
    const { alice, bob, b } = await chat();
    let a = await alice.connect();
    await told(b, alice, "online");
    for (let n = 0; n < 3; n += 1) {
      a.disconnect();
      a = await alice.connect();
    }
    await later(b, bob);
    assert.deepEqual(b.inbox.heard("presenceChanged", (it) => it.userId === alice.id), []);
  });

  it("is for those who share a small conversation, as long as they do", async () => {
    const [alice, bob, carol] = [await linnet.signUp("alice"), await linnet.signUp("bob"), await linnet.signUp("carol")];
    await alice.befriend(bob);
    await alice.befriend(carol);
    const a = await alice.connect();
    // Connected, and without a conversation: nothing.
    assert.deepEqual(await ask(a, bob, carol), []);
    const { body } = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id, carol.id] });
    const [b, c] = [await bob.connect(), await carol.connect()];
    for (const who of [bob, carol]) await told(a, who, "online");
    assert.deepEqual((await ask(c, bob, alice, { id: NOBODY }, carol)).map((it) => [it.userId, it.status]), [[bob.id, "online"], [alice.id, "online"]]);
    // Whoever asks about nobody that they may see learns nothing.
    const outsider = await linnet.signUp("outsider");
    assert.deepEqual(await ask(await outsider.connect(), alice, bob), []);
    await alice.http("DELETE", `/conversations/${body.id}/members/${bob.id}`);
    await b.inbox.next("conversationRemoved");
    assert.deepEqual([await ask(b, alice, carol), await ask(c, bob), await ask(a, bob)], [[], [], []]);
    for (const socket of [a, b, c]) {
      await settled(socket);
      socket.inbox.events.length = 0;
    }
    c.disconnect();
    await told(a, carol, "offline");
    b.disconnect();
    const again = await carol.connect();
    await told(a, carol, "online");
    await later(again, carol);
    await settled(a);
    assert.deepEqual(b.inbox.heard("presenceChanged"), []);
    for (const socket of [a, again]) assert.deepEqual(socket.inbox.heard("presenceChanged", (it) => it.userId === bob.id), []);
  });

  it("is for nobody across a block, at once, both ways, and comes back with its end", async () => {
    for (const blocker of ["alice", "bob"]) {
      const { alice, bob, b } = await chat();
      const a = await alice.connect();
      await told(b, alice, "online");
      const [who, whom] = blocker === "alice" ? [alice, bob] : [bob, alice];
      await who.http("PUT", `/blocks/${whom.id}`);
      // To each it looks as if the other one had left.
      assert.deepEqual(await told(a, bob, "offline"), { userId: bob.id, status: "offline", lastSeen: null });
      assert.deepEqual(await told(b, alice, "offline"), { userId: alice.id, status: "offline", lastSeen: null });
      assert.deepEqual([await ask(a, bob), await ask(b, alice)], [[], []]);
      await a.get("setStatus", { active: false });
      await later(b, bob);
      a.disconnect();
      await later(b, bob);
      assert.deepEqual(b.inbox.heard("presenceChanged", (it) => it.userId === alice.id), []);
      await who.http("DELETE", `/blocks/${whom.id}`);
      const { lastSeen } = await told(b, alice, "offline");
      assert.ok(lastSeen);
      assert.equal((await ask(b, alice))[0].lastSeen, lastSeen);
    }
  });

  it("stops with the answer to a block, in the middle of a storm", async () => {
    for (let round = 0; round < 2; round += 1) {
      const { alice, bob, b } = await chat();
      const a = await alice.connect();
      await told(b, alice, "online");
      let going = true;
      const storm = (async () => {
        for (let active = false; going; active = !active) {
          await a.get("setStatus", { active });
          await eventually("a second or so has passed", async () => (await settled(a), Date.now() % 1_200 < 100));
        }
      })();
      await told(b, alice, "away");
      await bob.http("PUT", `/blocks/${alice.id}`);
      await settled(b);
      await told(b, alice, "offline");
      await settled(b);
      const heard = b.inbox.heard("presenceChanged", (it) => it.userId === alice.id).length;
      await later(b, bob);
      going = false;
      await storm;
      assert.equal(b.inbox.heard("presenceChanged", (it) => it.userId === alice.id).length, heard);
    }
  });

  it("keeps last seen to oneself where one wants that, and shows nobody's then", async () => {
    const { alice, bob, b } = await chat();
    const a = await alice.connect();
    await told(b, alice, "online");
    const hide = (who, hidden) => who.http("PATCH", "/users/me", { privacy: { lastSeen: !hidden } });
    await hide(alice, true);
    a.disconnect();
    assert.deepEqual(await told(b, alice, "offline"), { userId: alice.id, status: "offline", lastSeen: null });
    assert.deepEqual(await ask(b, alice), [{ userId: alice.id, status: "offline", lastSeen: null }]);
    // Shown again while she is not there, and hidden again: whoever looks is told.
    await hide(alice, false);
    const { lastSeen } = await told(b, alice, "offline");
    assert.ok(lastSeen);
    await hide(alice, true);
    assert.equal((await told(b, alice, "offline")).lastSeen, null);
    await hide(alice, false);
    assert.equal((await told(b, alice, "offline")).lastSeen, lastSeen);
    // Bob hides his: from now on he is shown nobody's, on a socket that was there before as on a new one.
    await hide(bob, true);
    await b.inbox.next("notification");
    const late = await (await bob.anotherDevice()).connect();
    assert.equal((await ask(b, alice))[0].lastSeen, null);
    const again = await alice.connect();
    for (const socket of [b, late]) await told(socket, alice, "online");
    again.disconnect();
    for (const socket of [b, late]) assert.equal((await told(socket, alice, "offline")).lastSeen, null);
    for (const socket of [b, late]) {
      await settled(socket);
      assert.deepEqual(socket.inbox.heard("presenceChanged"), []);
    }
    // Somebody else is shown it all the same.
    const carol = await linnet.signUp("carol");
    await carol.befriend(alice);
    const c = await carol.connect();
    await c.get("sendMsg", { toUserId: alice.id, msg: "hi" });
    const once = await alice.connect();
    await told(c, alice, "online");
    once.disconnect();
    await c.inbox.next("presenceChanged", (it) => it.userId === alice.id && it.lastSeen !== null);
    await told(b, alice, "offline");
    await settled(b);
    assert.deepEqual(b.inbox.heard("presenceChanged", (it) => it.lastSeen !== null), []);
  });

  it("is asked within bounds", async () => {
    const { alice, b } = await chat();
    for (const wrong of [{}, { userIds: alice.id }, { userIds: ["x"] }, { userIds: [null] }, { userIds: Array(201).fill(alice.id) }, null]) {
      assert.equal((await b.ask("getPresence", wrong)).code, "malformed");
    }
    assert.deepEqual((await b.get("getPresence", { userIds: [] })).users, []);
    assert.equal((await b.get("getPresence", { userIds: Array(200).fill(alice.id) })).users.length, 1);
    const answers = await Promise.all(Array.from({ length: 125 }, () => b.ask("getPresence", { userIds: [alice.id] })));
    assert.equal(answers.at(-1).code, "rate_limited");
  });

  it("survives a restart: who was there when it stopped was last seen then", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, b] = [await alice.connect(), await bob.connect()];
    await b.get("sendMsg", { toUserId: alice.id, msg: "hello" });
    await told(b, alice, "online");
    alice.hangUp();
    const before = Date.now() - 60_000;
    await linnet.program.stop();
    await linnet.again();
    await eventually("bob is back", () => b.connected);
    const [seen] = await ask(b, alice);
    assert.equal(seen.status, "offline");
    assert.ok(Date.parse(seen.lastSeen) > before, JSON.stringify(seen));
    assert.ok(!a.connected);
  });
});
