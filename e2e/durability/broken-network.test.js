// Nothing missed: connections are cut all the time, in the middle of whatever they carry. Whoever was cut off sends again
// what was not acknowledged and asks for what changed; in the end everybody has everything, once, in one order.

import assert from "node:assert/strict";
import { it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually, pause } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";
import { seeded } from "../harness/seed.js";
import { CuttingProxy } from "./cutting-proxy.js";
import { history, Listener, Sender } from "./load.js";
import { hold, holdListener } from "./promises.js";

// Not both transports: when the connection is cut between the probe's answer and the upgrade, the official client has paused
// its polling and never goes on with it. Only its ping timeout, after 45 s, makes it connect again.
for (const database of DATABASES) {
  for (const transports of [["websocket"], ["polling"]]) {
    it(`a network that breaks all the time loses and doubles nothing, by ${transports} on ${database}`, { timeout: 120_000 }, async () => {
      const random = seeded(`broken network on ${database} by ${transports}`);
      const linnet = await Linnet.start({ database });
      const proxy = await CuttingProxy.to(linnet.url);
      try {
        const [alice, bob] = await linnet.friends("alice", "bob");
        // Whatever they do from now on, they do through the broken network.
        const through = { through: proxy.url, transports };
        const senders = [new Sender(alice, [bob], through), new Sender(bob, [alice], through)];
        const listeners = [new Listener(alice, through), new Listener(bob, through)];
        await Promise.all([...senders, ...listeners].map((it) => it.connect()));
        for (const sender of senders) sender.start({ again: true });
        const acknowledged = () => senders.reduce((sum, it) => sum + it.acknowledged.size, 0);
        // A slow machine needs longer until enough has gone through, or been cut, to tell.
        for (let n = 0; n < 40 || ((proxy.cuts <= 10 || acknowledged() <= 50) && n < 400); n += 1) {
          await pause(20 + random.below(120));
          proxy.cut(random, 3);
        }
        for (const sender of senders) sender.stop();
        for (const sender of senders) await eventually("the sender is connected", () => sender.socket.connected);
        await Promise.all(senders.map((sender) => sender.resend()));

        const [{ ack }] = senders[0].acknowledged.values();
        const conversations = new Map([[ack.conversationId, await history(alice, ack.conversationId)]]);
        const messages = conversations.get(ack.conversationId);
        console.log(`${database}, ${transports}: ${proxy.cuts} cuts, ${messages.length} messages`);
        assert.ok(proxy.cuts > 10 && messages.length > 50, "the network broke and people wrote");
        hold(senders, conversations, "in the end");
        for (const listener of listeners) {
          await listener.caughtUp(ack.conversationId, messages.at(-1).version);
          holdListener(listener, conversations);
        }
      } finally {
        await proxy.stop();
        await linnet.stop();
      }
    });
  }
}
