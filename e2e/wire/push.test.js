// Who is told while their page is closed: by a push service, encrypted for one device, and not for somebody who looks.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEachDatabase } from "../harness/databases.js";
import { eventually } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";
import { PushService } from "../harness/push.js";

onEachDatabase("push", (database) => {
  let linnet;
  let service;
  before(async () => {
    service = await PushService.start();
    linnet = await Linnet.start({ database, env: { LINNET_PUSH_PRIVATE_ENDPOINTS: "allow", LINNET_PUSH_CONTACT: "mailto:admin@example.org" } });
  });
  after(async () => {
    service?.stop();
    await linnet?.stop();
  });

  /** Alice is away, with a browser that wants to be told; Bob is there. */
  async function chat() {
    const [alice, bob] = await linnet.friends("alice", "bob");
    const b = await bob.connect();
    const device = await service.subscribe(alice);
    const { body } = await alice.http("GET", "/push/key");
    const told = (text) =>
      eventually(`alice is told of ${text}`, async () => device.all.map((push) => device.open(push, body.key)).find((it) => it.text === text));
    const say = (msg) => b.get("sendMsg", { toUserId: alice.id, msg });
    return { alice, bob, b, device, told, say };
  }

  it("tells a device that is away, in words that only it can read", async () => {
    const { alice, bob, device, told, say } = await chat();
    const { conversationId, sequence } = await say("こんにちは **you**");
    assert.deepEqual(await told("こんにちは **you**"), {
      conversationId,
      sequence,
      title: null,
      sender: bob.displayName,
      text: "こんにちは **you**",
      files: false,
      waiting: [conversationId],
    });
    const [{ headers, body }] = device.all;
    assert.deepEqual([headers["content-encoding"], headers.urgency, headers.topic.length], ["aes128gcm", "high", 32]);
    assert.ok(!body.includes("you") && !headers.topic.includes(conversationId));
    assert.equal(alice.sockets.length, 0);
  });

  /** Somebody who is surely told later than whoever was due before. */
  async function later() {
    const { say, told } = await chat();
    await say("later");
    await told("later");
  }

  it("tells nobody who looks at another device, and tells them once they look away", async () => {
    const { alice, told, say, device } = await chat();
    const a = await alice.connect();
    await say("seen");
    await later();
    assert.equal(device.all.length, 0);
    await a.get("setStatus", { active: false });
    await say("not seen");
    await told("not seen");
    a.disconnect();
    await say("gone");
    await told("gone");
  });

  it("tries again when a push service cannot, and forgets a device that it does not know", async () => {
    const { device, told, say } = await chat();
    service.answers.push([503], [429, { "retry-after": "1" }]);
    await say("one");
    await told("one");
    await eventually("it is tried until it is taken", async () => device.all.length === 3, 30_000);
    service.answers.push([410]);
    await say("two");
    await told("two");
    await say("three");
    await later();
    assert.equal(device.all.length, 4);
  });

  it("is over with the session", async () => {
    const { alice, device, told, say } = await chat();
    await say("one");
    await told("one");
    const { status } = await alice.http("POST", "/auth/logout");
    assert.equal(status, 204);
    await say("two");
    await later();
    assert.equal(device.all.length, 1);
  });
});
