// Files where there is no room, or where the bucket is away: a clear answer, nothing half, and messages go on.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { download, filesIn, upload, uploaded } from "../harness/files.js";
import { Linnet } from "../harness/linnet.js";
import { png } from "../harness/png.js";
import { startS3 } from "../harness/s3.js";

const MIB = 1024 * 1024;

describe("files in trouble", () => {
  it("are refused when the disk takes no more, leave nothing, and the message goes without", async () => {
    // The system refuses to make any file larger than 8 MiB, as a full disk would.
    const within = ["bash", "-c", `trap '' XFSZ; ulimit -f 8192; exec "$0" "$@"`];
    const linnet = await Linnet.start({ within });
    try {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const refused = await upload(alice, "film.bin", randomBytes(12 * MIB));
      assert.deepEqual([refused.status, refused.body.code], [503, "unavailable"]);
      assert.match(refused.body.detail, /no room/);
      assert.deepEqual([await filesIn(linnet, "uploads"), await filesIn(linnet, "files")], [[], []]);
      const small = await uploaded(alice, "small.bin", randomBytes(MIB));
      await a.get("sendMsg", { toUserId: bob.id, msg: "only this one", files: [small.id] });
      assert.equal((await b.inbox.next("RecievedMsg")).files[0].id, small.id);
    } finally {
      await linnet.stop();
    }
  });

  it("are kept in a bucket, read from it, taken from it, and refused while it is away", { timeout: 300_000 }, async () => {
    const s3 = await startS3();
    const linnet = await Linnet.start({ env: s3.env });
    try {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b] = [await alice.connect(), await bob.connect()];
      const [bytes, many] = [randomBytes(300_000), randomBytes(20 * MIB)];
      const [small, large, picture] = [await uploaded(alice, "写真.bin", bytes), await uploaded(alice, "large.bin", many), await uploaded(alice, "p.png", png(1_600, 800))];
      const { messageId } = await a.get("sendMsg", { toUserId: bob.id, msg: "", files: [small.id, large.id, picture.id] });
      await b.inbox.next("RecievedMsg");
      assert.deepEqual((await download(bob, small.id)).body, bytes);
      assert.ok((await download(bob, large.id)).body.equals(many));
      const part = await download(bob, large.id, { range: "bytes=10000000-10000999" });
      assert.deepEqual([part.status, part.body], [206, many.subarray(10_000_000, 10_001_000)]);
      assert.equal((await download(bob, `${picture.id}/thumbnail`)).headers.get("content-type"), "image/jpeg");
      assert.deepEqual((await s3.objects()).toSorted(), [small.id, large.id, picture.id, `${picture.id}.thumbnail`].toSorted());
      assert.deepEqual([await filesIn(linnet, "uploads")], [[]], "nothing of it is on this disk");

      await s3.kill();
      const refused = await upload(alice, "later.bin", bytes);
      assert.deepEqual([refused.status, refused.body.code], [503, "unavailable"]);
      assert.match(refused.body.detail, /try again/);
      assert.equal((await download(bob, small.id)).status, 503);
      await a.get("sendMsg", { toUserId: bob.id, msg: "words go on" });
      assert.equal((await b.inbox.next("RecievedMsg")).msg, "words go on");
      // Deleted while the bucket is away: nobody reads it any more, and its bytes go when the bucket is back.
      await a.get("deleteMsg", { messageId });
      assert.equal((await download(bob, small.id)).status, 404);

      await s3.again();
      const later = await eventually("it is taken again", () => uploaded(alice, "later.bin", bytes), 60_000);
      await eventually("only that one is left", async () => {
        const left = await s3.objects();
        return left.length === 1 && left[0] === later.id;
      }, 120_000);
    } finally {
      await linnet.stop();
      await s3.stop();
    }
  });
});
