// A tab that was forgotten, on a machine that slept.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Linnet } from "../harness/linnet.js";
import { Browser } from "./people.js";

describe("a tab that is left open for a day without a network", () => {
  let browser;
  let linnet;
  before(async () => {
    browser = await Browser.start();
    linnet = await Linnet.start();
  });
  after(async () => {
    await linnet?.stop();
    await browser?.stop();
  });

  it("comes back with everything that was missed, on one connection", async () => {
    const [alice, bob] = [await browser.person(linnet, "Alice"), await browser.person(linnet, "Bob")];
    try {
      await alice.page.clock.install();
      await alice.signUp();
      await bob.signUp();
      await bob.meet(alice);
      await bob.write("before #0#");
      await alice.open("Bob");
      await alice.sees(["#0#"]);
      await alice.context.setOffline(true);
      await alice.page.clock.runFor(60_000);
      await alice.write("from the train #1#");
      for (const marker of ["#2#", "#3#"]) await bob.write(marker);
      await bob.sees(["#0#", "#2#", "#3#"]);
      // The machine slept: a day goes by in which no timer ran, and then all that are due run once.
      await alice.page.clock.fastForward("24:00:00");
      await alice.context.setOffline(false);
      await alice.page.clock.runFor(15_000);
      await alice.connection("connected");
      const all = ["#0#", "#2#", "#3#", "#1#"];
      assert.deepEqual(await alice.sees(all), all);
      assert.deepEqual(await bob.sees(all), all);
      assert.equal(alice.sockets.filter((it) => it.url().includes("/socket.io/") && !it.isClosed()).length, 1);
      await bob.write("and on #4#");
      await alice.sees([...all, "#4#"]);
    } finally {
      await alice.close();
      await bob.close();
    }
  });
});
