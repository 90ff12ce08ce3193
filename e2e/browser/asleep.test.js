// A tab that was forgotten, on a machine that slept.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setStage } from "./stage.js";

describe("a tab that is left open for a day without a network", () => {
  const stage = setStage();

  it("comes back with everything that was missed, on one connection", async () => {
    const [alice, bob] = [await stage.person("Alice"), await stage.join("Bob")];
    await alice.page.clock.install();
    await alice.join();
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
  });
});
