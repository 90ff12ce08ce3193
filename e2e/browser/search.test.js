// Messages are found again: from the list, from a conversation and by the address; a hit opens the conversation around it, and from
// there one reads on both ways.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIZES, setStage } from "./stage.js";

/** The last page that one reads downwards is a long one in the one case, and a single message in the other. */
const MESSAGES = { "on a wide screen": 240, "on a phone": 195 };
/** Far from both ends: neither the page around it nor the next one reaches them. */
const NEEDLE = 120;

for (const [where, size] of Object.entries(SIZES)) {
  describe(`search ${where}`, () => {
    const stage = setStage({ size });

    /** Alice in a browser, in a group with Bob, who wrote a lot there, and something to her. */
    async function talked() {
      const [alice, bob] = await stage.linnet.friends("alice", "bob");
      const made = await bob.http("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [alice.id] });
      const conversationId = made.body.id;
      const b = await bob.connect();
      const text = (n) => (n === NEEDLE ? "a **needle** in the hay" : `#${n}# straw`);
      await Promise.all(Array.from({ length: MESSAGES[where] }, (_, n) => b.get("sendMsg", { conversationId, msg: text(n + 1) })));
      const { messageId } = await b.get("sendMsg", { toUserId: alice.id, msg: "do you have a needle?" });
      const person = await stage.person("alice");
      Object.assign(person, { username: alice.username, password: alice.password });
      await person.comeBack();
      return { person, page: person.page, b, messageId, conversationId };
    }
    const box = (page) => page.getByRole("main").getByRole("searchbox", { name: "Search messages" });
    const hits = (page) => page.getByRole("region", { name: "What was found" }).getByRole("link");
    const number = (page, count) => eventually(`${count} hits`, async () => (await hits(page).count()) === count);

    it("a hit opens the conversation around it, pointed out, and one reads on from there to both ends", async () => {
      const { person, page, b, conversationId } = await talked();
      await page.getByRole("link", { name: "Search messages" }).click();
      await box(page).fill("needle");
      await number(page, 2);
      await page.getByRole("status").getByText("2 messages found").waitFor();
      assert.deepEqual(await hits(page).locator("mark").allTextContents(), ["needle", "needle"]);
      assert.equal(new URL(page.url()).search, "?q=needle");

      await hits(page).filter({ hasText: "Garden" }).click();
      const needle = page.getByRole("log").locator("article", { hasText: "needle" });
      await needle.waitFor();
      await page.locator(".pointed-out", { hasText: "needle" }).waitFor();
      await eventually("it is in view", () => needle.evaluate((it) => {
        const { top, bottom } = it.getBoundingClientRect();
        const log = it.closest('[role="log"]').getBoundingClientRect();
        return top >= log.top && bottom <= log.bottom;
      }));
      // What is here now are those around it alone; the others come as one scrolls.
      const seen = new Set();
      const scroll = async (pixels, last) => {
        await eventually(`#${last}# is reached`, async () => {
          for (const marker of await person.markers()) seen.add(marker);
          await page.evaluate((by) => {
            const inside = [...document.querySelectorAll('[role="log"] *')];
            const scroller = inside.find((it) => it.scrollHeight > it.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(it).overflowY));
            scroller.scrollBy({ top: by, behavior: "instant" });
          }, pixels);
          return seen.has(`#${last}#`);
        });
      };
      await scroll(-200, 1);
      await scroll(200, MESSAGES[where]);
      const missing = Array.from({ length: MESSAGES[where] }, (_, n) => n + 1).filter((n) => n !== NEEDLE && !seen.has(`#${n}#`));
      assert.deepEqual(missing, []);
      // From here on it is a conversation as any other: one is at its end, and stays there.
      await b.get("sendMsg", { conversationId, msg: "#and-another#" });
      await page.getByRole("log").getByText("#and-another#").waitFor();
      person.clean();
    });

    it("a conversation is searched from its header, more by the page; the way back and a reload find it all again", async () => {
      const { person, page, conversationId } = await talked();
      await person.goto(`/c/${conversationId}`);
      await page.getByRole("link", { name: "Search in this chat" }).click();
      const here = page.getByRole("searchbox", { name: "Search in this chat" });
      await here.fill("needle");
      await number(page, 1);
      await here.fill("straw");
      await number(page, 20);
      await page.getByRole("button", { name: "Show more" }).click();
      await number(page, 40);
      assert.ok(await hits(page).nth(20).evaluate((it) => it === document.activeElement), "the keyboard goes on with what is new");
      await hits(page).nth(30).click();
      await page.getByRole("log").waitFor();
      await page.goBack();
      await number(page, 40);
      assert.ok(await hits(page).nth(30).evaluate((it) => it === document.activeElement), "one is back where one was");
      await page.reload();
      await number(page, 20);
      assert.equal(await here.inputValue(), "straw");
      await here.fill("needle");
      await number(page, 1);
      await page.getByRole("button", { name: "Search in all chats" }).click();
      await number(page, 2);
      person.clean();
    });

    it("filters are put in by hand or by a button, and half of one is said to be half", async () => {
      const { person, page } = await talked();
      await person.goto("/search");
      await page.getByRole("button", { name: /from:/ }).click();
      assert.equal(await box(page).inputValue(), "from:me");
      await page.keyboard.type("bob needle");
      await page.getByText("Nothing found.").first().waitFor();
      await box(page).fill("needle in:garden");
      await number(page, 1);
      await box(page).fill("needle in:");
      await page.getByRole("status").getByText("Say something after in: without a space.").waitFor();
      await number(page, 0);
      person.clean([/400/]);
    });

    it("what is no longer there is not shown as if it were, and a server that is away is said to be", async () => {
      const { person, page, b, messageId } = await talked();
      await person.goto("/search?q=needle");
      await number(page, 2);
      await b.get("deleteMsg", { messageId });
      await hits(page).getByText("This message was deleted").waitFor();
      await page.route("**/api/v1/search?*", (route) => route.abort());
      await box(page).fill("needles");
      await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
      await number(page, 0);
      await page.unroute("**/api/v1/search?*");
      await box(page).fill("needle");
      await number(page, 1);
      await page.getByRole("button", { name: "Clear search" }).last().click();
      await page.getByText("Find what was written").waitFor();
      assert.equal(new URL(page.url()).search, "");
      person.clean([/ERR_FAILED/]);
    });
  });
}

