// What people show of themselves: a name, a picture, how far they have read. A change is seen everywhere at once.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { once } from "../harness/inbox.js";
import { Linnet } from "../harness/linnet.js";
import { png } from "../harness/png.js";

for (const database of DATABASES) {
  describe(`profiles on ${database}`, () => {
    let linnet;
    before(async () => {
      // Whom one may write to is what other tests are about.
      linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "anyone" } });
    });
    after(() => linnet.stop());

    const bytes = (who, method, path, body, headers) => linnet.bytes(who, method, path, body, headers);
    const upload = async (who, file, headers = { "content-type": "image/png" }) => {
      const { status, body } = await bytes(who, "PUT", "/api/v1/users/me/avatar", file, headers);
      return { status, body: JSON.parse(body) };
    };

    /** Alice on two devices, bob who talks with her, carol who is connected with her, and somebody who is neither. */
    async function circle() {
      const [alice, bob, carol, outsider] = [await linnet.signUp("alice"), await linnet.signUp("bob"), await linnet.signUp("carol"), await linnet.signUp("outsider")];
      const phone = await (await alice.anotherDevice()).connect();
      const [a, b, c, o] = [await alice.connect(), await bob.connect(), await carol.connect(), await outsider.connect()];
      await a.get("sendMsg", { toUserId: bob.id, msg: "hi" });
      await carol.http("POST", "/connections", { userId: alice.id });
      await c.inbox.next("connectionUpdated");
      return { alice, bob, carol, outsider, a, b, c, o, phone };
    }

    it("show another name to everyone who knows the person, once, and to nobody else", async () => {
      const { alice, bob, carol, a, b, c, o, phone } = await circle();
      await carol.http("POST", "/connections", { userId: bob.id });
      const { status, body } = await alice.http("PATCH", "/users/me", { displayName: " Alice Müller " });
      assert.deepEqual([status, body.displayName], [200, "Alice Müller"]);
      const expected = { user: { id: alice.id, username: alice.username, displayName: "Alice Müller", avatarUrl: null } };
      for (const socket of [a, phone, b, c]) assert.deepEqual(await socket.inbox.next("userUpdated"), expected);
      for (const socket of [a, phone, b, c, o]) {
        await socket.get("getUnreadMessages", {});
        assert.deepEqual(socket.inbox.heard("userUpdated"), []);
      }
      assert.equal((await bob.http("GET", `/users/${alice.id}`)).body.displayName, "Alice Müller");
      const { body: list } = await bob.http("GET", "/conversations");
      assert.equal(list.conversations[0].members.find((member) => member.userId === alice.id).displayName, "Alice Müller");
      // The same again is no change; and no name is none.
      await alice.http("PATCH", "/users/me", { displayName: "Alice Müller" });
      for (const displayName of ["", " ", "a\u0000b", "x".repeat(65), 5, []]) {
        const refused = await alice.http("PATCH", "/users/me", { displayName });
        assert.deepEqual([refused.status, refused.body.code], [400, "malformed"], JSON.stringify(displayName));
      }
      await b.get("getUnreadMessages", {});
      assert.deepEqual(b.inbox.heard("userUpdated"), []);
    });

    it("are not changed without end", async () => {
      const alice = await linnet.signUp("alice");
      const answers = [];
      for (let n = 0; n < 31; n += 1) answers.push(await alice.http("PATCH", "/users/me", { displayName: `Alice ${n}` }));
      assert.deepEqual([answers.at(-1).status, answers.at(-1).body.code], [429, "rate_limited"]);
      assert.equal((await alice.http("GET", "/users/me")).body.displayName, "Alice 29");
    });

    it("have a picture: any size in, a small square out, under an address of its own that never changes", async () => {
      const { alice, bob, b, c, o, phone } = await circle();
      const { status, body } = await upload(alice, png(300, 120));
      assert.equal(status, 200, JSON.stringify(body));
      assert.match(body.avatarUrl, /^\/api\/v1\/avatars\/[0-9a-f-]{36}$/);
      for (const socket of [phone, b, c]) assert.equal((await socket.inbox.next("userUpdated")).user.avatarUrl, body.avatarUrl);
      await o.get("getUnreadMessages", {});
      assert.deepEqual(o.inbox.heard("userUpdated"), []);
      const picture = await bytes(bob, "GET", body.avatarUrl);
      assert.equal(picture.status, 200);
      assert.equal(picture.body.subarray(8, 12).toString(), "WEBP");
      assert.deepEqual(
        ["content-type", "x-content-type-options", "cache-control", "etag"].map((name) => picture.headers.get(name)),
        ["image/webp", "nosniff", "private, max-age=31536000, immutable", `"${body.avatarUrl.split("/").at(-1)}"`],
      );
      const again = await bytes(bob, "GET", body.avatarUrl, undefined, { "if-none-match": picture.headers.get("etag") });
      assert.deepEqual([again.status, again.body.length], [304, 0]);
      assert.equal((await bytes(undefined, "GET", body.avatarUrl)).status, 401);
      // Another one takes its place, and none is none.
      const second = await upload(alice, png(8, 8, { colour: [0, 0, 255] }), {});
      assert.notEqual(second.body.avatarUrl, body.avatarUrl);
      assert.equal((await bytes(bob, "GET", body.avatarUrl)).status, 404);
      assert.equal((await bob.http("GET", `/users/${alice.id}`)).body.avatarUrl, second.body.avatarUrl);
      const none = await alice.http("DELETE", "/users/me/avatar");
      assert.deepEqual([none.status, none.body.avatarUrl], [200, null]);
      await b.inbox.next("userUpdated", (it) => it.user.avatarUrl === null);
      assert.equal((await bytes(bob, "GET", second.body.avatarUrl)).status, 404);
      assert.equal((await alice.http("DELETE", "/users/me/avatar")).status, 200);
      assert.equal((await bytes(bob, "GET", "/api/v1/avatars/x")).status, 400);
    });

    it("refuse what is no picture, and what would be too large when it is opened", async () => {
      const alice = await linnet.signUp("alice");
      const code = async (file) => {
        const { status, body } = await upload(alice, file);
        return [status, body.code];
      };
      for (const file of ["", "hello", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", png(8, 8).subarray(0, 60)]) {
        assert.deepEqual(await code(file), [400, "malformed"]);
      }
      assert.deepEqual(await code(png(2, 2, { says: [50_000, 50_000] })), [413, "too_large"]);
      assert.deepEqual(await code(png(2, 2, { says: [9_000, 9_000] })), [413, "too_large"]);
      assert.deepEqual(await code(Buffer.alloc(5 * 1024 * 1024 + 1)), [413, "too_large"]);
      assert.equal((await alice.http("GET", "/users/me")).body.avatarUrl, null);
      // Other bodies stay as small as they were.
      assert.equal((await alice.http("PATCH", "/users/me", { displayName: "x".repeat(70_000) })).status, 413);
      const answers = [];
      for (let n = 0; n < 21; n += 1) answers.push((await upload(alice, png(4, 4))).status);
      assert.equal(answers.at(-1), 429);
    });

    it("keep receipts to oneself: none are sent, and none are seen", async () => {
      const { alice, bob, a, b, phone } = await circle();
      const { conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: "2" });
      await b.get("markRead", { conversationId, sequence: 1 });
      await a.inbox.next("receiptUpdated", (it) => it.userId === bob.id);
      const tablet = await (await bob.anotherDevice()).connect();
      const me = (await bob.http("GET", "/users/me")).body;
      assert.deepEqual(me.privacy, { receipts: true, lastSeen: true });
      const { status, body } = await bob.http("PATCH", "/users/me", { privacy: { receipts: false } });
      assert.deepEqual([status, body.privacy], [200, { receipts: false, lastSeen: true }]);
      for (const socket of [b, tablet]) {
        assert.deepEqual(await socket.inbox.next("notification"), { type: "privacyChanged", privacy: { receipts: false, lastSeen: true } });
        socket.inbox.events.length = 0;
      }
      const late = await bob.connect();
      a.inbox.events.length = 0;
      await b.get("markRead", { conversationId, sequence: 2 });
      // His own devices need it for the count of unread messages.
      for (const socket of [tablet, late]) assert.equal((await socket.inbox.next("receiptUpdated")).read, 2);
      await b.get("sendMsg", { conversationId, msg: "3" });
      await a.inbox.next("RecievedMsg");
      assert.deepEqual(a.inbox.heard("receiptUpdated"), []);
      await a.get("markRead", { conversationId, sequence: 3 });
      assert.equal((await phone.inbox.next("receiptUpdated", (it) => it.userId === alice.id)).read, 3);
      for (const socket of [b, tablet, late]) {
        await socket.get("getUnreadMessages", {});
        assert.deepEqual(socket.inbox.heard("receiptUpdated", (it) => it.userId === alice.id), []);
      }
      const marks = async (viewer, of) => {
        const summary = (await viewer.http("GET", `/conversations/${conversationId}`)).body;
        return summary.members.find((member) => member.userId === of.id).read;
      };
      assert.deepEqual([await marks(alice, bob), await marks(bob, alice), await marks(bob, bob)], [1, 0, 3]);
      await bob.http("PATCH", "/users/me", { privacy: { receipts: true } });
      assert.deepEqual([await marks(alice, bob), await marks(bob, alice)], [3, 3]);
      await a.get("sendMsg", { conversationId, msg: "4" });
      await b.get("markRead", { conversationId, sequence: 4 });
      assert.equal((await a.inbox.next("receiptUpdated", (it) => it.userId === bob.id)).read, 4);
      await a.get("markDelivered", { conversationId, sequence: 4 });
      for (const wrong of [{ privacy: 5 }, { privacy: { receipts: "no" } }, { privacy: { lastSeen: 1 } }]) {
        assert.equal((await bob.http("PATCH", "/users/me", wrong)).status, 400);
      }
      const unchanged = await bob.http("PATCH", "/users/me", { privacy: { lastSeen: false } });
      assert.deepEqual(unchanged.body.privacy, { receipts: true, lastSeen: false });
    });

    it("have a password that only who knows it changes, and then every other device is out", async () => {
      const alice = await linnet.signUp("alice");
      const phone = await alice.anotherDevice();
      const [a, p] = [await alice.connect(), await phone.connect()];
      const change = (currentPassword, newPassword) => alice.http("PATCH", "/users/me/password", { currentPassword, newPassword });
      const wrong = await change("not the password", "another good password");
      assert.deepEqual([wrong.status, wrong.body.code, wrong.body.detail], [403, "invalid_credentials", "The current password is wrong."]);
      for (const body of [{}, { currentPassword: alice.password }, { currentPassword: alice.password, newPassword: "short" }, { currentPassword: 5, newPassword: "another good password" }]) {
        assert.equal((await alice.http("PATCH", "/users/me/password", body)).body.code, "malformed");
      }
      const gone = once(p, "disconnect");
      assert.equal((await change(alice.password, "another good password")).status, 204);
      assert.deepEqual(await p.inbox.next("sessionEnded"), { reason: "revoked" });
      await gone;
      assert.equal((await phone.http("GET", "/users/me")).status, 401);
      assert.equal((await phone.http("POST", "/auth/refresh", { refreshToken: phone.refreshToken })).status, 401);
      await a.get("getUnreadMessages", {});
      const login = (password) => alice.http("POST", "/auth/login", { username: alice.username, password });
      assert.equal((await login(alice.password)).status, 401);
      assert.equal((await login("another good password")).status, 200);
      // Nobody guesses at an open device.
      let last;
      for (let n = 0; n < 11; n += 1) last = await change("not the password", "yet another password");
      assert.deepEqual([last.status, last.body.code], [429, "rate_limited"]);
      assert.equal((await change("another good password", "yet another password")).status, 429);
    });

    it("end all other sessions at once", async () => {
      const alice = await linnet.signUp("alice");
      const bob = await linnet.signUp("bob");
      const others = [await alice.anotherDevice(), await alice.anotherDevice()];
      const sockets = [await others[0].connect(), await others[1].connect()];
      const [a, b] = [await alice.connect(), await bob.connect()];
      const gone = sockets.map((socket) => once(socket, "disconnect"));
      assert.equal((await alice.http("DELETE", "/auth/sessions")).status, 204);
      for (const socket of sockets) assert.deepEqual(await socket.inbox.next("sessionEnded"), { reason: "revoked" });
      await Promise.all(gone);
      const { body } = await alice.http("GET", "/auth/sessions");
      assert.deepEqual(body.sessions.map(({ id, current }) => [id, current]), [[alice.deviceId, true]]);
      assert.equal((await alice.http("DELETE", "/auth/sessions")).status, 204);
      await a.get("getUnreadMessages", {});
      await b.get("getUnreadMessages", {});
      assert.equal((await bytes(undefined, "DELETE", "/api/v1/auth/sessions")).status, 401);
    });
  });
}
