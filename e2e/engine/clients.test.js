// The official client in three versions, by each way it can travel, against the engine.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { io as io48 } from "socket.io-client";
import { io as io31 } from "socket.io-client-3.1";
import { io as io40 } from "socket.io-client-4.0";
import { eventually, within } from "../harness/deadline.js";
import { Inbox, once } from "../harness/inbox.js";
import { MAX_PAYLOAD, PINGING } from "./raw.js";
import { startExample } from "./server.js";

const CLIENTS = { 4.8: io48, "4.0": io40, 3.1: io31 };
const WAYS = { "polling only": ["polling"], "WebSocket only": ["websocket"], upgrading: ["polling", "websocket"] };

let server;
before(async () => {
  server = await startExample("socketio_conformance", PINGING);
});
after(() => server.stop());

const open = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

function socketTo(io, namespace, options) {
  const socket = io(`${server.http}${namespace}`, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options });
  open.push(socket);
  socket.inbox = new Inbox(socket);
  return socket;
}

const acked = (socket, ...args) => within(20_000, "an acknowledgement", new Promise((resolve) => socket.emit(...args, (...back) => resolve(back))));

async function echoed(socket, ...args) {
  const back = new Promise((resolve) => socket.once("message-back", (...all) => resolve(all)));
  socket.emit("message", ...args);
  return within(20_000, "message-back", back);
}

const bytes = (value) => Buffer.from(value instanceof ArrayBuffer ? new Uint8Array(value) : value);

