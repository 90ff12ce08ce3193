// Acknowledged means durable: the server is killed while people write, again and again, at moments that nobody chose.
//
// After each restart every acknowledged message is there once, as it was promised, the numbers are dense, and what was
// not acknowledged is sent again under the same name and is there once as well. A listener that was cut off catches up.

import assert from "node:assert/strict";
import { it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually, pause } from "../harness/deadline.js";
import { once } from "../harness/inbox.js";
import { Linnet } from "../harness/linnet.js";
import { seeded } from "../harness/seed.js";
import { history, Listener, Sender } from "./load.js";
import { hold, holdListener } from "./promises.js";

const ROUNDS = Number(process.env.DURABILITY_ROUNDS ?? 4);

for (const database of DATABASES) {
  it(`nothing that was acknowledged is lost, doubled or moved by kill -9 on ${database}`, { timeout: 240_000 }, async () => {
    const random = seeded(`durability on ${database}`);
    const linnet = await Linnet.start({ database });
    try {
      const [alice, bob, carol] = await linnet.friends("alice", "bob", "carol");
      // Two people write into each conversation at once, and one person writes into two conversations.
      const senders = [new Sender(alice, [bob, carol]), new Sender(bob, [alice]), new Sender(carol, [alice])];
      const listener = new Listener(alice);
      await Promise.all([...senders, listener].map((it) => it.connect()));

      for (let round = 1; round <= ROUNDS; round += 1) {
        const lost = senders.map(({ socket }) => once(socket, "disconnect", 30_000));
        const before = promisedTo(senders);
        for (const sender of senders) sender.start();
        await eventually("somebody is acknowledged something", () => promisedTo(senders) > before, 30_000);
        const moment = random.below(1_500);
        await pause(moment);
        await linnet.kill();
        for (const sender of senders) sender.stop();
        await Promise.all(lost);
        const open = senders.reduce((sum, it) => sum + it.open.size, 0);
        console.log(`${database}, round ${round}: killed after ${moment} ms with ${promisedTo(senders)} acknowledged and ${open} open`);

        await linnet.again();
        await check(senders, alice, "after the restart");
        await Promise.all(senders.map((sender) => sender.resend()));
        const conversations = await check(senders, alice, "after sending again");
        for (const sender of senders) assert.equal(sender.open.size, 0);
        for (const [id, messages] of conversations) await listener.caughtUp(id, messages.at(-1).version);
        holdListener(listener, conversations);
      }
    } finally {
      await linnet.stop();
    }
  });
}

const promisedTo = (senders) => senders.reduce((sum, it) => sum + it.acknowledged.size, 0);

/** Holds what the database has against what the senders were promised; gives the conversations' histories. */
async function check(senders, reader, when) {
  const names = senders.flatMap((sender) => [...sender.acknowledged.values()]);
  const conversations = new Map();
  for (const conversation of new Set(names.map(({ ack }) => ack.conversationId))) {
    conversations.set(conversation, await history(reader, conversation));
  }
  hold(senders, conversations, when);
  return conversations;
}
