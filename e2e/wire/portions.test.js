// Long messages: what is answered at once is bounded in bytes too, or a connection's queue would not take it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const LONG = "🐦".repeat(980);
const MESSAGES = 300;
const ALL = Array.from({ length: MESSAGES }, (_, n) => n + 1);

for (const database of DATABASES) {
  describe(`three hundred long messages on ${database}`, () => {
    let linnet;
    let alice;
    let bob;
    let conversationId;
    before(async () => {
      linnet = await Linnet.start({ database });
      [alice, bob] = await linnet.friends("alice", "bob");
      const a = await alice.connect();
      const sends = ALL.map((n) => a.get("sendMsg", { toUserId: bob.id, msg: `${n} ${LONG}` }));
      [{ conversationId }] = await Promise.all(sends);
    });
    after(() => linnet.stop());

    it("come by sync in portions, without a gap or a double", async () => {
      const b = await bob.connect();
      const got = [];
      const versions = {};
      for (let portion = 0; ; portion += 1) {
        assert.ok(portion < 10, "sync does not come to an end");
        const reply = await b.get("sync", { versions });
        assert.ok(JSON.stringify(reply).length * 2 < 1_048_576);
        for (const conversation of reply.conversations) {
          got.push(...conversation.messages.map((message) => message.sequence));
          versions[conversation.id] = conversation.version;
        }
        if (!reply.more) break;
      }
      assert.deepEqual(got, ALL);
      assert.deepEqual(Object.keys(versions), [conversationId]);
    });

    it("are counted by getUnreadMessages, which shows the newest of them", async () => {
      const b = await bob.connect();
      const { conversations } = await b.get("getUnreadMessages");
      assert.equal(conversations[0].unread, MESSAGES);
      const shown = conversations[0].messages.map((message) => message.sequence);
      assert.ok(shown.length > 10 && shown.length <= 100);
      assert.deepEqual(shown, ALL.slice(-shown.length));
    });

    it("come by joinChat, the rest at the next one, also when something is written meanwhile", async () => {
      const a = await alice.connect();
      const got = [];
      for (let visit = 0; got.length < MESSAGES; visit += 1) {
        assert.ok(visit < 10, "joinChat does not come to an end");
        const b = await bob.connect();
        await b.get("joinChat", { toUserId: alice.id });
        // It hears this one live, which must not count what lies between as delivered.
        if (visit === 0) {
          await a.get("sendMsg", { toUserId: bob.id, msg: "last" });
          await b.inbox.next("RecievedMsg", (message) => message.msg === "last");
        }
        const heard = b.inbox.heard("RecievedMsg").filter((message) => message.msg !== "last");
        got.push(...heard.map((message) => message.sequence));
        await b.get("leaveChat", { toUserId: alice.id });
        b.disconnect();
      }
      assert.deepEqual(got, ALL);
    });
  });
}
