// Who is connected with whom: asked, answered, ended, and told to both on all their devices.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

for (const database of DATABASES) {
  describe(`connections on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "connections" } });
    });
    after(() => linnet.stop());

    /** Two people with a socket each, and a second device of the first. */
    async function couple() {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const phone = await (await alice.anotherDevice()).connect();
      return { alice, bob, a: await alice.connect(), b: await bob.connect(), phone };
    }
    const shown = ({ id, username, displayName }) => ({ id, username, displayName, avatarUrl: null });
    const ask = (from, to) => from.http("POST", "/connections", { userId: to.id });
    const listed = async (who, query = "") => {
      const { status, body } = await who.http("GET", `/connections${query}`);
      assert.equal(status, 200);
      return body.connections.map(({ user, state }) => [user.id, state]);
    };
    const state = async (who, of) => (await who.http("GET", `/users/${of.id}`)).body.connection;

    it("begin with a request that the other one accepts, and both hear of it on all devices", async () => {
      const { alice, bob, a, b, phone } = await couple();
      const asked = await ask(alice, bob);
      assert.equal(asked.status, 200);
      const { since, ...connection } = asked.body;
      assert.deepEqual(connection, { user: shown(bob), state: "requested" });
      assert.match(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      for (const socket of [a, phone]) {
        assert.deepEqual(await socket.inbox.next("connectionUpdated"), { user: shown(bob), state: "requested" });
      }
      assert.deepEqual(await b.inbox.next("connectionUpdated"), { user: shown(alice), state: "received" });
      assert.deepEqual(await b.inbox.next("notification"), { type: "connectionRequested", user: shown(alice) });
      assert.deepEqual([await state(alice, bob), await state(bob, alice)], ["requested", "received"]);
      assert.deepEqual((await alice.http("GET", `/users?query=${bob.username}`)).body.users, [{ ...shown(bob), connection: "requested" }]);
      // Not connected yet.
      assert.equal((await a.ask("sendMsg", { toUserId: bob.id, msg: "hi" })).code, "not_connected");

      const accepted = await bob.http("POST", `/connections/${alice.id}/accept`);
      assert.deepEqual([accepted.status, accepted.body.user, accepted.body.state], [200, shown(alice), "accepted"]);
      for (const socket of [a, phone]) {
        assert.deepEqual(await socket.inbox.next("connectionUpdated"), { user: shown(bob), state: "accepted" });
        assert.deepEqual(await socket.inbox.next("notification"), { type: "connectionAccepted", user: shown(bob) });
      }
      assert.deepEqual(await b.inbox.next("connectionUpdated"), { user: shown(alice), state: "accepted" });
      assert.deepEqual(await listed(alice), [[bob.id, "accepted"]]);
      await a.get("sendMsg", { toUserId: bob.id, msg: "now" });
      assert.equal((await b.inbox.next("RecievedMsg")).msg, "now");
      // Again changes nothing, and tells nobody.
      assert.equal((await bob.http("POST", `/connections/${alice.id}/accept`)).body.state, "accepted");
      assert.equal((await ask(alice, bob)).body.state, "accepted");
      await b.get("getUnreadMessages", {});
      for (const socket of [a, b, phone]) assert.deepEqual([socket.inbox.heard("connectionUpdated"), socket.inbox.heard("notification")], [[], []]);
    });

    it("are declined, taken back, and ended; and reading goes on", async () => {
      const { alice, bob, a, b } = await couple();
      const end = async (who, other) => assert.equal((await who.http("DELETE", `/connections/${other.id}`)).status, 204);
      await ask(alice, bob);
      await end(bob, alice);
      for (const [socket, other] of [[a, bob], [b, alice]]) {
        assert.deepEqual(await socket.inbox.next("connectionUpdated", (it) => it.state === "none"), { user: shown(other), state: "none" });
      }
      await ask(alice, bob);
      await end(alice, bob);
      await b.inbox.next("connectionUpdated", (it) => it.state === "none");
      assert.deepEqual([await listed(alice), await listed(bob)], [[], []]);
      await ask(alice, bob);
      await bob.http("POST", `/connections/${alice.id}/accept`);
      const { conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: "before" });
      await end(bob, alice);
      await end(bob, alice);
      await a.inbox.next("connectionUpdated", (it) => it.state === "none");
      for (const target of [{ toUserId: bob.id }, { conversationId }]) {
        const refused = await a.ask("sendMsg", { ...target, msg: "after" });
        assert.deepEqual([refused.code, refused.error], ["not_connected", "You can only message connected users"]);
      }
      assert.equal((await a.get("joinChat", { toUserId: bob.id })).roomId, conversationId);
      const { body } = await alice.http("GET", `/conversations/${conversationId}/messages`);
      assert.deepEqual(body.messages.map((message) => message.msg), ["before"]);
    });

    it("come of requests that cross, however often and at once", async () => {
      const { alice, bob, a, b, phone } = await couple();
      const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? ask(alice, bob) : ask(bob, alice))));
      for (const { status } of answers) assert.equal(status, 200);
      assert.deepEqual([await listed(alice), await listed(bob)], [[[bob.id, "accepted"]], [[alice.id, "accepted"]]]);
      // One step after the other, to each device in the same order, and each once.
      for (const socket of [a, phone, b]) {
        await socket.inbox.gathered("connectionUpdated", 2);
        await socket.get("getUnreadMessages", {});
        const states = socket.inbox.heard("connectionUpdated").map((it) => it.state);
        assert.ok(["requested,accepted", "received,accepted"].includes(`${states}`), `${states}`);
        assert.equal(socket.inbox.heard("notification").length, 1);
      }
    });

    it("end where they are at the end of a storm, on every device", async () => {
      const { alice, bob, a, b, phone } = await couple();
      await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          [() => ask(alice, bob), () => bob.http("POST", `/connections/${alice.id}/accept`), () => alice.http("DELETE", `/connections/${bob.id}`)][n % 3](),
        ),
      );
      const [last] = await Promise.all([state(alice, bob), a.get("getUnreadMessages", {}), b.get("getUnreadMessages", {}), phone.get("getUnreadMessages", {})]);
      const other = { none: "none", accepted: "accepted", requested: "received" }[last];
      for (const [socket, expected] of [[a, last], [phone, last], [b, other]]) {
        assert.equal(socket.inbox.heard("connectionUpdated").at(-1)?.state, expected);
      }
    });

    it("are refused with what is wrong", async () => {
      const { alice, bob, b } = await couple();
      const outsider = await linnet.signUp("outsider");
      const code = async (answer) => [(await answer).status, (await answer).body?.code];
      for (const body of [undefined, {}, { userId: 5 }, { userId: "bob" }, { userId: null }, []]) {
        const { status } = await alice.http("POST", "/connections", body);
        assert.ok([400, 415].includes(status), `${status}`);
      }
      assert.deepEqual(await code(alice.http("POST", "/connections", { userId: alice.id })), [400, "malformed"]);
      assert.deepEqual(await code(alice.http("POST", "/connections", { userId: NOBODY })), [404, "not_found"]);
      assert.deepEqual(await code(alice.http("POST", `/connections/${NOBODY}/accept`)), [404, "not_found"]);
      assert.deepEqual(await code(alice.http("POST", `/connections/${bob.id}/accept`)), [404, "not_found"]);
      assert.deepEqual(await code(alice.http("POST", "/connections/bob/accept")), [400, "malformed"]);
      assert.deepEqual(await code(alice.http("DELETE", "/connections/bob")), [400, "malformed"]);
      assert.deepEqual(await code(alice.http("DELETE", `/connections/${NOBODY}`)), [404, "not_found"]);
      for (const query of ["?state=none", "?state=blocked", "?state=friend", "?limit=0", "?limit=201", "?limit=x", "?cursor=x", "?cursor=1.x"]) {
        assert.deepEqual(await code(alice.http("GET", `/connections${query}`)), [400, "malformed"], query);
      }
      // Somebody else's request is nobody else's to accept, to see or to end; nor is one's own to accept.
      await ask(alice, bob);
      assert.deepEqual(await code(outsider.http("POST", `/connections/${alice.id}/accept`)), [404, "not_found"]);
      assert.deepEqual(await code(alice.http("POST", `/connections/${bob.id}/accept`)), [404, "not_found"]);
      assert.equal((await outsider.http("DELETE", `/connections/${alice.id}`)).status, 204);
      assert.deepEqual(await listed(outsider), []);
      assert.equal(await state(bob, alice), "received");
      await b.inbox.next("notification");
      // Nobody without a session.
      const nobody = Object.assign(Object.create(Object.getPrototypeOf(alice)), alice, { token: undefined });
      for (const [method, path] of [["GET", "/connections"], ["POST", "/connections"], ["POST", `/connections/${bob.id}/accept`], ["DELETE", `/connections/${bob.id}`], ["GET", "/blocks"], ["PUT", `/blocks/${bob.id}`], ["DELETE", `/blocks/${bob.id}`]]) {
        assert.deepEqual(await code(nobody.http(method, path, method === "POST" ? {} : undefined)), [401, "unauthenticated"], path);
      }
    });

    it("are listed in pages, by state", async () => {
      const { alice, bob } = await couple();
      const [carol, dave] = [await linnet.signUp("carol"), await linnet.signUp("dave")];
      await ask(alice, bob);
      await ask(carol, alice);
      await ask(dave, alice);
      await alice.http("POST", `/connections/${carol.id}/accept`);
      assert.deepEqual(new Set((await listed(alice)).map(String)), new Set([`${bob.id},requested`, `${carol.id},accepted`, `${dave.id},received`]));
      assert.deepEqual(await listed(alice, "?state=accepted"), [[carol.id, "accepted"]]);
      assert.deepEqual(await listed(alice, "?state=received"), [[dave.id, "received"]]);
      assert.deepEqual(await listed(alice, "?state=requested"), [[bob.id, "requested"]]);
      const pages = [];
      for (let cursor = ""; cursor !== undefined; ) {
        const { body } = await alice.http("GET", `/connections?limit=1${cursor && `&cursor=${cursor}`}`);
        pages.push(...body.connections.map(({ user }) => user.id));
        cursor = body.nextCursor;
      }
      assert.deepEqual(new Set(pages), new Set([bob.id, carol.id, dave.id]));
      assert.equal(pages.length, 3);
    });

    it("are not asked for again and again", async () => {
      const { alice, bob, b } = await couple();
      for (let n = 0; n < 5; n += 1) {
        assert.equal((await ask(alice, bob)).status, 200);
        assert.equal((await bob.http("DELETE", `/connections/${alice.id}`)).status, 204);
      }
      const refused = await ask(alice, bob);
      assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
      assert.ok(refused.body.retryAfterMs > 0 && refused.headers.get("retry-after"));
      assert.equal(await state(bob, alice), "none");
      await b.get("getUnreadMessages", {});
      assert.equal(b.inbox.heard("notification").length, 5);
      // Others are not stopped by it, nor is bob.
      assert.equal((await ask(alice, await linnet.signUp("carol"))).status, 200);
      assert.equal((await ask(bob, alice)).status, 200);
    });

    it("are changed so often in a minute and not more", async () => {
      const { alice, bob } = await couple();
      const answers = await Promise.all(Array.from({ length: 130 }, () => alice.http("DELETE", `/connections/${bob.id}`)));
      assert.equal(answers.filter(({ status }) => status === 204).length, 120);
      assert.equal(answers.filter(({ status }) => status === 429).length, 10);
    });
  });
}
