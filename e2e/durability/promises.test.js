// The judge of the durability tests sees every way in which a promise can be broken.

import assert from "node:assert/strict";
import { it } from "node:test";
import { hold, holdListener } from "./promises.js";

const message = (sequence, changes = {}) => ({
  id: `m${sequence}`,
  conversationId: "c",
  sequence,
  version: sequence,
  timestamp: "2026-01-01T00:00:00.000Z",
  fromUserId: "alice",
  msg: `text ${sequence}`,
  ...changes,
});

const promise = ({ id, conversationId, sequence, version, timestamp, msg }) => [
  `t${sequence}`,
  { msg, ack: { messageId: id, conversationId, sequence, version, timestamp } },
];

const alice = (messages, open = []) => ({ persona: { id: "alice" }, acknowledged: new Map(messages.map(promise)), open: new Map(open.map((it) => [it, {}])) });
const history = (...messages) => new Map([["c", messages]]);
const [one, two, three] = [message(1), message(2), message(3)];

it("takes what was promised, and open messages that are there or not", () => {
  hold([alice([one, two, three])], history(one, two, three), "now");
  hold([alice([one, two], ["t3"])], history(one, two, three), "now");
  hold([alice([one, two], ["t3"])], history(one, two), "now");
});

for (const [lie, messages] of Object.entries({
  "a lost message": [one, two],
  "a lost message, and a gap where it was": [one, three],
  "a message that is there twice": [one, two, three, message(4, { msg: "text 3" })],
  "two messages that changed places": [message(1, { msg: "text 2", id: "m2" }), message(2, { msg: "text 1", id: "m1" }), three],
  "a message with another id": [one, message(2, { id: "other" }), three],
  "a message with another time": [one, two, message(3, { timestamp: "2026-01-01T00:00:01.000Z" })],
  "a version that went back": [one, message(2, { version: 1 }), three],
  "a message that nobody wrote": [one, two, three, message(4)],
})) {
  it(`refuses ${lie}`, () => {
    assert.throws(() => hold([alice([one, two, three])], history(...messages), "now"));
  });
}

it("refuses a listener that missed something, or has something else", () => {
  const listener = (known, from = 1) => ({ at: () => ({ from, messages: new Map(known.map((it) => [it.sequence, it.msg])) }) });
  holdListener(listener([one, two, three]), history(one, two, three));
  holdListener(listener([two, three], 2), history(one, two, three));
  for (const wrong of [[], [one, three], [one, two], [one, two, message(3, { msg: "other" })], [one, two, three, message(4)]]) {
    assert.throws(() => holdListener(listener(wrong), history(one, two, three)));
  }
});