for (const [version, io] of Object.entries(CLIENTS)) {
  for (const [way, transports] of Object.entries(WAYS)) {
    describe(`client ${version}, ${way}`, () => {
      const connect = async (namespace = "/", options = {}) => {
        const socket = socketTo(io, namespace, { transports, ...options });
        await once(socket, "connect");
        return socket;
      };
      /** Where the transport changes under way, the rest of the case runs after it did. */
      const settled = (socket) =>
        eventually("the transport is what was asked for", () => socket.io.engine.transport.name === transports.at(-1));

      it("connects with an id and tells what it gave as auth", async () => {
        const socket = await connect("/", { auth: { token: "abc", nested: { deep: [1, 2] } } });
        assert.ok(socket.id.length >= 20);
        assert.deepEqual(await socket.inbox.next("auth"), { token: "abc", nested: { deep: [1, 2] } });
        await settled(socket);
      });

      it("gets back what it sends, in every shape JSON has", async () => {
        const socket = await connect();
        const all = [1, "two", { three: [true, null, -0.5] }, [], {}, "", "\u{1f426} \u2028 \"quoted\" \\", 1e21];
        assert.deepEqual(await echoed(socket, ...all), all);
        assert.deepEqual(await echoed(socket), []);
      });

      it("gets back binary, nested too", async () => {
        const socket = await connect();
        await settled(socket);
        const [plain, nested] = await echoed(socket, Buffer.from([0, 1, 255]), { a: [{ b: Buffer.from("deep") }], c: 1 });
        assert.deepEqual(bytes(plain), Buffer.from([0, 1, 255]));
        assert.deepEqual(bytes(nested.a[0].b), Buffer.from("deep"));
        assert.equal(nested.c, 1);
      });

      it("is acknowledged, with binary too", async () => {
        const socket = await connect();
        assert.deepEqual(await acked(socket, "message-with-ack", 1, { two: [3] }), [1, { two: [3] }]);
        const [binary, empty] = await acked(socket, "message-with-ack", Buffer.from([9, 8]), Buffer.alloc(0));
        assert.deepEqual(bytes(binary), Buffer.from([9, 8]));
        assert.equal(bytes(empty).length, 0);
      });

      it("keeps the order across the change of transport", async () => {
        const socket = await connect();
        const count = 400;
        const got = [];
        const all = new Promise((resolve) =>
          socket.on("message-back", (n) => {
            got.push(n);
            if (got.length === count) resolve();
          }),
        );
        for (let n = 0; n < count; n += 1) {
          socket.emit("message", n);
          // Give the transport a chance to change in the middle.
          if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await within(20_000, `${count} messages back`, all);
        assert.deepEqual(got, Array.from({ length: count }, (_, n) => n));
      });

      it("carries a message just under the limit both ways", async () => {
        const socket = await connect();
        await settled(socket);
        // By polling, binary travels as base64 and takes a third more.
        const size = transports[0] === "polling" && transports.length === 1 ? Math.floor(MAX_PAYLOAD * 0.7) : MAX_PAYLOAD - 1_000;
        const [back] = await echoed(socket, Buffer.alloc(size, 5));
        assert.equal(bytes(back).length, size);
        const [text] = await echoed(socket, "x".repeat(MAX_PAYLOAD - 1_000));
        assert.equal(text.length, MAX_PAYLOAD - 1_000);
      });

      it("is cut off over the limit, and comes back", async () => {
        const socket = await connect();
        await settled(socket);
        const disconnected = once(socket, "disconnect");
        socket.emit("message", "x".repeat(MAX_PAYLOAD + 1));
        const [reason] = await disconnected;
        assert.ok(["transport close", "transport error"].includes(reason), reason);
        await once(socket, "connect");
        assert.deepEqual(await echoed(socket, "again"), ["again"]);
      });

      it("has two namespaces on one connection", async () => {
        const main = await connect();
        const custom = main.io.socket("/custom", { auth: { token: "custom" } });
        open.push(custom);
        await once(custom, "connect");
        assert.notEqual(custom.id, main.id);
        assert.deepEqual(await acked(custom, "message-with-ack", "c"), ["c"]);
        assert.deepEqual(await acked(main, "message-with-ack", "m"), ["m"]);
        const left = once(custom, "disconnect");
        custom.disconnect();
        assert.deepEqual((await left)[0], "io client disconnect");
        assert.deepEqual(await acked(main, "message-with-ack", "still"), ["still"]);
      });

      it("is told that a namespace is not there", async () => {
        const socket = socketTo(io, "/nowhere", { transports });
        const [error] = await once(socket, "connect_error");
        assert.equal(error.message, "Invalid namespace");
        assert.equal(socket.connected, false);
      });

      it("says why it disconnected when it wanted to", async () => {
        const socket = await connect();
        const disconnected = once(socket, "disconnect");
        socket.disconnect();
        assert.equal((await disconnected)[0], "io client disconnect");
      });
    });
  }
}

describe("client 4.8", () => {
  it("times out an acknowledgement that never comes, and only that one", async () => {
    const socket = socketTo(io48, "/", {});
    await once(socket, "connect");
    await assert.rejects(socket.timeout(300).emitWithAck("nobody-answers-this"), /timed out/);
    assert.equal(await socket.timeout(15_000).emitWithAck("message-with-ack", "answered"), "answered");
  });

  it("sends what was written while it was away, in order", async () => {
    const socket = socketTo(io48, "/", { autoConnect: false });
    for (let n = 0; n < 50; n += 1) socket.emit("message", n);
    socket.connect();
    await within(20_000, "50 back", eventually("50 back", () => socket.inbox.heard("message-back").length === 50));
    assert.deepEqual(socket.inbox.heard("message-back"), Array.from({ length: 50 }, (_, n) => n));
  });

  it("retries by itself until it is acknowledged", async () => {
    const socket = socketTo(io48, "/", { retries: 3, ackTimeout: 5_000 });
    await once(socket, "connect");
    assert.equal(await socket.emitWithAck("message-with-ack", 1), 1);
  });

  it("compresses nothing when asked to, and works with a query, headers and a stamp", async () => {
    const socket = socketTo(io48, "/", {
      query: { a: "1 &=\u00e9" },
      extraHeaders: { "x-one": "two" },
      timestampRequests: true,
      timestampParam: "stamp",
    });
    await once(socket, "connect");
    socket.compress(false).emit("message", 1);
    assert.equal(await socket.inbox.next("message-back"), 1);
  });
});
