// Finding messages: what one may read and nothing else, by what it says now, and what a search that is none is told.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { DATABASES } from "../harness/databases.js";
import { uploaded } from "../harness/files.js";
import { BINARY, Linnet } from "../harness/linnet.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";

for (const database of DATABASES) {
  describe(`search on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database });
    });
    after(() => linnet.stop());

    const search = (who, q, more = {}) => who.http("GET", `/search?${new URLSearchParams({ q, ...more })}`);
    /** What is found, as texts. */
    async function found(who, q, more) {
      const { status, body } = await search(who, q, more);
      assert.equal(status, 200, JSON.stringify(body));
      return body.hits.map((hit) => hit.message.msg);
    }
    async function group() {
      const [alice, bob, carol] = await linnet.friends("alice", "bob", "carol");
      const outsider = await linnet.signUp("outsider");
      const made = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id, carol.id] });
      const [a, b] = [await alice.connect(), await bob.connect()];
      return { alice, bob, carol, outsider, a, b, conversationId: made.body.id };
    }

    it("finds a message as soon as it is acknowledged, with where it is and what to highlight", async () => {
      const { alice, bob, carol, outsider, a, conversationId } = await group();
      const { messageId, sequence } = await a.get("sendMsg", { conversationId, msg: "👍 Crème brûlée, tonight" });
      const { body } = await search(bob, "BRULEE creme");
      const [hit] = body.hits;
      assert.deepEqual([body.hits.length, body.complete, "nextCursor" in body], [1, true, false]);
      assert.deepEqual([hit.message.id, hit.message.sequence, hit.message.conversationId], [messageId, sequence, conversationId]);
      assert.deepEqual(hit.conversation, { kind: "group", title: "Garden" });
      assert.deepEqual(hit.highlights.map(({ from, to }) => hit.message.msg.slice(from, to)), ["Crème", "brûlée"]);
      assert.deepEqual(await found(carol, "night"), ["👍 Crème brûlée, tonight"]);
      assert.deepEqual(await found(alice, '"brûlée tonight" from:me in:garden'), ["👍 Crème brûlée, tonight"]);
      assert.deepEqual(await found(alice, '"tonight brûlée"'), []);
      assert.deepEqual(await found(outsider, "creme"), []);
      assert.deepEqual(await found(outsider, "creme", { conversationId }), []);
      assert.deepEqual(await found(outsider, "", { fromUserId: alice.id }), []);
      assert.equal((await fetch(`${linnet.url}/api/v1/search?q=creme`)).status, 401);
    });

    it("finds what is written without spaces, from right to left, and the names of files", async () => {
      const { alice, bob, a, conversationId } = await group();
      await a.get("sendMsg", { conversationId, msg: "明日は東京都庁で会いましょう" });
      await a.get("sendMsg", { conversationId, msg: "السَّلامُ عليكم" });
      const file = await uploaded(alice, "Grüße – 写真.bin", Buffer.from("a picture, to nobody"));
      await a.get("sendMsg", { conversationId, msg: "", files: [file.id] });
      assert.deepEqual(await found(bob, "東京"), ["明日は東京都庁で会いましょう"]);
      assert.deepEqual(await found(bob, "السلام"), ["السَّلامُ عليكم"]);
      const named = await search(bob, "grusse 写真 has:file");
      assert.deepEqual(named.body.hits.map((hit) => [hit.message.files[0].id, hit.highlights]), [[file.id, []]]);
    });

    it("knows a message by what it says now, and a deleted one not at all", async () => {
      const { bob, a, conversationId } = await group();
      const { messageId } = await a.get("sendMsg", { conversationId, msg: "meet at noon" });
      await a.get("editMsg", { messageId, msg: "meet at dawn" });
      assert.deepEqual([await found(bob, "noon"), await found(bob, "dawn")], [[], ["meet at dawn"]]);
      await a.get("deleteMsg", { messageId });
      for (const q of ["noon", "dawn", "in:garden"]) assert.deepEqual(await found(bob, q), [], q);
    });

    it("finds nothing for whoever was removed, and nothing of whom one blocks", async () => {
      const { alice, bob, carol, a, b, conversationId } = await group();
      await a.get("sendMsg", { conversationId, msg: "roses from alice" });
      await b.get("sendMsg", { conversationId, msg: "roses from bob" });
      assert.deepEqual(await found(carol, "roses"), ["roses from bob", "roses from alice"]);
      await carol.http("PUT", `/blocks/${bob.id}`);
      assert.deepEqual(await found(carol, "roses"), ["roses from alice"]);
      assert.deepEqual(await found(carol, "", { fromUserId: bob.id }), []);
      await carol.http("DELETE", `/blocks/${bob.id}`);
      assert.equal((await found(carol, "roses")).length, 2);
      const removed = await alice.http("DELETE", `/conversations/${conversationId}/members/${carol.id}`);
      assert.equal(removed.status, 204, JSON.stringify(removed.body));
      for (const more of [{}, { conversationId }]) assert.deepEqual(await found(carol, "roses", more), []);
      assert.equal((await found(bob, "roses")).length, 2);
    });

    it("gives page after page, and a cursor of somebody else's message shows nothing of it", async () => {
      const { alice, bob, outsider, a, conversationId } = await group();
      for (let n = 1; n <= 5; n++) await a.get("sendMsg", { conversationId, msg: `plum ${n}` });
      const all = [];
      let cursor;
      do {
        const { body } = await search(bob, "plum", { limit: 2, ...(cursor ? { cursor } : {}) });
        all.push(...body.hits.map((hit) => hit.message.msg));
        cursor = body.nextCursor;
        // What is written meanwhile belongs to another search.
        await a.get("sendMsg", { conversationId, msg: "a later plum" });
      } while (cursor);
      assert.deepEqual(all, [5, 4, 3, 2, 1].map((n) => `plum ${n}`));
      const [{ message }] = (await search(alice, "later")).body.hits;
      assert.deepEqual((await search(outsider, "plum", { cursor: message.id })).body.hits, []);
      assert.deepEqual((await search(alice, "plum", { cursor: NOBODY })).body.hits, []);
    });

    it("refuses what is no search, and answers an odd one", async () => {
      const alice = await linnet.signUp("alice");
      const refused = ["", "!?", '"the old', "from:", "has:wings", "before:noon", "in:a in:b", "x".repeat(201), "a b ".repeat(7)];
      for (const q of refused) {
        const { status, body } = await search(alice, q);
        assert.deepEqual([status, body.code], [400, "malformed"], q);
      }
      for (const more of [{ limit: "0" }, { limit: "51" }, { cursor: "7" }, { conversationId: "7" }, { after: "noon" }]) {
        assert.equal((await search(alice, "a", more)).status, 400, JSON.stringify(more));
      }
      for (const q of ["a*", "NEAR(a b)", "a OR b", "x' & | ! :*", "a\u0301\u0301\u0301", "🏳️‍🌈 x", "\u202ex", "ﷺ".repeat(9), "中".repeat(200)]) {
        const began = performance.now();
        assert.deepEqual(await found(alice, q), [], q);
        assert.ok(performance.now() - began < 5_000, q);
      }
    });

    it("is built again beside a server that serves, also after it was ended in the middle", async () => {
      const { bob, a, conversationId } = await group();
      for (let n = 1; n <= 300; n++) a.emit("sendMsg", { conversationId, msg: `reed ${n}` });
      await a.get("sendMsg", { conversationId, msg: "reed, the last" });
      const env = { ...process.env, ...linnet.env };
      const killed = execFile(BINARY, ["reindex"], { env });
      await new Promise((resolve) => killed.stderr.once("data", resolve));
      killed.kill("SIGKILL");
      assert.equal((await found(bob, "reed", { limit: 50 })).length, 50);
      const { stderr } = await promisify(execFile)(BINARY, ["reindex"], { env, timeout: 60_000 });
      assert.match(stderr, /The search index is complete: \d+ messages\./);
      const { body } = await search(bob, "reed");
      assert.deepEqual([body.complete, body.hits[0].message.msg], [true, "reed, the last"]);
    });
  });
}
