// A long conversation: reading upwards, page after page, and nothing moves under the eyes.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { setStage } from "./stage.js";

const MESSAGES = 230;

describe("a long conversation", () => {
  const stage = setStage({ size: { viewport: { width: 900, height: 700 } } });

  it("loads upwards without a jump, to the first message, without a gap", async () => {
    const [alice, bob] = await stage.linnet.friends("alice", "bob");
    const [a, b] = [await alice.connect(), await bob.connect()];
    const text = (n) => `#${n}# ${"something longer that wraps ".repeat(n % 5)}`;
    const sends = Array.from({ length: MESSAGES }, (_, n) => a.get("sendMsg", { toUserId: bob.id, msg: text(n + 1) }));
    const [{ conversationId }] = await Promise.all(sends);
    await b.get("markRead", { conversationId, sequence: MESSAGES });

    const person = await stage.person("bob");
    Object.assign(person, { username: bob.username, password: bob.password });
    await person.comeBack();
    // The pages of older messages that are on their way.
    const asked = new Set();
    person.page.on("request", (request) => request.url().includes("/messages?") && asked.add(request));
    for (const over of ["requestfinished", "requestfailed"]) person.page.on(over, (request) => asked.delete(request));
    await person.goto(`/c/${conversationId}`);
    await person.log().getByText(`#${MESSAGES}#`).waitFor();

    // The numbers that are in view, with the place of each, as they are seen: between two frames a page may have
    // taken new messages in and not yet made room for them, which nobody sees.
    const inView = () =>
      person.page.evaluate(async () => {
        const look = () => {
          const log = document.querySelector('[role="log"]').getBoundingClientRect();
          const places = [];
          for (const row of document.querySelectorAll('[role="log"] p')) {
            const number = /^#(\d+)#/.exec(row.textContent);
            const { top, bottom } = row.getBoundingClientRect();
            if (number && bottom > log.top && top < log.bottom) places.push([Number(number[1]), top]);
          }
          return places;
        };
        let places = look();
        for (let frame = 0; frame < 100; frame += 1) {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
          const next = look();
          if (JSON.stringify(next) === JSON.stringify(places)) return next;
          places = next;
        }
        throw new Error("the page does not come to rest");
      });

    await eventually("the end is in view", async () => (await inView()).some(([number]) => number === MESSAGES));
    const seen = new Set((await inView()).map(([number]) => number));
    for (let step = 0; !seen.has(1); step += 1) {
      assert.ok(step < 300, `the first message does not come; seen ${[...seen].sort((x, y) => x - y).slice(0, 5)}`);
      // In one step: the animation of a wheel would be movement of its own.
      await person.page.evaluate(() => {
        const inside = [...document.querySelectorAll('[role="log"] *')];
        const scroller = inside.find((it) => it.scrollHeight > it.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(it).overflowY));
        scroller.scrollBy({ top: -220, behavior: "instant" });
      });
      const before = await inView();
      for (const [number] of before) seen.add(number);
      // Older messages arrive above meanwhile. What is read must stay where it is.
      await eventually("they are there", () => asked.size === 0);
      const [number, place] = before[Math.floor(before.length / 2)];
      let moved;
      // A slow machine may need some frames to make room for them.
      await eventually(`message ${number}, in the middle, stays`, async () => {
        const now = new Map(await inView()).get(number);
        moved = now === undefined ? "out of view" : `by ${Math.abs(now - place)} px`;
        return now !== undefined && Math.abs(now - place) <= 4;
      }, 2_000).catch((error) => assert.fail(`${error.message}: it moved ${moved}`));
    }
    const missing = Array.from({ length: MESSAGES }, (_, n) => n + 1).filter((number) => !seen.has(number));
    assert.deepEqual(missing, [], "every message came by");
    // Only what is near the view is in the page.
    const rows = await person.page.locator('[role="log"] p').count();
    assert.ok(rows < MESSAGES, `${rows} messages are in the page at once`);
  });
});
