import i18next from "i18next";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SystemChange } from "~/contract";
import { chooseLanguage, LANGUAGES, type Language } from "./i18n";
import { systemSentence } from "./system-sentence";

const named = (id: string) => ({ id, name: `Old ${id}` });
const names: Record<string, string> = { alice: "Alice", bob: "Bob", carol: "Carol" };
const nameOf = (id: string) => names[id];

const say = (system: SystemChange, fromUserId = "alice", me = "bob") =>
  systemSentence({ system, name: names[fromUserId] ?? fromUserId, fromUserId, me, nameOf });

const CHANGES: SystemChange[] = [
  { type: "created", title: "Garden", users: [named("bob")] },
  { type: "titleChanged", title: "Garden" },
  { type: "topicChanged", topic: "Garden" },
  { type: "topicChanged", topic: null },
  { type: "avatarChanged", avatarUrl: "/a" },
  { type: "avatarChanged", avatarUrl: null },
  { type: "postingChanged", posting: "all" },
  { type: "postingChanged", posting: "admins" },
  { type: "membersAdded", users: [named("carol")] },
  { type: "memberJoined", invited: true },
  { type: "memberJoined", invited: false },
  { type: "memberRemoved", user: named("carol") },
  { type: "memberLeft" },
  { type: "roleChanged", user: named("carol"), role: "owner" },
  { type: "roleChanged", user: named("carol"), role: "admin" },
  { type: "roleChanged", user: named("carol"), role: "member" },
];

describe("what changed in a group", () => {
  beforeEach(() => chooseLanguage("en"));
  afterEach(() => chooseLanguage("en"));

  it("names people as they are called now, and who is unknown as they were then", () => {
    expect(say({ type: "membersAdded", users: [named("carol"), named("dave")] })).toBe(
      "Alice added Carol and Old dave",
    );
  });

  it("speaks to who reads it", () => {
    expect(say({ type: "titleChanged", title: "Balcony" }, "bob")).toBe("You changed the title to “Balcony”");
    expect(say({ type: "membersAdded", users: [named("bob")] })).toBe("Alice added you");
    expect(say({ type: "membersAdded", users: [named("bob"), named("carol")] })).toBe(
      "Alice added you and Carol",
    );
    expect(say({ type: "memberRemoved", user: named("carol") }, "bob")).toBe("You removed Carol");
    expect(say({ type: "memberRemoved", user: named("bob") })).toBe("Alice removed you");
    expect(say({ type: "roleChanged", user: named("bob"), role: "admin" })).toBe("Alice made you an admin");
    expect(say({ type: "roleChanged", user: named("bob"), role: "member" }, "bob")).toBe(
      "You are now a member",
    );
    expect(say({ type: "roleChanged", user: named("alice"), role: "admin" })).toBe("Alice is now an admin");
  });

  it("names a few and counts the rest", () => {
    const users = ["carol", "d", "e", "f", "g"].map(named);
    expect(say({ type: "membersAdded", users })).toBe("Alice added Carol, Old d, Old e, and 2 others");
  });

  it("that this page does not know is said all the same", () => {
    expect(say({ type: "pinned" } as never)).toBe("Alice changed this conversation");
  });

  it.each(Object.keys(LANGUAGES) as Language[])(
    "has a sentence of its own for each change in %s",
    async (language) => {
      await chooseLanguage(language);
      const said = CHANGES.flatMap((change) => [say(change), say(change, "bob")]);
      expect(new Set(said).size).toBe(said.length);
      for (const [at, sentence] of said.entries()) {
        expect(sentence).not.toMatch(/\{\{|system\./);
        const change = CHANGES[Math.floor(at / 2)]!;
        expect(sentence.includes("Alice")).toBe(at % 2 === 0);
        if ("user" in change || "users" in change)
          expect(sentence).toMatch(change.type === "created" ? /Garden/ : /Carol/);
        if ("title" in change) expect(sentence).toContain("Garden");
      }
      expect(i18next.language).toBe(language);
    },
  );
});
