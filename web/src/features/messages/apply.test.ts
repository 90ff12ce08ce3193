import { describe, expect, it } from "vitest";
import type { Message } from "~/contract";
import { alice, answerSync, bob, ModelConversation } from "~/test/model-server";
import {
  applyMessage,
  applyPage,
  applyQuote,
  applySummary,
  applySynced,
  hasHole,
  isStale,
  leave,
  trustSync,
} from "./apply";
import { ASIDE_MOST, type Chat, chatFrom, HELD_MOST, WINDOW_MOST, windowOf } from "./chat";

const texts = (chat: Chat) => windowOf(chat).map((message) => message.msg);
const sent = (conversation: ModelConversation, text: string, from = bob) =>
  conversation.send(from, text).payload as Message;

describe("one change", () => {
  it("is applied when it is the next", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    applyMessage(chat, sent(room, "one"));
    applyMessage(chat, sent(room, "two"));
    expect(texts(chat)).toEqual(["one", "two"]);
    expect(chat).toMatchObject({ version: 2, lastSequence: 2 });
    expect(hasHole(chat)).toBe(false);
  });

  it("moves its writer's marks: whoever writes has read", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    applyMessage(chat, sent(room, "one", bob));
    expect(chat.members).toEqual(room.members);
  });

  it("is ignored when it is a duplicate", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    applyMessage(chat, one);
    const before = structuredClone(chat);
    applyMessage(chat, one);
    expect(chat).toEqual(before);
  });

  it("is held while an earlier one is missing, and released in order", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const [one, two, three] = ["one", "two", "three"].map((text) => sent(room, text)) as [
      Message,
      Message,
      Message,
    ];
    applyMessage(chat, three);
    applyMessage(chat, two);
    expect(texts(chat)).toEqual([]);
    expect(hasHole(chat)).toBe(true);
    applyMessage(chat, one);
    expect(texts(chat)).toEqual(["one", "two", "three"]);
    expect(hasHole(chat)).toBe(false);
    expect(chat.held).toEqual([]);
  });

  it("is not held without bound, and the hole is remembered", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    sent(room, "lost");
    for (let count = 0; count < 3 * HELD_MOST; count += 1) applyMessage(chat, sent(room, "later"));
    expect(chat.held.length).toBe(HELD_MOST);
    expect(chat.heard).toBe(room.version);
    expect(hasHole(chat)).toBe(true);
  });

  it("replaces an older state of the same message, and never a newer one", () => {
    const room = new ModelConversation("room");
    const one = sent(room, "one");
    const chat = chatFrom(room.summary(alice));
    const edited = { ...one, msg: "one, edited", version: 2 };
    applyMessage(chat, edited);
    applyMessage(chat, one);
    expect(texts(chat)).toEqual(["one, edited"]);
    expect(chat.version).toBe(2);
    expect(chat.lastMessage?.msg).toBe("one, edited");
  });
});

describe("a summary", () => {
  it("does not move the version past messages that it does not bring", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    applySummary(chat, room.summary(alice));
    expect(chat.version).toBe(0);
    expect(hasHole(chat)).toBe(true);
    applyMessage(chat, one);
    expect(hasHole(chat)).toBe(false);
    expect(texts(chat)).toEqual(["one"]);
  });

  it("changes a title, and does not move the version past a message that was changed", () => {
    const room = new ModelConversation("room");
    const one = sent(room, "one");
    const chat = chatFrom(room.summary(alice));
    applyMessage(chat, one);
    applySummary(chat, { ...room.summary(alice), version: 2, title: "Garden" });
    expect(chat).toMatchObject({ version: 1, title: "Garden" });
    expect(hasHole(chat)).toBe(true);
    applyMessage(chat, { ...one, version: 2, msg: "one, edited" });
    expect(hasHole(chat)).toBe(false);
    expect(texts(chat)).toEqual(["one, edited"]);
  });
});

describe("a page of history", () => {
  function withMessages(count: number) {
    const room = new ModelConversation("room");
    for (let number = 1; number <= count; number += 1) sent(room, `${number}`);
    return { room, chat: chatFrom(room.summary(alice)) };
  }

  it("extends the window backwards", () => {
    const { room, chat } = withMessages(120);
    applyPage(chat, room.page(), { version: chat.version });
    expect([chat.from, chat.to]).toEqual([71, 120]);
    applyPage(chat, room.page({ before: 71 }), { version: chat.version, before: 71 });
    expect([chat.from, chat.to]).toEqual([21, 120]);
    expect(texts(chat)).toHaveLength(100);
  });

  it("that is newer than the versions shows what it has, and the event is then no surprise", () => {
    const { room, chat } = withMessages(3);
    const four = sent(room, "4");
    applyPage(chat, room.page(), { version: chat.version });
    expect(chat.version).toBe(3);
    expect(texts(chat).at(-1)).toBe("4");
    expect(chat.lastSequence).toBe(4);
    applyMessage(chat, four);
    expect(chat.version).toBe(4);
    expect(texts(chat)).toEqual(["1", "2", "3", "4"]);
  });

  it("that was asked for before the window moved away is dropped", () => {
    const { room, chat } = withMessages(300);
    const late = room.page({ before: 100 });
    applyPage(chat, late, { version: chat.version, before: 100 });
    expect([chat.from, chat.to]).toEqual([300, 300]);
  });
});

