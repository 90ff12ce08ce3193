// Two people chat, each in a browser.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIGNED_OUT, SIZES, setStage } from "./stage.js";

describe("two people", () => {
  const stage = setStage();
  const { join, friends } = stage;

  it("sign up, find each other, and see every message at once and in one order", async () => {
    const [alice, bob] = [await (await stage.person("Alice")).signUp(), await (await stage.person("Bob")).signUp()];
    await alice.meet(bob);
    await alice.write("Hello Bob #a0#");
    await bob.open("Alice");
    await bob.sees(["#a0#"]);
    // Both write at once, as fast as they can.
    const mine = Array.from({ length: 8 }, (_, n) => `#a${n + 1}#`);
    const theirs = Array.from({ length: 8 }, (_, n) => `#b${n + 1}#`);
    const writing = async (person, markers) => {
      for (const marker of markers) await person.write(marker);
    };
    await Promise.all([writing(alice, mine), writing(bob, theirs)]);
    const all = ["#a0#", ...mine, ...theirs];
    const [left, right] = [await alice.sees(all), await bob.sees(all)];
    assert.deepEqual(left, right, "both see one order");
    assert.deepEqual(left.filter((it) => it.startsWith("#a")), ["#a0#", ...mine]);
    assert.deepEqual(left.filter((it) => it.startsWith("#b")), theirs);
    await alice.progress("#a8#", "read");
    // A fresh load shows the same.
    await bob.page.reload();
    await bob.ready();
    assert.deepEqual(await bob.sees(all), left);
    alice.clean(SIGNED_OUT);
    bob.clean(SIGNED_OUT);
  });

  it("see how far a message has come", async () => {
    const [alice, bob] = await friends("Alice", "Bob");
    await bob.page.close();
    await alice.find(bob);
    await alice.write("are you there #q#");
    await alice.progress("#q#", "sent");
    bob.page = await bob.context.newPage();
    await bob.goto("/chat");
    await bob.ready();
    await alice.progress("#q#", "delivered");
    await bob.chats().getByRole("link", { name: "Alice" }).filter({ hasText: "1" }).waitFor();
    await bob.page.waitForFunction(() => /^\(1\)/.test(document.title));
    await bob.open("Alice");
    await alice.progress("#q#", "read");
    await bob.page.waitForFunction(() => !/^\(\d/.test(document.title));
  });

  it("see what looks like a program as text", async () => {
    const name = "<b>Mallory</b>";
    const [mallory, bob] = await friends(name, "Bob");
    const texts = [
      `<img src=x onerror="window.pwned=1"> #1#`,
      `<script>window.pwned=1</script> #2#`,
      `[a link](javascript:window.pwned=1) #3#`,
      `<a href="javascript:window.pwned=1">x</a> #4#`,
      `![](https://elsewhere.example/pixel.png) #5#`,
      `<svg onload=window.pwned=1> <iframe srcdoc="<script>parent.pwned=1</script>"></iframe> #6#`,
    ];
    await mallory.find(bob);
    for (const text of texts) await mallory.write(text);
    await bob.open(name);
    const shown = texts.map((_, n) => `#${n + 1}#`);
    for (const person of [mallory, bob]) {
      await person.sees(shown);
      await person.log().getByText(`<img src=x onerror="window.pwned=1">`).waitFor();
      await person.log().getByText("<script>window.pwned=1</script>").waitFor();
      const inside = await person.log().evaluate((log) => ({
        elements: log.querySelectorAll("img, script, iframe, svg[onload], b").length,
        links: [...log.querySelectorAll("a")].map((it) => it.getAttribute("href")).filter((it) => /^\s*javascript:/i.test(it ?? "")),
        pwned: window.pwned,
      }));
      assert.deepEqual(inside, { elements: 0, links: [], pwned: undefined });
      person.clean(SIGNED_OUT);
    }
  });

  it("break lines with Shift+Enter, send with Enter, and cannot send nothing or too much", async () => {
    const [alice, bob] = await friends("Alice", "Bob");
    await alice.find(bob);
    const send = alice.page.getByRole("button", { name: "Send" });
    assert.equal(await send.isDisabled(), true);
    await alice.composer().fill("   ");
    assert.equal(await send.isDisabled(), true);
    await alice.composer().fill("x".repeat(1_001));
    assert.equal(await send.isDisabled(), true);
    await alice.composer().fill("one");
    await alice.composer().press("Shift+Enter");
    await alice.composer().pressSequentially("two #lines#");
    await alice.composer().press("Enter");
    assert.equal(await alice.composer().inputValue(), "");
    await bob.open("Alice");
    await bob.sees(["#lines#"]);
    await eventually("the two lines are two", async () => /one\n\s*two #lines#/.test(await bob.log().innerText()));
  });

  it("keep what they see apart when they switch chats quickly, on one socket", async () => {
    const alice = await join("Alice");
    const others = [];
    for (const name of ["Bob", "Carol", "Dave"]) {
      const other = await stage.linnet.signUp(name);
      await other.befriend(alice);
      const socket = await other.connect();
      others.push({ name, write: (what, n) => socket.get("sendMsg", { toUserId: alice.id, msg: `${what} #${name.toLowerCase()}-${n}#` }) });
      for (let n = 0; n < 3; n += 1) await others.at(-1).write(`from ${name}`, n);
    }
    await alice.chats().getByRole("link", { name: /Dave.*#dave-2#/ }).waitFor();
    // From now on, whatever is ever shown under somebody's name is looked at.
    await alice.page.evaluate(() => {
      window.strays = [];
      const look = () => {
        const title = document.querySelector("main h1, h1")?.textContent?.toLowerCase();
        const log = document.querySelector('[role="log"]');
        for (const [, name] of log?.textContent?.matchAll(/#([a-z]+)-\d#/g) ?? []) {
          if (title && name !== title) window.strays.push(`${name} under ${title}`);
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    for (let n = 0; n < 40; n += 1) {
      const { name } = others[(n * 7) % 3];
      await alice.chats().getByRole("link", { name }).click();
      if (n % 4 === 0) await others[n % 3].write("more", 9);
    }
    await alice.open("Bob");
    await alice.log().getByText("#bob-2#").waitFor();
    const markers = await alice.markers();
    assert.ok(markers.every((it) => it.startsWith("#bob-")), markers.join());
    assert.deepEqual(await alice.page.evaluate(() => window.strays), []);
    assert.equal(alice.sockets.filter((it) => it.url().includes("/socket.io/")).length, 1, "one socket for the whole app");
  });

  it("sign out, and in again with everything there", async () => {
    const [alice, bob] = await friends("Alice", "Bob");
    await alice.find(bob);
    await alice.write("before #out#");
    await alice.progress("#out#", "delivered");
    await alice.goto("/settings");
    await alice.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await alice.page.waitForURL(/\/login/);
    await alice.goto(`/chat`);
    await alice.page.waitForURL(/\/login/);
    await alice.signIn();
    await alice.open("Bob");
    await alice.sees(["#out#"]);
  });

  it("use it on a phone: the list, a chat, and back", async () => {
    const [alice, bob] = await Promise.all([join("Alice", SIZES["on a phone"]), join("Bob", SIZES["on a phone"])]);
    await alice.meet(bob);
    await alice.write("from a phone #p#");
    await alice.progress("#p#", "delivered");
    await bob.open("Alice");
    await bob.sees(["#p#"]);
    assert.equal(await bob.chats().isVisible(), false, "one pane at a time");
    const overflow = await bob.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
    await bob.page.getByRole("link", { name: /back/i }).click();
    await bob.chats().waitFor();
  });
});
