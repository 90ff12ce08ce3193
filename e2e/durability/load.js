// People who write without pause, and who remember exactly what they were promised.

import { within } from "../harness/deadline.js";
import { once } from "../harness/inbox.js";

const OUTSTANDING = 8;

/** Somebody who keeps several messages on their way at any moment. */
export class Sender {
  constructor(persona, others) {
    this.persona = persona;
    this.others = others;
    /** What was promised: tempId to { to, msg, ack }. */
    this.acknowledged = new Map();
    /** What was sent and not promised: tempId to { to, msg }. */
    this.open = new Map();
    this.count = 0;
  }

  async connect() {
    this.socket = await this.persona.connect();
  }

  /** Writes until `stop`; a refusal ends the run, since none is expected. */
  start() {
    this.stopped = false;
    for (let n = 0; n < OUTSTANDING; n += 1) this.write();
  }

  write() {
    if (this.stopped) return;
    this.count += 1;
    const to = this.others[this.count % this.others.length];
    const tempId = `${this.persona.username}-${this.count}`;
    const message = { to: to.id, msg: `${this.persona.displayName} says ${this.count}` };
    this.open.set(tempId, message);
    this.send(tempId, message, () => this.write());
  }

  send(tempId, { to, msg }, then) {
    this.socket.emit("sendMsg", { toUserId: to, msg, tempId }, (ack) => {
      if (!ack.success) {
        this.failure ??= new Error(`${tempId} was refused: ${JSON.stringify(ack)}`);
        return;
      }
      this.open.delete(tempId);
      // A retry's promise must be the first one's.
      const before = this.acknowledged.get(tempId);
      if (before && JSON.stringify(before.ack) !== JSON.stringify(ack)) {
        this.failure ??= new Error(`${tempId} was promised twice: ${JSON.stringify([before.ack, ack])}`);
      }
      this.acknowledged.set(tempId, { to, msg, ack });
      then?.();
    });
  }

  stop() {
    this.stopped = true;
  }

  /** Sends what was never promised once more, under the same names, and waits for every promise. */
  async resend() {
    if (!this.socket.connected) await once(this.socket, "connect", 20_000);
    const waiting = [...this.open].map(([tempId, message]) => new Promise((resolve) => this.send(tempId, message, resolve)));
    await within(20_000, `${waiting.length} messages that were sent again are acknowledged`, Promise.all(waiting));
    if (this.failure) throw this.failure;
  }
}

/** Somebody who only listens, and catches up by `sync` as the contract says. */
export class Listener {
  constructor(persona) {
    this.persona = persona;
    /** Conversation to { version, messages by sequence, from which sequence on they are held }. */
    this.known = new Map();
  }

  async connect() {
    this.socket = this.persona.dial();
    // Whatever was sent while the connection was away is learned from `sync`, not from luck.
    this.socket.on("connect", () => {
      this.syncing = this.sync();
    });
    this.socket.on("RecievedMsg", (message) => this.apply(message));
    await once(this.socket, "connect");
    await this.syncing;
  }

  at(conversation) {
    if (!this.known.has(conversation)) this.known.set(conversation, { version: 0, from: 1, messages: new Map() });
    return this.known.get(conversation);
  }

  apply(message) {
    const state = this.at(message.conversationId);
    // A hole waits for the next sync, a lower version is a duplicate.
    if (message.version !== state.version + 1) return;
    state.version = message.version;
    state.messages.set(message.sequence, message.msg);
  }

  async sync() {
    for (;;) {
      const versions = Object.fromEntries([...this.known].map(([id, { version }]) => [id, version]));
      const { conversations, more } = await this.socket.get("sync", { versions });
      for (const { id, version, lastSequence, messages, reset } of conversations) {
        const state = this.at(id);
        if (reset) {
          // What was heard while the answer was on its way is newer than the answer.
          for (const sequence of state.messages.keys()) if (sequence <= lastSequence) state.messages.delete(sequence);
          state.from = messages[0].sequence;
        }
        for (const message of messages) state.messages.set(message.sequence, message.msg);
        state.version = Math.max(state.version, version);
      }
      if (!more) return;
    }
  }
}

/** The whole history of a conversation, as a member reads it page by page. */
export async function history(persona, conversation) {
  const all = [];
  let before = "";
  for (;;) {
    const { status, body } = await persona.http("GET", `/conversations/${conversation}/messages?limit=100${before}`);
    if (status !== 200) throw new Error(`history: ${status} ${JSON.stringify(body)}`);
    all.unshift(...body.messages);
    if (!body.more) return all;
    before = `&before=${body.messages[0].sequence}`;
  }
}
