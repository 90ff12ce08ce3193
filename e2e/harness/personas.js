// People: an account, its tokens, and the sockets of its tabs.

import assert from "node:assert/strict";
import { io } from "socket.io-client";
import { within } from "./deadline.js";
import { Inbox, once } from "./inbox.js";

const PASSWORD = "correct horse battery staple";

/** One asks to be connected, the other accepts: people on the wire or in browsers. */
export async function befriend(one, other) {
  const asked = await one.http("POST", "/connections", { userId: other.id });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const accepted = await other.http("POST", `/connections/${one.id}/accept`);
  assert.equal(accepted.body?.state, "accepted", JSON.stringify(accepted.body));
}

export class Persona {
  static async signUp(linnet, username, displayName) {
    const persona = new Persona(linnet, username, displayName);
    const { status, body } = await persona.http("POST", "/auth/register", { username, displayName, password: PASSWORD });
    assert.equal(status, 201, JSON.stringify(body));
    persona.take(body);
    return persona;
  }

  constructor(linnet, username, displayName) {
    Object.assign(this, { linnet, username, displayName, password: PASSWORD, sockets: [] });
  }

  take({ user, accessToken, refreshToken }) {
    Object.assign(this, { id: user.id, deviceId: user.deviceId, token: accessToken, refreshToken });
  }

  /** Signs in once more: another device of the same person. */
  async anotherDevice() {
    const device = new Persona(this.linnet, this.username, this.displayName);
    const { status, body } = await device.http("POST", "/auth/login", { username: this.username, password: PASSWORD });
    assert.equal(status, 200, JSON.stringify(body));
    device.take(body);
    this.linnet.people.push(device);
    return device;
  }

  befriend(other) {
    return befriend(this, other);
  }

  async http(method, path, body, headers = {}) {
    const response = await fetch(`${this.linnet.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  /** A socket that is on its way; most tests want `connect`. `through` is a proxy's address. */
  dial({ through = this.linnet.url, ...options } = {}) {
    const socket = io(through, {
      forceNew: true,
      auth: { token: this.token },
      transports: ["websocket"],
      reconnectionDelay: 50,
      reconnectionDelayMax: 300,
      ...options,
    });
    socket.inbox = new Inbox(socket);
    /** Emits with a callback and gives what it was called with. */
    socket.ask = (event, ...args) =>
      within(20_000, `an answer to ${event}`, new Promise((resolve) => socket.emit(event, ...args, resolve)));
    /** The same, for a question that must be answered well. */
    socket.get = async (event, ...args) => {
      const reply = await socket.ask(event, ...args);
      assert.equal(reply.success, true, `${event}: ${JSON.stringify(reply)}`);
      return reply;
    };
    this.sockets.push(socket);
    return socket;
  }

  /** A connected socket: a tab. */
  async connect(options) {
    const socket = this.dial(options);
    await once(socket, "connect");
    return socket;
  }

  hangUp() {
    for (const socket of this.sockets.splice(0)) socket.disconnect();
  }
}
