// Bad input gets a clear error and changes nothing, with a callback and without one.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { within } from "../harness/deadline.js";
import { once } from "../harness/inbox.js";
import { Linnet } from "../harness/linnet.js";

const SOMEONE = "0190a8b4-0000-7000-8000-000000000001";

function nested(depth, leaf = 1) {
  let value = leaf;
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** What no payload is. */
const NO_PAYLOADS = {
  null: null,
  "a number": 5,
  "a huge number": 1e308,
  "a string": "text",
  "a boolean": true,
  "an array": [],
  "an array of objects": [{}],
  "deep nesting": nested(2_000),
};

/** What no field of any payload is, whatever its type. */
const NO_FIELDS = {
  "an array": [],
  "an object": { $ne: null },
  "a boolean": true,
  "a fraction": 1.5,
  "a negative number": -1,
  "a number beyond 2^53": 2 ** 53,
  "a huge number": 1e300,
  "deep nesting": nested(500),
  "an empty string": "",
  "a lone surrogate": "a\ud800b",
  "a long string": "x".repeat(100_000),
  "control characters": "a\u0000b\u001b[31m",
};

for (const database of DATABASES) {
  describe(`malformed events on ${database}`, () => {
    let linnet;
    let alice;
    let bob;
    let socket;
    let conversationId;
    let messageId;
    let state;

    const stateOf = async (persona) => (await persona.http("GET", `/conversations/${conversationId}`)).body;

    before(async () => {
      linnet = await Linnet.start({ database });
      [alice, bob] = await linnet.friends("alice", "bob");
      socket = await alice.connect();
      ({ conversationId, messageId } = await socket.get("sendMsg", { toUserId: bob.id, msg: "before" }));
      state = [await stateOf(alice), await stateOf(bob)];
      socket.on("disconnect", (reason) => assert.fail(`disconnected: ${reason}`));
    });
    after(async () => {
      socket?.off("disconnect");
      await linnet.stop();
    });

    /** Valid payloads, with the fields that may be left out last. */
    const events = () => ({
      joinChat: [{ conversationId }, { fromUserId: alice.id, since: 0 }],
      leaveChat: [{ conversationId }, { fromUserId: alice.id }],
      sendMsg: [
        { conversationId, msg: "hi" },
        { tempId: "t", replyTo: SOMEONE, fromUserId: alice.id },
      ],
      editMsg: [{ messageId, msg: "hi" }, {}],
      deleteMsg: [{ messageId }, {}],
      reactMsg: [{ messageId, emoji: "👍", on: true }, {}],
      markRead: [{ conversationId, sequence: 1 }, {}],
      markDelivered: [{ conversationId, sequence: 1 }, {}],
      markUnread: [{ conversationId, sequence: 1 }, {}],
      typing: [{ conversationId, isTyping: true }, {}],
      setStatus: [{ active: true }, {}],
      getPresence: [{ userIds: [bob.id] }, {}],
      sync: [{ versions: {} }, { marks: {}, ownMarks: true }],
    });

    function check(reply, what) {
      assert.equal(reply?.success, false, `${what}: ${JSON.stringify(reply)?.slice(0, 300)}`);
      assert.equal(reply.code, "malformed", what);
      assert.ok(typeof reply.error === "string" && reply.error.length > 0 && reply.error.length < 400, `${what}: ${reply.error}`);
      assert.deepEqual(Object.keys(reply).sort(), ["code", "error", "success"], what);
    }

    it("whose payload is none at all", async () => {
      for (const event of Object.keys(events())) {
        check(await socket.ask(event), `${event} without a payload`);
        for (const [what, payload] of Object.entries(NO_PAYLOADS)) {
          check(await socket.ask(event, payload), `${event} with ${what}`);
        }
        check(await socket.ask(event, Buffer.from("binary")), `${event} with binary`);
      }
    });

    it("whose fields are wrong", async () => {
      for (const [event, [needed, optional]] of Object.entries(events())) {
        for (const [field, value] of Object.entries({ ...needed, ...optional })) {
          for (const [what, wrong] of Object.entries(NO_FIELDS)) {
            // Some of these are what some field may be.
            if (field === "msg" && what === "a long string") continue;
            if (["on", "isTyping", "active", "ownMarks"].includes(field) && what === "a boolean") continue;
            if (field === "userIds" && what === "an array") continue;
            if ((field === "versions" || field === "marks") && what === "an object") continue;
            const payload = { ...needed, ...optional, [field]: wrong };
            check(await socket.ask(event, payload), `${event} where ${field} is ${what} instead of ${JSON.stringify(value)}`);
          }
        }
        for (const field of Object.keys(needed)) {
          check(await socket.ask(event, { ...needed, [field]: undefined }), `${event} without ${field}`);
          check(await socket.ask(event, { ...needed, [field]: null }), `${event} where ${field} is null`);
        }
      }
    });

    it("whose message is empty, too long, or not text", async () => {
      for (const msg of ["", " \n\t ", "\u3000", "x".repeat(1_001), "\u{1f426}".repeat(1_001), "a\u0000b", "a\u001bb", "a\u007fb", "\ud800"]) {
        check(await socket.ask("sendMsg", { conversationId, msg }), `the message ${JSON.stringify(msg).slice(0, 40)}`);
      }
    });

    it("whose address is two, or none", async () => {
      check(await socket.ask("sendMsg", { conversationId, toUserId: bob.id, msg: "hi" }), "both");
      check(await socket.ask("sendMsg", { msg: "hi" }), "neither");
      check(await socket.ask("joinChat", { conversationId, toUserId: bob.id }), "both");
      check(await socket.ask("joinChat", {}), "neither");
      for (const id of ["__proto__", "0190a8b4", SOMEONE.toUpperCase().replace("-", ""), `${SOMEONE} `, "' OR 1=1 --"]) {
        check(await socket.ask("joinChat", { conversationId: id }), id);
      }
    });

    it("whose sync names too much or the wrong things", async () => {
      for (const versions of [{ x: 1 }, { [SOMEONE]: -1 }, { [SOMEONE]: "1" }, { [SOMEONE]: 1.5 }, { [SOMEONE]: 2 ** 60 }, { [SOMEONE]: null }, [1]]) {
        check(await socket.ask("sync", { versions }), JSON.stringify(versions));
      }
      const many = Object.fromEntries(
        Array.from({ length: 10_001 }, (_, n) => [`0190a8b4-0000-7000-8000-${n.toString(16).padStart(12, "0")}`, 0]),
      );
      check(await socket.ask("sync", { versions: many }), "10,001 conversations");
    });

    it("that do not exist", async () => {
      for (const name of ["dropTables", "__proto__", "constructor", "toString", "message", "SENDMSG", "", "x".repeat(10_000)]) {
        check(await socket.ask(name, { conversationId }), `the event ${name.slice(0, 20)}`);
      }
    });

    it("without a callback, as events of their own", async () => {
      socket.emit("sendMsg", { conversationId, msg: 5, tempId: "named" });
      const failed = await socket.inbox.next("sendError");
      assert.deepEqual(Object.keys(failed).sort(), ["code", "error", "tempId"]);
      assert.deepEqual([failed.code, failed.tempId], ["malformed", "named"]);
      socket.emit("sendMsg", { conversationId });
      assert.equal((await socket.inbox.next("sendError")).code, "malformed");
      for (const [event, ...payload] of [["joinChat", []], ["markRead"], ["nonsense", {}], ["sync", { versions: 1 }]]) {
        socket.emit(event, ...payload);
        const error = await socket.inbox.next("error");
        assert.deepEqual(Object.keys(error).sort(), ["code", "message"], event);
        assert.equal(error.code, "malformed", event);
      }
    });

    it("and a callback that is called once", async () => {
      let calls = 0;
      socket.emit("joinChat", null, () => {
        calls += 1;
      });
      check(await socket.ask("joinChat", null), "null");
      assert.equal(calls, 1);
    });

    it("take fields that they do not know", async () => {
      await socket.get("markDelivered", { conversationId, sequence: 1, mood: "fine", __proto__x: nested(20) });
      await socket.get("getUnreadMessages", { anything: 1 });
      await socket.get("getUnreadMessages");
    });

    it("change nothing", async () => {
      assert.deepEqual([await stateOf(alice), await stateOf(bob)], state);
      assert.deepEqual(socket.inbox.heard("RecievedMsg").map((it) => it.msg), ["before"]);
    });

    it("that are larger than a packet may be end the connection, and only that one", async () => {
      const other = await alice.connect();
      const lost = once(other, "disconnect");
      other.emit("sendMsg", { conversationId, msg: "x".repeat(1_100_000) });
      await within(20_000, "the connection is closed", lost);
      assert.equal(socket.connected, true);
      await socket.get("getUnreadMessages", {});
    });
  });
}
