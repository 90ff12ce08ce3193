// The Socket.IO protocol, version 5, case by case.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import WebSocket from "ws";
import { eventually, within } from "../harness/deadline.js";
import { MAX_PAYLOAD, Peer, PINGING } from "./raw.js";
import { startExample } from "./server.js";

let server;
let peer;
before(async () => {
  server = await startExample("socketio_conformance");
  peer = new Peer(server, "/socket.io/");
});
afterEach(() => peer.drop());
after(() => server.stop());

describe("connecting", () => {
  for (const [packet, reply, event] of [
    ["40", /^40\{"sid":"([^"]{20,})"\}$/, '42["auth",{}]'],
    ['40{"token":"123"}', /^40\{"sid":"([^"]{20,})"\}$/, '42["auth",{"token":"123"}]'],
    ["40/custom,", /^40\/custom,\{"sid":"([^"]{20,})"\}$/, '42/custom,["auth",{}]'],
    ['40/custom,{"token":"abc"}', /^40\/custom,\{"sid":"([^"]{20,})"\}$/, '42/custom,["auth",{"token":"abc"}]'],
    ["40/custom", /^40\/custom,\{"sid":"([^"]{20,})"\}$/, '42/custom,["auth",{}]'],
  ]) {
    it(`answers ${packet}`, async () => {
      const wire = await peer.session();
      wire.send(packet);
      assert.match(await wire.next(), reply);
      assert.equal(await wire.next(), event);
    });
  }

  it("gives the reply time to be read before the first event, for clients that await them one by one", async () => {
    let apart = 0;
    // A client that is busy in that moment reads both at once, whatever the server does.
    for (let round = 0; apart < 5; round += 1) {
      assert.ok(round < 50, `the event came with the reply, except for ${apart} times in ${round}`);
      const socket = new WebSocket(`${peer.ws}?EIO=4&transport=websocket`);
      const heard = [];
      socket.on("message", (data) => heard.push(data.toString()));
      const one = () => new Promise((resolve) => socket.once("message", resolve));
      await within(15_000, "the handshake", one());
      socket.send("40");
      await within(15_000, "the reply", one());
      if (heard.length === 2) apart += 1;
      await eventually("the event after the reply", () => heard.length === 3);
      assert.match(heard[1], /^40/);
      assert.equal(heard[2], '42["auth",{}]');
      socket.terminate();
    }
  });

  it("gives a socket another id than the session, and another in each namespace", async () => {
    const wire = peer.wire();
    const session = JSON.parse((await wire.next()).slice(1)).sid;
    wire.send("40", "40/custom,");
    const frames = [await wire.next(), await wire.next(), await wire.next(), await wire.next()];
    const ids = frames.map((frame) => /"sid":"([^"]+)"/.exec(frame)?.[1]).filter(Boolean);
    assert.equal(new Set([session, ...ids]).size, 3);
  });

  it("refuses a namespace that is not there, and goes on", async () => {
    const wire = await peer.session();
    wire.send("40/random");
    assert.equal(await wire.next(), '44/random,{"message":"Invalid namespace"}');
    wire.send("40");
    assert.match(await wire.next(), /^40\{/);
  });

  for (const frame of ["4abc", '42["message",1]', '40{"token":', "40[]", "45", "4"]) {
    it(`closes a connection whose first packet is ${frame}`, async () => {
      const wire = await peer.session();
      wire.send(frame);
      await wire.close();
    });
  }

  it("closes a connection that never connects to a namespace", async () => {
    const began = Date.now();
    const wire = await peer.session();
    await wire.close();
    assert.ok(Date.now() - began >= 900, "the connect timeout is 1 s");
  });
});

