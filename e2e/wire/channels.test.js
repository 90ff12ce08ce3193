// Channels, invite links and announcements.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

for (const database of DATABASES) {
  describe(`channels on ${database}`, () => {
    let linnet;
    let admin;
    before(async () => {
      // Whom one may write to is what other tests are about.
      linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "anyone" } });
      // The first account is the server's admin.
      admin = await linnet.signUp("admin");
    });
    after(() => linnet.stop());

    async function ok(person, method, path, body, status = 200) {
      const answer = await person.http(method, path, body);
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    }
    async function refused(person, method, path, body, status, code) {
      const answer = await person.http(method, path, body);
      assert.deepEqual([answer.status, answer.body?.code], [status, code], `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    }
    const make = (owner, kind, title, more = {}) => ok(owner, "POST", "/conversations", { kind, title, ...more }, 201);

    it("members are found by the beginning of their names, by members only", async () => {
      const [alice, bob, carol] = [await linnet.signUp("alice"), await linnet.signUp("bob"), await linnet.signUp("carol")];
      const { id } = await make(alice, "channel", "Names");
      await ok(bob, "POST", `/channels/${id}/join`);
      const found = async (query) => (await ok(alice, "GET", `/conversations/${id}/members?query=${query}`)).members.map((it) => it.userId);
      assert.deepEqual(await found("BO"), [bob.id]);
      assert.deepEqual(await found("carol"), [], "who is no member is not found, though they are on the server");
      assert.deepEqual(await found(""), [alice.id, bob.id]);
      assert.deepEqual(await found("%00"), []);
      await refused(alice, "GET", `/conversations/${id}/members?query=${"a".repeat(65)}`, undefined, 400, "malformed");
      await refused(carol, "GET", `/conversations/${id}/members?query=bo`, undefined, 404, "not_found");
    });

    it("are listed for everybody, found by their title, and joined and left", async () => {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const channel = await make(alice, "channel", "Ärger im Büro", { topic: "Noise" });
      await make(alice, "channel", "Books");
      await make(alice, "group", "Ärger privat");
      const { channels } = await ok(bob, "GET", `/channels?query=${encodeURIComponent("ärger")}`);
      assert.deepEqual(channels, [
        { id: channel.id, kind: "channel", title: "Ärger im Büro", topic: "Noise", avatarUrl: null, posting: "all", memberCount: 1, joined: false },
      ]);
      const [a, b] = [await alice.connect(), await bob.connect()];
      await refused(bob, "GET", `/conversations/${channel.id}`, undefined, 404, "not_found");
      const joined = await ok(bob, "POST", `/channels/${channel.id}/join`);
      assert.deepEqual([joined.id, joined.memberCount, joined.unread], [channel.id, 2, 0]);
      for (const socket of [a, b]) {
        const said = await socket.inbox.next("RecievedMsg", (it) => it.kind === "system");
        assert.deepEqual([said.system, said.fromUserId, said.msg], [{ type: "memberJoined", invited: false }, bob.id, "bob joined."]);
      }
      await a.get("sendMsg", { conversationId: channel.id, msg: "welcome" });
      assert.equal((await b.inbox.next("RecievedMsg")).msg, "welcome");
      assert.equal((await ok(bob, "POST", `/channels/${channel.id}/join`)).version, 3);
      assert.equal((await ok(bob, "GET", "/channels?query=rger")).channels[0].joined, true);
      await ok(bob, "DELETE", `/conversations/${channel.id}/members/${bob.id}`, undefined, 204);
      assert.deepEqual(await b.inbox.next("conversationRemoved"), { conversationId: channel.id });
      await a.get("sendMsg", { conversationId: channel.id, msg: "alone" });
      await b.get("getUnreadMessages", {});
      assert.deepEqual(b.inbox.heard("RecievedMsg", (it) => it.msg === "alone"), []);
    });

    it("come in pages", async () => {
      const alice = await linnet.signUp("alice");
      for (const title of ["page c", "page a", "page e", "page b", "page d"]) await make(alice, "channel", title);
      const titles = [];
      let cursor = "";
      for (let page = 0; page < 3; page += 1) {
        const answer = await ok(alice, "GET", `/channels?query=page&limit=2${cursor}`);
        titles.push(...answer.channels.map((it) => it.title));
        assert.equal(answer.nextCursor === undefined, page === 2);
        cursor = `&cursor=${encodeURIComponent(answer.nextCursor)}`;
      }
      assert.deepEqual(titles, ["page a", "page b", "page c", "page d", "page e"]);
      for (const wrong of ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00", `query=${"x".repeat(101)}`]) {
        await refused(alice, "GET", `/channels?${wrong}`, undefined, 400, "malformed");
      }
    });

    it("are not joined where there is none, or where it is a group", async () => {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const group = await make(alice, "group", "Private");
      await refused(bob, "POST", `/channels/${group.id}/join`, undefined, 404, "not_found");
      await refused(bob, "POST", `/channels/${NOBODY}/join`, undefined, 404, "not_found");
      await refused(bob, "POST", "/channels/books/join", undefined, 400, "malformed");
      assert.equal((await ok(alice, "GET", `/conversations/${group.id}`)).memberCount, 1);
    });

    it("let in who has an invite, as often as it says and until it is taken back", async () => {
      const [alice, bob, carol, dave] = await Promise.all(["alice", "bob", "carol", "dave"].map((it) => linnet.signUp(it)));
      const { id } = await make(alice, "group", "Private", { topic: "Secret" });
      const invites = `/conversations/${id}/invites`;
      const once = await ok(alice, "POST", invites, { maxUses: 1, expiresInSeconds: 3_600 }, 201);
      assert.match(once.code, /^[A-Za-z0-9_-]{22}$/);
      assert.deepEqual([once.conversationId, once.createdBy, once.maxUses, once.uses], [id, alice.id, 1, 0]);
      assert.equal(Date.parse(once.expiresAt) - Date.parse(once.createdAt), 3_600_000);
      const seen = await ok(bob, "GET", `/invites/${once.code}`);
      assert.deepEqual([seen.id, seen.kind, seen.title, seen.memberCount, seen.joined], [id, "group", "Private", 1, false]);
      const b = await bob.connect();
      await ok(alice, "POST", `/invites/${once.code}/accept`);
      const answers = await Promise.all([bob, carol].map((it) => it.http("POST", `/invites/${once.code}/accept`)));
      assert.deepEqual(answers.map((it) => it.status).sort(), [200, 404], "it was for one");
      if (answers[0].status === 200) {
        const said = await b.inbox.next("RecievedMsg");
        assert.deepEqual(said.system, { type: "memberJoined", invited: true });
      }
      await refused(dave, "GET", `/invites/${once.code}`, undefined, 404, "not_found");
      const open = await ok(alice, "POST", invites, undefined, 201);
      assert.deepEqual((await ok(alice, "GET", invites)).invites, [open]);
      await ok(alice, "DELETE", `${invites}/${open.code}`, undefined, 204);
      await refused(alice, "DELETE", `${invites}/${open.code}`, undefined, 404, "not_found");
      await refused(dave, "POST", `/invites/${open.code}/accept`, undefined, 404, "not_found");
      for (const code of ["x", "x".repeat(22), "%00", "..%2F..", "x".repeat(5_000)]) {
        await refused(dave, "POST", `/invites/${code}/accept`, undefined, 404, "not_found");
        await refused(dave, "GET", `/invites/${code}`, undefined, 404, "not_found");
      }
      for (const wrong of [{ maxUses: 0 }, { maxUses: -1 }, { maxUses: 1.5 }, { expiresInSeconds: 59 }, { expiresInSeconds: 31_536_001 }, { expiresInSeconds: "1" }, []]) {
        await refused(alice, "POST", invites, wrong, 400, "malformed");
      }
      for (let n = 0; n < 100; n += 1) await ok(alice, "POST", invites, {}, 201);
      await refused(alice, "POST", invites, {}, 409, "limit_reached");
      await refused(dave, "GET", invites, undefined, 404, "not_found");
      await refused(dave, "POST", invites, {}, 404, "not_found");
    });

    it("carry announcements of the server's admin to everyone", async () => {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const sockets = await Promise.all([admin.connect(), alice.connect(), bob.connect({ transports: ["polling"] })]);
      const told = await ok(admin, "POST", "/admin/announcements", { message: " The server restarts at noon.\nBack at one. " });
      for (const socket of sockets) assert.deepEqual(await socket.inbox.next("announcement"), told);
      assert.equal(told.message, "The server restarts at noon.\nBack at one.");
      await refused(alice, "POST", "/admin/announcements", { message: "I am the admin" }, 403, "forbidden");
      for (const wrong of [{}, { message: "" }, { message: 5 }, { message: "x".repeat(2_001) }, { message: "\u001b[31m" }]) {
        await refused(admin, "POST", "/admin/announcements", wrong, 400, "malformed");
      }
      const anonymous = { http: alice.http, linnet };
      await refused(anonymous, "POST", "/admin/announcements", { message: "x" }, 401, "unauthenticated");
      await eventually("nobody heard anything else", async () => {
        await sockets[1].get("getUnreadMessages", {});
        return sockets[1].inbox.heard("announcement").length === 0;
      });
    });
  });
}
