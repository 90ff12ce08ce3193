// How often somebody may do something.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { once } from "../harness/inbox.js";
import { Linnet } from "../harness/linnet.js";

describe("thirty messages a minute", () => {
  let linnet;
  before(async () => {
    linnet = await Linnet.start({ env: { LINNET_MESSAGES_PER_MINUTE: "30" } });
  });
  after(() => linnet.stop());

  it("are one person's, over all of their sockets, and tell when the next one is taken", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, second, b] = [await alice.connect(), await alice.connect(), await bob.connect()];
    for (let n = 0; n < 30; n += 1) await (n % 2 === 0 ? a : second).get("sendMsg", { toUserId: bob.id, msg: `${n}` });
    for (const socket of [a, second]) {
      const reply = await socket.ask("sendMsg", { toUserId: bob.id, msg: "one too many", tempId: "t" });
      assert.deepEqual([reply.success, reply.code], [false, "rate_limited"]);
      assert.ok(reply.retryAfterMs > 0 && reply.retryAfterMs <= 60_000, `${reply.retryAfterMs}`);
    }
    a.emit("sendMsg", { toUserId: bob.id, msg: "one too many" });
    const { message, resetTime } = await a.inbox.next("rateLimitExceeded");
    assert.equal(typeof message, "string");
    assert.ok(resetTime > Date.now() - 1_000 && resetTime <= Date.now() + 61_000, `${resetTime}`);
    assert.deepEqual(a.inbox.heard("sendError"), []);
    // The other person has a limit of their own, and nothing refused was written.
    assert.equal((await b.get("sendMsg", { toUserId: alice.id, msg: "and me?" })).sequence, 31);
  });

  it("are not used up by messages that are refused anyway", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const a = await alice.connect();
    for (let n = 0; n < 40; n += 1) assert.equal((await a.ask("sendMsg", { toUserId: bob.id, msg: "" })).code, "malformed");
    await a.get("sendMsg", { toUserId: bob.id, msg: "a good one" });
  });
});

describe("events of one socket", () => {
  it("are read more slowly when they flood, in order and without a loss, and others do not notice", async () => {
    const linnet = await Linnet.start({ env: { LINNET_EVENTS_PER_SECOND: "50" } });
    try {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const began = Date.now();
      const flood = Promise.all(Array.from({ length: 300 }, (_, n) => a.get("sendMsg", { toUserId: bob.id, msg: `${n}` })));
      let over = false;
      const acks = flood.finally(() => {
        over = true;
      });
      await b.get("getUnreadMessages", {});
      assert.equal(over, false, "somebody else waited");
      assert.deepEqual((await acks).map((ack) => ack.sequence), Array.from({ length: 300 }, (_, n) => n + 1));
      assert.ok(Date.now() - began > 1_000, "300 events took no longer than a few");
      assert.equal(a.connected, true);
    } finally {
      await linnet.stop();
    }
  });
});

describe("signing in", () => {
  it("has to wait after too many wrong passwords for one name, and only for that name", async () => {
    const linnet = await Linnet.start({ env: { LINNET_LOGIN_FAILURES_PER_ACCOUNT: "3" } });
    try {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const login = (username, password) => alice.http("POST", "/auth/login", { username, password });
      for (let n = 0; n < 3; n += 1) assert.equal((await login(alice.username, "wrong password")).status, 401);
      const limited = await login(alice.username, alice.password);
      assert.equal(limited.status, 429);
      assert.ok(Number(limited.headers.get("retry-after")) > 0);
      assert.equal(limited.body.code, "rate_limited");
      assert.equal((await login(bob.username, bob.password)).status, 200);
      // Who is signed in stays so.
      const socket = alice.dial();
      await once(socket, "connect");
    } finally {
      await linnet.stop();
    }
  });

  it("on one device too many signs the least recently used one out, on its sockets at once", async () => {
    const linnet = await Linnet.start({ env: { LINNET_DEVICES_PER_ACCOUNT: "2" } });
    try {
      const phone = await linnet.signUp("alice");
      const laptop = await phone.anotherDevice();
      const [onPhone, onLaptop] = [await phone.connect(), await laptop.connect()];
      const gone = once(onPhone, "disconnect");
      const tablet = await phone.anotherDevice();
      assert.deepEqual(await onPhone.inbox.next("sessionEnded"), { reason: "too_many_devices" });
      await gone;
      assert.equal((await phone.http("GET", "/users/me")).status, 401);
      await onLaptop.get("getUnreadMessages", {});
      await (await tablet.connect()).get("getUnreadMessages", {});
    } finally {
      await linnet.stop();
    }
  });
});
