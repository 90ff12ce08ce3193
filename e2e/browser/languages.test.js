// The languages of the page: which one somebody gets, how it is chosen, and what all of them cost.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { setStage } from "./stage.js";

/** Compressed JavaScript that a newcomer's first page may cost. */
const FIRST_LOAD_BYTES = 250 * 1024;

const catalogues = (scripts) => scripts.map((it) => it.url()).filter((url) => /\/(en|es|de|ar|ja)-[\w-]+\.js$/.test(url));

describe("languages", () => {
  const stage = setStage();
  let alice;
  let bob;
  before(async () => {
    [alice, bob] = await stage.friends("Alice", "Bob");
    await alice.find(bob);
    await alice.write("hello #a1#");
  });

  const html = (page) => page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }));

  it("the page speaks the browser's language from the first moment", async () => {
    for (const [locale, lang, button] of [["de-AT", "de", "Anmelden"], ["ja-JP", "ja", "ログイン"], ["fi-FI", "en", "Sign in"]]) {
      const guest = await stage.person("Guest", { locale });
      const said = [];
      await guest.page.exposeFunction("said", (text) => said.push(text));
      await guest.page.addInitScript(() => new MutationObserver(() => window.said(document.body?.innerText ?? "")).observe(document, { childList: true, subtree: true }));
      await guest.goto("/login");
      await guest.page.getByRole("button", { name: button, exact: true }).waitFor();
      assert.deepEqual(await html(guest.page), { lang, dir: "ltr" });
      // Neither the keys of the catalogue nor another language came before.
      assert.deepEqual(said.filter((text) => /session\.|common\./.test(text) || (lang !== "en" && text.includes("Sign in"))), []);
      guest.clean([/401/]);
    }
  });

  it("another language is chosen in the settings, at once and for good, and mirrors the page", async () => {
    await bob.goto("/settings");
    await bob.page.getByRole("combobox", { name: "Language" }).selectOption("ar");
    await bob.page.getByRole("heading", { level: 1, name: "الإعدادات" }).waitFor();
    assert.deepEqual(await html(bob.page), { lang: "ar", dir: "rtl" });
    await bob.page.reload();
    await bob.page.getByRole("heading", { level: 1, name: "الإعدادات" }).waitFor();
    const side = await bob.page.getByRole("complementary").boundingBox();
    assert.ok(side.x > 640, "the list stands on the right");
    // Who wrote stays where readers of the language expect it: one's own at the end of the line.
    await bob.page.getByRole("navigation", { name: "المحادثات" }).getByRole("link", { name: "Alice" }).click();
    await bob.page.getByRole("textbox", { name: "رسالة إلى Alice" }).fill("مرحبا #b1#");
    await bob.page.keyboard.press("Enter");
    const bubble = (marker) => bob.log().locator("article", { hasText: marker }).locator("> div").boundingBox();
    await bob.sees(["#a1#", "#b1#"]);
    assert.ok((await bubble("#b1#")).x < (await bubble("#a1#")).x);
    for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
      await bob.page.setViewportSize(viewport);
      const tooWide = await bob.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(tooWide <= 0, `${tooWide} px wider than the screen`);
    }
    await bob.goto("/settings");
    await bob.page.getByRole("combobox").selectOption("");
    await bob.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    assert.deepEqual(await html(bob.page), { lang: "en", dir: "ltr" });
  });

  it("the first page, whichever it is, costs no more than it may, and one catalogue only", async () => {
    const address = await alice.chats().getByRole("link", { name: "Bob" }).getAttribute("href");
    const guest = await stage.person("Guest");
    const firstPages = [
      { person: guest, path: "/signup", there: (page) => page.getByRole("button", { name: "Create account" }), parts: 2 },
      { person: alice, path: address, there: (page) => page.getByRole("log").getByText("#a1#"), parts: 1 },
    ];
    for (const { person, path, there, parts } of firstPages) {
      const page = await person.context.newPage();
      const client = await person.context.newCDPSession(page);
      await client.send("Network.enable");
      await client.send("Network.setCacheDisabled", { cacheDisabled: true });
      const scripts = [];
      page.on("requestfinished", (request) => {
        if (request.resourceType() === "script") scripts.push(request);
      });
      await page.goto(`${stage.linnet.url}${path}`);
      await there(page).waitFor();
      // What the page has run may still be on its way to whoever measures.
      await eventually("the catalogue was measured", () => catalogues(scripts).length >= parts);
      const sizes = await Promise.all(scripts.map(async (it) => (await it.sizes()).responseBodySize));
      const sum = sizes.reduce((total, size) => total + size, 0);
      assert.ok(sum > 50_000, "it was measured");
      assert.ok(sum <= FIRST_LOAD_BYTES, `${path}: ${sum} bytes`);
      console.log(`${path}: ${Math.round(sum / 1024)} KB of compressed JavaScript`);
      const loaded = catalogues(scripts);
      assert.equal(loaded.length, parts, loaded.join());
      assert.ok(loaded.every((url) => url.includes("/en-")), loaded.join());
      await page.close();
    }
  });
});
