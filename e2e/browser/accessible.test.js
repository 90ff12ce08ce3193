// Every page, in both themes, wide and narrow: axe finds nothing, and nothing is wider than the screen.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIZES, setStage } from "./stage.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WIDE = SIZES["on a wide screen"];

describe("every page", () => {
  const stage = setStage();
  let alice;
  let bob;
  let guest;
  const strangers = {};
  let group;
  let invite;
  before(async () => {
    // The first account is the server's admin.
    alice = await stage.join("Alice");
    bob = await stage.join("Bob");
    guest = await stage.person("Guest");
    await alice.meet(bob);
    await alice.write("hello, with a [link](https://example.org) and `code`");
    await bob.open("Alice");
    await bob.write("> quoted\n\nand **bold**\n\n- a\n- list");
    // Who has just written is in the composer again a moment later.
    const react = bob.page.getByRole("button", { name: "React" });
    await eventually("there is something to do about the message", async () => {
      await bob.log().locator("article", { hasText: "hello, with a" }).focus();
      return react.isVisible();
    });
    await react.click();
    await bob.page.getByRole("menuitemcheckbox", { name: "👍" }).click();
    await bob.log().getByRole("button", { name: "👍 1: You" }).waitFor();
    await bob.goto("/chat");
    await alice.write("a long one: ".repeat(30));
    group = (await alice.api("POST", "/conversations", { kind: "group", title: "Garden", topic: "Tomatoes", memberIds: [bob.id] })).id;
    invite = (await alice.api("POST", `/conversations/${group}/invites`, {})).code;
    await alice.api("PATCH", `/conversations/${group}`, { title: "Balcony", posting: "admins" });
    await alice.api("POST", "/conversations", { kind: "channel", title: "Books", topic: "What to read" });
    // Somebody for each way in which two people stand to each other.
    for (const name of ["Carol", "Dave", "Erin", "Farid"]) strangers[name] = await stage.linnet.signUp(name);
    const { Carol, Dave, Erin } = strangers;
    await Carol.http("POST", "/connections", { userId: alice.id });
    await alice.api("POST", "/connections", { userId: Dave.id });
    await alice.api("PUT", `/blocks/${Erin.id}`);
  });

  async function check(person, what) {
    // What is still on its way would be looked at in some runs and not in others.
    if (person !== guest) await person.connection("connected");
    await person.page.waitForFunction(() => document.querySelector('.loading, .skeleton, [aria-busy="true"]') === null);
    // The rules look at colours, which change for a moment when the theme does.
    await person.page.waitForFunction(() => document.getAnimations().every((it) => it.playState !== "running" || it.effect?.getTiming().iterations === Infinity));
    // The page's own policy lets no script in but its own, as it should; the test brings axe in by the debugger.
    const { violations } = await person.page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
    const sentences = violations.flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
    if (sentences.length > 0) await person.picture();
    assert.deepEqual(sentences, [], what);
    const tooWide = await person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(tooWide <= 0, `${what} is ${tooWide} px wider than the screen`);
  }

  const openMenu = async (page, text) => {
    await page.getByRole("log").locator("article", { hasText: text }).focus();
    await page.keyboard.press("Enter");
  };

  const pages = {
    "signing in": [() => guest, "/login", (page) => page.getByRole("button", { name: "Sign in" })],
    "signing up": [() => guest, "/signup", (page) => page.getByRole("button", { name: "Create account" })],
    "the list of chats": [() => bob, "/chat", (page) => page.getByRole("navigation", { name: "Chats" })],
    "a chat": [() => alice, "chat", (page) => page.getByRole("log").getByText("bold")],
    people: [() => alice, "/people", (page) => page.getByRole("button", { name: "Accept Carol" })],
    "a chat with somebody who asks": [() => alice, () => `/chat/${strangers.Carol.id}`, (page) => page.getByRole("button", { name: "Accept Carol" })],
    "a chat with somebody who was asked": [() => alice, () => `/chat/${strangers.Dave.id}`, (page) => page.getByRole("button", { name: "Cancel request Dave" })],
    "a chat with somebody who is blocked": [() => alice, () => `/chat/${strangers.Erin.id}`, (page) => page.getByRole("button", { name: "Unblock Erin" })],
    "what one can do about a stranger": [
      () => alice,
      () => `/chat/${strangers.Farid.id}`,
      (page) => page.getByRole("button", { name: "Send request Farid" }),
      async (page) => {
        await page.getByRole("button", { name: "More about Farid" }).click();
        await page.getByRole("menuitem", { name: "Block" }).waitFor();
      },
    ],
    "a question before somebody is blocked": [
      () => alice,
      () => `/chat/${strangers.Farid.id}`,
      (page) => page.getByRole("button", { name: "Send request Farid" }),
      async (page) => {
        await page.getByRole("button", { name: "More about Farid" }).click();
        await page.getByRole("menuitem", { name: "Block" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Block" }).waitFor();
      },
    ],
    "people who are looked for": [
      () => alice,
      "/people",
      (page) => page.getByRole("searchbox", { name: "Find people by name" }),
      async (page) => {
        await page.getByRole("searchbox", { name: "Find people by name" }).fill("farid");
        await page.getByRole("button", { name: "Send request Farid" }).waitFor();
      },
    ],
    "what notifies in a chat": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await page.getByRole("button", { name: "Notifications of this chat" }).click();
        await page.getByRole("menuitemradio", { name: "All messages", checked: true }).waitFor();
      },
    ],
    "the sheet of keys": [
      () => alice,
      "/people",
      (page) => page.getByRole("button", { name: "Accept Carol" }),
      async (page) => {
        await page.getByRole("button", { name: "Accept Carol" }).focus();
        await page.keyboard.press("?");
        await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      },
    ],
    "what one can do about a message": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "Delete" }).waitFor();
      },
    ],
    "a message with the focus, and its reactions": [
      () => alice,
      "chat",
      (page) => page.getByRole("button", { name: "👍 1: Bob" }),
      async (page) => {
        await page.getByRole("log").locator("article", { hasText: "bold" }).focus();
        await page.getByRole("toolbar").waitFor();
      },
    ],
    "who reacted": [
      () => alice,
      "chat",
      (page) => page.getByRole("button", { name: "👍 1: Bob" }),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "Who reacted" }).click();
        await page.getByRole("dialog", { name: "Reactions" }).getByText("Bob").waitFor();
      },
    ],
    "all emoji": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "More emoji" }).click();
        await page.getByRole("button", { name: "grinning face", exact: true }).waitFor();
      },
    ],
    "emoji that are looked for": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "More emoji" }).click();
        await page.getByRole("searchbox", { name: "Search emoji" }).fill("no such emoji");
        await page.getByText("No emoji by that name.").waitFor();
      },
    ],
    "an answer to a message": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "Reply" }).click();
        await page.getByText("Reply to You").waitFor();
      },
    ],
    "a question before a message is deleted": [
      () => alice,
      "chat",
      (page) => page.getByRole("log").getByText("bold"),
      async (page) => {
        await openMenu(page, "hello, with a");
        await page.getByRole("menuitem", { name: "Delete" }).click();
        await page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
      },
    ],
    "people to choose from while one writes": [
      () => alice,
      () => `/c/${group}`,
      (page) => page.getByText("You changed the title to “Balcony”"),
      async (page) => {
        // It may be there from the last time, as a draft, and then nobody has just written it.
        const composer = page.getByRole("textbox", { name: /^Message to / });
        await composer.fill("");
        await composer.fill("@");
        await page.getByRole("option", { name: /Bob/ }).waitFor();
      },
    ],
    search: [() => alice, () => `/search?in=${group}`, (page) => page.getByText("Only in Balcony")],
    "what was found": [() => alice, "/search?q=hello", (page) => page.getByRole("region", { name: "What was found" }).getByRole("link")],
    "nothing found": [() => alice, "/search?q=nothing+like+it", (page) => page.getByText("Nothing found.")],
    "half of a search": [() => alice, "/search?q=from%3A", (page) => page.getByText("Say something after from:")],
    settings: [() => alice, "/settings", (page) => page.getByRole("button", { name: "Unblock Erin" })],
    "a group": [() => alice, () => `/c/${group}`, (page) => page.getByText("You changed the title to “Balcony”")],
    "a group where admins write": [() => bob, () => `/c/${group}`, (page) => page.getByText("Only owners and admins write here.", { exact: true })],
    "a group's details": [() => alice, () => `/c/${group}/details`, (page) => page.getByRole("textbox", { name: "Invite link" })],
    "what one can do about a member": [
      () => alice,
      () => `/c/${group}/details`,
      (page) => page.getByRole("textbox", { name: "Invite link" }),
      async (page) => {
        await page.getByRole("button", { name: "What to do about Bob" }).click();
        await page.getByRole("menuitem", { name: "Remove" }).waitFor();
      },
    ],
    "adding people": [
      () => alice,
      () => `/c/${group}/details`,
      (page) => page.getByRole("textbox", { name: "Invite link" }),
      async (page) => {
        await page.getByRole("button", { name: "Add people" }).click();
        await page.getByRole("option", { name: /already in/ }).waitFor();
      },
    ],
    "editing a group": [
      () => alice,
      () => `/c/${group}/details`,
      (page) => page.getByRole("textbox", { name: "Invite link" }),
      async (page) => {
        await page.getByRole("button", { name: "Edit", exact: true }).click();
        await page.getByRole("dialog").getByLabel("Title").fill("");
        await page.getByText("Enter a title.").waitFor();
      },
    ],
    "making an invite link": [
      () => alice,
      () => `/c/${group}/details`,
      (page) => page.getByRole("textbox", { name: "Invite link" }),
      async (page) => {
        await page.getByRole("button", { name: "New invite link" }).click();
        await page.getByRole("dialog").getByLabel("How many people").fill("none");
        await page.getByText("A number from 1").waitFor();
      },
    ],
    "a question before leaving": [
      () => alice,
      () => `/c/${group}/details`,
      (page) => page.getByRole("textbox", { name: "Invite link" }),
      async (page) => {
        await page.getByRole("button", { name: "Leave" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Leave" }).waitFor();
      },
    ],
    "a new group": [
      () => alice,
      "/new/group",
      (page) => page.getByRole("option", { name: /Bob/ }),
      async (page) => {
        await page.getByRole("option", { name: /Bob/ }).click();
        await page.getByRole("button", { name: "Take Bob out" }).waitFor();
      },
    ],
    "a new channel": [() => alice, "/new/channel", (page) => page.getByRole("option", { name: /Bob/ })],
    "the channels": [() => bob, "/channels", (page) => page.getByRole("button", { name: "Join Books" })],
    "no channels": [
      () => bob,
      "/channels",
      (page) => page.getByRole("button", { name: "Join Books" }),
      async (page) => {
        await page.getByRole("searchbox", { name: "Find channels by title" }).fill("nothing");
        await page.getByText("No channel has that").waitFor();
      },
    ],
    "an invitation": [() => bob, () => `/invite/${invite}`, (page) => page.getByText("You are already in.")],
    "an invitation that is over": [() => bob, "/invite/nothing", (page) => page.getByText("This invite link is not valid")],
    "an announcement": [
      () => alice,
      "/admin",
      (page) => page.getByRole("textbox", { name: "What everybody should know" }),
      async (page) => {
        await page.getByRole("textbox", { name: "What everybody should know" }).fill("Cake");
        await page.getByRole("button", { name: "Tell everybody" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Tell everybody" }).click();
        await page.getByText("Told", { exact: true }).waitFor();
        await page.getByRole("region", { name: "Announcements" }).getByText("Cake").waitFor();
      },
    ],
    "a chat that is not there": [() => alice, "/c/0190a8b4-0000-7000-8000-000000000001", (page) => page.getByText("does not exist")],
  };

  for (const [what, [who, path, there, then]] of Object.entries(pages)) {
    it(`${what} is accessible`, async () => {
      const person = who();
      let address = typeof path === "function" ? path() : path;
      if (path === "chat") {
        await person.page.setViewportSize(WIDE.viewport);
        await person.goto("/chat");
        address = await person.chats().getByRole("link", { name: "Bob" }).getAttribute("href");
      }
      for (const [where, { viewport }] of Object.entries(SIZES)) {
        await person.page.setViewportSize(viewport);
        await person.goto(address);
        await there(person.page).first().waitFor();
        await then?.(person.page);
        for (const colorScheme of ["light", "dark"]) {
          await person.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          assert.equal(await person.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), colorScheme);
          await check(person, `${what}, ${where}, ${colorScheme}`);
        }
      }
    });
  }

  it("can be used with the keyboard alone", async () => {
    await alice.page.setViewportSize(WIDE.viewport);
    await alice.goto("/chat");
    await alice.ready();
    await alice.page.keyboard.press("Tab");
    assert.match(await alice.page.evaluate(() => document.activeElement?.textContent ?? ""), /skip/i, "the first stop skips to the content");
    await alice.chats().getByRole("link", { name: "Bob" }).focus();
    await alice.page.keyboard.press("Enter");
    await alice.composer().waitFor();
    await alice.composer().focus();
    await alice.page.keyboard.type("by keyboard #k#");
    await alice.page.keyboard.press("Enter");
    await alice.log().getByText("#k#").waitFor();
  });
});
