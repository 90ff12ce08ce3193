// A block: nothing is written, seen or heard of any more between the two, at once, and whoever was blocked is not told.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

for (const database of DATABASES) {
  for (const policy of ["anyone", "connections"]) {
    describe(`blocks on ${database}, where ${policy} may write`, () => {
      let linnet;
      before(async () => {
        linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: policy } });
      });
      after(() => linnet.stop());

      async function connected() {
        const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
        const [a, b] = [await alice.connect(), await bob.connect()];
        await alice.http("POST", "/connections", { userId: bob.id });
        await bob.http("POST", `/connections/${alice.id}/accept`);
        const { conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: "hello" });
        await b.inbox.next("RecievedMsg");
        for (const socket of [a, b]) {
          await socket.inbox.next("connectionUpdated", (it) => it.state === "accepted");
          await socket.get("getUnreadMessages", {});
          // What led here is not what a test listens for.
          socket.inbox.events.length = 0;
        }
        return { alice, bob, a, b, conversationId };
      }
      const put = async (who, other) => assert.equal((await who.http("PUT", `/blocks/${other.id}`)).status, 204);
      const lift = async (who, other) => assert.equal((await who.http("DELETE", `/blocks/${other.id}`)).status, 204);
      const state = async (who, of) => (await who.http("GET", `/users/${of.id}`)).body.connection;

      it("end the connection, and to the one who was blocked it looks as if the other one had ended it", async () => {
        const { alice, bob, a, b, conversationId } = await connected();
        const phone = await (await alice.anotherDevice()).connect();
        await put(alice, bob);
        for (const socket of [a, phone]) assert.equal((await socket.inbox.next("connectionUpdated")).state, "blocked");
        const { user, state: seen } = await b.inbox.next("connectionUpdated");
        assert.deepEqual([user.id, seen], [alice.id, "none"]);
        assert.deepEqual([await state(alice, bob), await state(bob, alice)], ["blocked", "none"]);
        const { body } = await alice.http("GET", "/blocks");
        assert.deepEqual(body.blocks.map((block) => block.user.id), [bob.id]);
        assert.deepEqual((await bob.http("GET", "/blocks")).body, { blocks: [] });
        // Neither writes, in whichever way; and what bob hears is what he would if they were not connected.
        for (const target of [{ toUserId: alice.id }, { conversationId }]) {
          const refused = await b.ask("sendMsg", { ...target, msg: "why?" });
          assert.deepEqual([refused.code, refused.error], ["not_connected", "You can only message connected users"]);
        }
        for (const target of [{ toUserId: bob.id }, { conversationId }]) {
          assert.equal((await a.ask("sendMsg", { ...target, msg: "no" })).code, "blocked");
        }
        // What was written before stays readable for both.
        for (const who of [alice, bob]) {
          const page = await who.http("GET", `/conversations/${conversationId}/messages`);
          assert.deepEqual(page.body.messages.map((message) => message.msg), ["hello"]);
        }
        await b.get("joinChat", { toUserId: alice.id });
        // Again changes nothing and tells nobody.
        await put(alice, bob);
        await b.get("getUnreadMessages", {});
        assert.deepEqual([b.inbox.heard("connectionUpdated"), b.inbox.heard("notification")], [[], []]);
      });

      it("let the other one ask somebody who never hears of it, until the block is lifted", async () => {
        const { alice, bob, a, b } = await connected();
        await put(alice, bob);
        await a.inbox.next("connectionUpdated");
        await b.inbox.next("connectionUpdated");
        const asked = await bob.http("POST", "/connections", { userId: alice.id });
        assert.deepEqual([asked.status, asked.body.state, asked.body.user.id], [200, "requested", alice.id]);
        assert.equal((await b.inbox.next("connectionUpdated")).state, "requested");
        assert.equal(await state(bob, alice), "requested");
        await a.get("getUnreadMessages", {});
        assert.deepEqual([a.inbox.heard("connectionUpdated"), a.inbox.heard("notification")], [[], []]);
        assert.deepEqual((await alice.http("GET", "/connections")).body.connections, []);
        // Whoever blocks does not ask or accept.
        for (const answer of [await alice.http("POST", "/connections", { userId: bob.id }), await alice.http("POST", `/connections/${bob.id}/accept`)]) {
          assert.deepEqual([answer.status, answer.body.code], [403, "blocked"]);
        }
        await alice.http("DELETE", `/connections/${bob.id}`);
        assert.equal(await state(bob, alice), "requested");
        await lift(alice, bob);
        assert.equal((await a.inbox.next("connectionUpdated")).state, "received");
        await b.get("getUnreadMessages", {});
        assert.deepEqual(b.inbox.heard("connectionUpdated"), [], "bob is not told of the end of what he was not told of");
        await alice.http("POST", `/connections/${bob.id}/accept`);
        await a.get("sendMsg", { toUserId: bob.id, msg: "friends again" });
        assert.equal((await b.inbox.next("RecievedMsg")).msg, "friends again");
      });

      it("hold receipts back, both ways, and nothing shows when they began", async () => {
        const { alice, bob, a, b, conversationId } = await connected();
        await b.get("markRead", { conversationId, sequence: 1 });
        await a.inbox.next("receiptUpdated", (it) => it.userId === bob.id);
        const { sequence } = await a.get("sendMsg", { conversationId, msg: "2" });
        await b.get("sendMsg", { conversationId, msg: "3" });
        const marks = async (viewer, of) => {
          const { body } = await viewer.http("GET", `/conversations/${conversationId}`);
          const { delivered, read } = body.members.find((member) => member.userId === of.id);
          return [delivered, read, body.unread];
        };
        await put(alice, bob);
        assert.deepEqual((await marks(bob, alice)).slice(0, 2), [sequence, sequence], "what bob knew he goes on to know");
        const tablet = await (await alice.anotherDevice()).connect();
        await a.get("markRead", { conversationId, sequence: 3 });
        // Her own devices need it for the count of unread messages.
        assert.deepEqual(await tablet.inbox.next("receiptUpdated"), { conversationId, userId: alice.id, delivered: 3, read: 3 });
        await b.get("getUnreadMessages", {});
        assert.deepEqual(b.inbox.heard("receiptUpdated", (it) => it.userId === alice.id && it.read === 3), []);
        assert.deepEqual(await marks(bob, alice), [sequence, sequence, 0]);
        assert.deepEqual(await marks(alice, alice), [3, 3, 0]);
        const synced = await b.get("sync", { versions: { [conversationId]: 3 }, marks: { [conversationId]: 3 + 3 + sequence * 2 } });
        assert.deepEqual(synced.conversations, []);
        await lift(alice, bob);
        assert.deepEqual(await marks(bob, alice), [3, 3, 0]);
      });

      it("hold in the middle of a storm: from the answer on nothing comes any more", async () => {
        for (let round = 0; round < 5; round += 1) {
          const { alice, bob, a, b, conversationId } = await connected();
          let going = true;
          const storm = (async () => {
            const waiting = [];
            for (let n = 0; going && n < 5_000; n += 1) {
              waiting.push(b.ask("sendMsg", { conversationId, msg: `${n}` }), b.ask("markRead", { conversationId, sequence: n }));
              if (n % 20 === 0) await waiting.at(-1);
            }
            return Promise.all(waiting);
          })();
          await a.inbox.gathered("RecievedMsg", 10);
          await put(alice, bob);
          // Everything that was sent to this socket before the answer has arrived when a later question is answered.
          await a.get("getUnreadMessages", {});
          const heard = a.inbox.heard("RecievedMsg").length;
          const receipts = a.inbox.heard("receiptUpdated").length;
          const { body } = await alice.http("GET", `/conversations/${conversationId}`);
          going = false;
          const answers = await storm;
          assert.equal(answers.filter((answer) => answer.code === "not_connected").length > 0, true, "the storm went on after the block");
          await a.get("getUnreadMessages", {});
          assert.equal(a.inbox.heard("RecievedMsg").length, heard);
          assert.equal(a.inbox.heard("receiptUpdated").length, receipts);
          assert.equal((await alice.http("GET", `/conversations/${conversationId}`)).body.lastSequence, body.lastSequence);
        }
      });

      it("let nobody begin a conversation", async () => {
        const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
        const [a, b] = [await alice.connect(), await bob.connect()];
        await put(alice, bob);
        assert.equal((await b.ask("joinChat", { toUserId: alice.id })).code, "not_connected");
        assert.equal((await bob.http("POST", "/conversations", { kind: "direct", memberIds: [alice.id] })).body.code, "not_connected");
        assert.equal((await a.ask("joinChat", { toUserId: bob.id })).code, "blocked");
        await b.get("getUnreadMessages", {});
        assert.deepEqual(b.inbox.events, [], "a stranger's block is heard by nobody");
      });

      it("are refused with what is wrong", async () => {
        const alice = await linnet.signUp("alice");
        const code = async (method, path) => {
          const { status, body } = await alice.http(method, path);
          return [status, body?.code];
        };
        for (const method of ["PUT", "DELETE"]) {
          assert.deepEqual(await code(method, `/blocks/${alice.id}`), [400, "malformed"]);
          assert.deepEqual(await code(method, "/blocks/bob"), [400, "malformed"]);
          assert.deepEqual(await code(method, `/blocks/${NOBODY}`), [404, "not_found"]);
        }
        for (const query of ["?limit=0", "?limit=201", "?cursor=x"]) assert.deepEqual(await code("GET", `/blocks${query}`), [400, "malformed"]);
        const bob = await linnet.signUp("bob");
        await lift(alice, bob);
        const answers = await Promise.all(Array.from({ length: 130 }, () => alice.http("PUT", `/blocks/${bob.id}`)));
        assert.ok(answers.some(({ status, body }) => status === 429 && body.code === "rate_limited"));
        assert.equal((await alice.http("GET", "/blocks")).body.blocks.length, 1);
      });
    });
  }
}
