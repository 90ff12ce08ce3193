// Catching up: whoever slept, was cut off or was told too little gets what it missed, once.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

for (const database of DATABASES) {
  describe(`catching up on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database });
    });
    after(() => linnet.stop());

    async function chat(messages) {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const a = await alice.connect();
      let conversationId;
      const sent = [];
      for (let from = 0; from < messages; from += 100) {
        const batch = Array.from({ length: Math.min(100, messages - from) }, (_, n) =>
          a.get("sendMsg", { toUserId: bob.id, msg: `message ${from + n + 1}` }),
        );
        sent.push(...(await Promise.all(batch)));
        ({ conversationId } = sent[0]);
      }
      return { alice, bob, a, conversationId, sent };
    }

    it("tells a new device everything it is in", async () => {
      const { alice, bob, conversationId } = await chat(3);
      const b = await bob.connect();
      const { conversations, removed, more } = await b.get("sync", { versions: {} });
      assert.deepEqual([removed, more], [[], false]);
      assert.equal(conversations.length, 1);
      const [summary] = conversations;
      assert.equal(summary.id, conversationId);
      assert.equal(summary.kind, "direct");
      assert.deepEqual([summary.lastSequence, summary.readSequence, summary.unread], [3, 0, 3]);
      assert.equal(summary.lastMessage.msg, "message 3");
      assert.deepEqual(summary.members.map((it) => it.userId).sort(), [alice.id, bob.id].sort());
      assert.equal(summary.memberCount, 2);
      assert.deepEqual(summary.messages.map((it) => it.sequence), [1, 2, 3]);
      const own = summary.members.find((it) => it.userId === alice.id);
      assert.deepEqual([own.delivered, own.read], [3, 3], "who writes has read");
    });

    it("tells nothing to whoever has everything", async () => {
      const { bob, conversationId, sent } = await chat(2);
      const b = await bob.connect();
      const { conversations } = await b.get("sync", { versions: { [conversationId]: sent[1].version } });
      assert.deepEqual(conversations, []);
    });

    it("tells what changed since, oldest first", async () => {
      const { bob, conversationId, sent } = await chat(6);
      const b = await bob.connect();
      const { conversations } = await b.get("sync", { versions: { [conversationId]: sent[3].version } });
      assert.deepEqual(conversations[0].messages.map((it) => it.msg), ["message 5", "message 6"]);
      assert.equal(conversations[0].version, sent[5].version);
    });

    it("names conversations that one is not in as removed", async () => {
      const { bob } = await chat(1);
      const b = await bob.connect();
      const stranger = "0190a8b4-0000-7000-8000-000000000001";
      const { removed } = await b.get("sync", { versions: { [stranger]: 5 } });
      assert.deepEqual(removed, [stranger]);
    });

    it("starts anew where a version is claimed that there never was", async () => {
      const { bob, conversationId } = await chat(3);
      const b = await bob.connect();
      const { conversations } = await b.get("sync", { versions: { [conversationId]: 1_000_000 } });
      assert.equal(conversations[0].reset, true);
      assert.deepEqual(conversations[0].messages.map((it) => it.sequence), [1, 2, 3]);
    });

    it("comes in portions to whoever is far behind, without a gap or a double", async () => {
      const { bob, conversationId, sent } = await chat(900);
      const b = await bob.connect();
      const got = [];
      let version = sent[0].version;
      for (let portion = 0; ; portion += 1) {
        assert.ok(portion < 5, "sync does not come to an end");
        const { conversations, more } = await b.get("sync", { versions: { [conversationId]: version } });
        if (conversations.length > 0) {
          assert.ok(conversations[0].messages.length <= 500);
          assert.equal(conversations[0].reset ?? false, false);
          got.push(...conversations[0].messages);
          // The version that the client has after this portion, which is where it asks on from.
          assert.ok(conversations[0].version > version);
          version = conversations[0].version;
        }
        if (!more) break;
      }
      assert.deepEqual(got.map((it) => it.sequence), Array.from({ length: 899 }, (_, n) => n + 2));
    });

    it("resets whoever is further behind than a thousand changes", async () => {
      const { bob, conversationId } = await chat(1_050);
      const b = await bob.connect();
      const { conversations } = await b.get("sync", { versions: { [conversationId]: 1 } });
      assert.equal(conversations[0].reset, true);
      assert.deepEqual([conversations[0].messages[0].sequence, conversations[0].messages.at(-1).sequence], [1_001, 1_050]);
      assert.equal(conversations[0].messages.length, 50);
    });

    it("tells of receipts that were missed, which versions do not count", async () => {
      const { alice, a, bob, conversationId, sent } = await chat(2);
      const b = await bob.connect();
      await b.get("markRead", { conversationId, sequence: 2 });
      const { version } = sent[1];
      const unchanged = await a.get("sync", { versions: { [conversationId]: version } });
      assert.deepEqual(unchanged.conversations, []);
      // What alice knew: her own marks, and that bob had nothing.
      const { conversations } = await a.get("sync", { versions: { [conversationId]: version }, marks: { [conversationId]: 4 } });
      assert.equal(conversations.length, 1);
      assert.deepEqual(conversations[0].messages, []);
      assert.equal(conversations[0].members.find((it) => it.userId === bob.id).read, 2);
      const known = conversations[0].members.reduce((sum, it) => sum + it.delivered + it.read, 0);
      const again = await a.get("sync", { versions: { [conversationId]: version }, marks: { [conversationId]: known } });
      assert.deepEqual(again.conversations, []);
      assert.ok(alice.id);
    });

    it("gives a history page by page over HTTP, and only to members", async () => {
      const { alice, conversationId } = await chat(250);
      const outsider = await linnet.signUp("outsider");
      const got = [];
      let query = "";
      for (;;) {
        const { status, body } = await alice.http("GET", `/conversations/${conversationId}/messages?limit=100${query}`);
        assert.equal(status, 200);
        got.unshift(...body.messages);
        if (!body.more) break;
        query = `&before=${body.messages[0].sequence}`;
      }
      assert.deepEqual(got.map((it) => it.sequence), Array.from({ length: 250 }, (_, n) => n + 1));
      const around = await alice.http("GET", `/conversations/${conversationId}/messages?around=100&limit=10`);
      assert.ok(around.body.messages.some((it) => it.sequence === 100));
      const later = await alice.http("GET", `/conversations/${conversationId}/messages?after=248`);
      assert.deepEqual(later.body.messages.map((it) => it.sequence), [249, 250]);
      for (const wrong of ["limit=0", "limit=101", "limit=x", "before=-1", "before=1.5", "before=1&after=1"]) {
        assert.equal((await alice.http("GET", `/conversations/${conversationId}/messages?${wrong}`)).status, 400, wrong);
      }
      assert.equal((await outsider.http("GET", `/conversations/${conversationId}/messages`)).status, 404);
    });

    it("knows what is unread, and what was read elsewhere", async () => {
      const { alice, bob, conversationId } = await chat(3);
      const [b, phone] = [await bob.connect(), await (await bob.anotherDevice()).connect()];
      const before = await b.get("getUnreadMessages", {});
      assert.deepEqual(before.conversations.map((it) => [it.conversationId, it.unread, it.messages.map((m) => m.sequence)]), [
        [conversationId, 3, [1, 2, 3]],
      ]);
      await b.get("markRead", { conversationId, sequence: 2 });
      const seen = await phone.inbox.next("receiptUpdated", (it) => it.userId === bob.id && it.read === 2);
      assert.equal(seen.conversationId, conversationId);
      const after = await phone.get("getUnreadMessages", {});
      assert.deepEqual(after.conversations.map((it) => [it.unread, it.messages.map((m) => m.sequence)]), [[1, [3]]]);
      await phone.get("sendMsg", { toUserId: alice.id, msg: "an answer" });
      assert.deepEqual((await b.get("getUnreadMessages", {})).conversations, []);
    });
  });
}
