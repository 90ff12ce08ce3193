// A file that was acknowledged is there after kill -9, byte by byte, and one that was not leaves nothing that anybody could see.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually, pause } from "../harness/deadline.js";
import { download, filesIn, uploaded } from "../harness/files.js";
import { Linnet } from "../harness/linnet.js";
import { seeded } from "../harness/seed.js";

const ROUNDS = Number(process.env.DURABILITY_ROUNDS ?? 3);
const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");

for (const database of DATABASES) {
  it(`a file is there whole or not at all after kill -9 on ${database}`, { timeout: 240_000 }, async () => {
    const random = seeded(`files on ${database}`);
    const linnet = await Linnet.start({ database });
    try {
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [promised, sent] = [new Map(), []];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const socket = await alice.connect();
        let going = true;
        const person = async () => {
          while (going) {
            const bytes = randomBytes(20_000 + random.below(400_000));
            const file = await uploaded(alice, "a.bin", bytes);
            promised.set(file.id, sum(bytes));
            const reply = await socket.ask("sendMsg", { toUserId: bob.id, msg: "", files: [file.id], tempId: file.id });
            if (reply.success) sent.push({ ...reply, file: file.id });
          }
        };
        const people = [person(), person()].map((working) => working.catch(() => {}));
        // And one that is half-way for certain.
        const headers = { authorization: `Bearer ${alice.token}`, "content-type": "multipart/form-data; boundary=x" };
        const half = request(`${linnet.url}/api/v1/files`, { method: "POST", headers }).on("error", () => {});
        half.write(`--x\r\nContent-Disposition: form-data; name="file"; filename="half"\r\n\r\n${"first half".repeat(10_000)}`);
        const before = promised.size;
        await eventually("some are acknowledged", () => promised.size > before + 2, 60_000);
        const coming = await eventually("one is half-way", async () => {
          const names = await filesIn(linnet, "uploads");
          return names.length > 0 && names;
        });
        await pause(random.below(300));
        await linnet.kill();
        going = false;
        socket.disconnect();
        await Promise.all(people);
        await linnet.again();
        console.log(`${database}, round ${round}: ${promised.size} files acknowledged, ${sent.length} in messages, ${coming.length} were coming`);
        // Those that were half-way have names that begin with their ids.
        for (const id of coming.map((name) => name.split(".")[0])) {
          if (promised.has(id)) continue;
          // One that was kept just then may be there, whole; the one that was half-way never is.
          const there = await download(alice, id);
          assert.ok(there.status === 404 || (there.status === 200 && !there.body.includes("first half")), `${there.status}`);
        }
        if (database === "sqlite") assert.deepEqual(await filesIn(linnet, "uploads"), [], "who is alone begins with nothing");
        for (const [id, expected] of promised) {
          const there = await download(alice, id);
          assert.deepEqual([there.status, sum(there.body)], [200, expected]);
        }
        for (const { file } of sent) assert.equal((await download(bob, file)).status, 200);
      }
      const { body } = await bob.http("GET", `/conversations/${sent[0].conversationId}/messages?limit=100`);
      for (const message of body.messages) assert.equal(message.files.length, 1);
    } finally {
      await linnet.stop();
    }
  });
}
