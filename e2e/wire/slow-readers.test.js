// Never silently dropped: a reader that is too slow is closed, others do not notice, and it catches up when it is back.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";
import { once } from "../harness/inbox.js";
import { Linnet } from "../harness/linnet.js";

const MESSAGES = 4_000;

/** Bytes that the program holds in memory. */
async function memory(linnet) {
  const status = await readFile(`/proc/${linnet.program.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
}

it("a reader that stopped is closed, costs little, and misses nothing in the end", { timeout: 120_000 }, async () => {
  const linnet = await Linnet.start({ env: { LINNET_MAX_QUEUE_BYTES: "262144" } });
  try {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const a = await alice.connect();
    const good = await bob.connect();
    const stuck = await bob.connect({ reconnection: false });
    const first = await a.get("sendMsg", { toUserId: bob.id, msg: "first" });
    await stuck.inbox.next("RecievedMsg");
    const before = await memory(linnet);

    // It no longer reads: what is sent to it fills the buffers of both kernels, and then the server's queue.
    const wire = stuck.io.engine.transport.ws._socket;
    wire.pause();
    const text = "x".repeat(900);
    for (let from = 0; from < MESSAGES; from += 200) {
      await Promise.all(Array.from({ length: 200 }, (_, n) => a.get("sendMsg", { toUserId: bob.id, msg: `${from + n} ${text}` })));
    }
    // The other tab of the same person heard everything, in order, while one was stuck.
    const heard = await good.inbox.gathered("RecievedMsg", MESSAGES + 1, 60_000);
    assert.deepEqual(heard.map((it) => it.sequence), Array.from({ length: MESSAGES + 1 }, (_, n) => n + 1));
    const grown = (await memory(linnet)) - before;
    assert.ok(grown < 48 * 1024 * 1024, `the program grew by ${Math.round(grown / 1024 / 1024)} MiB`);

    const lost = once(stuck, "disconnect", 30_000);
    wire.resume();
    const [reason] = await lost;
    assert.ok(["transport close", "transport error"].includes(reason), reason);
    const got = stuck.inbox.heard("RecievedMsg").map((it) => it.sequence);
    assert.deepEqual(got, Array.from({ length: got.length }, (_, n) => n + 2), "what did arrive has no hole");
    assert.ok(got.length < MESSAGES, "it was closed before it had everything");

    // As every client does on coming back.
    const back = await bob.connect();
    const { conversations } = await back.get("sync", { versions: { [first.conversationId]: first.version } });
    assert.equal(conversations[0].lastSequence, MESSAGES + 1);
  } finally {
    await linnet.stop();
  }
});

it("a burst that is larger than a queue closes nobody who reads", { timeout: 60_000 }, async () => {
  // Whatever is committed together is told together, and may be more than what may wait for one connection.
  const linnet = await Linnet.start({ env: { LINNET_MAX_QUEUE_BYTES: "262144" } });
  try {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const [a, second, b] = [await alice.connect(), await alice.connect(), await bob.connect()];
    const lost = [];
    for (const socket of [a, second, b]) socket.on("disconnect", (reason) => lost.push(reason));
    for (let round = 0; round < 3; round += 1) {
      const text = "x".repeat(900);
      await Promise.all(Array.from({ length: 500 }, (_, n) => a.get("sendMsg", { toUserId: bob.id, msg: `${round}/${n} ${text}` })));
    }
    for (const socket of [a, second, b]) {
      const heard = await socket.inbox.gathered("RecievedMsg", 1_500);
      assert.deepEqual(heard.map((it) => it.sequence), Array.from({ length: 1_500 }, (_, n) => n + 1));
    }
    assert.deepEqual(lost, []);
  } finally {
    await linnet.stop();
  }
});
