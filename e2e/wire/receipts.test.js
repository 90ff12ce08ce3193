// Delivered and read: two marks that only grow.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

for (const database of DATABASES) {
  describe(`receipts on ${database}`, () => {
    let linnet;
    let alice;
    let bob;
    let a;
    let b;
    let conversationId;
    before(async () => {
      linnet = await Linnet.start({ database });
      [alice, bob] = await linnet.friends("alice", "bob");
      a = await alice.connect();
      b = await bob.connect();
      for (let n = 1; n <= 5; n += 1) ({ conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: `${n}` }));
    });
    after(() => linnet.stop());

    const marks = async () => {
      const { body } = await alice.http("GET", `/conversations/${conversationId}`);
      const { delivered, read } = body.members.find((it) => it.userId === bob.id);
      return { delivered, read };
    };

    it("are told to both, and on all devices", async () => {
      const phone = await (await alice.anotherDevice()).connect();
      await b.get("markDelivered", { conversationId, sequence: 2 });
      for (const socket of [a, b, phone]) {
        assert.deepEqual(await socket.inbox.next("receiptUpdated", (it) => it.userId === bob.id), {
          conversationId,
          userId: bob.id,
          delivered: 2,
          read: 0,
        });
      }
    });

    it("of reading are receipts of delivery too", async () => {
      await b.get("markRead", { conversationId, sequence: 3 });
      const { delivered, read } = await a.inbox.next("receiptUpdated", (it) => it.read === 3);
      assert.deepEqual([delivered, read], [3, 3]);
      assert.deepEqual(await marks(), { delivered: 3, read: 3 });
    });

    it("never go back", async () => {
      await b.get("markRead", { conversationId, sequence: 1 });
      await b.get("markDelivered", { conversationId, sequence: 0 });
      assert.deepEqual(await marks(), { delivered: 3, read: 3 });
    });

    it("end at the last message, whatever is claimed", async () => {
      await b.get("markRead", { conversationId, sequence: Number.MAX_SAFE_INTEGER });
      assert.deepEqual(await marks(), { delivered: 5, read: 5 });
      await a.get("sendMsg", { toUserId: bob.id, msg: "6" });
      assert.deepEqual(await marks(), { delivered: 5, read: 5 });
    });

    it("survive a thousand at once, in any order", async () => {
      const last = (await a.get("sendMsg", { toUserId: bob.id, msg: "last" })).sequence;
      await Promise.all(
        Array.from({ length: 1_000 }, (_, n) =>
          b.get(n % 2 === 0 ? "markRead" : "markDelivered", { conversationId, sequence: ((n >> 1) * 3) % (last + 1) }),
        ),
      );
      assert.deepEqual(await marks(), { delivered: last, read: last });
    });

    it("in a group are told to everybody in it, as long as they are, and to nobody else", async () => {
      const carol = await linnet.signUp("carol");
      await carol.befriend(alice);
      const { body } = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id, carol.id] });
      const [c, o] = [await carol.connect(), await (await linnet.signUp("outsider")).connect()];
      const { sequence } = await a.get("sendMsg", { conversationId: body.id, msg: "hello" });
      const told = { conversationId: body.id, userId: bob.id, delivered: sequence, read: sequence };
      await b.get("markRead", { conversationId: body.id, sequence });
      for (const socket of [a, b, c]) {
        assert.deepEqual(await socket.inbox.next("receiptUpdated", (it) => it.conversationId === body.id && it.userId === bob.id), told);
      }
      for (const event of ["markRead", "markDelivered"]) {
        assert.equal((await o.ask(event, { conversationId: body.id, sequence })).code, "not_found");
      }
      await alice.http("DELETE", `/conversations/${body.id}/members/${carol.id}`);
      for (const event of ["markRead", "markDelivered"]) {
        assert.equal((await c.ask(event, { conversationId: body.id, sequence })).code, "not_found");
      }
      c.inbox.events.length = 0;
      await b.get("markRead", { conversationId: body.id, sequence: sequence + 1 });
      await a.inbox.next("receiptUpdated", (it) => it.conversationId === body.id && it.read === sequence + 1);
      for (const socket of [c, o]) {
        await socket.get("getUnreadMessages", {});
        assert.deepEqual(socket.inbox.heard("receiptUpdated"), []);
      }
    });

    it("of the sender follow what they write", async () => {
      const { sequence } = await b.get("sendMsg", { toUserId: alice.id, msg: "mine" });
      assert.deepEqual(await marks(), { delivered: sequence, read: sequence });
    });
  });
}
