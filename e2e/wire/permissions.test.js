// Every cell of docs/permissions.md: who may do what, where, asked of the program itself.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";

const documented = readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8");
const [kinds, , ...rows] = documented
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
const TABLE = rows.map(([action, ...cells]) => ({
  action,
  may: Object.fromEntries(cells.map((cell, at) => [kinds[at + 1], cell.split(", ").filter(Boolean)])),
}));

/** What each row of the table is, as a request of `who` in a conversation with somebody of each role. */
const ACTIONS = {
  read: ({ who, path }) => who.http("GET", `${path}/messages`),
  write: ({ who, id }) => send(who, id),
  "write where admins write": async ({ who, id, path, cast }) => {
    // A direct conversation cannot be made one where admins write.
    if (!cast.owner) return who.http("PATCH", path, { posting: "admins" });
    await cast.owner.http("PATCH", path, { posting: "admins" });
    return send(who, id);
  },
  "edit one's own message": async ({ who, id, messageId }) => change(who, "editMsg", { messageId: await own(who, id, messageId), msg: "x" }),
  "delete one's own message": async ({ who, id, messageId }) => change(who, "deleteMsg", { messageId: await own(who, id, messageId) }),
  "delete another's message": ({ who, messageId }) => change(who, "deleteMsg", { messageId }),
  "react to a message": ({ who, messageId }) => change(who, "reactMsg", { messageId, emoji: "👍", on: true }),
  edit: ({ who, path }) => who.http("PATCH", path, { title: "Another", topic: "t", posting: "all" }),
  "add people": async ({ who, path, linnet }) => who.http("POST", `${path}/members`, { userIds: [(await linnet.signUp("new")).id] }),
  "remove a member": ({ who, path, cast }) => who.http("DELETE", `${path}/members/${cast.others.member.id}`),
  "remove an admin": ({ who, path, cast }) => who.http("DELETE", `${path}/members/${cast.others.admin.id}`),
  "remove an owner": ({ who, path, cast }) => who.http("DELETE", `${path}/members/${cast.others.owner.id}`),
  "change a role": ({ who, path, cast }) => who.http("PATCH", `${path}/members/${cast.others.member.id}`, { role: "admin" }),
  "manage invite links": async ({ who, path, cast }) => {
    const listed = await who.http("GET", `${path}/invites`);
    const made = await who.http("POST", `${path}/invites`, {});
    assert.equal(made.status < 300, listed.status < 300, "making and listing are one right");
    const theirs = cast.owner && (await cast.owner.http("POST", `${path}/invites`, {})).body.code;
    const revoked = await who.http("DELETE", `${path}/invites/${theirs ?? "x".repeat(22)}`);
    assert.equal(revoked.status < 300, made.status < 300, "making and revoking are one right");
    return made;
  },
  join: ({ who, id }) => who.http("POST", `/channels/${id}/join`),
  "accept an invite link": async ({ who, path, cast }) => {
    const made = cast.owner && (await cast.owner.http("POST", `${path}/invites`, {}));
    return who.http("POST", `/invites/${made?.body.code ?? "x".repeat(22)}/accept`);
  },
  leave: ({ who, path }) => who.http("DELETE", `${path}/members/${who.id}`),
  delete: ({ who, path }) => who.http("DELETE", path),
};

const send = (who, id) => change(who, "sendMsg", { conversationId: id, msg: "hello" });

/** A message of their own, where they may write; otherwise the one that is there. */
const own = async (who, id, messageId) => (await send(who, id)).body.messageId ?? messageId;

async function change(who, event, payload) {
  const socket = await who.connect();
  const reply = await socket.ask(event, payload);
  socket.disconnect();
  return { status: reply.success ? 200 : 403, body: reply };
}

for (const database of DATABASES) {
  describe(`permissions on ${database}`, () => {
    let linnet;
    let cast;
    let writer;
    before(async () => {
      // Whom one may write to is what other tests are about.
      linnet = await Linnet.start({ database, env: { LINNET_DIRECT_MESSAGES: "anyone" } });
      const named = async (...names) => Object.fromEntries(await Promise.all(names.map(async (it) => [it, await linnet.signUp(it)])));
      cast = { ...(await named("owner", "admin", "member", "anyone")), others: await named("owner", "admin", "member") };
      writer = await cast.others.member.connect();
    });
    after(() => linnet.stop());

    /** A conversation with two people of each role, and a message of one of its members. */
    async function conversation(kind) {
      const id = await empty(kind);
      return { id, ...(await writer.get("sendMsg", { conversationId: id, msg: "first" })) };
    }
    async function empty(kind) {
      const { owner, admin, member, others } = cast;
      if (kind === "direct") {
        const { body } = await member.http("POST", "/conversations", { kind, memberIds: [others.member.id] });
        return body.id;
      }
      const memberIds = [admin, member, ...Object.values(others)].map((it) => it.id);
      const { status, body } = await owner.http("POST", "/conversations", { kind, title: "Garden", memberIds });
      assert.equal(status, 201, JSON.stringify(body));
      for (const [who, role] of [[admin, "admin"], [others.admin, "admin"], [others.owner, "owner"]]) {
        const { status } = await owner.http("PATCH", `/conversations/${body.id}/members/${who.id}`, { role });
        assert.equal(status, 200);
      }
      return body.id;
    }

    it("are documented for everything that can be done", () => {
      assert.deepEqual(TABLE.map((row) => row.action), Object.keys(ACTIONS));
    });

    for (const kind of ["direct", "group", "channel"]) {
      for (const { action, may } of TABLE) {
        it(`${action}, in a ${kind}: ${may[kind].join(", ") || "nobody"}`, async () => {
          for (const role of kind === "direct" ? ["member", "anyone"] : ["owner", "admin", "member", "anyone"]) {
            const { id, messageId } = await conversation(kind);
            const path = `/conversations/${id}`;
            const there = kind === "direct" ? { others: { ...cast.others, owner: cast.others.member, admin: cast.others.member } } : cast;
            const before = (await cast.others.member.http("GET", path)).body;
            const answer = await ACTIONS[action]({ who: cast[role], id, path, messageId, cast: there, linnet });
            const what = `${role}: ${answer.status} ${JSON.stringify(answer.body)}`;
            if (may[kind].includes(role)) {
              assert.ok(answer.status < 300, what);
              continue;
            }
            // Whether there is such a conversation is not for outsiders.
            const inside = role !== "anyone" && action !== "accept an invite link";
            assert.equal(answer.body?.code, inside ? "forbidden" : "not_found", what);
            if (action !== "write where admins write") {
              const after = (await cast.others.member.http("GET", path)).body;
              assert.deepEqual([after.version, after.memberCount], [before.version, before.memberCount], what);
            }
          }
        });
      }
    }
  });
}
