// The protocols by hand: plain HTTP requests and plain WebSockets, nothing of Socket.IO's own code.

import assert from "node:assert/strict";
import WebSocket from "ws";
import { within } from "../harness/deadline.js";

/** The heartbeat of the protocol's own suite. Whoever is busy for 200 ms loses a session with it. */
export const STRICT = { pingInterval: 300, pingTimeout: 200 };
/** Pings as often, and lets a busy client live. */
export const PINGING = { pingInterval: STRICT.pingInterval };
export const MAX_PAYLOAD = 1_000_000;

/** A WebSocket that keeps what arrives until it is asked for. */
export class Wire {
  constructor(url, { pong = true, headers, origin } = {}) {
    this.socket = new WebSocket(url, { headers, origin, perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
    this.frames = [];
    this.look = () => {};
    this.closed = new Promise((resolve) => {
      this.socket.once("close", (code) => {
        this.closeCode = code;
        this.look();
        resolve(code);
      });
    });
    this.refused = new Promise((resolve) => {
      this.socket.once("unexpected-response", (_, response) => {
        resolve(response.statusCode);
        response.destroy();
        this.socket.terminate();
      });
    });
    this.socket.on("error", () => {});
    this.opened = new Promise((resolve) => this.socket.once("open", resolve));
    this.pings = 0;
    this.socket.on("message", (data, binary) => {
      const frame = binary ? data : data.toString();
      if (pong && frame === "2") {
        this.pings += 1;
        this.socket.send("3");
        return;
      }
      this.frames.push(frame);
      this.look();
    });
  }

  /** The next frame: a string for text, a Buffer for binary. */
  next(ms = 15_000) {
    return within(
      ms,
      "the next WebSocket frame",
      new Promise((resolve, reject) => {
        this.look = () => {
          if (this.frames.length > 0) {
            // Whoever has its frame must not take the next one's.
            this.look = () => {};
            resolve(this.frames.shift());
          } else if (this.closeCode !== undefined) {
            reject(new Error(`closed with ${this.closeCode}`));
          }
        };
        this.look();
      }),
    );
  }

  send(...frames) {
    for (const frame of frames) this.socket.send(frame);
  }

  /** The close code; fails when the server leaves the connection open. */
  close(ms = 15_000) {
    return within(ms, "the server closes the WebSocket", this.closed);
  }

  drop() {
    this.socket.terminate();
  }
}

/** One of the two servers, spoken to by hand. */
export class Peer {
  constructor(server, path) {
    this.http = `${server.http}${path}`;
    this.ws = `${server.ws}${path}`;
    this.wires = [];
  }

  poll(sid, options) {
    return fetch(`${this.http}?EIO=4&transport=polling${sid ? `&sid=${sid}` : ""}`, options);
  }

  push(sid, body, headers = { "content-type": "text/plain;charset=UTF-8" }) {
    return this.poll(sid, { method: "POST", body, headers });
  }

  /** Opens a session by polling and gives what the handshake says. */
  async handshake() {
    const response = await this.poll();
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.equal(text[0], "0");
    return JSON.parse(text.slice(1));
  }

  wire(query = "EIO=4&transport=websocket", options) {
    const wire = new Wire(`${this.ws}?${query}`, options);
    this.wires.push(wire);
    return wire;
  }

  /** A WebSocket whose Engine.IO handshake was read. */
  async session(options) {
    const wire = this.wire(undefined, options);
    const open = await wire.next();
    assert.equal(open[0], "0");
    return wire;
  }

  /** A WebSocket that is connected to the main namespace, its `auth` event read. */
  async connected(options) {
    const wire = await this.session(options);
    wire.send("40");
    assert.match(await wire.next(), /^40\{"sid":"[^"]+"\}$/);
    assert.equal(await wire.next(), '42["auth",{}]');
    return wire;
  }

  drop() {
    for (const wire of this.wires.splice(0)) wire.drop();
  }
}
