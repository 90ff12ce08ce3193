// Who is there, and who is writing: seen at once, and gone as soon as it is over.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIZES, setStage } from "./stage.js";

/** Browsers under test look at every page all the time, unless they are told otherwise. */
function canLookAway() {
  Object.defineProperty(Document.prototype, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
  Document.prototype.hasFocus = () => !window.away;
}

for (const [where, size] of Object.entries(SIZES)) {
  describe(`live ${where}`, () => {
    const stage = setStage({
      size,
      // Somebody who left is gone after a moment, which is shorter here than it is by default.
      env: { LINNET_PRESENCE_GRACE_SECONDS: "1" },
      prepare: (person) => person.context.addInitScript(canLookAway),
    });

    const look = (page, away) =>
      page.evaluate((now) => {
        window.away = now;
        document.dispatchEvent(new Event("visibilitychange"));
        window.dispatchEvent(new Event(now ? "blur" : "focus"));
      }, away);
    const header = (person) => person.page.locator("main header");
    const link = (person, name) => person.page.locator("#chats-and-people nav a", { hasText: name });
    async function friends() {
      const [alice, bob] = await stage.friends("Alice", "Bob");
      await alice.find(bob);
      await alice.write("hello #1#");
      await link(bob, "Alice").waitFor();
      return [alice, bob];
    }

    it("somebody is online, away while nobody looks at any of their tabs, and then was last seen", async () => {
      const [alice, bob] = await friends();
      // On the list, before any chat is opened: not with colour alone.
      await link(bob, "Alice").locator('[data-presence="online"]').getByText("online").waitFor({ state: "attached" });
      await bob.open("Alice");
      await header(bob).getByText("online").first().waitFor();
      const second = await alice.context.newPage();
      await second.goto(`${stage.linnet.url}/people`);
      await second.locator('[data-connection="connected"]').waitFor({ state: "attached" });
      await look(alice.page, true);
      await look(second, true);
      await header(bob).locator('[data-presence="away"]').waitFor();
      await look(second, false);
      await header(bob).locator('[data-presence="online"]').waitFor();
      await alice.close();
      // After a moment of grace, for those who only load the page again.
      await header(bob).getByText(/^last seen/).waitFor();
      assert.equal(await bob.page.locator("[data-presence]").count(), 0);
    });

    it("whoever keeps it to themselves was never last seen, and nobody is anything without a network", async () => {
      const [alice, bob] = await friends();
      await bob.open("Alice");
      await header(bob).locator('[data-presence="online"]').waitFor();
      await bob.context.setOffline(true);
      await bob.connection("offline");
      await eventually("nothing is known", async () => (await bob.page.locator("[data-presence]").count()) === 0);
      await bob.context.setOffline(false);
      await header(bob).locator('[data-presence="online"]').waitFor();
      await alice.api("PATCH", "/users/me", { privacy: { lastSeen: false } });
      await alice.close();
      await header(bob).locator("[data-presence]").waitFor({ state: "detached" });
      assert.equal(await header(bob).getByText("last seen").count(), 0);
      await header(bob).getByText(`@${alice.username}`).waitFor();
    });

    it("somebody who writes is seen to, in the chat and in the list, until they send, empty the line or turn away", async () => {
      const [alice, bob] = await friends();
      await bob.open("Alice");
      const typing = header(bob).getByText("Alice is typing…");
      const gone = () => typing.waitFor({ state: "detached" });
      await alice.composer().pressSequentially("typ");
      await typing.waitFor();
      await link(bob, "Alice").getByText("typing…").waitFor({ state: "attached" });
      await alice.composer().fill("");
      await gone();
      await alice.composer().pressSequentially("ing #2#");
      await typing.waitFor();
      await alice.composer().press("Enter");
      await gone();
      await bob.sees(["#1#", "#2#"]);
      await alice.composer().pressSequentially("and");
      await typing.waitFor();
      await alice.composer().blur();
      await gone();
      await alice.composer().pressSequentially(" then");
      await typing.waitFor();
      // Whoever is gone without a word is not writing for ever.
      await alice.context.setOffline(true);
      await gone();
    });

    it("nothing of it is seen by whoever was blocked", async () => {
      const [alice, bob] = await friends();
      await bob.open("Alice");
      await header(bob).locator('[data-presence="online"]').waitFor();
      await alice.api("PUT", `/blocks/${bob.id}`);
      await bob.page.locator("[data-presence]").first().waitFor({ state: "detached" });
      await bob.page.reload();
      await bob.connection("connected");
      await header(bob).getByText(`@${alice.username}`).waitFor();
      assert.equal(await bob.page.locator("[data-presence]").count(), 0);
    });
  });
}
