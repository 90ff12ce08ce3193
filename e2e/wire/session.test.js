// Who may connect, and for how long.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually } from "../harness/deadline.js";
import { once } from "../harness/inbox.js";
import { JWT_SECRET, Linnet } from "../harness/linnet.js";

const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function jwt(claims, { header = { alg: "HS256", typ: "JWT" }, secret = JWT_SECRET } = {}) {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

/** The cookies of an answer, as a browser would send them back. */
const cookiesOf = (response) => response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");

for (const database of DATABASES) {
  describe(`sessions on ${database}`, () => {
    let linnet;
    let alice;
    let bob;
    before(async () => {
      linnet = await Linnet.start({ database });
      [alice, bob] = await linnet.friends("alice", "bob");
    });
    after(() => linnet.stop());

    async function refused(auth, options = {}) {
      const socket = alice.dial({ auth, reconnection: false, ...options });
      // Events that a client sends before it is let in are never handled.
      socket.emit("sendMsg", { toUserId: bob.id, msg: "let me in" });
      const [error] = await once(socket, "connect_error");
      assert.equal(error.message, "Authentication failed");
      assert.equal(error.data, undefined, "which of the many things was wrong is nobody's business");
      socket.disconnect();
    }

    it("take a token that the server gave", async () => {
      for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
        const socket = await alice.connect({ transports });
        await socket.get("getUnreadMessages", {});
      }
    });

    it("refuse whoever shows nothing, or something that is no token", async () => {
      for (const auth of [undefined, {}, { token: "" }, { token: "x" }, { token: null }, { token: 5 }, { token: ["x"] }, { token: "x".repeat(100_000) }]) {
        await refused(auth);
      }
      await refused({ token: "a.b.c" }, { transports: ["polling"] });
    });

    it("refuse a token that is forged, changed, or for something else", async () => {
      const claims = claimsOf(alice.token);
      await alice.connect({ auth: { token: jwt(claims) } });
      const [header, body, signature] = alice.token.split(".");
      for (const token of [
        jwt(claims, { secret: "somebody else's key, which is long enough as well" }),
        jwt(claims, { header: { alg: "none", typ: "JWT" } }),
        `${encode({ alg: "none" })}.${body}.`,
        jwt(claims, { header: { alg: "HS512", typ: "JWT" } }),
        `${header}.${encode({ ...claims, sub: bob.id })}.${signature}`,
        `${header}.${body}`,
        jwt({ ...claims, iss: "another" }),
        jwt({ ...claims, aud: "another" }),
        jwt({ ...claims, dev: bob.deviceId }),
        jwt({ ...claims, sub: "0190a8b4-0000-7000-8000-000000000001" }),
        jwt({ ...claims, exp: undefined }),
      ]) {
        await refused({ token });
      }
    });

    it("refuse a token that expired", async () => {
      const claims = claimsOf(alice.token);
      const now = Math.floor(Date.now() / 1_000);
      await refused({ token: jwt({ ...claims, iat: now - 1_000, exp: now - 60 }) });
    });

    it("refuse a device that was signed out, and disconnect its sockets at once", async () => {
      const phone = await linnet.people[0].anotherDevice();
      const [first, second, other] = [await phone.connect(), await phone.connect({ transports: ["polling"] }), await alice.connect()];
      const gone = [first, second].map((socket) => once(socket, "disconnect"));
      const { status } = await alice.http("DELETE", `/auth/sessions/${phone.deviceId}`);
      assert.equal(status, 204);
      for (const socket of [first, second]) assert.deepEqual(await socket.inbox.next("sessionEnded"), { reason: "revoked" });
      for (const [reason] of await Promise.all(gone)) assert.ok(["io server disconnect", "transport close"].includes(reason), reason);
      await refused({ token: phone.token });
      assert.equal((await phone.http("GET", "/users/me")).status, 401);
      await other.get("getUnreadMessages", {});
    });

    it("hear nothing of what is written after their device was signed out, in the middle of a storm", async () => {
      const b = await bob.connect();
      const { conversationId } = await b.get("sendMsg", { toUserId: alice.id, msg: "before" });
      for (let round = 0; round < 4; round += 1) {
        const phone = await alice.anotherDevice();
        const sockets = [await phone.connect(), await phone.connect({ transports: ["polling"] })];
        let ended = false;
        let count = 0;
        const storm = (async () => {
          for (let after = 0; after < 20; after += Number(ended)) {
            count += 1;
            await b.get("sendMsg", { conversationId, msg: `${ended ? "after" : "before"} ${count}` });
          }
        })();
        await sockets[0].inbox.gathered("RecievedMsg", 5);
        assert.equal((await alice.http("DELETE", `/auth/sessions/${phone.deviceId}`)).status, 204);
        ended = true;
        await storm;
        for (const socket of sockets) {
          await eventually("it is disconnected", () => !socket.connected);
          assert.deepEqual(socket.inbox.heard("RecievedMsg", (it) => it.msg.startsWith("after")), []);
        }
      }
    });

    it("end with signing out", async () => {
      const laptop = await alice.anotherDevice();
      const socket = await laptop.connect();
      const gone = once(socket, "disconnect");
      assert.equal((await laptop.http("POST", "/auth/logout", { refreshToken: laptop.refreshToken })).status, 204);
      assert.deepEqual(await socket.inbox.next("sessionEnded"), { reason: "signed_out" });
      await gone;
      await refused({ token: laptop.token });
    });

    it("end for a device whose old refresh token was used again", async () => {
      const tablet = await alice.anotherDevice();
      const socket = await tablet.connect();
      const stolen = tablet.refreshToken;
      let latest = stolen;
      // Two rotations: the token before the latest may come once more, from a tab that was just late.
      for (let n = 0; n < 2; n += 1) {
        const { status, body } = await tablet.http("POST", "/auth/refresh", { refreshToken: latest });
        assert.equal(status, 200);
        latest = body.refreshToken;
      }
      assert.equal((await tablet.http("POST", "/auth/refresh", { refreshToken: stolen })).status, 401);
      assert.deepEqual(await socket.inbox.next("sessionEnded"), { reason: "token_reused" });
      assert.equal((await tablet.http("POST", "/auth/refresh", { refreshToken: latest })).status, 401);
      await refused({ token: tablet.token });
    });

    it("are known by their cookie, too", async () => {
      const response = await fetch(`${linnet.url}/api/v1/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: linnet.url },
        body: JSON.stringify({ username: alice.username, password: alice.password }),
      });
      assert.equal(response.status, 200);
      for (const cookie of response.headers.getSetCookie()) assert.match(cookie, /; HttpOnly; SameSite=(Lax|Strict)/);
      const cookie = cookiesOf(response);
      for (const transports of [["websocket"], ["polling"]]) {
        const socket = await alice.connect({ auth: {}, transports, extraHeaders: { cookie } });
        await socket.get("getUnreadMessages", {});
      }
      // A page of another site would have the cookie sent along, were it not for its Origin.
      const elsewhere = alice.dial({ auth: {}, reconnection: false, extraHeaders: { cookie, origin: "https://elsewhere.example" } });
      await once(elsewhere, "connect_error");
      assert.equal(elsewhere.connected, false);
      const crossSite = await fetch(`${linnet.url}/api/v1/auth/logout`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie, origin: "https://elsewhere.example" },
        body: "{}",
      });
      assert.equal(crossSite.status, 403);
    });

    it("do not tell a wrong password from a name that nobody has", async () => {
      const wrong = await alice.http("POST", "/auth/login", { username: alice.username, password: "wrong password" });
      const nobody = await alice.http("POST", "/auth/login", { username: "nobody-at-all", password: "wrong password" });
      assert.equal(wrong.status, 401);
      assert.deepEqual(wrong.body, nobody.body);
    });

    it("survive a restart of the server", async () => {
      const socket = await bob.connect();
      const lost = once(socket, "disconnect");
      await linnet.kill();
      await lost;
      const back = once(socket, "connect", 20_000);
      await linnet.again();
      await back;
      await socket.get("getUnreadMessages", {});
    });
  });
}

describe("only connected people", () => {
  it("may write to each other", async () => {
    const linnet = await Linnet.start();
    try {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const [a, b] = [await alice.connect(), await bob.connect()];
      const reply = await a.ask("sendMsg", { toUserId: bob.id, msg: "hi", tempId: "t" });
      assert.deepEqual([reply.success, reply.code, reply.error], [false, "not_connected", "You can only message connected users"]);
      a.emit("sendMsg", { toUserId: bob.id, msg: "hi", tempId: "t2" });
      const failed = await a.inbox.next("sendError");
      assert.deepEqual([failed.tempId, failed.code], ["t2", "not_connected"]);
      await b.get("getUnreadMessages", {});
      assert.deepEqual(b.inbox.events, []);
    } finally {
      await linnet.stop();
    }
  });

  it("or everybody, where the server says so", async () => {
    const linnet = await Linnet.start({ env: { LINNET_DIRECT_MESSAGES: "anyone" } });
    try {
      const [alice, bob] = [await linnet.signUp("alice"), await linnet.signUp("bob")];
      const [a, b] = [await alice.connect(), await bob.connect()];
      await a.get("sendMsg", { toUserId: bob.id, msg: "hi" });
      assert.equal((await b.inbox.next("RecievedMsg")).msg, "hi");
    } finally {
      await linnet.stop();
    }
  });
});
