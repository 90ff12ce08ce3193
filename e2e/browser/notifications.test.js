// What somebody is told of while they look at something else: once, by one tab, and not where they want quiet.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIZES, setStage } from "./stage.js";

/** In each page: what is shown and what is heard is written down, and looking away can be said. */
function record() {
  window.shown = [];
  window.tones = 0;
  const Real = window.Notification;
  window.Notification = class {
    static permission = "default";
    static requestPermission = async () => {
      window.Notification.permission = "granted";
      return "granted";
    };
    constructor(title, options) {
      Object.assign(this, { title, ...options });
      window.shown.push(this);
    }
    close() {}
  };
  window.Notification.real = Real;
  try {
    if (localStorage.getItem("test.granted")) window.Notification.permission = "granted";
  } catch {}
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    window.tones += 0.5;
    return start.apply(this, args);
  };
  Object.defineProperty(Document.prototype, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
  Document.prototype.hasFocus = () => !window.away;
}

for (const [where, size] of Object.entries(SIZES)) {
  describe(`notifications ${where}`, () => {
    const stage = setStage({ size, prepare: (person) => person.context.addInitScript(record) });
    const { join, anotherDevice } = stage;

    const look = (page, away) =>
      page.evaluate((now) => {
        window.away = now;
        document.dispatchEvent(new Event("visibilitychange"));
        window.dispatchEvent(new Event(now ? "blur" : "focus"));
      }, away);
    const shown = (page) => page.evaluate(() => window.shown.map(({ title, body }) => `${title}: ${body}`));
    const tones = (page) => page.evaluate(() => window.tones);
    // On a phone the list is there and not shown while another page is open.
    const link = (page, name) => page.locator("#chats-and-people nav a", { hasText: name });
    /** Bob's message has come to every one of these pages. */
    const arrived = async (pages, text) => {
      for (const page of pages) await link(page, "Bob").filter({ hasText: text }).waitFor({ state: "attached" });
    };
    async function friends() {
      const [alice, bob] = await stage.friends("Alice", "Bob");
      await bob.find(alice);
      await bob.write("the first");
      await arrived([alice.page], "the first");
      return [alice, bob];
    }
    const grant = async (alice) => {
      await alice.page.evaluate(() => localStorage.setItem("test.granted", "yes"));
      await alice.goto("/chat");
      await alice.ready();
    };

    it("are offered when there is a reason, asked for by a click, and never again after a no", async () => {
      const [alice, bob] = await Promise.all([join("Alice"), join("Bob")]);
      const offer = alice.page.getByText("Be told of new messages");
      assert.equal(await offer.count(), 0);
      await bob.meet(alice);
      await bob.write("one");
      await offer.waitFor();
      assert.equal(await alice.page.evaluate(() => Notification.permission), "default", "nobody was asked by the browser yet");
      await alice.page.getByRole("button", { name: "Not now" }).click();
      await offer.waitFor({ state: "detached" });
      await alice.page.reload();
      await alice.ready();
      await bob.write("two");
      await arrived([alice.page], "two");
      assert.equal(await offer.count(), 0);
      await alice.goto("/settings");
      const choice = alice.page.getByRole("switch", { name: "Show notifications" });
      assert.equal(await choice.isChecked(), false);
      await choice.click();
      await eventually("it is on", () => choice.isChecked());
      assert.equal(await alice.page.evaluate(() => Notification.permission), "granted");
    });

    it("come once for all tabs, with one sound, and a click goes to the message", async () => {
      const [alice, bob] = await friends();
      await grant(alice);
      const pages = [alice.page, await alice.context.newPage(), await alice.context.newPage()];
      for (const page of pages.slice(1)) {
        await page.goto(`${stage.linnet.url}/people`);
        await page.locator('[data-connection="connected"]').waitFor({ state: "attached" });
      }
      for (const page of pages) await look(page, true);
      await bob.write("are you **there** #1#");
      await arrived(pages, "#1#");
      const all = async (ask) => (await Promise.all(pages.map(ask))).flat();
      await eventually("somebody tells", async () => (await all(shown)).length > 0);
      assert.deepEqual(await all(shown), ["Bob: are you there #1#"]);
      assert.equal((await all(tones)).reduce((sum, n) => sum + n, 0), 1);
      // The tab that told is closed, and another one takes its place.
      const counts = await Promise.all(pages.map(shown));
      const teller = counts.findIndex(({ length }) => length > 0);
      if (teller > 0) {
        await pages[teller].close();
        pages.splice(teller, 1);
      }
      await bob.write("and now #2#");
      await arrived(pages, "#2#");
      await eventually("somebody tells again", async () => (await all(shown)).includes("Bob: and now #2#"));
      assert.equal((await all(shown)).filter((it) => it.includes("#2#")).length, 1);
      for (const page of pages) {
        if ((await shown(page)).some((it) => it.includes("#2#"))) {
          await page.evaluate(() => window.shown.at(-1).onclick());
          await look(page, false);
          await page.getByRole("log").getByText("#2#").waitFor();
        }
      }
      // Read in one tab is read in all of them.
      for (const page of pages) await page.waitForFunction(() => !/^\(\d/.test(document.title));
    });

    it("do not come while one looks, in whichever tab", async () => {
      const [alice, bob] = await friends();
      await grant(alice);
      const second = await alice.context.newPage();
      await second.goto(`${stage.linnet.url}/people`);
      await second.locator('[data-connection="connected"]').waitFor({ state: "attached" });
      await look(alice.page, true);
      await bob.write("while she looks at people #1#");
      await arrived([alice.page, second], "#1#");
      await eventually("the tab that is looked at is heard", async () => (await tones(second)) === 1);
      assert.deepEqual([await shown(alice.page), await shown(second), await tones(alice.page)], [[], [], 0]);
    });

    it("do not come from a muted chat, which says so everywhere and counts nowhere", async () => {
      const [alice, bob] = await friends();
      await grant(alice);
      const counted = async () => /^\(\d+\)/.exec(await alice.page.title())?.[0] ?? "";
      await eventually("the first one counts", async () => (await counted()) === "(1)");
      const icon = () => alice.page.locator('link[rel="icon"]').getAttribute("href");
      await eventually("and is drawn on the icon", async () => (await icon()).startsWith("data:image/png"));
      await alice.open("Bob");
      await eventually("read, it does not", async () => (await counted()) === "" && (await icon()) === "/favicon.svg");
      const phone = await anotherDevice(alice);
      await alice.page.getByRole("button", { name: "Notifications of this chat" }).click();
      await alice.page.getByRole("menuitem", { name: "Mute for 8 hours" }).click();
      await alice.page.getByRole("button", { name: "Notifications of this chat: muted" }).waitFor();
      await link(phone.page, "Bob").getByText("Muted").waitFor({ state: "attached" });
      await alice.goto("/chat");
      await alice.ready();
      await look(alice.page, true);
      await bob.write("psst #1#");
      await arrived([alice.page, phone.page], "#1#");
      await link(alice.page, "Bob").getByText("1 unread").waitFor({ state: "attached" });
      // Something that is told comes after it, so the muted one would have been told by then.
      const carol = await stage.linnet.signUp("Carol");
      await carol.befriend(alice);
      await (await carol.connect()).get("sendMsg", { toUserId: alice.id, msg: "hello #2#" });
      await eventually("the other one is told", async () => (await shown(alice.page)).length > 0);
      assert.deepEqual(await shown(alice.page), ["Carol: hello #2#"]);
      assert.equal(await counted(), "(1)");
      await look(alice.page, false);
      await alice.open("Bob");
      await alice.page.getByRole("button", { name: "Notifications of this chat: muted" }).click();
      await alice.page.getByRole("menuitem", { name: /^Unmute \(muted until / }).click();
      await alice.page.getByRole("button", { name: "Notifications of this chat", exact: true }).click();
      await alice.page.getByRole("menuitemradio", { name: "Nothing" }).click();
      await alice.page.getByRole("button", { name: "Notifications of this chat: muted" }).waitFor();
    });
  });
}
