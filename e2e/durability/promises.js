// What people were promised, held against what the database has. Pure, so that its own tests can show it every lie.

import assert from "node:assert/strict";

/**
 * Throws unless every acknowledged message is there once, as it was promised, and the numbers are dense.
 * `senders` have `acknowledged` (tempId to { msg, ack }) and `open`; `conversations` maps each to its whole history.
 */
export function hold(senders, conversations, when) {
  const found = new Map();
  for (const messages of conversations.values()) {
    assert.deepEqual(messages.map((it) => it.sequence), messages.map((_, n) => n + 1), `${when}: the numbers are dense, from 1`);
    for (let n = 1; n < messages.length; n += 1) {
      assert.ok(messages[n].version > messages[n - 1].version, `${when}: versions grow with the numbers`);
    }
    for (const message of messages) {
      // The sender's own name for a message is its sender's business; the text, which is unique here, is for everyone.
      const key = `${message.fromUserId} ${message.msg}`;
      assert.ok(!found.has(key), `${when}: ${message.msg} is there twice`);
      found.set(key, message);
    }
  }
  let promised = 0;
  let open = 0;
  for (const { persona, acknowledged, open: waiting } of senders) {
    promised += acknowledged.size;
    open += waiting.size;
    for (const [tempId, { msg, ack }] of acknowledged) {
      const message = found.get(`${persona.id} ${msg}`);
      assert.ok(message, `${when}: ${tempId} was acknowledged and is gone`);
      assert.deepEqual(
        [message.id, message.conversationId, message.sequence, message.version, message.timestamp],
        [ack.messageId, ack.conversationId, ack.sequence, ack.version, ack.timestamp],
        `${when}: ${tempId} is not what was promised`,
      );
    }
  }
  assert.ok(found.size <= promised + open, `${when}: ${found.size} messages, of which nobody wrote more than ${promised + open}`);
}

/** Throws unless the listener has, from where it began to listen, what the database has. */
export function holdListener(listener, conversations) {
  for (const [id, messages] of conversations) {
    const { messages: known, from } = listener.at(id);
    const expected = messages.filter((it) => it.sequence >= from).map((it) => [it.sequence, it.msg]);
    assert.ok(expected.length > 0, "the listener listened to something");
    assert.deepEqual([...known].sort(([x], [y]) => x - y), expected, "the listener's copy");
  }
}
