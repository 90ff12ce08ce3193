// What people do with messages that are there: edit, delete, react, answer, name somebody, link, mark unread; by mouse, by
// keyboard and by finger, wide and narrow. And what is there without the server.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIGNED_OUT, SIZES, setStage } from "./stage.js";

const bubble = (person, text) => person.log().locator("article").filter({ has: person.page.locator(".message-text", { hasText: text }) });

/** Opens what can be done about a message, by the keyboard. */
async function choose(person, text, action) {
  await bubble(person, text).focus();
  await person.page.keyboard.press("Enter");
  await person.page.getByRole("menuitem", { name: action, exact: true }).click();
}

for (const [where, size] of Object.entries(SIZES)) {
  describe(`messages that are there, ${where}`, () => {
    const stage = setStage({ size });
    let alice;
    let bob;
    before(async () => {
      [alice, bob] = await stage.friends("Alice", "Bob");
      await alice.find(bob);
      await alice.write("first of alice");
      await bob.open("Alice");
      await bob.write("first of bob");
      await bubble(alice, "first of bob").waitFor();
      // It has an address of its own now, which a reload comes back to.
      const { conversations } = await alice.api("GET", "/conversations");
      for (const person of [alice, bob]) await person.goto(`/c/${conversations[0].id}`);
      for (const person of [alice, bob]) await bubble(person, "first of bob").waitFor();
    });
    it("are edited, and both see it with the time", async () => {
      await choose(alice, "first of alice", "Edit");
      assert.equal(await alice.composer().inputValue(), "first of alice");
      await alice.composer().fill("better of alice");
      await alice.composer().press("Enter");
      for (const person of [alice, bob]) {
        await bubble(person, "better of alice").waitFor();
        assert.match(await bubble(person, "better of alice").getByText("edited").getAttribute("title"), /^Edited .+/);
      }
    });

    it("are edited with the arrow key, and left as they are with Escape", async () => {
      await alice.composer().press("ArrowUp");
      assert.equal(await alice.composer().inputValue(), "better of alice");
      await alice.composer().press("Escape");
      assert.equal(await alice.composer().inputValue(), "");
    });

    it("are reacted to, counted, and taken back", async () => {
      const chip = (person) => person.log().getByRole("button", { name: /^❤️ / });
      for (const person of [alice, bob]) {
        await bubble(person, "better of alice").focus();
        await bubble(person, "better of alice").getByRole("button", { name: "React" }).click();
        await person.page.getByRole("menuitemcheckbox", { name: "❤️" }).click();
        await eventually("it is there", async () => /You/.test(await chip(person).getAttribute("aria-label")));
      }
      for (const person of [alice, bob]) await eventually("both count", async () => (await chip(person).innerText()).trim().endsWith("2"));
      await chip(bob).click();
      await eventually("one is left", async () => (await chip(alice).getAttribute("aria-label")) === "❤️ 1: You");
      // Any other one, from the whole list.
      await bubble(bob, "better of alice").focus();
      await bubble(bob, "better of alice").getByRole("button", { name: "React" }).click();
      await bob.page.getByRole("menuitem", { name: "More emoji" }).click();
      await bob.page.getByRole("dialog", { name: "React" }).getByRole("searchbox", { name: "Search emoji" }).fill("party popper");
      await bob.page.getByRole("button", { name: "party popper" }).waitFor();
      await bob.page.keyboard.press("Enter");
      await alice.log().getByRole("button", { name: "🎉 1: Bob" }).waitFor();
    });

    it("are answered with a quote that leads there, also after a reload in between", async () => {
      await choose(bob, "better of alice", "Reply");
      await bob.page.getByText("Reply to Alice").waitFor();
      await bob.composer().pressSequentially("answer of bob");
      // The draft is stored a moment after the last key.
      const stored = () =>
        bob.page.evaluate(
          () =>
            new Promise((resolve, reject) => {
              const opening = indexedDB.open("linnet");
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const all = opening.result.transaction("drafts").objectStore("drafts").getAll();
                all.onsuccess = () => {
                  opening.result.close();
                  resolve(all.result.some((it) => it.text === "answer of bob" && it.reply));
                };
              };
            }),
        );
      await eventually("the draft is stored", stored);
      await bob.page.reload();
      await bob.page.getByText("Reply to Alice").waitFor();
      assert.equal(await bob.composer().inputValue(), "answer of bob");
      await bob.composer().press("Enter");
      await bubble(alice, "answer of bob").waitFor();
      const quote = bubble(alice, "answer of bob").getByRole("button", { name: /In answer to/ });
      assert.match(await quote.innerText(), /better of alice/);
      await quote.click();
      await alice.page.locator(".pointed-out", { hasText: "better of alice" }).waitFor();
    });

    it("name people, who see that they are meant", async () => {
      await alice.composer().pressSequentially("hey @bo");
      await alice.page.getByRole("option", { name: /Bob/ }).waitFor();
      await alice.composer().press("Enter");
      assert.equal(await alice.composer().inputValue(), `hey @${bob.username} `);
      await alice.composer().pressSequentially("there");
      await alice.composer().press("Enter");
      await bob.log().locator(".mention-me", { hasText: `@${bob.username}` }).waitFor();
      await alice.log().locator(".mention:not(.mention-me)", { hasText: `@${bob.username}` }).waitFor();
    });

    it("are deleted after a question, and a line stays that says so", async () => {
      await choose(alice, "better of alice", "Delete");
      await alice.page.getByRole("dialog", { name: "Delete this message?" }).getByRole("button", { name: "Delete" }).click();
      await alice.log().getByText("You deleted this message").waitFor();
      await bob.log().getByText("This message was deleted").first().waitFor();
      await eventually("the quote says so too", async () => /deleted/.test(await bubble(bob, "answer of bob").getByRole("button", { name: /In answer to/ }).innerText()));
      assert.equal(await bob.page.getByText("better of alice").count(), 0, "its text is nowhere any more");
    });

    it("are marked unread from one on, and read when they are looked at again", async () => {
      await choose(bob, "answer of bob", "Mark unread from here");
      await bob.page.getByText("Marked unread from here").waitFor();
      await bob.page.waitForFunction(() => document.title.startsWith("(2)"));
      await bob.goto("/chat");
      await bob.chats().getByRole("link", { name: /Alice.*2 unread/ }).click();
      await bob.log().getByText("New messages").waitFor();
      await bob.page.waitForFunction(() => !/^\(\d/.test(document.title));
    });

    it("are reached by arrow keys, one of them by Tab", async () => {
      const stops = await alice.log().locator('article[tabindex="0"]').count();
      assert.equal(stops, 1);
      await bubble(alice, "answer of bob").focus();
      await alice.page.keyboard.press("ArrowUp");
      assert.match(await alice.page.evaluate(() => document.activeElement.textContent), /first of bob/);
      await alice.page.keyboard.press("Enter");
      const focused = () => alice.page.evaluate(() => document.activeElement.getAttribute("role"));
      await eventually("the menu has the focus", async () => /menuitem/.test(await focused()));
      await alice.page.keyboard.press("Escape");
      assert.match(await alice.page.evaluate(() => document.activeElement.textContent), /first of bob/, "and gives it back");
    });

    it("and the browser has nothing to complain about", () => {
      alice.clean(SIGNED_OUT);
      bob.clean(SIGNED_OUT);
    });
  });
}

