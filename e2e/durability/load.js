// People who write without pause, and who remember exactly what they were promised.

import { eventually, within } from "../harness/deadline.js";
import { once } from "../harness/inbox.js";

const OUTSTANDING = 8;

/** Somebody who keeps several messages on their way at any moment. */
export class Sender {
  constructor(persona, others, connection = {}) {
    Object.assign(this, { persona, others, connection });
    /** What was promised: tempId to { to, msg, ack }. */
    this.acknowledged = new Map();
    /** What was sent and not promised: tempId to { to, msg }. */
    this.open = new Map();
    this.count = 0;
  }

  async connect() {
    this.socket = await this.persona.connect(this.connection);
    this.socket.on("connect", () => this.again && this.sendOpen());
  }

  /**
   * Writes until `stop`; a refusal ends the run, since none is expected. With `again`, whatever was on its way when the
   * connection broke is sent once more as soon as there is another.
   */
  start({ again = false } = {}) {
    this.stopped = false;
    this.again = again;
    for (let n = 0; n < OUTSTANDING; n += 1) this.write();
  }

  write() {
    if (this.stopped) return;
    this.count += 1;
    const to = this.others[this.count % this.others.length];
    const tempId = `${this.persona.username}-${this.count}`;
    const message = { to: to.id, msg: `${this.persona.displayName} says ${this.count}` };
    this.open.set(tempId, message);
    this.send(tempId, message);
  }

  send(tempId, { to, msg }) {
    // What is written while there is no connection waits for the one who sends again, not in the client's own buffer.
    if (!this.socket.connected) return;
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
      // A message that was sent again may have two answers; it has one successor.
      if (!before) this.write();
    });
  }

  stop() {
    this.stopped = true;
  }

  sendOpen() {
    for (const [tempId, message] of [...this.open]) this.send(tempId, message);
  }

  /** Sends what was never promised once more, under the same names and as often as it takes, until all of it is. */
  async resend() {
    this.again = true;
    this.sendOpen();
    await eventually(`all of ${this.open.size} messages that were sent again are acknowledged`, () => this.open.size === 0, 60_000);
    this.again = false;
    if (this.failure) throw this.failure;
  }
}

/** Somebody who only listens, and catches up by `sync` as the contract says. */
export class Listener {
  constructor(persona, connection = {}) {
    Object.assign(this, { persona, connection });
    /** Conversation to { version, messages by sequence, from which sequence on they are held }. */
    this.known = new Map();
  }

  async connect() {
    this.socket = this.persona.dial(this.connection);
    // Whatever was sent while the connection was away is learned from `sync`, not from luck.
    this.socket.on("connect", () => {
      // A sync that is cut off is followed by the next connection's.
      this.syncing = this.sync().catch(() => {});
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

  /** Waits until this version is known, asking as often as it takes. */
  async caughtUp(conversation, version) {
    await eventually(`the listener knows version ${version}`, async () => {
      if (!this.socket.connected) return false;
      // A question that went into a connection which was just cut is never answered.
      await within(5_000, "an answer to sync", this.sync());
      return this.at(conversation).version >= version;
    }, 60_000);
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