describe("search by keyboard", () => {
  const stage = setStage({ size: SIZES["on a wide screen"] });

  it("a key opens it where one is, and the list leads to it with what was typed there", async () => {
    const [alice, bob] = await stage.friends("Alice", "Bob");
    await alice.find(bob);
    await alice.write("a needle #a1#");
    await alice.sees(["#a1#"]);
    await alice.page.getByRole("link", { name: "Search in this chat" }).waitFor();
    await alice.page.keyboard.press("Control+Shift+F");
    const here = alice.page.getByRole("searchbox", { name: "Search in this chat" });
    await here.waitFor();
    assert.match(alice.page.url(), /\/search\?in=/);
    await alice.page.keyboard.type("needle");
    await alice.page.getByRole("region", { name: "What was found" }).getByRole("link").waitFor();
    // Where it is open, the key goes back to the box.
    await alice.page.getByRole("region", { name: "What was found" }).getByRole("link").focus();
    await alice.page.keyboard.press("Control+Shift+F");
    await eventually("the box has the focus", () => here.evaluate((it) => it === document.activeElement));
    await alice.page.keyboard.press("Control+K");
    await alice.page.keyboard.type("need");
    await alice.page.getByRole("complementary").getByRole("link", { name: "Search messages: need" }).click();
    await alice.page.getByRole("region", { name: "What was found" }).getByText("a needle").waitFor();
    assert.equal(new URL(alice.page.url()).search, "?q=need");
    assert.equal(await alice.page.getByRole("main").getByRole("searchbox").inputValue(), "need");
    alice.clean();
  });
});
