// What somebody sets for themselves in a conversation: on all their devices, and nobody else's business.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";
const FRESH = { version: 0, notify: "all", mutedUntil: null, unreadFrom: null };

for (const database of DATABASES) {
  describe(`settings of a conversation on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database });
    });
    after(() => linnet.stop());

    /** Five messages of Alice, which Bob has read on both his devices. */
    async function chat() {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b, phone] = [await alice.connect(), await bob.connect(), await (await bob.anotherDevice()).connect()];
      let conversationId;
      for (let n = 1; n <= 5; n += 1) ({ conversationId } = await a.get("sendMsg", { toUserId: bob.id, msg: `${n}` }));
      await b.get("markRead", { conversationId, sequence: 5 });
      await phone.inbox.next("receiptUpdated", (it) => it.userId === bob.id && it.read === 5);
      const summary = async (who) => (await who.http("GET", `/conversations/${conversationId}`)).body;
      const set = (change) => bob.http("PATCH", `/conversations/${conversationId}/settings`, change);
      return { alice, bob, a, b, phone, conversationId, summary, set };
    }

    it("are heard on one's other devices, and by nobody else", async () => {
      const { alice, bob, a, b, phone, conversationId, summary, set } = await chat();
      assert.deepEqual((await summary(bob)).settings, FRESH);
      const mutedUntil = "2999-12-31T23:00:00.000Z";
      const { status, body } = await set({ notify: "mentions", mutedUntil: "3000-01-01T00:00:00+01:00" });
      const settings = { version: 1, notify: "mentions", mutedUntil, unreadFrom: null };
      assert.deepEqual([status, body], [200, settings]);
      for (const socket of [b, phone]) {
        assert.deepEqual(await socket.inbox.next("settingsUpdated"), { conversationId, settings, unread: 0 });
      }
      assert.deepEqual((await set({ notify: "mentions" })).body, settings, "the same again");
      assert.deepEqual((await set({})).body, settings);
      const ended = { ...settings, version: 2, mutedUntil: null };
      assert.deepEqual((await set({ mutedUntil: null })).body, ended);
      assert.deepEqual((await phone.inbox.next("settingsUpdated")).settings, ended, "what changed nothing was not told");
      assert.deepEqual((await summary(bob)).settings, ended);
      assert.deepEqual((await summary(alice)).settings, FRESH);
      await a.get("getUnreadMessages", {});
      assert.deepEqual(a.inbox.heard("settingsUpdated"), []);
    });

    it("mark unread from here, until it is read anew", async () => {
      const { alice, bob, a, b, phone, conversationId, summary } = await chat();
      await b.get("markUnread", { conversationId, sequence: 4 });
      const settings = { ...FRESH, version: 1, unreadFrom: 4 };
      for (const socket of [b, phone]) {
        assert.deepEqual(await socket.inbox.next("settingsUpdated"), { conversationId, settings, unread: 2 });
      }
      const seen = await summary(bob);
      assert.deepEqual([seen.unread, seen.readSequence], [2, 5]);
      const { conversations } = await b.get("getUnreadMessages", {});
      assert.deepEqual(conversations.map((it) => [it.unread, it.messages.map((message) => message.msg)]), [[2, ["4", "5"]]]);
      // Alice sees that he has read it, as before, and hears nothing.
      assert.equal((await summary(alice)).members.find((it) => it.userId === bob.id).read, 5);
      a.inbox.events.length = 0;
      // What comes before it, read on a device that did not know yet, does not end it.
      await phone.get("markRead", { conversationId, sequence: 3 });
      assert.equal((await summary(bob)).unread, 2);
      await phone.get("markRead", { conversationId, sequence: 5 });
      for (const socket of [b, phone]) {
        assert.deepEqual(await socket.inbox.next("settingsUpdated"), { conversationId, settings: { ...FRESH, version: 2 }, unread: 0 });
      }
      assert.equal((await summary(bob)).unread, 0);
      await a.get("getUnreadMessages", {});
      assert.deepEqual(a.inbox.events, []);
    });

    it("are found by sync on a device that was away", async () => {
      const { bob, b, phone, conversationId, summary, set } = await chat();
      phone.disconnect();
      const { members, version } = await summary(bob);
      const sum = members.reduce((total, member) => total + member.delivered + member.read, 0);
      const missed = async (settings) =>
        (await b.get("sync", { versions: { [conversationId]: version }, marks: { [conversationId]: sum + settings } })).conversations;
      assert.deepEqual(await missed(0), []);
      await set({ notify: "none" });
      await b.get("markUnread", { conversationId, sequence: 1 });
      const [found] = await missed(0);
      assert.deepEqual([found.id, found.unread, found.messages], [conversationId, 5, []]);
      assert.deepEqual(found.settings, { version: 2, notify: "none", mutedUntil: null, unreadFrom: 1 });
      assert.deepEqual(await missed(2), []);
      await b.get("markRead", { conversationId, sequence: 5 });
      assert.equal((await missed(2))[0].settings.version, 3);
    });

    it("refuse what is no setting, and who is no member", async () => {
      const { bob, b, conversationId, summary, set } = await chat();
      const before = await summary(bob);
      for (const wrong of [
        { notify: "loud" },
        { notify: 1 },
        { mutedUntil: "tomorrow" },
        { mutedUntil: "2026-01-01" },
        { mutedUntil: "1969-12-31T23:59:59Z" },
        { mutedUntil: "10000-01-01T00:00:00Z" },
        { mutedUntil: 1_800_000_000_000 },
        { mutedUntil: "2".repeat(10_000) },
        [],
        "none",
      ]) {
        const { status, body } = await set(wrong);
        assert.deepEqual([status, body.code], [400, "malformed"], JSON.stringify(wrong));
      }
      for (const sequence of [0, -1, 6, 1.5, "4", null, Number.MAX_SAFE_INTEGER]) {
        assert.equal((await b.ask("markUnread", { conversationId, sequence })).code, "malformed", `${sequence}`);
      }
      for (const payload of [{}, { sequence: 1 }, { conversationId: "x", sequence: 1 }, null]) {
        assert.equal((await b.ask("markUnread", payload)).code, "malformed");
      }
      assert.deepEqual(await summary(bob), before);
      const outsider = await linnet.signUp("outsider");
      const o = await outsider.connect();
      for (const id of [conversationId, NOBODY]) {
        assert.equal((await o.ask("markUnread", { conversationId: id, sequence: 1 })).code, "not_found");
        const { status, body } = await outsider.http("PATCH", `/conversations/${id}/settings`, { notify: "none" });
        assert.deepEqual([status, body.code], [404, "not_found"]);
      }
      // Without a callback a failure is an event.
      o.emit("markUnread", { conversationId, sequence: 1 });
      assert.equal((await o.inbox.next("error")).code, "not_found");
    });

    it("end with the membership", async () => {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const { body } = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id] });
      await bob.http("PATCH", `/conversations/${body.id}/settings`, { notify: "none" });
      await b.inbox.next("settingsUpdated");
      await alice.http("DELETE", `/conversations/${body.id}/members/${bob.id}`);
      await b.inbox.next("conversationRemoved");
      assert.equal((await b.ask("markUnread", { conversationId: body.id, sequence: 1 })).code, "not_found");
      assert.equal((await bob.http("PATCH", `/conversations/${body.id}/settings`, { notify: "all" })).status, 404);
      await a.get("getUnreadMessages", {});
      assert.deepEqual([a.inbox.heard("settingsUpdated"), b.inbox.heard("settingsUpdated")], [[], []]);
    });

    it("are one's own across a block as well, both ways", async () => {
      const { alice, bob, a, b, conversationId } = await chat();
      assert.equal((await alice.http("PUT", `/blocks/${bob.id}`)).status, 204);
      for (const [who, socket] of [[alice, a], [bob, b]]) {
        assert.equal((await who.http("PATCH", `/conversations/${conversationId}/settings`, { notify: "none" })).status, 200);
        await socket.get("markUnread", { conversationId, sequence: 2 });
        const { settings } = await socket.inbox.next("settingsUpdated", (it) => it.settings.unreadFrom === 2);
        assert.deepEqual(settings, { ...FRESH, version: 2, notify: "none", unreadFrom: 2 });
      }
    });

    it("are not changed without end", async () => {
      const { b, conversationId, set } = await chat();
      const answers = await Promise.all(
        Array.from({ length: 130 }, (_, n) => b.ask("markUnread", { conversationId, sequence: (n % 5) + 1 })),
      );
      assert.equal(answers.at(-1).code, "rate_limited");
      assert.equal(answers.filter((answer) => answer.success).length, 120);
      assert.equal((await set({ notify: "none" })).status, 429, "the two ways have one limit");
    });
  });
}
