// Files: sent first, carried by a message, read by those who may read the message and by nobody else.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually, within } from "../harness/deadline.js";
import { download, filesIn, upload, uploaded } from "../harness/files.js";
import { Linnet } from "../harness/linnet.js";
import { png } from "../harness/png.js";

const NOBODY = "0190a8b4-0000-7000-8000-000000000001";
const MIB = 1024 * 1024;

for (const database of DATABASES) {
  describe(`files on ${database}`, () => {
    let linnet;
    before(async () => {
      linnet = await Linnet.start({ database, env: { LINNET_FILE_MAX_MIB: "1", LINNET_FILE_QUOTA_MIB: "3", LINNET_UPLOADS_PER_USER: "2" } });
    });
    after(() => linnet.stop());

    /** Alice and Bob, who know each other, and somebody who knows neither. */
    async function pair() {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const outsider = await linnet.signUp("outsider");
      return { alice, bob, outsider, a: await alice.connect(), b: await bob.connect() };
    }
    const may = async (who, id) => (await download(who, id)).status;
    const history = async (who, id) => (await who.http("GET", `/conversations/${id}/messages`)).body.messages;

    it("are their uploader's until a message carries them, and then of those who may read it", async () => {
      const { alice, bob, outsider, a, b } = await pair();
      const bytes = randomBytes(300_000);
      const file = await uploaded(alice, "Grüße – 写真 «1».bin", bytes);
      assert.deepEqual(file, { id: file.id, name: "Grüße – 写真 «1».bin", type: "application/octet-stream", size: 300_000, thumbnail: false });
      assert.deepEqual([await may(alice, file.id), await may(bob, file.id), await may(outsider, file.id)], [200, 404, 404]);
      assert.equal((await linnet.bytes(undefined, "GET", `/api/v1/files/${file.id}`)).status, 401);
      assert.equal(await may(alice, NOBODY), 404);

      const sent = await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [file.id], tempId: "t" });
      const heard = await b.inbox.next("RecievedMsg");
      assert.deepEqual([heard.msg, heard.files], ["", [file]]);
      const { conversationId } = sent;
      assert.deepEqual((await history(bob, conversationId))[0].files, [file]);
      const synced = await b.get("sync", { versions: {} });
      assert.deepEqual(synced.conversations[0].messages[0].files, [file]);
      assert.deepEqual(synced.conversations[0].lastMessage.files, [file]);
      // As the reference's client asks for what it has not had.
      const late = await (await bob.anotherDevice()).connect();
      assert.equal((await late.get("getUnreadMessages", {})).conversations[0].messages[0].files[0].id, file.id);
      assert.deepEqual((await download(bob, file.id)).body, bytes);
      assert.equal(await may(outsider, file.id), 404);
      // Sent again it is the first one; the file belongs to it already.
      assert.deepEqual(await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [file.id], tempId: "t" }), sent);
      const again = await a.ask("sendMsg", { toUserId: bob.id, msg: "another", files: [file.id] });
      assert.equal(again.code, "malformed");
    });

    it("are read whole, in part, or not at all when one has them", async () => {
      const { alice } = await pair();
      const bytes = randomBytes(1_000);
      const { id } = await uploaded(alice, "a.bin", bytes);
      const whole = await download(alice, id);
      const etag = whole.headers.get("etag");
      assert.deepEqual([whole.status, whole.headers.get("content-length"), whole.headers.get("accept-ranges")], [200, "1000", "bytes"]);
      assert.deepEqual(whole.body, bytes);
      for (const [range, from, to] of [["bytes=0-9", 0, 10], ["bytes=990-", 990, 1_000], ["bytes=-1", 999, 1_000], ["bytes=500-9999", 500, 1_000]]) {
        const part = await download(alice, id, { range });
        assert.deepEqual([part.status, part.headers.get("content-range"), part.headers.get("content-length")], [206, `bytes ${from}-${to - 1}/1000`, `${to - from}`]);
        assert.deepEqual(part.body, bytes.subarray(from, to));
      }
      const beyond = await download(alice, id, { range: "bytes=1000-" });
      assert.deepEqual([beyond.status, beyond.headers.get("content-range"), JSON.parse(beyond.body).code], [416, "bytes */1000", "malformed"]);
      for (const headers of [{ range: "lines=1-2" }, { range: "bytes=0-1,5-6" }, { range: "bytes=0-9", "if-range": '"another"' }]) {
        const all = await download(alice, id, headers);
        assert.deepEqual([all.status, all.body.length], [200, 1_000], JSON.stringify(headers));
      }
      assert.equal((await download(alice, id, { range: "bytes=0-9", "if-range": etag })).status, 206);
      for (const known of [etag, `"x", W/${etag}`, "*"]) {
        const same = await download(alice, id, { "if-none-match": known });
        assert.deepEqual([same.status, same.body.length, same.headers.get("etag")], [304, 0, etag], known);
      }
      assert.equal((await download(alice, id, { "if-none-match": '"x"' })).status, 200);
      const head = await download(alice, id, {}, "HEAD");
      assert.deepEqual([head.status, head.headers.get("content-length"), head.headers.get("etag"), head.body.length], [200, "1000", etag, 0]);
    });

    it("are not read any more by who was removed, by anybody once the message is deleted, or without a session", async () => {
      const [alice, bob, carol] = await linnet.friends("alice", "bob", "carol");
      const { body: group } = await alice.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id, carol.id] });
      const [a, b] = [await alice.connect(), await bob.connect()];
      const [one, two] = [await uploaded(alice, "1.txt", "one"), await uploaded(alice, "2.txt", "two")];
      const { messageId } = await a.get("sendMsg", { conversationId: group.id, msg: "two files", files: [two.id, one.id] });
      const message = await b.inbox.next("RecievedMsg", (it) => it.id === messageId);
      assert.deepEqual(message.files.map((file) => file.name), ["2.txt", "1.txt"]);
      assert.deepEqual([await may(bob, one.id), await may(carol, one.id)], [200, 200]);
      await alice.http("DELETE", `/conversations/${group.id}/members/${carol.id}`);
      assert.equal(await may(carol, one.id), 404);
      const etag = (await download(bob, one.id)).headers.get("etag");
      assert.equal((await download(carol, one.id, { "if-none-match": etag })).status, 404, "what she has she may not show either");

      await a.get("editMsg", { messageId, msg: "two files, edited" });
      assert.deepEqual((await b.inbox.next("msgUpdated")).files, message.files);
      assert.equal(await may(bob, one.id), 200);
      const device = await bob.anotherDevice();
      await device.http("POST", "/auth/logout", {});
      assert.equal(await may(device, one.id), 401);

      await a.get("deleteMsg", { messageId });
      assert.equal((await b.inbox.next("msgUpdated", (it) => it.deletedAt)).files, undefined);
      for (const who of [alice, bob]) assert.deepEqual([await may(who, one.id), await may(who, two.id)], [404, 404]);
      await eventually("the bytes are away", async () => (await filesIn(linnet, "files")).every((name) => name !== one.id && name !== two.id), 60_000);
    });

    it("of somebody who is blocked are read as their messages are, and no new ones come", async () => {
      const { alice, bob, a, b } = await pair();
      const [before, later] = [await uploaded(alice, "before", "x"), await uploaded(alice, "later", "y")];
      await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [before.id] });
      await b.inbox.next("RecievedMsg");
      await bob.http("PUT", `/blocks/${alice.id}`);
      const refused = await a.ask("sendMsg", { toUserId: bob.id, msg: "", files: [later.id] });
      assert.equal(refused.code, "not_connected");
      assert.deepEqual([await may(bob, before.id), await may(alice, before.id), await may(bob, later.id), await may(alice, later.id)], [200, 200, 404, 200]);
    });

    it("of others, of nobody, too many, or twice are not sent, and nothing is", async () => {
      const { alice, bob, a, b } = await pair();
      const [own, foreign] = [await uploaded(alice, "own", "x"), await uploaded(bob, "foreign", "y")];
      const { conversationId, sequence } = await a.get("sendMsg", { toUserId: bob.id, msg: "before" });
      await b.inbox.next("RecievedMsg");
      const wrong = [[foreign.id], [NOBODY], [own.id, own.id], [own.id, foreign.id], Array(11).fill(own.id), ["x"], [5], "x", { 0: own.id }];
      for (const files of wrong) {
        const refused = await a.ask("sendMsg", { conversationId, msg: "look", files });
        assert.deepEqual([refused.success, refused.code], [false, "malformed"], JSON.stringify(files));
      }
      for (const empty of [[], undefined]) {
        const refused = await a.ask("sendMsg", { conversationId, msg: " ", files: empty });
        assert.equal(refused.code, "malformed");
      }
      assert.equal((await history(alice, conversationId)).at(-1).sequence, sequence);
      assert.deepEqual([b.inbox.heard("RecievedMsg"), await may(bob, own.id)], [[], 404]);
      const ten = await Promise.all([1, 2].map((n) => uploaded(alice, `${n}`, "x")));
      for (let n = 3; n <= 9; n += 1) ten.push(await uploaded(alice, `${n}`, "x"));
      assert.equal((await a.get("sendMsg", { conversationId, msg: "all", files: [own, ...ten].map((it) => it.id) })).sequence, sequence + 1);
    });

    it("are taken away by who changed their mind, and by nobody else", async () => {
      const { alice, bob, a } = await pair();
      const [one, two] = [await uploaded(alice, "1", "x"), await uploaded(alice, "2", "y")];
      const remove = async (who, id) => (await who.http("DELETE", `/files/${id}`)).status;
      assert.deepEqual([await remove(bob, one.id), await remove(alice, one.id), await remove(alice, one.id)], [404, 204, 404]);
      assert.equal(await may(alice, one.id), 404);
      await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [two.id] });
      assert.equal(await remove(alice, two.id), 404, "it is the message's");
    });

    it("that are no form, no file, empty or too large are refused, and leave nothing", async () => {
      const { alice } = await pair();
      const largest = await uploaded(alice, "largest", Buffer.alloc(MIB, 1));
      assert.equal(largest.size, MIB);
      for (const size of [MIB + 1, 3 * MIB]) {
        const refused = await upload(alice, "large", Buffer.alloc(size, 1));
        assert.deepEqual([refused.status, refused.body.code], [413, "too_large"], `${size}`);
      }
      const post = (body, type) => linnet.bytes(alice, "POST", "/api/v1/files", body, { "content-type": type });
      assert.equal((await post("{}", "application/json")).status, 415);
      const other = new FormData();
      other.append("picture", new File(["x"], "x"));
      assert.equal((await linnet.bytes(alice, "POST", "/api/v1/files", other)).status, 400);
      assert.equal((await post("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut", "multipart/form-data; boundary=x")).status, 400);
      const empty = await upload(alice, "empty", "");
      assert.deepEqual([empty.status, empty.body.code], [400, "malformed"]);
      assert.equal((await upload({ linnet }, "a", "x")).status, 401);
      assert.deepEqual(await filesIn(linnet, "uploads"), []);
    });

    it("take no more room than their uploader has, and give it back", async () => {
      const { alice } = await pair();
      const files = [];
      for (let n = 0; n < 2; n += 1) files.push(await uploaded(alice, "x", Buffer.alloc(MIB, 1)));
      const full = await upload(alice, "x", Buffer.alloc(MIB, 1));
      assert.deepEqual([full.status, full.body.code], [409, "limit_reached"]);
      assert.match(full.body.detail, /no room/);
      await alice.http("DELETE", `/files/${files[0].id}`);
      await uploaded(alice, "x", Buffer.alloc(MIB, 1));
      assert.deepEqual(await filesIn(linnet, "uploads"), []);
    });

    it("come in as many at once as one may, and one that breaks off leaves nothing", async () => {
      const { alice, bob } = await pair();
      const open = () =>
        new Promise((resolve, reject) => {
          const headers = { authorization: `Bearer ${alice.token}`, "content-type": "multipart/form-data; boundary=x" };
          const half = request(`${linnet.url}/api/v1/files`, { method: "POST", headers }, reject);
          half.on("error", () => {});
          half.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nfirst half', () => resolve(half));
        });
      const halves = [await open(), await open()];
      await eventually("both are on their way", async () => (await filesIn(linnet, "uploads")).length === 2);
      const third = await within(20_000, "an answer", upload(alice, "x", "x"));
      assert.deepEqual([third.status, third.body.code], [429, "rate_limited"]);
      await uploaded(bob, "x", "x");
      for (const half of halves) half.destroy();
      await eventually("nothing is left", async () => (await filesIn(linnet, "uploads")).length === 0);
      await uploaded(alice, "x", "x");
    });

    it("of any type are what their bytes say, and what could act is never shown in place", async () => {
      const { alice } = await pair();
      const policy = (answer) => Object.fromEntries(["content-type", "content-disposition", "x-content-type-options", "content-security-policy", "cache-control"].map((name) => [name, answer.headers.get(name)]));
      const active = [
        ["page.png", "<!DOCTYPE html><script>alert(1)</script>", "text/html"],
        ["drawing.png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"],
        ["paper.png", "%PDF-1.7\n", "application/pdf"],
      ];
      for (const [name, bytes, type] of active) {
        const file = await uploaded(alice, name, bytes, { type: "image/png" });
        assert.equal(file.type, type);
        const answer = await download(alice, file.id);
        assert.deepEqual(policy(answer), {
          "content-type": "application/octet-stream",
          "content-disposition": `attachment; filename="${name}"; filename*=UTF-8''${name}`,
          "x-content-type-options": "nosniff",
          "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
          "cache-control": "private, no-cache",
        });
      }
      const wave = Buffer.concat([Buffer.from("RIFF\x24\0\0\0WAVEfmt ", "latin1"), Buffer.alloc(28)]);
      const sound = await uploaded(alice, "تسجيل.wav", wave, { type: "text/html" });
      const answer = await download(alice, sound.id);
      assert.deepEqual([answer.headers.get("content-type"), answer.headers.get("content-security-policy").includes("sandbox")], ["audio/wav", true]);
      const [, encoded] = /^inline; filename="[^"]*"; filename\*=UTF-8''(\S+)$/.exec(answer.headers.get("content-disposition"));
      assert.equal(decodeURIComponent(encoded), "تسجيل.wav");
      const path = await uploaded(alice, "../../etc/passwd", "x");
      assert.equal(path.name, "passwd");
    });

    it("that are pictures have a size, an idea of themselves and a thumbnail; a bomb costs nothing", async () => {
      const { alice, bob, outsider, a, b } = await pair();
      const large = await uploaded(alice, "large.png", png(1_600, 800));
      assert.deepEqual([large.type, large.width, large.height, large.thumbnail], ["image/png", 1_600, 800, true]);
      assert.ok(Buffer.from(large.thumbHash, "base64").length > 4);
      const thumbnail = (who) => linnet.bytes(who, "GET", `/api/v1/files/${large.id}/thumbnail`);
      const small = await thumbnail(alice);
      assert.deepEqual([small.status, small.headers.get("content-type"), small.headers.get("x-content-type-options")], [200, "image/jpeg", "nosniff"]);
      assert.deepEqual([...small.body.subarray(0, 2)], [0xff, 0xd8]);
      assert.equal((await linnet.bytes(alice, "GET", `/api/v1/files/${large.id}/thumbnail`, undefined, { "if-none-match": small.headers.get("etag") })).status, 304);
      assert.equal((await thumbnail(bob)).status, 404);
      await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [large.id] });
      assert.deepEqual((await b.inbox.next("RecievedMsg")).files, [large]);
      assert.deepEqual([(await thumbnail(bob)).status, (await thumbnail(outsider)).status], [200, 404]);

      const tiny = await uploaded(alice, "tiny.png", png(4, 4));
      assert.deepEqual([tiny.width, tiny.thumbnail], [4, false]);
      assert.equal((await linnet.bytes(alice, "GET", `/api/v1/files/${tiny.id}/thumbnail`)).status, 404);
      const note = Buffer.concat([png(4, 4), Buffer.from("taken at 48.2N 16.4E")]);
      const { id, size } = await uploaded(alice, "noted.png", note);
      assert.equal(size, png(4, 4).length);
      assert.deepEqual((await download(alice, id)).body, png(4, 4));

      for (const says of [[60_000, 60_000], [9_000, 9_000]]) {
        const bomb = await upload(alice, "bomb.png", png(4, 4, { says }));
        assert.deepEqual([bomb.status, bomb.body.code], [413, "too_large"], says.join("x"));
      }
      const broken = await upload(alice, "broken.png", png(400, 400).subarray(0, 60));
      assert.deepEqual([broken.status, broken.body.code], [400, "malformed"]);
      await eventually("nothing is left", async () => (await filesIn(linnet, "uploads")).length === 0);
    });
  });
}
