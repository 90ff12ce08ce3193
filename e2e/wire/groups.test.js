// Groups: made, changed, joined and left; every change is a message, and who is out hears nothing more.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";
import { png } from "../harness/png.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

for (const database of DATABASES) {
  describe(`groups on ${database}`, () => {
    let linnet;
    before(async () => {
      // Whom one may write to is what other tests are about.
      linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "anyone" } });
    });
    after(() => linnet.stop());

    const people = (...names) => Promise.all(names.map((name) => linnet.signUp(name)));

    async function ok(person, method, path, body, status = 200) {
      const answer = await person.http(method, path, body);
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    }

    async function refused(person, method, path, body, status, code) {
      const answer = await person.http(method, path, body);
      assert.deepEqual([answer.status, answer.body?.code], [status, code], `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    }

    const group = (owner, members, more = {}) =>
      ok(owner, "POST", "/conversations", { kind: "group", title: "Garden", memberIds: members.map((it) => it.id), ...more }, 201);

    it("begin with a message that says so, heard on the sockets that are there already", async () => {
      const [alice, bob, carol, outsider] = await people("alice", "bob", "carol", "outsider");
      const [a, b, o] = await Promise.all([alice, bob, outsider].map((it) => it.connect()));
      const made = await group(alice, [bob, carol], { topic: "Tomatoes" });
      assert.deepEqual(
        [made.kind, made.title, made.topic, made.posting, made.version, made.lastSequence, made.unread, made.memberCount],
        ["group", "Garden", "Tomatoes", "all", 1, 1, 0, 3],
      );
      assert.deepEqual(made.members.map((it) => [it.userId, it.role]), [[alice.id, "owner"], [bob.id, "member"], [carol.id, "member"]]);
      for (const socket of [a, b]) {
        const said = await socket.inbox.next("RecievedMsg");
        assert.deepEqual([said.conversationId, said.kind, said.sequence, said.version, said.fromUserId], [made.id, "system", 1, 1, alice.id]);
        assert.deepEqual(said.system, { type: "created", title: "Garden", users: [{ id: bob.id, name: "bob" }, { id: carol.id, name: "carol" }] });
        assert.equal(said.msg, "alice created “Garden” with bob and carol.");
      }
      const shown = await b.inbox.next("conversationUpdated", (it) => it.id === made.id);
      assert.deepEqual([shown.title, shown.unread, shown.lastMessage.sequence], ["Garden", 1, 1]);
      // Whoever was there from the beginning writes and hears at once, in one order.
      const sent = await b.get("sendMsg", { conversationId: made.id, msg: "hello all" });
      assert.deepEqual([sent.sequence, sent.version], [2, 2]);
      const heard = await a.inbox.next("RecievedMsg");
      assert.deepEqual([heard.msg, heard.sequence, heard.toUserId], ["hello all", 2, undefined]);
      // Carol comes later and catches up.
      const c = await carol.connect();
      const { conversations } = await c.get("sync", { versions: {} });
      assert.deepEqual(conversations[0].messages.map((it) => it.kind), ["system", "text"]);
      assert.equal((await c.get("getUnreadMessages", {})).conversations[0].unread, 2);
      await c.get("markRead", { conversationId: made.id, sequence: 2 });
      assert.equal((await a.inbox.next("receiptUpdated", (it) => it.userId === carol.id)).read, 2);
      assert.equal((await o.ask("sendMsg", { conversationId: made.id, msg: "let me in" })).code, "not_found");
      assert.deepEqual(o.inbox.events, []);
    });

    it("are changed by messages in the order of the rest", async () => {
      const [alice, bob, carol] = await people("alice", "bob", "carol");
      const { id } = await group(alice, [bob]);
      const b = await bob.connect();
      const path = `/conversations/${id}`;
      const edited = await ok(alice, "PATCH", path, { title: " Balcony ", topic: "Herbs", posting: "admins" });
      assert.deepEqual([edited.title, edited.topic, edited.posting, edited.version], ["Balcony", "Herbs", "admins", 4]);
      await ok(alice, "PATCH", path, { title: "Balcony" });
      await ok(alice, "POST", `${path}/members`, { userIds: [carol.id, bob.id] });
      await ok(alice, "PATCH", `${path}/members/${carol.id}`, { role: "admin" });
      await ok(carol, "DELETE", `${path}/members/${carol.id}`, undefined, 204);
      await ok(alice, "PATCH", path, { topic: "" });
      const heard = await b.inbox.gathered("RecievedMsg", 7);
      assert.deepEqual(heard.map((it) => [it.version, it.system]), [
        [2, { type: "titleChanged", title: "Balcony" }],
        [3, { type: "topicChanged", topic: "Herbs" }],
        [4, { type: "postingChanged", posting: "admins" }],
        [5, { type: "membersAdded", users: [{ id: carol.id, name: "carol" }] }],
        [6, { type: "roleChanged", user: { id: carol.id, name: "carol" }, role: "admin" }],
        [7, { type: "memberLeft" }],
        [8, { type: "topicChanged", topic: null }],
      ]);
      const shown = await b.inbox.next("conversationUpdated", (it) => it.version === 8);
      assert.deepEqual([shown.title, shown.topic, shown.memberCount, shown.unread], ["Balcony", null, 2, 8]);
      // A member may not write now, and is told so in both ways.
      const reply = await b.ask("sendMsg", { conversationId: id, msg: "may I?" });
      assert.deepEqual([reply.success, reply.code, reply.error], [false, "forbidden", "Only owners and admins write here."]);
      b.emit("sendMsg", { conversationId: id, msg: "may I?", tempId: "t" });
      assert.deepEqual((await b.inbox.next("sendError")).code, "forbidden");
      assert.equal((await ok(bob, "GET", `${path}/messages`)).messages.length, 8);
    });

    it("have a picture, which is a change like any other", async () => {
      const [alice, bob, outsider] = await people("alice", "bob", "outsider");
      const { id } = await group(alice, [bob]);
      const b = await bob.connect();
      const path = `/conversations/${id}/avatar`;
      const upload = (who, file) => linnet.bytes(who, "PUT", `/api/v1${path}`, file, { "content-type": "image/png" });
      const set = async (colour) => {
        const { status, body } = await upload(alice, png(40, 20, { colour }));
        assert.equal(status, 200, body.toString());
        return JSON.parse(body).avatarUrl;
      };
      const first = await set([0, 0, 255]);
      assert.match(first, /^\/api\/v1\/avatars\/[0-9a-f-]{36}$/);
      assert.equal((await linnet.bytes(bob, "GET", first)).body.subarray(8, 12).toString(), "WEBP");
      const said = await b.inbox.next("RecievedMsg", (it) => it.sequence === 2);
      assert.deepEqual([said.version, said.system, said.msg], [2, { type: "avatarChanged", avatarUrl: first }, "alice changed the picture."]);
      assert.equal((await b.inbox.next("conversationUpdated", (it) => it.version === 2)).avatarUrl, first);
      // Another one takes its place.
      const second = await set([255, 0, 0]);
      assert.notEqual(second, first);
      assert.equal((await linnet.bytes(bob, "GET", first)).status, 404);
      // Who may not, what is no picture, and who is not there: nothing changes.
      assert.deepEqual([(await upload(bob, png(4, 4))).status, (await upload(outsider, png(4, 4))).status], [403, 404]);
      assert.equal((await upload(alice, Buffer.from("<svg/>"))).status, 400);
      await refused(bob, "DELETE", path, undefined, 403, "forbidden");
      assert.deepEqual(await ok(bob, "GET", `/conversations/${id}`).then((it) => [it.avatarUrl, it.version]), [second, 3]);
      // None is none, and is said once.
      assert.equal((await ok(alice, "DELETE", path)).avatarUrl, null);
      assert.deepEqual((await b.inbox.next("RecievedMsg", (it) => it.sequence === 4)).system, { type: "avatarChanged", avatarUrl: null });
      assert.equal((await ok(alice, "DELETE", path)).version, 4);
      assert.equal((await linnet.bytes(bob, "GET", second)).status, 404);
      // A deleted group takes its picture with it. A conversation of two has none of its own.
      const third = await set([0, 255, 0]);
      await ok(alice, "DELETE", `/conversations/${id}`, undefined, 204);
      assert.equal((await linnet.bytes(bob, "GET", third)).status, 404);
      const direct = await b.get("sendMsg", { toUserId: alice.id, msg: "hi" });
      assert.equal((await linnet.bytes(bob, "PUT", `/api/v1/conversations/${direct.conversationId}/avatar`, png(4, 4))).status, 403);
    });

    it("take in people whose sockets are there already, and whose unread begins then", async () => {
      const [alice, bob] = await people("alice", "bob");
      const { id } = await group(alice, []);
      const [a, phone, laptop] = [await alice.connect(), await bob.connect(), await (await bob.anotherDevice()).connect()];
      for (let n = 0; n < 5; n += 1) await a.get("sendMsg", { conversationId: id, msg: `${n}` });
      await ok(alice, "POST", `/conversations/${id}/members`, { userIds: [bob.id] });
      await a.get("sendMsg", { conversationId: id, msg: "welcome" });
      for (const socket of [phone, laptop]) {
        const heard = await socket.inbox.gathered("RecievedMsg", 2);
        assert.deepEqual(heard.map((it) => it.sequence), [7, 8]);
        assert.equal((await socket.inbox.next("conversationUpdated")).unread, 1);
      }
      assert.equal((await ok(bob, "GET", `/conversations/${id}`)).unread, 2);
    });

    it("are not heard by who was removed, from that moment, on any device", async () => {
      const [alice, bob, carol] = await people("alice", "bob", "carol");
      const { id } = await group(alice, [bob, carol]);
      const [a, c] = [await alice.connect(), await carol.connect()];
      const bobs = [await bob.connect(), await bob.connect({ transports: ["polling"] }), await (await bob.anotherDevice()).connect()];
      let writing = true;
      const write = async (socket) => {
        while (writing) {
          await Promise.all([
            socket.get("sendMsg", { conversationId: id, msg: "x" }),
            socket.get("markRead", { conversationId: id, sequence: 1_000_000 }),
          ]);
        }
      };
      const writers = [write(a), write(c), write(a), write(c)];
      await bobs[0].inbox.gathered("RecievedMsg", 20);
      // In the same moment: a title that every member is shown.
      const [removal] = await Promise.all([
        alice.http("DELETE", `/conversations/${id}/members/${bob.id}`),
        carol.http("PATCH", `/conversations/${id}`, { title: "never" }),
        alice.http("PATCH", `/conversations/${id}`, { title: "Renamed" }),
      ]);
      assert.equal(removal.status, 204);
      const removed = a.inbox.heard("RecievedMsg", (it) => it.system?.type === "memberRemoved");
      const at = (removed[0] ?? (await a.inbox.next("RecievedMsg", (it) => it.system?.type === "memberRemoved"))).sequence;
      for (let n = 0; n < 20; n += 1) await a.get("sendMsg", { conversationId: id, msg: "without bob" });
      writing = false;
      await Promise.all(writers);
      for (const socket of bobs) {
        // An answer to something asked now comes behind everything that was told before.
        assert.equal((await socket.ask("sendMsg", { conversationId: id, msg: "still here?" })).code, "not_found");
        const names = socket.inbox.events.map((it) => it.name);
        assert.equal(names.filter((name) => name === "conversationRemoved").length, 1);
        assert.equal(names.at(-1), "conversationRemoved", `after being removed bob heard ${names.slice(names.indexOf("conversationRemoved"))}`);
        assert.deepEqual(socket.inbox.heard("RecievedMsg", (it) => it.sequence >= at), []);
      }
      assert.deepEqual((await bobs[0].get("sync", { versions: { [id]: 5 } })).removed, [id]);
      assert.equal((await bob.http("GET", `/conversations/${id}/messages`)).status, 404);
      assert.equal((await bobs[0].ask("joinChat", { conversationId: id })).code, "not_found");
    });

    it("are not heard by a socket that connected while its user was removed", async () => {
      const [alice, bob] = await people("alice", "bob");
      const a = await alice.connect();
      for (let round = 0; round < 10; round += 1) {
        const { id } = await group(alice, [bob]);
        const sockets = Array.from({ length: 3 }, () => bob.connect());
        await ok(alice, "DELETE", `/conversations/${id}/members/${bob.id}`, undefined, 204);
        const connected = await Promise.all(sockets);
        await a.get("sendMsg", { conversationId: id, msg: "secret" });
        for (const socket of connected) {
          await socket.get("getUnreadMessages", {});
          assert.deepEqual(socket.inbox.heard("RecievedMsg", (it) => it.msg === "secret"), []);
          socket.disconnect();
        }
      }
    });

    it("have an owner as long as they have members", async () => {
      const [alice, bob] = await people("alice", "bob");
      const { id } = await group(alice, [bob]);
      const me = (it) => `/conversations/${id}/members/${it.id}`;
      await refused(alice, "DELETE", me(alice), undefined, 409, "last_owner");
      await refused(alice, "PATCH", me(alice), { role: "member" }, 409, "last_owner");
      await ok(alice, "PATCH", me(bob), { role: "owner" });
      const b = await bob.connect();
      await ok(alice, "DELETE", me(alice), undefined, 204);
      assert.equal((await b.inbox.next("conversationUpdated")).memberCount, 1);
      await ok(bob, "DELETE", me(bob), undefined, 204);
      assert.deepEqual(await b.inbox.next("conversationRemoved"), { conversationId: id });
      await refused(bob, "GET", `/conversations/${id}`, undefined, 404, "not_found");
    });

    it("are deleted for everybody", async () => {
      const [alice, bob] = await people("alice", "bob");
      const { id } = await group(alice, [bob]);
      const [a, b] = [await alice.connect(), await bob.connect()];
      await ok(alice, "DELETE", `/conversations/${id}`, undefined, 204);
      for (const socket of [a, b]) {
        assert.deepEqual(await socket.inbox.next("conversationRemoved"), { conversationId: id });
        assert.equal((await socket.ask("sendMsg", { conversationId: id, msg: "anyone?" })).code, "not_found");
        assert.deepEqual((await socket.get("sync", { versions: { [id]: 1 } })).removed, [id]);
      }
    });

    it("list their members in pages", async () => {
      const [alice, bob, carol, outsider] = await people("alice", "bob", "carol", "outsider");
      const { id } = await group(alice, [bob, carol]);
      const first = await ok(carol, "GET", `/conversations/${id}/members?limit=2`);
      assert.deepEqual(first.members.map((it) => it.userId), [alice.id, bob.id]);
      const rest = await ok(carol, "GET", `/conversations/${id}/members?limit=2&cursor=${encodeURIComponent(first.nextCursor)}`);
      assert.deepEqual([rest.members.map((it) => it.userId), rest.nextCursor], [[carol.id], undefined]);
      await refused(outsider, "GET", `/conversations/${id}/members`, undefined, 404, "not_found");
      for (const wrong of ["limit=0", "limit=101", "limit=x", "cursor=x"]) {
        await refused(alice, "GET", `/conversations/${id}/members?${wrong}`, undefined, 400, "malformed");
      }
    });

    it("refuse what is malformed, and change nothing", async () => {
      const [alice, bob] = await people("alice", "bob");
      const before = await ok(alice, "GET", "/conversations");
      for (const wrong of [
        { kind: "group" },
        { kind: "group", title: "" },
        { kind: "group", title: "a\nb" },
        { kind: "group", title: "\u202egarden" },
        { kind: "group", title: "x".repeat(101) },
        { kind: "group", title: 5 },
        { kind: "club", title: "x" },
        { kind: "group", title: "x", topic: "x".repeat(501) },
        { kind: "group", title: "x", memberIds: ["bob"] },
        { kind: "group", title: "x", memberIds: "bob" },
        { kind: "group", title: "x", memberIds: Array(101).fill(bob.id) },
        { kind: "group", title: "x", posting: "owners" },
      ]) {
        await refused(alice, "POST", "/conversations", wrong, 400, "malformed");
      }
      await refused(alice, "POST", "/conversations", { kind: "group", title: "x", memberIds: [bob.id, NOBODY] }, 404, "not_found");
      assert.deepEqual(await ok(alice, "GET", "/conversations"), before);

      const { id } = await group(alice, [bob]);
      const path = `/conversations/${id}`;
      for (const [method, where, wrong] of [
        ["PATCH", path, { title: "" }],
        ["PATCH", path, { title: "x".repeat(101) }],
        ["PATCH", path, { posting: "none" }],
        ["PATCH", path, []],
        ["POST", `${path}/members`, {}],
        ["POST", `${path}/members`, { userIds: [] }],
        ["POST", `${path}/members`, { userIds: ["x"] }],
        ["POST", `${path}/members`, { userIds: Array(101).fill(bob.id) }],
        ["PATCH", `${path}/members/${bob.id}`, { role: "king" }],
        ["PATCH", `${path}/members/${bob.id}`, {}],
        ["PATCH", `${path}/members/bob`, { role: "admin" }],
        ["DELETE", `${path}/members/bob`, undefined],
        ["DELETE", "/conversations/garden", undefined],
      ]) {
        await refused(alice, method, where, wrong, 400, "malformed");
      }
      for (const [method, where, body] of [
        ["POST", `${path}/members`, { userIds: [NOBODY] }],
        ["PATCH", `${path}/members/${NOBODY}`, { role: "admin" }],
        ["DELETE", `${path}/members/${NOBODY}`, undefined],
        ["DELETE", `/conversations/${NOBODY}`, undefined],
        ["PATCH", `/conversations/${NOBODY}`, { title: "x" }],
      ]) {
        await refused(alice, method, where, body, 404, "not_found");
      }
      const after = await ok(alice, "GET", path);
      assert.deepEqual([after.version, after.memberCount], [1, 2]);
      const anonymous = { http: alice.http, linnet };
      await refused(anonymous, "DELETE", path, undefined, 401, "unauthenticated");
    });

    it("do not take in who blocked the one who adds, or was blocked", async () => {
      const [alice, bob, carol] = await people("alice", "bob", "carol");
      const { id } = await group(alice, []);
      await ok(alice, "PUT", `/blocks/${bob.id}`, undefined, 204);
      await ok(carol, "PUT", `/blocks/${alice.id}`, undefined, 204);
      await refused(alice, "POST", `/conversations/${id}/members`, { userIds: [bob.id] }, 403, "blocked");
      // Carol blocked Alice, who is not told.
      await refused(alice, "POST", `/conversations/${id}/members`, { userIds: [carol.id] }, 403, "not_connected");
      await refused(alice, "POST", "/conversations", { kind: "group", title: "x", memberIds: [carol.id] }, 403, "not_connected");
      assert.equal((await ok(alice, "GET", `/conversations/${id}`)).memberCount, 1);
    });
  });
}

describe("groups with bounds", () => {
  it("take in connected people only, where the server says so, and no more than it says", async () => {
    const linnet = await Linnet.start({ env: { LINNET_DIRECT_MESSAGES: "connections", LINNET_GROUP_MEMBERS: "2" } });
    try {
      const [alice, bob, carol] = [await linnet.signUp("alice"), await linnet.signUp("bob"), await linnet.signUp("carol")];
      const make = (members) => alice.http("POST", "/conversations", { kind: "group", title: "x", memberIds: members });
      assert.equal((await make([bob.id])).body.code, "not_connected");
      for (const other of [bob, carol]) {
        await alice.http("POST", "/connections", { userId: other.id });
        await other.http("POST", `/connections/${alice.id}/accept`);
      }
      const full = await make([bob.id, carol.id]);
      assert.deepEqual([full.status, full.body.code], [409, "limit_reached"]);
      const { status, body } = await make([bob.id]);
      assert.equal(status, 201, JSON.stringify(body));
      const more = await alice.http("POST", `/conversations/${body.id}/members`, { userIds: [carol.id] });
      assert.deepEqual([more.status, more.body.code], [409, "limit_reached"]);
    } finally {
      await linnet.stop();
    }
  });
});
