// Reloads, dead networks and dead servers: what was written arrives, once, and the page says what is going on.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { setStage } from "./stage.js";

describe("in trouble", () => {
  // Whoever is in trouble has a server of their own, which others are not troubled by.
  const stage = setStage({ serverForEach: true });
  let alice;
  let bob;
  let linnet;
  beforeEach(async () => {
    linnet = stage.linnet;
    [alice, bob] = await stage.friends("Alice", "Bob");
    await alice.find(bob);
    await alice.write("hello #0#");
    await bob.open("Alice");
    await bob.sees(["#0#"]);
    await alice.sees(["#0#"]);
    // The chat has an address of its own now; a reload comes back to it.
    await alice.open("Bob");
  });

  it("a reload in the middle of sending loses and doubles nothing", async () => {
    // The server hears nothing for now: what is written stays on its way.
    linnet.program.signal("SIGSTOP");
    for (const marker of ["#1#", "#2#", "#3#"]) await alice.write(marker);
    await alice.progress("#3#", "sending");
    const reloading = alice.page.reload();
    linnet.program.signal("SIGCONT");
    await reloading;
    await alice.ready();
    const all = ["#0#", "#1#", "#2#", "#3#"];
    assert.deepEqual(await alice.sees(all), all);
    assert.deepEqual(await bob.sees(all), all);
    await alice.progress("#3#", "read");
  });

  it("a page that is left right after Enter, again and again, loses and doubles nothing", async () => {
    const address = alice.page.url();
    const markers = Array.from({ length: 12 }, (_, n) => `#l${n}#`);
    for (const [n, marker] of markers.entries()) {
      await alice.write(marker);
      // Nothing is waited for in between: the page goes while its database, its socket or neither has the message.
      if (n % 2 === 0) await alice.page.reload();
      else await alice.page.goto(address);
    }
    await alice.ready();
    const all = ["#0#", ...markers];
    assert.deepEqual(await alice.sees(all), all, "they keep the order in which they were written");
    assert.deepEqual(await bob.sees(all), all);
    await alice.progress("#l11#", "read");
  });

  it("a network that goes and comes back loses and doubles nothing", async () => {
    await alice.context.setOffline(true);
    await alice.connection("offline");
    await alice.write("written offline #1#");
    await alice.progress("#1#", "sending");
    await bob.write("while you were away #2#");
    await bob.sees(["#0#", "#2#"]);
    await alice.context.setOffline(false);
    await alice.connection("connected");
    const all = ["#0#", "#2#", "#1#"];
    assert.deepEqual(await alice.sees(all), all);
    assert.deepEqual(await bob.sees(all), all);
  });

  it("a server that is killed and started again loses and doubles nothing", async () => {
    await alice.write("acknowledged #1#");
    await alice.progress("#1#", "read");
    await linnet.kill();
    await alice.connection("reconnecting");
    await bob.connection("reconnecting");
    await alice.write("to a dead server #2#");
    await alice.progress("#2#", "sending");
    await linnet.again();
    await alice.connection("connected");
    await bob.connection("connected");
    await alice.progress("#2#", "read");
    await bob.write("welcome back #3#");
    const all = ["#0#", "#1#", "#2#", "#3#"];
    assert.deepEqual(await alice.sees(all), all);
    assert.deepEqual(await bob.sees(all), all);
  });

  it("a server that dies in the middle of a flow of messages loses and doubles nothing", async () => {
    const markers = Array.from({ length: 10 }, (_, n) => `#m${n}#`);
    for (const [n, marker] of markers.entries()) {
      await alice.write(marker);
      if (n === 4) await linnet.kill();
    }
    await linnet.again();
    await alice.connection("connected");
    const all = ["#0#", ...markers];
    assert.deepEqual(await alice.sees(all), all, "one person's messages keep the order in which they were written");
    await bob.connection("connected");
    assert.deepEqual(await bob.sees(all), all);
  });

  it("a second tab shows the same, and one message is sent once", async () => {
    const first = alice.page;
    const second = await alice.context.newPage();
    await second.goto(first.url());
    await second.getByRole("log").getByText("#0#").waitFor();
    linnet.program.signal("SIGSTOP");
    await alice.write("#1#");
    linnet.program.signal("SIGCONT");
    await second.getByRole("log").getByText("#1#").waitFor();
    await bob.sees(["#0#", "#1#"]);
    await alice.sees(["#0#", "#1#"]);
    const count = await second.getByRole("log").getByText("#1#").count();
    assert.equal(count, 1);
  });

  it("a device that is signed out elsewhere says so and shows nothing more", async () => {
    const other = await stage.anotherDevice(alice);
    await other.goto("/settings");
    await other.page.getByRole("button", { name: /^Sign out .+ on .+/ }).click();
    await alice.page.waitForURL(/\/login/);
    await alice.page.getByText("This device was signed out").waitFor();
  });
});