describe("disconnecting", () => {
  it("leaves the connection open for other namespaces", async () => {
    const wire = await peer.connected();
    wire.send("40/custom,");
    await wire.next();
    await wire.next();
    wire.send("41/custom,", '42["message","main"]');
    assert.equal(await wire.next(), '42["message-back","main"]');
  });

  it("keeps an engine session whose last namespace was left", async () => {
    const pinging = await startExample("socketio_conformance", PINGING);
    try {
      const wire = await new Peer(pinging, "/socket.io/").connected();
      wire.send("41");
      const { pings } = wire;
      await eventually("two more pings", () => wire.pings >= pings + 2);
      wire.send("40");
      assert.match(await wire.next(), /^40\{/);
      wire.drop();
    } finally {
      await pinging.stop();
    }
  });
});

describe("messages", () => {
  for (const [sent, back] of [
    ['42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'],
    ['42["message"]', '42["message-back"]'],
    ['42["message",null,[],{},-1.5,"\u00e9\u{1f426}"]', '42["message-back",null,[],{},-1.5,"\u00e9\u{1f426}"]'],
    ['42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'],
    ['420["message-with-ack"]', "430[]"],
  ]) {
    it(`answers ${sent}`, async () => {
      const wire = await peer.connected();
      wire.send(sent);
      assert.equal(await wire.next(), back);
    });
  }

  it("echoes binary attachments", async () => {
    const wire = await peer.connected();
    wire.send(
      '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      Buffer.from([1, 2, 3]),
      Buffer.from([4, 5, 6]),
    );
    assert.equal(await wire.next(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3]));
    assert.deepEqual(await wire.next(), Buffer.from([4, 5, 6]));
  });

  it("acknowledges with binary attachments", async () => {
    const wire = await peer.connected();
    wire.send(
      '452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      Buffer.from([1, 2, 3]),
      Buffer.from([4, 5, 6]),
    );
    assert.equal(await wire.next(), '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3]));
    assert.deepEqual(await wire.next(), Buffer.from([4, 5, 6]));
  });

  it("takes binary in a namespace by polling", async () => {
    const { sid } = await peer.handshake();
    await peer.push(sid, "40/custom,");
    let text = "";
    const read = async (wanted) => {
      while (!text.includes(wanted)) text += `\x1e${await (await peer.poll(sid)).text()}`;
    };
    await read('"auth"');
    await peer.push(sid, '451-/custom,7["message-with-ack",{"a":[{"_placeholder":true,"num":0}]}]\x1ebAQID');
    await read("bAQID");
    assert.ok(text.includes('461-/custom,7[{"a":[{"_placeholder":true,"num":0}]}]\x1ebAQID'), text);
  });

  for (const frame of [
    "4abc",
    "42{}",
    "42[]",
    '42abc["message-with-ack",1]',
    '42["message"',
    "42[1]x",
    '42["connect"]',
    '42["disconnect"]',
    '451["message",{"_placeholder":true,"num":0}]',
    '45x-["message"]',
    '4599999-["message",{"_placeholder":true,"num":0}]',
    "48[]",
  ]) {
    it(`closes the connection on ${frame}`, async () => {
      const wire = await peer.connected();
      wire.send(frame);
      await wire.close();
    });
  }

  it("closes the connection on binary that nobody announced", async () => {
    const wire = await peer.connected();
    wire.send(Buffer.from([1]));
    await wire.close();
  });

  it("closes the connection on text where an attachment was announced", async () => {
    const wire = await peer.connected();
    wire.send('451-["message",{"_placeholder":true,"num":0}]', '42["message",1]');
    await wire.close();
  });

  it("closes the connection when attachments add up to more than a payload", async () => {
    const wire = await peer.connected();
    wire.send('453-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]');
    for (let i = 0; i < 3; i += 1) wire.send(Buffer.alloc(MAX_PAYLOAD / 2));
    await wire.close();
  });

  it("ignores an acknowledgement that it did not ask for", async () => {
    const wire = await peer.connected();
    wire.send("4399[]", '42["message","after"]');
    assert.equal(await wire.next(), '42["message-back","after"]');
  });

  it("keeps a connection whose text has a lone surrogate, as JSON.parse would take it", async () => {
    const wire = await peer.connected();
    wire.send('42["message","\\ud800"]');
    assert.equal(await wire.next(), '42["message-back","\\ud800"]');
  });

  it("survives deep nesting", async () => {
    const wire = await peer.connected();
    const deep = 100_000;
    wire.send(`42["message",${"[".repeat(deep)}${"]".repeat(deep)}]`);
    await Promise.race([wire.next(), wire.closed]).catch(() => {});
    const another = await peer.connected();
    another.send('42["message","still here"]');
    assert.equal(await another.next(), '42["message-back","still here"]');
  });
});
