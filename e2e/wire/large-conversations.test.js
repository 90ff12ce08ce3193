// What only small conversations say: in one of a hundred it is said, with one more it is not.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { Linnet } from "../harness/linnet.js";

describe("a conversation of a hundred, and one more", () => {
  let linnet;
  before(async () => {
    linnet = await Linnet.start({ database: "postgres", env: { LINNET_PRESENCE_GRACE_SECONDS: "1" } });
  });
  after(() => linnet.stop());

  /** Members whom only the database knows: a hundred sign-ups would be a minute of hashing passwords. */
  async function crowd(conversationId, from, to) {
    const sql = `WITH new AS (
        INSERT INTO users (id, username, display_name, created_at)
        SELECT gen_random_uuid(), 'crowd' || n, 'Crowd', 0 FROM generate_series(${from}, ${to}) n RETURNING id
      ), came AS (
        INSERT INTO members (conversation_id, user_id, role, position, joined_at)
        SELECT '${conversationId}', id, 'member', ${from} - 1 + row_number() OVER (), 0 FROM new RETURNING 1
      )
      UPDATE conversations SET member_count = member_count + (SELECT COUNT(*) FROM came) WHERE id = '${conversationId}'`;
    await promisify(execFile)("psql", [linnet.database.url, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql]);
  }
  const settled = (socket) => socket.get("getUnreadMessages", {});

  it("says who writes, who is there and who has read, and then only to oneself", async () => {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const friend = await linnet.signUp("friend");
    await friend.befriend(alice);
    const { body } = await alice.http("POST", "/conversations", { kind: "group", title: "Crowd", memberIds: [bob.id] });
    const conversationId = body.id;
    await crowd(conversationId, 3, 100);
    const [a, b] = [await alice.connect(), await bob.connect()];
    const phone = await (await bob.anotherDevice()).connect();
    await a.inbox.next("presenceChanged", (it) => it.userId === bob.id);
    const presence = async () => (await a.get("getPresence", { userIds: [bob.id] })).users.map((it) => it.status);
    assert.deepEqual(await presence(), ["online"]);
    await settled(b);
    await a.get("typing", { conversationId, isTyping: true });
    await b.inbox.next("typing", (it) => it.isTyping);
    await a.get("typing", { conversationId, isTyping: false });
    await b.inbox.next("typing", (it) => !it.isTyping);
    await b.get("markRead", { conversationId, sequence: 1 });
    assert.equal((await a.inbox.next("receiptUpdated", (it) => it.userId === bob.id)).read, 1);
    await phone.inbox.next("receiptUpdated", (it) => it.userId === bob.id);

    await crowd(conversationId, 101, 101);
    const { sequence } = await a.get("sendMsg", { conversationId, msg: "many" });
    await a.get("typing", { conversationId, isTyping: true });
    await b.get("markRead", { conversationId, sequence });
    assert.equal((await phone.inbox.next("receiptUpdated", (it) => it.userId === bob.id)).read, sequence, "one's own devices know");
    assert.deepEqual(await presence(), []);
    for (const socket of [b, phone]) socket.disconnect();
    // A friend who comes and goes after them is told after them.
    const f = await friend.connect();
    await f.get("sendMsg", { toUserId: alice.id, msg: "here" });
    await a.inbox.next("presenceChanged", (it) => it.userId === friend.id && it.status === "online");
    f.disconnect();
    await a.inbox.next("presenceChanged", (it) => it.userId === friend.id && it.status === "offline");
    const ofBob = (name) => a.inbox.heard(name, (it) => it.userId === bob.id);
    assert.deepEqual([...ofBob("presenceChanged"), ...ofBob("receiptUpdated"), ...b.inbox.heard("typing")], []);
  });
});
