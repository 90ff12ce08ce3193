// The Engine.IO protocol, version 4, case by case.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually, pause, within } from "../harness/deadline.js";
import { MAX_PAYLOAD, Peer, PINGING, STRICT } from "./raw.js";
import { startExample } from "./server.js";

let server;
let peer;
before(async () => {
  server = await startExample("engineio_conformance");
  peer = new Peer(server, "/engine.io/");
});
afterEach(() => peer.drop());
after(() => server.stop());

const gone = (sid) => eventually(`session ${sid} is gone`, async () => (await peer.poll(sid)).status === 400, 15_000);

async function error(response, code, message) {
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { code, message });
}

describe("handshake", () => {
  function checkHandshake(open, upgrades) {
    assert.deepEqual(Object.keys(open).sort(), ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
    assert.equal(typeof open.sid, "string");
    assert.ok(open.sid.length >= 20, "a session's id must not be guessable");
    assert.deepEqual(open.upgrades, upgrades);
    assert.equal(open.pingInterval, server.pingInterval);
    assert.equal(open.pingTimeout, server.pingTimeout);
    assert.equal(open.maxPayload, MAX_PAYLOAD);
  }

  it("opens a session by polling", async () => {
    const response = await peer.poll();
    assert.match(response.headers.get("content-type"), /^text\/plain; ?charset=utf-8$/i);
    const text = await response.text();
    checkHandshake(JSON.parse(text.slice(1)), ["websocket"]);
  });

  it("opens a session by WebSocket", async () => {
    const open = await peer.wire().next();
    assert.equal(open[0], "0");
    checkHandshake(JSON.parse(open.slice(1)), []);
  });

  it("gives every session another id", async () => {
    const sids = await Promise.all(Array.from({ length: 50 }, async () => (await peer.handshake()).sid));
    assert.equal(new Set(sids).size, 50);
  });

  for (const query of ["transport=polling", "EIO=abc&transport=polling", "EIO=3&transport=polling", "EIO=5&transport=polling"]) {
    it(`refuses the protocol version of ?${query}`, async () => {
      await error(await fetch(`${peer.http}?${query}`), 5, "Unsupported protocol version");
    });
  }

  for (const query of ["EIO=4", "EIO=4&transport=abc", "EIO=4&transport=", "EIO=4&transport=__proto__"]) {
    it(`refuses the transport of ?${query}`, async () => {
      await error(await fetch(`${peer.http}?${query}`), 0, "Transport unknown");
    });
  }

  it("takes only GET for a handshake", async () => {
    await error(await peer.poll(undefined, { method: "POST", body: "" }), 2, "Bad handshake method");
    assert.equal((await peer.poll(undefined, { method: "PUT" })).status, 400);
    assert.equal((await peer.poll(undefined, { method: "DELETE" })).status, 400);
  });

  it("does not know a session that it did not open", async () => {
    await error(await peer.poll("nobody"), 1, "Session ID unknown");
    await error(await peer.push("nobody", "4hello"), 1, "Session ID unknown");
  });

  for (const query of ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc", "EIO=4&transport=websocket&sid=nobody"]) {
    it(`refuses a WebSocket with ?${query}`, async () => {
      await peer.wire(query).close();
    });
  }

  it("refuses a request for websocket that is no WebSocket", async () => {
    await error(await fetch(`${peer.http}?EIO=4&transport=websocket`), 3, "Bad request");
  });
});

describe("messages by polling", () => {
  for (const [what, body] of [
    ["a text", "4hello"],
    ["several texts", "4one\x1e4two\x1e4three"],
    ["text and binary", "4hello\x1ebAQIDBA=="],
    ["binary alone", "bAQIDBA=="],
    ["an empty text", "4"],
    ["characters of every width", "4a\u00e9\u20ac\u{1f426}"],
  ]) {
    it(`echoes ${what}`, async () => {
      const { sid } = await peer.handshake();
      const pushed = await peer.push(sid, body);
      assert.equal(pushed.status, 200);
      assert.equal(await pushed.text(), "ok");
      const polled = await peer.poll(sid);
      assert.equal(polled.status, 200);
      assert.equal(await polled.text(), body);
    });
  }

  it("answers a poll that waits as soon as there is something", async () => {
    const { sid } = await peer.handshake();
    const polling = peer.poll(sid);
    await peer.push(sid, "4hello");
    assert.equal(await (await polling).text(), "4hello");
  });

  for (const body of ["abc", "", "9x", "4ok\x1eabc"]) {
    it(`closes the session on the payload ${JSON.stringify(body)}`, async () => {
      const { sid } = await peer.handshake();
      // The answer to the request itself is not part of the protocol; the official server says "ok".
      await peer.push(sid, body).catch(() => {});
      await gone(sid);
    });
  }

  it("closes the session on a second poll at once", async () => {
    const { sid } = await peer.handshake();
    // Which of them comes second is not for the client to say.
    const polls = await Promise.all([peer.poll(sid), peer.poll(sid)]);
    assert.deepEqual(polls.map(({ status }) => status).sort(), [200, 400]);
    assert.equal(await polls.find(({ status }) => status === 200).text(), "1");
    assert.equal((await peer.poll(sid)).status, 400);
  });

  it("closes the session when a poll is cancelled", async () => {
    // A poll that is cut off before the server has begun with it was no poll: on a busy machine it takes its time to begin.
    for (const wait of [50, 500, 5_000]) {
      const { sid } = await peer.handshake();
      const polling = request(`${peer.http}?EIO=4&transport=polling&sid=${sid}`).on("error", () => {});
      polling.end();
      await pause(wait);
      polling.destroy();
      // Another poll would be one too many, and close the session itself.
      const closed = eventually("the session is gone", async () => (await peer.push(sid, "3")).status === 400, 2_000);
      if (await closed.then(() => true, () => false)) return;
    }
    assert.fail("no session was closed with its poll");
  });

  it("takes a payload as large as it says and no larger", async () => {
    const { sid } = await peer.handshake();
    const largest = `4${"x".repeat(MAX_PAYLOAD - 1)}`;
    assert.equal((await peer.push(sid, largest)).status, 200);
    assert.equal((await (await peer.poll(sid)).text()).length, MAX_PAYLOAD);
    const { sid: another } = await peer.handshake();
    const refused = await peer.push(another, `${largest}x`).catch(() => null);
    if (refused) assert.equal(refused.status, 413);
    await eventually("the larger payload was not echoed", async () => {
      const response = await peer.poll(another);
      return response.status === 400 || !(await response.text()).includes("xxxx");
    });
  });

  it("takes a payload without a length by chunks, and no larger than it says", async () => {
    const { sid } = await peer.handshake();
    const send = (session, bytes) =>
      new Promise((resolve) => {
        const url = `${peer.http}?EIO=4&transport=polling&sid=${session}`;
        const post = request(url, { method: "POST", headers: { "transfer-encoding": "chunked" } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        // A server that stops reading may also reset the connection.
        post.on("error", () => resolve(413));
        post.write("4");
        for (let left = bytes - 1; left > 0; left -= 50_000) post.write("x".repeat(Math.min(left, 50_000)));
        post.end();
      });
    assert.equal(await send(sid, 200_000), 200);
    const { sid: another } = await peer.handshake();
    assert.equal(await within(15_000, "an answer", send(another, MAX_PAYLOAD + 1)), 413);
  });

  it("refuses other methods within a session", async () => {
    const { sid } = await peer.handshake();
    assert.ok((await peer.poll(sid, { method: "PUT", body: "4x" })).status >= 400);
  });
});

describe("messages by WebSocket", () => {
  it("echoes text and binary in order", async () => {
    const wire = await peer.session();
    wire.send("4hello", Buffer.from([1, 2, 3, 4]), "4", Buffer.alloc(0), "4\u{1f426}");
    assert.equal(await wire.next(), "4hello");
    assert.deepEqual(await wire.next(), Buffer.from([1, 2, 3, 4]));
    assert.equal(await wire.next(), "4");
    assert.deepEqual(await wire.next(), Buffer.alloc(0));
    assert.equal(await wire.next(), "4\u{1f426}");
  });

  it("keeps thousands of messages in order", async () => {
    const wire = await peer.session();
    for (let i = 0; i < 5_000; i += 1) wire.send(`4${i}`);
    for (let i = 0; i < 5_000; i += 1) assert.equal(await wire.next(), `4${i}`);
  });

  it("puts a fragmented message together", async () => {
    const wire = await peer.session();
    wire.socket.send("4he", { fin: false });
    wire.socket.send("ll", { fin: false });
    wire.socket.send("o", { fin: true });
    assert.equal(await wire.next(), "4hello");
  });

  for (const frame of ["abc", "", "9", "7x"]) {
    it(`closes the session on the packet ${JSON.stringify(frame)}`, async () => {
      const wire = await peer.session();
      wire.send(frame);
      await wire.close();
    });
  }

  it("takes a message as large as it says and no larger, text and binary", async () => {
    const wire = await peer.session();
    wire.send(`4${"x".repeat(MAX_PAYLOAD - 1)}`, Buffer.alloc(MAX_PAYLOAD, 7));
    assert.equal((await wire.next()).length, MAX_PAYLOAD);
    assert.equal((await wire.next()).length, MAX_PAYLOAD);
    wire.send(Buffer.alloc(MAX_PAYLOAD + 1));
    await wire.close();
    const another = await peer.session();
    another.send(`4${"x".repeat(MAX_PAYLOAD)}`);
    await another.close();
    const fragments = await peer.session();
    fragments.socket.send(`4${"x".repeat(MAX_PAYLOAD - 10)}`, { fin: false });
    fragments.socket.send("x".repeat(20), { fin: true });
    await fragments.close();
  });

  it("answers a WebSocket ping, and a close with a close", async () => {
    const wire = await peer.session();
    const pong = new Promise((resolve) => wire.socket.once("pong", (data) => resolve(data.toString())));
    wire.socket.ping("are you there");
    assert.equal(await within(15_000, "a pong", pong), "are you there");
    wire.socket.close(1000);
    assert.equal(await wire.close(), 1000);
  });
});

describe("heartbeat", () => {
  const servers = [];
  let pinging;
  let strict;
  before(async () => {
    for (const heartbeat of [PINGING, STRICT]) servers.push(await startExample("engineio_conformance", heartbeat));
    [pinging, strict] = servers.map((it) => new Peer(it, "/engine.io/"));
  });
  afterEach(() => {
    pinging.drop();
    strict.drop();
  });
  after(() => Promise.all(servers.map((it) => it.stop())));

  it("pings by polling and lives on while pongs come", async () => {
    const { sid } = await pinging.handshake();
    for (let i = 0; i < 3; i += 1) {
      const polled = await pinging.poll(sid);
      assert.equal(await polled.text(), "2");
      assert.equal((await pinging.push(sid, "3")).status, 200);
    }
  });

  it("closes a polling session that gives no pong", async () => {
    const { sid } = await strict.handshake();
    await eventually("the session is gone", async () => (await strict.poll(sid)).status === 400);
  });

  it("pings by WebSocket and lives on while pongs come", async () => {
    const wire = await pinging.session({ pong: false });
    for (let i = 0; i < 3; i += 1) {
      assert.equal(await wire.next(), "2");
      wire.send("3");
    }
  });

  it("closes a WebSocket that gives no pong, in time", async () => {
    const began = Date.now();
    const wire = await strict.session({ pong: false });
    await wire.close();
    const took = Date.now() - began;
    assert.ok(took >= STRICT.pingInterval + STRICT.pingTimeout - 60, `after ${took} ms`);
  });
});

describe("close", () => {
  it("ends a polling session, and the poll that waits with noop", async () => {
    // Nothing tells whether the poll has come: one that comes after the close is refused.
    for (const wait of [20, 100, 500, 2_500]) {
      const { sid } = await peer.handshake();
      const polling = peer.poll(sid);
      await pause(wait);
      await peer.push(sid, "1");
      const polled = await polling;
      assert.equal((await peer.poll(sid)).status, 400);
      if (polled.status === 400) continue;
      assert.equal(await polled.text(), "6");
      return;
    }
    assert.fail("a poll that waits is not answered");
  });

  it("ends a WebSocket session", async () => {
    const wire = await peer.session();
    wire.send("1");
    await wire.close();
  });
});
