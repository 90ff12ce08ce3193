// What happens to a message after it was written: edits, deletions, reactions, mentions. Who may, who hears of it, and that
// everything which shows messages shows them as they are.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HEART = "\u2764\ufe0f";

for (const database of DATABASES) {
  describe(`changes of messages on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database });
    });
    after(() => linnet.stop());

    /** Alice and Bob, connected, with a message of Alice's. */
    async function pair() {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const sent = await a.get("sendMsg", { toUserId: bob.id, msg: "helo", tempId: "first" });
      await b.inbox.next("RecievedMsg");
      return { alice, bob, a, b, ...sent };
    }

    /** A group of Alice, its owner, Bob and Carol, with a message of Bob's. */
    async function group(kind = "group") {
      const [alice, bob, carol] = await linnet.friends("alice", "bob", "carol");
      const made = await alice.http("POST", "/conversations", { kind, title: "Garden", memberIds: [bob.id, carol.id] });
      const conversationId = made.body.id;
      const [a, b, c] = [await alice.connect(), await bob.connect(), await carol.connect()];
      const { messageId, sequence } = await b.get("sendMsg", { conversationId, msg: "from bob" });
      for (const socket of [a, b, c]) await socket.inbox.next("RecievedMsg", (it) => it.id === messageId);
      return { alice, bob, carol, a, b, c, conversationId, messageId, sequence };
    }

    const everyChange = (messageId) => [
      ["editMsg", { messageId, msg: "changed" }],
      ["deleteMsg", { messageId }],
      ["reactMsg", { messageId, emoji: "👍", on: true }],
    ];
    const history = async (who, id) => (await who.http("GET", `/conversations/${id}/messages`)).body.messages;
    const summary = async (who, id) => (await who.http("GET", `/conversations/${id}`)).body;
    const codeOf = async (socket, event, payload) => {
      const reply = await socket.ask(event, payload);
      assert.equal(reply.success, false, `${event}: ${JSON.stringify(reply)}`);
      return reply.code;
    };

    it("an edit reaches every tab of everybody, once, with the next version", async () => {
      const { alice, bob, a, b, messageId, conversationId, version, timestamp } = await pair();
      const tabs = [a, b, await alice.connect(), await bob.connect({ transports: ["polling"] }), await (await bob.anotherDevice()).connect()];
      const reply = await a.get("editMsg", { messageId, msg: "  hello\n" });
      assert.deepEqual(reply, { success: true, version: version + 1 });
      let told;
      for (const socket of tabs) {
        told = await socket.inbox.next("msgUpdated");
        assert.match(told.editedAt, ISO);
        assert.deepEqual(told, {
          id: messageId,
          tempId: "first",
          conversationId,
          roomId: conversationId,
          sequence: 1,
          version: version + 1,
          name: "alice",
          fromUserId: alice.id,
          toUserId: bob.id,
          msg: "hello",
          timestamp,
          editedAt: told.editedAt,
          kind: "text",
        });
      }
      // The same text again: nothing changes, and nobody hears of it.
      assert.equal((await a.get("editMsg", { messageId, msg: "hello" })).version, version + 1);
      assert.deepEqual(await history(bob, conversationId), [told]);
      assert.deepEqual((await summary(bob, conversationId)).lastMessage, told);
      assert.deepEqual((await b.get("getUnreadMessages", {})).conversations[0].messages, [told]);
      const synced = await b.get("sync", { versions: { [conversationId]: version } });
      assert.deepEqual(synced.conversations[0].messages, [told]);
      assert.equal(synced.conversations[0].version, version + 1);
      for (const socket of tabs) assert.deepEqual(socket.inbox.heard("msgUpdated"), []);
    });

    it("a deleted message leaves its place, and its unread stays counted", async () => {
      const { bob, a, b, messageId, conversationId, version, timestamp, alice } = await pair();
      await b.get("reactMsg", { messageId, emoji: "👍", on: true });
      await a.get("editMsg", { messageId, msg: "still regretted" });
      const phone = await (await alice.anotherDevice()).connect();
      const deleted = await phone.get("deleteMsg", { messageId });
      assert.equal(deleted.version, version + 3);
      const tombstone = await b.inbox.next("msgUpdated", (it) => it.deletedAt);
      assert.deepEqual(tombstone, {
        id: messageId,
        tempId: "first",
        conversationId,
        roomId: conversationId,
        sequence: 1,
        version: version + 3,
        name: "alice",
        fromUserId: alice.id,
        toUserId: bob.id,
        msg: "",
        timestamp,
        deletedAt: tombstone.deletedAt,
        kind: "text",
      });
      assert.match(tombstone.deletedAt, ISO);
      assert.deepEqual(await a.get("deleteMsg", { messageId }), deleted, "again is the same answer");
      const seen = await summary(bob, conversationId);
      assert.deepEqual([seen.unread, seen.lastMessage, seen.version], [1, tombstone, version + 3]);
      assert.deepEqual(await history(bob, conversationId), [tombstone]);
      // What was deleted can be neither edited nor reacted to.
      assert.equal(await codeOf(a, "editMsg", { messageId, msg: "back" }), "forbidden");
      for (const on of [true, false]) assert.equal(await codeOf(b, "reactMsg", { messageId, emoji: "👍", on }), "forbidden");
      assert.equal((await summary(bob, conversationId)).version, version + 3);
      // The retry of a message that was deleted is answered like the first time.
      const retry = await a.get("sendMsg", { toUserId: bob.id, msg: "helo", tempId: "first" });
      assert.deepEqual([retry.messageId, retry.sequence, retry.version, retry.timestamp], [messageId, 1, version, timestamp]);
    });

    it("a deleted message is not said to a client that waits for messages, and the rest is", async () => {
      const { bob, a, b, alice, messageId } = await pair();
      b.disconnect();
      await a.get("sendMsg", { toUserId: bob.id, msg: "second" });
      const third = await a.get("sendMsg", { toUserId: bob.id, msg: "thrid" });
      await a.get("deleteMsg", { messageId });
      await a.get("editMsg", { messageId: third.messageId, msg: "third" });
      const back = await bob.connect();
      await back.get("joinChat", { toUserId: alice.id });
      const missed = await back.inbox.gathered("RecievedMsg", 2);
      assert.deepEqual(missed.map((message) => [message.sequence, message.msg]), [[2, "second"], [3, "third"]]);
      // It counts as delivered all the same: the next time there is nothing to send.
      await back.get("getUnreadMessages", {});
      back.disconnect();
      const again = await bob.connect();
      await again.get("joinChat", { toUserId: alice.id });
      await again.get("getUnreadMessages", {});
      assert.deepEqual(again.inbox.heard("RecievedMsg"), []);
    });

    it("reactions stand in the order of first use, twice is once, and off takes away", async () => {
      const { alice, bob, a, b, messageId, version } = await pair();
      const told = async (socket) => (await socket.inbox.next("msgUpdated")).reactions;
      assert.equal((await b.get("reactMsg", { messageId, emoji: HEART, on: true })).version, version + 1);
      assert.deepEqual(await told(a), [{ emoji: HEART, count: 1, userIds: [bob.id] }]);
      // However a keyboard spells it, it is the same heart.
      await a.get("reactMsg", { messageId, emoji: "\u2764", on: true });
      assert.deepEqual(await told(a), [{ emoji: HEART, count: 2, userIds: [bob.id, alice.id] }]);
      await a.get("reactMsg", { messageId, emoji: "👍🏽", on: true });
      await told(a);
      assert.equal((await b.get("reactMsg", { messageId, emoji: HEART, on: true })).version, version + 3, "twice is once");
      await b.get("reactMsg", { messageId, emoji: HEART, on: false });
      assert.deepEqual(await told(a), [
        { emoji: HEART, count: 1, userIds: [alice.id] },
        { emoji: "👍🏽", count: 1, userIds: [alice.id] },
      ]);
      await b.get("reactMsg", { messageId, emoji: "🎉", on: false });
      for (const emoji of [HEART, "👍🏽"]) await a.get("reactMsg", { messageId, emoji, on: false });
      await told(a);
      const last = await a.inbox.next("msgUpdated");
      assert.deepEqual([last.reactions, last.version], [undefined, version + 6]);
      assert.deepEqual(a.inbox.heard("msgUpdated"), []);
    });

    it("are told in the order of their versions, between the messages, without a hole", async () => {
      const { bob, a, b, conversationId, messageId, version } = await pair();
      const third = await bob.connect({ transports: ["polling"] });
      const work = [];
      for (let n = 0; n < 20; n += 1) {
        work.push(a.get("editMsg", { messageId, msg: `edit ${n}` }));
        work.push(b.get("sendMsg", { conversationId, msg: `message ${n}` }));
        work.push(b.get("reactMsg", { messageId, emoji: "👍", on: n % 2 === 0 }));
        work.push(third.get("reactMsg", { messageId, emoji: "🎉", on: n % 2 === 0 }));
      }
      const acks = await Promise.all(work);
      const expected = Array.from({ length: 80 }, (_, n) => version + 1 + n);
      assert.deepEqual(acks.map((ack) => ack.version).sort((x, y) => x - y), expected, "the versions are dense");
      for (const socket of [a, b, third]) {
        await socket.inbox.next("RecievedMsg", (it) => it.msg === "message 19");
        const versions = () =>
          socket.inbox.events
            .filter(({ name, payload }) => ["RecievedMsg", "msgUpdated"].includes(name) && payload.version > version)
            .map(({ payload }) => payload.version);
        await socket.inbox.gathered("msgUpdated", 60);
        const heard = versions();
        // The one that was waited for was taken.
        assert.deepEqual(heard, expected.filter((it) => heard.includes(it)), "in order");
        assert.equal(heard.length, 79);
      }
    });

    it("mention members by their username, when written and when edited", async () => {
      const { alice, bob, carol, a, b, c, conversationId } = await group();
      const outsider = await linnet.signUp("outsider");
      const at = (...people) => people.map((who) => `@${who.username}`).join(" ");
      const { messageId } = await a.get("sendMsg", { conversationId, msg: `${at(bob, outsider, bob)}, mail me@${carol.username}` });
      assert.deepEqual((await b.inbox.next("RecievedMsg", (it) => it.id === messageId)).mentions, [bob.id]);
      await a.get("editMsg", { messageId, msg: `(${at(carol).toUpperCase()}.) ${at(alice)}!` });
      const edited = await c.inbox.next("msgUpdated");
      assert.deepEqual(edited.mentions, [carol.id, alice.id]);
      assert.deepEqual((await history(bob, conversationId)).at(-1), edited);
      await a.get("deleteMsg", { messageId });
      assert.equal((await c.inbox.next("msgUpdated")).mentions, undefined);
    });

    it("an answer knows the place of what it answers, also when that is deleted", async () => {
      const { bob, a, b, messageId, conversationId } = await pair();
      const { messageId: answer } = await b.get("sendMsg", { conversationId, msg: "yes", replyTo: messageId });
      const heard = await a.inbox.next("RecievedMsg", (it) => it.id === answer);
      assert.deepEqual([heard.replyTo, heard.replySequence], [messageId, 1]);
      await a.get("deleteMsg", { messageId });
      const [quoted, shown] = await history(bob, conversationId);
      assert.deepEqual([shown, quoted.msg], [heard, ""]);
    });

    it("are refused to who is not a member, as if there were no such message", async () => {
      const { bob, conversationId, messageId } = await group();
      const outsider = await linnet.signUp("outsider");
      const stranger = await outsider.connect();
      const before = await summary(bob, conversationId);
      for (const [event, payload] of everyChange(messageId)) {
        const reply = await stranger.ask(event, payload);
        assert.deepEqual([reply.success, reply.code], [false, "not_found"], event);
        assert.deepEqual(await stranger.ask(event, { ...payload, messageId: NOBODY }), reply, event);
      }
      assert.deepEqual(await summary(bob, conversationId), before);
      assert.deepEqual(stranger.inbox.events, []);
    });

    it("of others' words are refused to members, and owners and admins delete them", async () => {
      const { alice, carol, a, b, c, conversationId, messageId } = await group();
      assert.equal(await codeOf(c, "editMsg", { messageId, msg: "not hers" }), "forbidden");
      assert.equal(await codeOf(c, "deleteMsg", { messageId }), "forbidden");
      assert.equal(await codeOf(a, "editMsg", { messageId, msg: "an owner rewords nobody" }), "forbidden");
      // System messages stay as they are.
      const system = (await history(alice, conversationId)).find((message) => message.kind === "system");
      for (const [event, payload] of everyChange(system.id)) assert.equal(await codeOf(a, event, payload), "forbidden", event);
      await alice.http("PATCH", `/conversations/${conversationId}/members/${carol.id}`, { role: "admin" });
      await c.get("deleteMsg", { messageId });
      assert.ok((await b.inbox.next("msgUpdated")).deletedAt);
    });

    it("end with the removal, for the live socket too", async () => {
      const { alice, bob, a, b, conversationId, messageId } = await group();
      assert.equal((await alice.http("DELETE", `/conversations/${conversationId}/members/${bob.id}`)).status, 204);
      for (const [event, payload] of everyChange(messageId)) assert.equal(await codeOf(b, event, payload), "not_found", event);
      await a.get("reactMsg", { messageId, emoji: "👍", on: true });
      await b.get("getUnreadMessages", {});
      assert.deepEqual(b.inbox.heard("msgUpdated"), []);
    });

    it("that come after a removal are not heard by who was removed, however many there are at once", async () => {
      const { alice, bob, a, b, c, conversationId, messageId } = await group();
      const work = [];
      let removal;
      for (let n = 0; n < 30; n += 1) {
        work.push(a.ask("reactMsg", { messageId, emoji: "👍", on: n % 2 === 0 }));
        work.push(c.ask("reactMsg", { messageId, emoji: "🎉", on: n % 2 === 0 }));
        work.push(b.ask("editMsg", { messageId, msg: `edit ${n}` }));
        if (n === 10) removal = alice.http("DELETE", `/conversations/${conversationId}/members/${bob.id}`);
      }
      assert.equal((await removal).status, 204);
      const replies = await Promise.all(work);
      const { version } = await a.inbox.next("RecievedMsg", (it) => it.system?.type === "memberRemoved");
      const bobs = replies.filter((_, n) => n % 3 === 2);
      assert.ok(bobs.every((reply) => (reply.success ? reply.version < version : reply.code === "not_found")), JSON.stringify(bobs));
      assert.ok(bobs.some((reply) => !reply.success), "all of it was over before the removal");
      await b.get("getUnreadMessages", {});
      const heard = b.inbox.heard("msgUpdated").map((it) => it.version);
      assert.ok(heard.every((it) => it < version), `${heard} after ${version}`);
      const missed = a.inbox.heard("msgUpdated", (it) => it.version < version && !heard.includes(it.version));
      assert.deepEqual(missed, [], "until then he hears everything");
    });

    it("where only admins write: members react and take back, and do not edit", async () => {
      const { alice, b, conversationId, messageId } = await group("channel");
      await alice.http("PATCH", `/conversations/${conversationId}`, { posting: "admins" });
      assert.equal(await codeOf(b, "editMsg", { messageId, msg: "x" }), "forbidden");
      await b.get("reactMsg", { messageId, emoji: "👍", on: true });
      await b.get("deleteMsg", { messageId });
    });

    it("between people of whom one blocked the other are refused, but for taking back", async () => {
      const { alice, bob, a, b, messageId, conversationId } = await pair();
      const { messageId: bobs } = await b.get("sendMsg", { conversationId, msg: "from bob" });
      await alice.http("PUT", `/blocks/${bob.id}`);
      assert.equal(await codeOf(a, "editMsg", { messageId, msg: "x" }), "blocked");
      assert.equal(await codeOf(b, "editMsg", { messageId: bobs, msg: "x" }), "not_connected");
      for (const on of [true, false]) {
        assert.equal(await codeOf(a, "reactMsg", { messageId: bobs, emoji: "👍", on }), "blocked");
        assert.equal(await codeOf(b, "reactMsg", { messageId, emoji: "👍", on }), "not_connected");
      }
      await b.get("deleteMsg", { messageId: bobs });
      await a.get("deleteMsg", { messageId });
      assert.deepEqual((await history(alice, conversationId)).map((message) => message.msg), ["", ""]);
    });

    it("between people who parted: no edit, as no message", async () => {
      const { alice, bob, a, b, messageId } = await pair();
      assert.equal((await bob.http("DELETE", `/connections/${alice.id}`)).status, 204);
      assert.equal(await codeOf(a, "editMsg", { messageId, msg: "x" }), "not_connected");
      await b.get("reactMsg", { messageId, emoji: "👍", on: true });
    });

    it("without a callback fail as events, and succeed in silence", async () => {
      const { a, b, messageId } = await pair();
      for (const [event, payload] of everyChange(NOBODY)) {
        a.emit(event, payload);
        assert.equal((await a.inbox.next("error")).code, "not_found", event);
      }
      b.emit("editMsg", { messageId, msg: "not his" });
      assert.equal((await b.inbox.next("error")).code, "forbidden");
      for (const [event, payload] of everyChange(messageId).reverse()) {
        a.emit(event, payload);
        await b.inbox.next("msgUpdated");
        if (event === "deleteMsg") break;
      }
      assert.deepEqual([a.inbox.heard("error"), a.inbox.heard("sendError")], [[], []]);
    });

    it("are bounded: the text as in a message, one emoji, and twenty of them", async () => {
      const { bob, a, messageId, conversationId, version } = await pair();
      for (const msg of ["", "  ", "x".repeat(1_001), "a\u0000b"]) assert.equal(await codeOf(a, "editMsg", { messageId, msg }), "malformed");
      for (const emoji of ["", "a", "👍👍", " 👍", "👍".repeat(50), "1", "\u200d", "<b>", "🇩"]) {
        assert.equal(await codeOf(a, "reactMsg", { messageId, emoji, on: true }), "malformed", emoji);
      }
      assert.equal((await summary(bob, conversationId)).version, version);
      const twenty = Array.from({ length: 20 }, (_, n) => String.fromCodePoint(0x1f600 + n));
      for (const emoji of twenty) await a.get("reactMsg", { messageId, emoji, on: true });
      assert.equal(await codeOf(a, "reactMsg", { messageId, emoji: "👍", on: true }), "limit_reached");
      assert.deepEqual((await history(bob, conversationId))[0].reactions.map((it) => it.emoji), twenty);
    });
  });
}

describe("changes of messages, where eight messages a minute are allowed", () => {
  let linnet;
  before(async () => {
    linnet = await Linnet.start({ env: { LINNET_MESSAGES_PER_MINUTE: "8" } });
  });
  after(() => linnet.stop());

  it("count: an edit as a message, deletions and reactions four times as often", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, b] = [await alice.connect(), await bob.connect()];
    const { messageId } = await a.get("sendMsg", { toUserId: bob.id, msg: "0" });
    for (let n = 1; n < 8; n += 1) await a.get("editMsg", { messageId, msg: `${n}` });
    const edit = await a.ask("editMsg", { messageId, msg: "too often" });
    assert.deepEqual([edit.code, edit.retryAfterMs > 0], ["rate_limited", true]);
    assert.equal((await a.ask("sendMsg", { toUserId: bob.id, msg: "too often" })).code, "rate_limited");
    for (let n = 0; n < 31; n += 1) await a.get("reactMsg", { messageId, emoji: "👍", on: n % 2 === 0 });
    await a.get("deleteMsg", { messageId });
    assert.equal((await a.ask("deleteMsg", { messageId })).code, "rate_limited");
    a.emit("reactMsg", { messageId, emoji: "👍", on: true });
    assert.ok((await a.inbox.next("rateLimitExceeded")).resetTime > 0);
    // Somebody else has limits of their own.
    await b.get("sendMsg", { toUserId: alice.id, msg: "and me?" });
  });
});
