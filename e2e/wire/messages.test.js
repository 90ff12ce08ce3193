// Writing to each other: who hears what, in which order, and how often.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

for (const database of DATABASES) {
  describe(`messages on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database });
    });
    after(() => linnet.stop());

    /** All connected with each other, but for the outsider. */
    async function people(...names) {
      const friends = await linnet.friends(...names.filter((name) => name !== "outsider"));
      return names.includes("outsider") ? [...friends, await linnet.signUp("outsider")] : friends;
    }

    it("reach both people, once, with what the contract says", async () => {
      const [alice, bob] = await people("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const { roomId } = await a.get("joinChat", { toUserId: bob.id });
      assert.match(roomId, UUID);
      assert.deepEqual(await a.inbox.next("joinedRoom"), { roomId });
      assert.equal((await b.get("joinChat", { toUserId: alice.id })).roomId, roomId, "both are in one room");

      const ack = await a.get("sendMsg", { toUserId: bob.id, msg: "  Hello, Bob!\n", tempId: "t1" });
      assert.match(ack.messageId, UUID);
      assert.match(ack.timestamp, ISO);
      assert.ok(Math.abs(Date.parse(ack.timestamp) - Date.now()) < 60_000);
      assert.deepEqual(
        { tempId: ack.tempId, sequence: ack.sequence, conversationId: ack.conversationId },
        { tempId: "t1", sequence: 1, conversationId: roomId },
      );
      for (const socket of [a, b]) {
        assert.deepEqual(await socket.inbox.next("RecievedMsg"), {
          id: ack.messageId,
          tempId: "t1",
          conversationId: roomId,
          roomId,
          sequence: 1,
          version: ack.version,
          name: "alice",
          fromUserId: alice.id,
          toUserId: bob.id,
          msg: "Hello, Bob!",
          timestamp: ack.timestamp,
          kind: "text",
        });
      }
    });

    it("reach every tab and device of both, and nobody else", async () => {
      const [alice, bob, outsider] = await people("alice", "bob", "outsider");
      const phone = await bob.anotherDevice();
      const hearing = [await alice.connect(), await alice.connect({ transports: ["polling"] }), await bob.connect(), await phone.connect()];
      const stranger = await outsider.connect();
      const { messageId, conversationId } = await hearing[0].get("sendMsg", { toUserId: bob.id, msg: "for us", tempId: "mine" });
      for (const socket of hearing) {
        const message = await socket.inbox.next("RecievedMsg");
        assert.equal(message.id, messageId);
        assert.equal(message.tempId, "mine");
      }
      // Whoever is not in it can neither hear it nor find out that it is there.
      for (const [event, payload] of [
        ["joinChat", { conversationId }],
        ["sendMsg", { conversationId, msg: "let me in" }],
        ["markRead", { conversationId, sequence: 1 }],
        ["markDelivered", { conversationId, sequence: 1 }],
      ]) {
        const reply = await stranger.ask(event, payload);
        assert.equal(reply.success, false, event);
        assert.ok(["not_found", "forbidden"].includes(reply.code), `${event}: ${reply.code}`);
        const nowhere = await stranger.ask(event, { ...payload, conversationId: "0190a8b4-0000-7000-8000-000000000001" });
        assert.deepEqual(nowhere, reply, `${event} tells a conversation that is there from one that is not`);
      }
      // Leaving is done when one is not there, whatever the reason.
      assert.deepEqual(await stranger.ask("leaveChat", { conversationId }), { success: true });
      const { conversations } = await stranger.get("sync", { versions: { [conversationId]: 0 } });
      assert.deepEqual(conversations, []);
      assert.deepEqual((await stranger.get("getUnreadMessages", {})).conversations, []);
      for (const path of [`/conversations/${conversationId}`, `/conversations/${conversationId}/messages`]) {
        assert.equal((await outsider.http("GET", path)).status, 404);
      }
      await hearing[2].get("sendMsg", { conversationId, msg: "still only us" });
      await hearing[0].inbox.next("RecievedMsg", (it) => it.msg === "still only us");
      await stranger.get("getUnreadMessages", {});
      assert.deepEqual(stranger.inbox.events, [], "the outsider heard something");
    });

    it("have one order for two senders and many receivers", async () => {
      const [alice, bob] = await people("alice", "bob");
      const senders = [await alice.connect(), await bob.connect()];
      const receivers = await Promise.all([alice.connect(), alice.connect({ transports: ["polling"] }), bob.connect(), bob.connect()]);
      const each = 100;
      const sent = senders.map((socket, who) =>
        Promise.all(
          Array.from({ length: each }, (_, n) =>
            socket.get("sendMsg", { toUserId: who === 0 ? bob.id : alice.id, msg: `${who}/${n}`, tempId: `${who}-${n}` }),
          ),
        ),
      );
      const acks = (await Promise.all(sent)).flat();
      assert.deepEqual(
        acks.map((ack) => ack.sequence).sort((x, y) => x - y),
        Array.from({ length: 2 * each }, (_, n) => n + 1),
        "the numbers are dense",
      );
      const orders = [];
      for (const socket of [...senders, ...receivers]) {
        const heard = await socket.inbox.gathered("RecievedMsg", 2 * each);
        assert.deepEqual(heard.map((message) => message.sequence), Array.from({ length: 2 * each }, (_, n) => n + 1));
        orders.push(heard.map((message) => message.msg).join());
      }
      assert.equal(new Set(orders).size, 1, "everyone has the same order");
      for (const who of [0, 1]) {
        const own = orders[0].split(",").filter((msg) => msg.startsWith(`${who}/`));
        assert.deepEqual(own, Array.from({ length: each }, (_, n) => `${who}/${n}`), "one sender's messages keep their order");
      }
    });

    it("are written once however often they are sent", async () => {
      const [alice, bob] = await people("alice", "bob");
      const [a, second, b] = [await alice.connect(), await alice.connect(), await bob.connect()];
      const message = { toUserId: bob.id, msg: "once", tempId: "the-one" };
      const answers = await Promise.all([...Array(5)].flatMap(() => [a.get("sendMsg", message), second.get("sendMsg", message)]));
      const later = await second.get("sendMsg", { ...message, msg: "the text of a retry does not count" });
      for (const answer of [...answers, later]) assert.deepEqual(answer, answers[0]);
      const end = await a.get("sendMsg", { toUserId: bob.id, msg: "end" });
      assert.equal(end.sequence, 2);
      await b.inbox.next("RecievedMsg", (it) => it.msg === "end");
      assert.equal(b.inbox.heard("RecievedMsg", (it) => it.tempId === "the-one").length, 1);
      // Another person's tempId is another message.
      const other = await b.get("sendMsg", { toUserId: alice.id, msg: "mine", tempId: "the-one" });
      assert.equal(other.sequence, 3);
    });

    it("are always from who sent them", async () => {
      const [alice, bob, outsider] = await people("alice", "bob", "outsider");
      const a = await alice.connect();
      const b = await bob.connect();
      const ack = await a.get("sendMsg", { toUserId: bob.id, msg: "hi", fromUserId: alice.id, fromUserName: "The Admin" });
      assert.equal((await b.inbox.next("RecievedMsg")).name, "alice", "the name is the server's");
      for (const [event, payload] of [
        ["sendMsg", { toUserId: bob.id, msg: "as someone else", tempId: "spoof" }],
        ["joinChat", { toUserId: bob.id }],
        ["leaveChat", { toUserId: bob.id }],
      ]) {
        const reply = await a.ask(event, { ...payload, fromUserId: outsider.id });
        assert.deepEqual([reply.success, reply.code], [false, "forbidden"], event);
      }
      a.emit("sendMsg", { toUserId: bob.id, msg: "as someone else", tempId: "spoof", fromUserId: outsider.id });
      assert.deepEqual(Object.entries(await a.inbox.next("sendError")).sort()[0], ["code", "forbidden"]);
      assert.equal((await a.get("sendMsg", { toUserId: bob.id, msg: "next" })).sequence, ack.sequence + 1, "nothing was written");
    });

    it("go to whoever is away when they come", async () => {
      const [alice, bob] = await people("alice", "bob");
      const a = await alice.connect();
      for (let n = 1; n <= 3; n += 1) await a.get("sendMsg", { toUserId: bob.id, msg: `while you were out ${n}` });
      // As the reference's client does: no callback, no `since`.
      const b = await bob.connect();
      b.emit("joinChat", { fromUserId: bob.id, toUserId: alice.id });
      await b.inbox.next("joinedRoom");
      const missed = await b.inbox.gathered("RecievedMsg", 3);
      assert.deepEqual(missed.map((message) => message.sequence), [1, 2, 3]);
      // A client that syncs says what it has, and is told nothing twice.
      const syncing = await bob.connect();
      await syncing.get("joinChat", { toUserId: alice.id, since: 0 });
      await syncing.get("getUnreadMessages", {});
      assert.deepEqual(syncing.inbox.heard("RecievedMsg"), []);
    });

    it("are not sent again by joinChat to someone who had them", async () => {
      const [alice, bob] = await people("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const { conversationId, sequence } = await a.get("sendMsg", { toUserId: bob.id, msg: "one" });
      await b.inbox.next("RecievedMsg");
      await b.get("markDelivered", { conversationId, sequence });
      await a.get("sendMsg", { toUserId: bob.id, msg: "two" });
      await b.inbox.next("RecievedMsg");
      b.disconnect();
      const back = await bob.connect();
      await back.get("joinChat", { toUserId: alice.id });
      assert.deepEqual((await back.inbox.gathered("RecievedMsg", 1)).map((it) => it.msg), ["two"]);
    });

    it("answer messages of their own conversation only", async () => {
      const [alice, bob, carol] = await people("alice", "bob", "carol");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const first = await a.get("sendMsg", { toUserId: bob.id, msg: "question" });
      await a.get("sendMsg", { toUserId: bob.id, msg: "answer", replyTo: first.messageId });
      assert.equal((await b.inbox.next("RecievedMsg", (it) => it.msg === "answer")).replyTo, first.messageId);
      const reply = await a.ask("sendMsg", { toUserId: carol.id, msg: "elsewhere", replyTo: first.messageId });
      assert.equal(reply.success, false);
    });

    it("to nobody, or to oneself, are refused", async () => {
      const [alice] = await people("alice");
      const a = await alice.connect();
      const nobody = await a.ask("sendMsg", { toUserId: "0190a8b4-0000-7000-8000-000000000001", msg: "hello?" });
      assert.deepEqual([nobody.success, nobody.code], [false, "not_found"]);
      const self = await a.ask("sendMsg", { toUserId: alice.id, msg: "dear diary" });
      assert.equal(self.success, false);
    });

    it("that were heard before joinChat are sent by it again, under the same id: the page may not have listened yet", async () => {
      const [alice, bob] = await people("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      await a.get("sendMsg", { toUserId: bob.id, msg: "early" });
      const heard = await b.inbox.next("RecievedMsg");
      await b.get("joinChat", { toUserId: alice.id });
      assert.deepEqual(await b.inbox.next("RecievedMsg"), heard);
      // It has spoken since it got it: now it is delivered, and comes no more.
      await b.get("joinChat", { toUserId: alice.id });
      assert.deepEqual(b.inbox.heard("RecievedMsg"), []);
    });

    it("are heard after leaveChat too, as the rest of the app shows unread counts", async () => {
      const [alice, bob] = await people("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      await b.get("joinChat", { toUserId: alice.id });
      await b.get("leaveChat", { toUserId: alice.id });
      await a.get("sendMsg", { toUserId: bob.id, msg: "are you there" });
      assert.equal((await b.inbox.next("RecievedMsg")).msg, "are you there");
    });
  });
}
