// Keys that work everywhere, and where the keyboard is afterwards.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SIZES, setStage } from "./stage.js";

describe("the keyboard", () => {
  const stage = setStage();

  /** Alice with three chats; the latest is the first in the list: Dave, Carol, Bob. */
  async function alice(size = "on a wide screen") {
    const person = await stage.join("Alice", SIZES[size]);
    for (const name of ["Bob", "Carol", "Dave"]) {
      const other = await stage.linnet.signUp(name);
      await other.befriend(person);
      await (await other.connect()).get("sendMsg", { toUserId: person.id, msg: `from ${name}` });
      await person.page.locator("#chats-and-people nav a", { hasText: name }).first().waitFor({ state: "attached" });
    }
    return person;
  }
  const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName);
  const title = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

  it("goes to the search from anywhere, through the chats, and back to where one writes", async () => {
    const { page } = await alice();
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.id === "search-chats");
    await page.keyboard.type("car");
    await page.locator("#chats-and-people nav a", { hasText: "Bob" }).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.locator("#chats-and-people nav a", { hasText: "Bob" }).waitFor();
    await page.keyboard.press("Alt+ArrowDown");
    await title(page, "Dave");
    await page.keyboard.press("Alt+ArrowDown");
    await title(page, "Carol");
    await page.keyboard.press("Alt+ArrowDown");
    await title(page, "Bob");
    await page.keyboard.press("Alt+ArrowDown");
    await title(page, "Bob");
    await page.keyboard.press("Alt+ArrowUp");
    await title(page, "Carol");
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    assert.equal(await focused(page), "Message to Carol");
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.id === "search-chats");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  });

  it("shows the keys with ?, but not where one writes, and closes with Escape", async () => {
    const { page } = await alice();
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.keyboard.press("Alt+ArrowDown");
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await page.keyboard.type("really?");
    assert.equal(await page.getByRole("textbox", { name: "Message to Dave" }).inputValue(), "really?");
    assert.equal(await sheet.count(), 0);
    await page.getByRole("button", { name: "Notifications of this chat" }).focus();
    await page.keyboard.press("?");
    await sheet.waitFor();
    // What is in front has the keys.
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await title(page, "Dave");
    assert.equal(await focused(page), "Notifications of this chat");
  });

  it("finds the search on a narrow screen as well", async () => {
    const { page } = await alice("on a phone");
    await page.locator("#chats-and-people nav a", { hasText: "Carol" }).click();
    await title(page, "Carol");
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.id === "search-chats");
  });
});