describe("messages under a finger", () => {
  const stage = setStage({ size: SIZES["on a phone"] });

  it("show what can be done about them when they are held, and are answered from there", async () => {
    const [alice, bob] = await stage.friends("Alice", "Bob");
    await bob.find(alice);
    await bob.write("hold me");
    await alice.open("Bob");
    await bubble(alice, "hold me").waitFor();
    const finger = await alice.context.newCDPSession(alice.page);
    const touch = (type, ...touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
    const box = await bubble(alice, "hold me").locator(".message-text").boundingBox();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    // A finger that moves on scrolls, and opens nothing: else there would be a menu already when the next one comes down.
    await touch("touchStart", at);
    await touch("touchMove", { x: at.x, y: at.y - 60 });
    await touch("touchEnd");
    await touch("touchStart", at);
    await alice.page.getByRole("menuitem", { name: "Reply" }).waitFor();
    await touch("touchEnd");
    assert.equal(await alice.page.evaluate(() => String(getSelection())), "", "no word was chosen by the way");
    await alice.page.getByRole("menuitem", { name: "Reply" }).tap();
    await alice.page.getByText("Reply to Bob").waitFor();
  });
});

describe("what was read", () => {
  const stage = setStage();

  const rows = (person) =>
    person.page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open("linnet");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const database = opening.result;
            const names = [...database.objectStoreNames];
            const counts = {};
            const done = () => {
              database.close();
              resolve(counts);
            };
            if (names.length === 0) return done();
            const transaction = database.transaction(names);
            for (const name of names) {
              const counting = transaction.objectStore(name).count();
              counting.onsuccess = () => {
                counts[name] = counting.result;
              };
            }
            transaction.oncomplete = done;
            if (!names.includes("chats")) return;
            const kept = transaction.objectStore("chats").getAll();
            kept.onsuccess = () => {
              window.keptTo = Math.max(0, ...kept.result.map((it) => it.content.to));
            };
          };
        }),
    );

  it("is there without the server, goes on when it is back, and is gone after signing out, however quickly one leaves", async () => {
    const [alice, bob] = await stage.friends("Alice", "Bob");
    await alice.find(bob);
    for (let n = 0; n < 5; n += 1) await alice.write(`kept #k${n}#`);
    await alice.progress("#k4#", "delivered");
    await alice.open("Bob");
    // It is written a moment after it came.
    await eventually("it is kept", async () => (await rows(alice)).chats === 1 && (await alice.page.evaluate(() => window.keptTo)) === 5);
    // The API is gone, the page is not: as with a server behind a proxy, or the worker's copy of the page.
    await alice.context.route(/\/api\/|\/socket\.io\//, (route) => route.abort());
    await alice.page.reload();
    await alice.sees(["#k0#", "#k1#", "#k2#", "#k3#", "#k4#"]);
    await alice.connection("reconnecting");
    await bob.open("Alice");
    await bob.write("meanwhile #b0#");
    await alice.context.unroute(/\/api\/|\/socket\.io\//);
    await alice.sees(["#k0#", "#k1#", "#k2#", "#k3#", "#k4#", "#b0#"]);
    await alice.connection("connected");
    await alice.composer().pressSequentially("a draft that nobody shall find");
    await eventually("the draft is kept", async () => (await rows(alice)).drafts === 1);
    await alice.goto("/settings");
    // The page is left in the moment in which the server is asked.
    const asked = alice.page.waitForRequest(/auth\/logout/);
    await alice.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await asked;
    await alice.page.goto(`${stage.linnet.url}/login`);
    await eventually("nothing is left", async () => {
      const left = await rows(alice);
      return Object.values(left).every((count) => count === 0);
    });
  });
});
