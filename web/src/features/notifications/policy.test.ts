import { expect, it } from "vitest";
import type { ConversationSettings, Message } from "~/contract";
import { alice, bob, ModelConversation } from "~/test/model-server";
import { isMuted, isMutedForGood, isWorthTelling, MUTES, mutedUntil } from "./policy";

const now = new Date("2026-05-03T22:30:00");
const settings = (change: Partial<ConversationSettings> = {}): ConversationSettings => ({
  version: 1,
  notify: "all",
  mutedUntil: null,
  unreadFrom: null,
  ...change,
});
const message = (change: Partial<Message> = {}) => ({
  ...(new ModelConversation("room").send(bob, "hello").payload as Message),
  ...change,
});
const told = (what: Message, how: ConversationSettings) => isWorthTelling(what, how, alice.id, now);

it("tells of what others write, and of nothing else", () => {
  expect(told(message(), settings())).toBe(true);
  expect(told(message({ fromUserId: alice.id }), settings())).toBe(false);
  expect(told(message({ kind: "system" }), settings())).toBe(false);
  expect(told(message({ deletedAt: now.toISOString() }), settings())).toBe(false);
});

it("tells of mentions only, where that is chosen, and of nothing where nothing is", () => {
  const mention = message({ mentions: [alice.id] });
  expect(told(mention, settings({ notify: "mentions" }))).toBe(true);
  expect(told(message({ mentions: [bob.id] }), settings({ notify: "mentions" }))).toBe(false);
  expect(told(message(), settings({ notify: "mentions" }))).toBe(false);
  expect(told(mention, settings({ notify: "none" }))).toBe(false);
});

it("is silent while a conversation is muted, and not a moment longer", () => {
  const muted = settings({ mutedUntil: new Date(now.getTime() + 1_000).toISOString() });
  expect(told(message({ mentions: [alice.id] }), muted)).toBe(false);
  expect(isWorthTelling(message(), muted, alice.id, new Date(now.getTime() + 1_001))).toBe(true);
});

it("mutes for as long as it says", () => {
  const ends = Object.fromEntries(MUTES.map((mute) => [mute, new Date(mutedUntil(mute, now))]));
  expect(ends.hour).toEqual(new Date("2026-05-03T23:30:00"));
  expect(ends.eightHours).toEqual(new Date("2026-05-04T06:30:00"));
  expect(ends.tomorrow).toEqual(new Date("2026-05-04T08:00:00"));
  for (const mute of MUTES) {
    const set = settings({ mutedUntil: mutedUntil(mute, now) });
    expect(isMuted(set, now)).toBe(true);
    expect(isMutedForGood(set)).toBe(mute === "always");
  }
});
