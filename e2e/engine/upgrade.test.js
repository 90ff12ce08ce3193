// From polling to WebSocket: nothing lost, doubled or out of order on the way.

import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { Peer } from "./raw.js";
import { startExample } from "./server.js";

let server;
let peer;
before(async () => {
  server = await startExample("engineio_conformance");
  peer = new Peer(server, "/engine.io/");
});
afterEach(() => peer.drop());
after(() => server.stop());

const upgrading = (sid) => peer.wire(`EIO=4&transport=websocket&sid=${sid}`);

async function upgraded() {
  const { sid } = await peer.handshake();
  const wire = upgrading(sid);
  await wire.opened;
  wire.send("2probe");
  assert.equal(await wire.next(), "3probe");
  wire.send("5");
  return { sid, wire };
}

it("releases the poll that waits and goes on by WebSocket", async () => {
  const { sid } = await peer.handshake();
  const wire = upgrading(sid);
  await wire.opened;
  wire.send("2probe");
  assert.equal(await wire.next(), "3probe");
  assert.equal(await (await peer.poll(sid)).text(), "6");
  wire.send("5", "4hello");
  assert.equal(await wire.next(), "4hello");
});

it("releases a poll that waited before the probe came", async () => {
  const { sid } = await peer.handshake();
  const polling = peer.poll(sid);
  const wire = upgrading(sid);
  await wire.opened;
  wire.send("2probe");
  assert.equal(await wire.next(), "3probe");
  assert.equal(await (await polling).text(), "6");
  wire.send("5", "4hello");
  assert.equal(await wire.next(), "4hello");
});

it("refuses HTTP requests of an upgraded session and keeps the session", async () => {
  const { sid, wire } = await upgraded();
  await eventually("the upgrade is done", async () => (await peer.poll(sid)).status === 400);
  assert.equal((await peer.push(sid, "4x")).status, 400);
  wire.send("4hello");
  assert.equal(await wire.next(), "4hello");
});

it("refuses HTTP right after probe and upgrade were sent together", async () => {
  const { sid } = await peer.handshake();
  const wire = upgrading(sid);
  await wire.opened;
  wire.send("2probe", "5");
  // The poll travels on another connection: only the answer to the probe tells that it will not come first.
  assert.equal(await wire.next(), "3probe");
  assert.equal((await peer.poll(sid)).status, 400);
});

it("refuses a second WebSocket of an upgraded session and keeps the first", async () => {
  const { sid, wire } = await upgraded();
  await upgrading(sid).close();
  wire.send("4hello");
  assert.equal(await wire.next(), "4hello");
});

it("keeps a polling session whose WebSocket sent something else than a probe, or nothing and left", async () => {
  const { sid } = await peer.handshake();
  const wrong = upgrading(sid);
  await wrong.opened;
  wrong.send("4hello");
  await wrong.close();
  const { sid: another } = await peer.handshake();
  const left = upgrading(another);
  await left.opened;
  left.drop();
  for (const session of [sid, another]) {
    assert.equal((await peer.push(session, "4still here")).status, 200);
    assert.equal(await (await peer.poll(session)).text(), "4still here");
  }
});

it("loses, doubles and reorders nothing while messages flow", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { sid } = await peer.handshake();
    const got = [];
    const take = (text) => {
      for (const packet of text.split("\x1e")) {
        if (packet === "2") pongs.push(peer.push(sid, "3").catch(() => {}));
        else if (packet[0] === "4") got.push(Number(packet.slice(1)));
        else assert.equal(packet, "6");
      }
    };
    const pongs = [];
    let polling = true;
    const polls = (async () => {
      while (polling) {
        const response = await peer.poll(sid);
        if (response.status !== 200) return;
        take(await response.text());
      }
    })();
    const payload = (from, to) => Array.from({ length: to - from }, (_, i) => `4${from + i}`).join("\x1e");
    assert.equal((await peer.push(sid, payload(0, 100))).status, 200);
    const wire = upgrading(sid);
    await wire.opened;
    // A request in flight while the probe goes on.
    const pushing = peer.push(sid, payload(100, 200));
    wire.send("2probe");
    assert.equal(await wire.next(), "3probe");
    assert.equal((await pushing).status, 200);
    polling = false;
    await polls;
    wire.send("5");
    for (let i = 200; i < 300; i += 1) wire.send(`4${i}`);
    while (got.length < 300) take(await wire.next());
    assert.deepEqual(got, Array.from({ length: 300 }, (_, i) => i));
    await Promise.all(pongs);
    wire.drop();
  }
});
