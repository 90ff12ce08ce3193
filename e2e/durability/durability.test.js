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

const ROUNDS = Number(process.env.DURABILITY_ROUNDS ?? 4);

for (const database of DATABASES) {
  it(`nothing that was acknowledged is lost, doubled or moved by kill -9 on ${database}`, { timeout: 240_000 }, async () => {
    const random = seeded(`durability on ${database}`);
    const linnet = await Linnet.start({ database });
    try {
      const [alice, bob, carol] = [await linnet.signUp("alice"), await linnet.signUp("bob"), await linnet.signUp("carol")];
      // Two people write into each conversation at once, and one person writes into two conversations.
      const senders = [new Sender(alice, [bob, carol]), new Sender(bob, [alice]), new Sender(carol, [alice])];
      const listener = new Listener(alice);
      await Promise.all([...senders, listener].map((it) => it.connect()));

      for (let round = 1; round <= ROUNDS; round += 1) {
        const lost = senders.map(({ socket }) => once(socket, "disconnect", 30_000));
        for (const sender of senders) sender.start();
        const moment = 150 + random.below(1_500);
        await pause(moment);
        await linnet.kill();
        for (const sender of senders) sender.stop();
        await Promise.all(lost);
        const promised = senders.reduce((sum, it) => sum + it.acknowledged.size, 0);
        const open = senders.reduce((sum, it) => sum + it.open.size, 0);
        console.log(`${database}, round ${round}: killed after ${moment} ms with ${promised} acknowledged and ${open} open`);
        assert.ok(promised > 0, "nobody was acknowledged anything before the kill");

        await linnet.again();
        await check(senders, alice, "after the restart");
        await Promise.all(senders.map((sender) => sender.resend()));
        const conversations = await check(senders, alice, "after sending again");
        for (const sender of senders) assert.equal(sender.open.size, 0);
        await caughtUp(listener, conversations);
      }
    } finally {
      await linnet.stop();
    }
  });
}

/** Holds what the database has against what the senders were promised; gives the conversations' histories. */
async function check(senders, reader, when) {
  const names = senders.flatMap((sender) => [...sender.acknowledged]);
  const open = new Set(senders.flatMap((sender) => [...sender.open.keys()]));
  const conversations = new Map();
  for (const conversation of new Set(names.map(([, { ack }]) => ack.conversationId))) {
    conversations.set(conversation, await history(reader, conversation));
  }
  const found = new Map();
  for (const messages of conversations.values()) {
    assert.deepEqual(messages.map((it) => it.sequence), messages.map((_, n) => n + 1), `${when}: the numbers are dense, from 1`);
    for (let n = 1; n < messages.length; n += 1) {
      assert.ok(messages[n].version > messages[n - 1].version, `${when}: versions grow with the numbers`);
    }
    for (const message of messages) {
      // The sender's own name for a message is its sender's business; the text carries it for the others.
      const key = `${message.fromUserId} ${message.msg}`;
      assert.ok(!found.has(key), `${when}: ${message.msg} is there twice`);
      found.set(key, message);
    }
  }
  for (const sender of senders) {
    for (const [tempId, { msg, ack }] of sender.acknowledged) {
      const message = found.get(`${sender.persona.id} ${msg}`);
      assert.ok(message, `${when}: ${tempId} was acknowledged and is gone`);
      assert.deepEqual(
        [message.id, message.conversationId, message.sequence, message.version, message.timestamp],
        [ack.messageId, ack.conversationId, ack.sequence, ack.version, ack.timestamp],
        `${when}: ${tempId} is not what was promised`,
      );
    }
  }
  const written = found.size;
  const most = names.length + open.size;
  assert.ok(written >= names.length && written <= most, `${when}: ${written} messages, promised ${names.length}, open ${open.size}`);
  return conversations;
}

async function caughtUp(listener, conversations) {
  if (!listener.socket.connected) await once(listener.socket, "connect", 20_000);
  await listener.syncing;
  await eventually("the listener has what the database has", async () => {
    await listener.sync();
    return [...conversations].every(([id, messages]) => listener.at(id).version >= messages.at(-1).version);
  });
  for (const [id, messages] of conversations) {
    const { messages: known, from } = listener.at(id);
    const expected = messages.filter((it) => it.sequence >= from);
    assert.deepEqual([...known].sort(([x], [y]) => x - y), expected.map((it) => [it.sequence, it.msg]), "the listener's copy");
  }
}