describe("a quote", () => {
  it("that was on its way while its message changed in the window shows the change", () => {
    const room = new ModelConversation("room");
    const one = sent(room, "one");
    const chat = chatFrom(room.summary(alice));
    const asked = { around: 1, version: chat.version };
    applyMessage(chat, { ...one, msg: "one, edited", version: 2 });
    applyQuote(chat, one, asked);
    expect(chat.quotes[1]?.msg).toBe("one, edited");
  });
});

describe("a sync answer", () => {
  it("with reset drops what there was", () => {
    const room = new ModelConversation("room");
    sent(room, "old");
    const chat = chatFrom(room.summary(alice));
    for (let count = 0; count < 1_500; count += 1) sent(room, `${count}`);
    const answer = answerSync([room], alice, { versions: { room: chat.version } });
    applySynced(chat, answer.conversations[0]!);
    expect([chat.from, chat.to]).toEqual([1_452, 1_501]);
    expect(chat.version).toBe(1_501);
    expect(chat.lastMessage?.msg).toBe("1499");
  });

  it("that events have overtaken takes nothing back", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    const one = sent(room, "one");
    const answer = answerSync([room], alice, { versions: { room: 0 } });
    const two = sent(room, "two");
    applyMessage(chat, one);
    applyMessage(chat, two);
    applySynced(chat, answer.conversations[0]!);
    expect(texts(chat)).toEqual(["one", "two"]);
    expect(chat).toMatchObject({ version: 2, lastSequence: 2 });
  });

  it("ends a hole that the server does not know of", () => {
    const room = new ModelConversation("room");
    const chat = chatFrom(room.summary(alice));
    chat.heard = 7;
    trustSync(chat);
    expect(hasHole(chat)).toBe(false);
  });
});

describe("a page that was on its way while something changed", () => {
  it("shows the change and not what it was", () => {
    const room = new ModelConversation("room");
    for (let number = 1; number <= 100; number += 1) sent(room, `${number}`);
    const chat = chatFrom(room.summary(alice));
    applyPage(chat, room.page(), { version: chat.version });
    const asked = { version: chat.version, before: chat.from };
    const page = room.page({ before: chat.from });
    applyMessage(chat, room.editMessage(7, "seven")!.payload as Message);
    applyPage(chat, page, asked);
    expect(texts(chat).slice(5, 8)).toEqual(["6", "seven", "8"]);
  });

  it("is not taken where more has changed than is remembered", () => {
    const room = new ModelConversation("room");
    for (let number = 1; number <= 300; number += 1) sent(room, `${number}`);
    const chat = chatFrom(room.summary(alice));
    applyPage(chat, room.page(), { version: chat.version });
    const asked = { version: chat.version, before: chat.from };
    const page = room.page({ before: chat.from });
    for (let number = 1; number <= ASIDE_MOST + 1; number += 1)
      applyMessage(chat, room.editMessage(number, "other")!.payload as Message);
    expect(chat.aside.length).toBe(ASIDE_MOST);
    expect(isStale(chat, asked)).toBe(true);
    applyPage(chat, page, asked);
    expect(chat.from).toBe(251);
  });
});

describe("a window", () => {
  function long(count = 2_000) {
    const room = new ModelConversation("room");
    for (let number = 1; number <= count; number += 1) sent(room, `${number}`);
    const chat = chatFrom(room.summary(alice));
    applyPage(chat, room.page(), { version: chat.version });
    const load = (place: { before?: number; after?: number; around?: number }) =>
      applyPage(chat, room.page(place), { ...place, version: chat.version });
    return { room, chat, load };
  }

  it("that jumps shows another place, and grows from there to both sides without a gap", () => {
    const { chat, load } = long();
    load({ around: 1_000 });
    expect([chat.from, chat.to, chat.detached]).toEqual([976, 1_025, true]);
    load({ before: 976 });
    load({ after: 1_025 });
    expect([chat.from, chat.to]).toEqual([926, 1_075]);
    expect(texts(chat)).toEqual(Array.from({ length: 150 }, (_, index) => `${926 + index}`));
  });

  it("lets go of its other end when it has grown, and finds back", () => {
    const { chat, load } = long();
    while (chat.from > 1) load({ before: chat.from });
    expect([chat.from, chat.to, chat.detached]).toEqual([1, WINDOW_MOST, true]);
    expect(Object.keys(chat.messages)).toHaveLength(WINDOW_MOST);
    while (chat.detached) load({ after: chat.to });
    expect([chat.from, chat.to]).toEqual([2_000 - WINDOW_MOST + 1, 2_000]);
    expect(chat.lastMessage?.msg).toBe("2000");
  });

  it("away from the end takes no new message in, and knows of it all the same", () => {
    const { room, chat, load } = long();
    load({ around: 5 });
    applyMessage(chat, sent(room, "news"));
    expect(chat).toMatchObject({ to: 30, lastSequence: 2_001, detached: true, version: 2_001 });
    expect(chat.lastMessage?.msg).toBe("news");
    expect(Object.keys(chat.messages)).toHaveLength(30);
    leave(chat, 200);
    expect(texts(chat)).toEqual(["news"]);
    expect(chat.detached).toBe(false);
  });
});

// The promise: duplicated, reordered and lost events, followed by sync, give what a fresh load gives. So do pages that come
// late, jumps to another place, and what a page that was reloaded finds in its cache.
