// Previews of links: who sees them, who may take them away, and what is not asked.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEachDatabase } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";
import { Pages } from "../harness/pages.js";

onEachDatabase("previews of links", (database) => {
  let linnet;
  let pages;
  before(async () => {
    pages = await Pages.start();
    linnet = await Linnet.start({ database, env: pages.env });
  });
  after(async () => {
    pages?.stop();
    await linnet?.stop();
  });

  const history = async (who, id) => (await who.http("GET", `/conversations/${id}/messages`)).body.messages;

  /** Alice sent Bob a link to this page, and both see what is behind it. */
  async function linked(path, html = "<title>Garden</title><meta name=description content='With roses'>") {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, b] = [await alice.connect(), await bob.connect()];
    const url = pages.put(path, html);
    const sent = await a.get("sendMsg", { toUserId: bob.id, msg: `see ${url}`, tempId: "one" });
    const told = [await a.inbox.next("msgUpdated"), await b.inbox.next("msgUpdated")];
    return { alice, bob, a, b, url, ...sent, told };
  }

  it("a preview comes after its message, as a change with the next version, to everybody and by sync", async () => {
    const { alice, bob, a, b, url, messageId, version, conversationId, told } = await linked("/garden");
    const preview = { url, title: "Garden", description: "With roses" };
    for (const message of told) {
      assert.deepEqual([message.id, message.version, message.preview], [messageId, version + 1, preview]);
      assert.equal(message.editedAt, undefined);
    }
    const heard = await b.inbox.next("RecievedMsg");
    assert.deepEqual([heard.id, heard.preview], [messageId, undefined], "the message did not wait for it");
    assert.deepEqual((await history(bob, conversationId))[0].preview, preview);
    const synced = await b.get("sync", { versions: { [conversationId]: version } });
    assert.deepEqual(synced.conversations[0].messages.map((message) => [message.id, message.preview]), [[messageId, preview]]);
    // A retry is the first one's answer, and asks nothing.
    assert.equal((await a.get("sendMsg", { toUserId: bob.id, msg: `see ${url}`, tempId: "one" })).version, version);
    assert.equal(pages.times("/garden"), 1);
    const { headers } = pages.asked.find((request) => request.path === "/garden");
    assert.match(headers["user-agent"], /^Linnet\/\S+ \(link preview/);
    assert.deepEqual([headers.cookie, headers.referer, headers["accept-encoding"]], [undefined, undefined, "identity"]);
    assert.ok(!JSON.stringify(headers).includes(alice.username));
  });

  it("its sender takes it away, for everybody and for good", async () => {
    const { alice, a, b, url, messageId, version, conversationId } = await linked("/away");
    assert.deepEqual(await a.get("removePreview", { messageId }), { success: true, version: version + 2 });
    for (const socket of [a, b]) {
      const message = await socket.inbox.next("msgUpdated");
      assert.deepEqual([message.version, message.preview, message.msg], [version + 2, undefined, `see ${url}`]);
    }
    assert.equal((await a.get("removePreview", { messageId })).version, version + 2, "it is gone already");
    // Other words with the same link: it stays away. What another link leads to is shown, after it.
    await a.get("editMsg", { messageId, msg: `once more ${url}` });
    const other = pages.put("/other", "<title>Other</title>");
    await a.get("editMsg", { messageId, msg: other });
    const shown = await b.inbox.next("msgUpdated", (message) => message.preview);
    assert.deepEqual([shown.version, shown.preview], [version + 5, { url: other, title: "Other" }]);
    assert.equal((await a.get("editMsg", { messageId, msg: "no link" })).version, version + 6);
    assert.equal((await history(alice, conversationId))[0].preview, undefined);
  });

  it("nobody else may, and what is malformed changes nothing", async () => {
    const { bob, a, b, messageId, version, conversationId } = await linked("/mine");
    const outsider = await linnet.signUp("outsider");
    const o = await outsider.connect();
    const code = async (socket, payload) => (await socket.ask("removePreview", payload)).code;
    assert.equal(await code(b, { messageId }), "forbidden");
    assert.equal(await code(o, { messageId }), "not_found");
    for (const wrong of [{}, { messageId: 1 }, { messageId: "x" }, { messageId: null }, [messageId], "x", null]) {
      assert.equal(await code(a, wrong), "malformed", JSON.stringify(wrong));
    }
    b.emit("removePreview", { messageId });
    assert.equal((await b.inbox.next("error")).code, "forbidden", "without a callback it is an event");
    const [message] = await history(bob, conversationId);
    assert.deepEqual([message.version, message.preview.title], [version + 1, "Garden"]);
  });

  it("a page that sends us to a private one is shown nowhere, and holds nobody up", async () => {
    const inside = await Pages.start();
    try {
      const secret = inside.put("/", "<title>Secret</title>");
      const { a, b, bob, conversationId } = await linked("/first");
      const trap = pages.put("/trap", (response) => response.writeHead(302, { location: secret }).end());
      const silent = pages.put("/silent", () => undefined);
      for (const msg of [trap, secret, silent, "http://169.254.169.254/", "http://[::1]/", "`http://127.0.0.1/`"]) {
        await a.get("sendMsg", { toUserId: bob.id, msg });
      }
      const last = await a.get("sendMsg", { toUserId: bob.id, msg: pages.put("/last", "<title>Last</title>") });
      const shown = await b.inbox.next("msgUpdated", (message) => message.preview.title === "Last");
      assert.equal(shown.id, last.messageId);
      assert.deepEqual((await history(bob, conversationId)).filter((message) => message.preview).map((message) => message.sequence), [1, 8]);
      assert.deepEqual(inside.asked, []);
    } finally {
      inside.stop();
    }
  });

  it("who writes many links to pages that say nothing holds up nobody else", async () => {
    const { a, b, alice, bob } = await linked("/before");
    const silent = Array.from({ length: 8 }, (_, number) => pages.put(`/held-${number}`, () => undefined));
    for (const msg of silent) await a.get("sendMsg", { toUserId: bob.id, msg });
    await b.get("sendMsg", { toUserId: alice.id, msg: pages.put("/meanwhile", "<title>Meanwhile</title>") });
    await b.inbox.next("msgUpdated", (message) => message.preview.title === "Meanwhile");
    assert.ok(pages.asked.filter((request) => request.path.startsWith("/held-")).length <= 2, "the other places are for others");
  });

  it("where it is off, nothing is asked", async () => {
    const quiet = await Linnet.start({ database, env: { LINNET_LINK_PREVIEWS_ALSO: pages.address } });
    try {
      const [alice, bob] = await quiet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const { messageId } = await a.get("sendMsg", { toUserId: bob.id, msg: pages.put("/off", "<title>Off</title>") });
      assert.equal((await a.get("removePreview", { messageId })).success, true, "there is none, and so nothing to do");
      // The server that asks is asked for the same page, and that was the first time.
      await linked("/off", "<title>Off</title>");
      assert.equal(pages.times("/off"), 1);
      assert.deepEqual(b.inbox.heard("msgUpdated"), []);
    } finally {
      await quiet.stop();
    }
  });
});
