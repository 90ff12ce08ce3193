// The official encoders and decoders as a second opinion: what they write, the engine reads, and what it writes back,
// they read. Packets come from a seeded generator, whose seed is printed, so that a failure can be had again.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { decodePayload, encodePayload } from "engine.io-parser";
import { Decoder, Encoder, PacketType } from "socket.io-parser";
import { seeded } from "../harness/seed.js";
import { Peer, PINGING } from "./raw.js";
import { startExample } from "./server.js";

const random = seeded("engine/parser");
let server;
let peer;
before(async () => {
  server = await startExample("socketio_conformance", PINGING);
  peer = new Peer(server, "/socket.io/");
});
after(async () => {
  peer.drop();
  await server.stop();
});

const STRINGS = ["", "plain", "\u00e9\u20ac\u{1f426}", '"quoted\\"', "\u2028\u2029", "\u0000\u001f", "1-[", "/custom,", "_placeholder", "\x1e"];

function anything(depth, binary) {
  const kind = random.below(depth > 0 ? 9 : 6);
  if (kind === 0) return null;
  if (kind === 1) return random.below(2) === 0;
  if (kind === 2) return random.below(1_000_000) - 500_000;
  if (kind === 3) return random.below(1_000_000) / 7;
  if (kind === 4) return STRINGS[random.below(STRINGS.length)];
  if (kind === 5) return binary && random.below(2) === 0 ? random.bytes(random.below(40)) : "x".repeat(random.below(200));
  if (kind === 6) return Array.from({ length: random.below(4) }, () => anything(depth - 1, binary));
  return Object.fromEntries(
    Array.from({ length: random.below(4) }, (_, i) => [`${STRINGS[random.below(STRINGS.length)]}${i}`, anything(depth - 1, binary)]),
  );
}

/** Counts the attachments, of which the engine takes ten in a packet. */
function attachments(value) {
  if (Buffer.isBuffer(value)) return 1;
  if (value === null || typeof value !== "object") return 0;
  return Object.values(value).reduce((sum, it) => sum + attachments(it), 0);
}

function packet(namespace, n) {
  for (;;) {
    const args = Array.from({ length: random.below(4) }, () => anything(3, true));
    if (attachments(args) > 10) continue;
    const withAck = random.below(2) === 0;
    return {
      type: PacketType.EVENT,
      nsp: namespace,
      data: [withAck ? "message-with-ack" : "message", ...args],
      ...(withAck ? { id: n } : {}),
    };
  }
}

function expected({ data: [name, ...args], nsp, id }) {
  // The decoder gives a packet with its attachments in place the type that it has without any.
  if (name === "message") return { type: PacketType.EVENT, nsp, data: ["message-back", ...args] };
  return { type: PacketType.ACK, nsp, id, data: args };
}

function decoder(on) {
  const decoder = new Decoder();
  decoder.on("decoded", ({ type, nsp, id, data }) => on(JSON.parse(JSON.stringify({ type, nsp, id, data }))));
  return decoder;
}

const plain = (value) => JSON.parse(JSON.stringify(value));

for (const namespace of ["/", "/custom"]) {
  it(`agrees with the official Socket.IO parser by WebSocket in ${namespace}`, async () => {
    const wire = await peer.session();
    wire.send(namespace === "/" ? "40" : `40${namespace},`);
    await wire.next();
    await wire.next();
    const got = [];
    const decode = decoder((it) => got.push(it));
    const encoder = new Encoder();
    const sent = Array.from({ length: 300 }, (_, n) => packet(namespace, n));
    for (const it of sent) {
      for (const part of encoder.encode(it)) wire.send(typeof part === "string" ? `4${part}` : part);
    }
    while (got.length < sent.length) {
      const frame = await wire.next();
      decode.add(typeof frame === "string" ? frame.slice(1) : frame);
    }
    sent.forEach((it, n) => assert.deepEqual(got[n], plain(expected(it)), `packet ${n} of seed ${random.seed}`));
  });
}

it("agrees with the official Engine.IO parser by polling", async () => {
  const { sid } = await peer.handshake();
  const got = [];
  const decode = decoder((it) => got.push(it));
  const encoder = new Encoder();
  const read = async () => {
    const text = await (await peer.poll(sid)).text();
    for (const { type, data } of decodePayload(text, "nodebuffer")) {
      if (type === "ping") await peer.push(sid, "3");
      else if (type === "message") decode.add(data);
    }
  };
  await peer.push(sid, "40");
  while (got.length < 2) await read();
  got.length = 0;
  for (let round = 0; round < 20; round += 1) {
    const sent = Array.from({ length: 10 }, (_, n) => packet("/", round * 10 + n));
    const parts = sent.flatMap((it) => encoder.encode(it)).map((data) => ({ type: "message", data }));
    const body = await new Promise((resolve) => encodePayload(parts, resolve));
    assert.equal((await peer.push(sid, body)).status, 200);
    while (got.length < sent.length) await read();
    sent.forEach((it, n) => assert.deepEqual(got[n], plain(expected(it)), `round ${round}, packet ${n} of seed ${random.seed}`));
    got.length = 0;
  }
});
