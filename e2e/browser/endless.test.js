// A conversation of 100,000 messages: it opens at its end, scrolls smoothly, and any place of it is a jump away; only what
// is near the view is in the page.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";
import { eventually } from "../harness/deadline.js";
import { BINARY } from "../harness/linnet.js";
import { SIZES, setStage } from "./stage.js";

const MESSAGES = 100_000;
const FILL = join(dirname(BINARY), "examples", "fill_conversation");
/** Rows in the page at once, at most: what fits on the screen, and some more. */
const ROWS_MOST = 120;
const NODES_MOST = 4_000;

describe("a conversation of 100,000 messages", () => {
  const stage = setStage({ size: SIZES["on a wide screen"] });
  let person;
  let conversationId;
  before(async () => {
    const { linnet } = stage;
    const [alice, bob] = await linnet.friends("alice", "bob");
    const { body } = await alice.http("POST", "/conversations", { kind: "direct", memberIds: [bob.id] });
    conversationId = body.id;
    await linnet.program.stop();
    const database = `sqlite://${join(linnet.folder, "linnet.db")}`;
    await promisify(execFile)(FILL, [database, conversationId, alice.id, bob.id, String(MESSAGES)]);
    await linnet.again();
    const b = await bob.connect();
    await b.get("markRead", { conversationId, sequence: MESSAGES });
    person = await stage.person("bob");
    Object.assign(person, { username: bob.username, password: bob.password });
    await person.comeBack();
  });

  const row = (number) => person.log().locator("article").filter({ hasText: new RegExp(`#${number}#`) });
  const inPage = () =>
    person.page.evaluate(() => ({
      rows: document.querySelectorAll('[role="log"] article').length,
      nodes: document.querySelectorAll("*").length,
    }));
  const inView = (number) => eventually(`message ${number} is in view`, () => row(number).evaluate((it) => {
    const log = document.querySelector('[role="log"]').getBoundingClientRect();
    const { top, bottom } = it.getBoundingClientRect();
    return top >= log.top - 1 && bottom <= log.bottom + 1;
  }));

  it("opens at its end", async () => {
    await person.goto(`/c/${conversationId}`);
    await inView(MESSAGES);
    const { rows, nodes } = await inPage();
    assert.ok(rows <= ROWS_MOST && nodes <= NODES_MOST, `${rows} rows, ${nodes} nodes`);
  });

  it("scrolls up through 1,000 messages at 60 frames a second, and holds a bounded part of them", async () => {
    // What the page's own thread computes, however much of the processor others take meanwhile.
    const devtools = await person.context.newCDPSession(person.page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const computed = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
    };
    const scroll = (messages) =>
      person.page.evaluate(async (most) => {
        const scroller = document.querySelector('[role="log"] [data-virtuoso-scroller]');
        const first = () => Number(/#(\d+)#/.exec(document.querySelector('[role="log"] article').textContent)[1]);
        const begin = first();
        const end = performance.now() + 60_000;
        let frames = 0;
        let rowsMost = 0;
        while (begin - first() < most && performance.now() < end) {
          // As a quick hand on a wheel: 100 px a frame.
          scroller.scrollBy({ top: -100, behavior: "instant" });
          await new Promise(requestAnimationFrame);
          frames += 1;
          rowsMost = Math.max(rowsMost, document.querySelectorAll('[role="log"] article').length);
        }
        return { passed: begin - first(), frames, rowsMost };
      }, messages);
    const began = await computed();
    const result = await scroll(1_000);
    const frame = ((await computed()) - began) / result.frames;
    console.log(`scrolling up: ${result.passed} messages in ${result.frames} frames of ${frame.toFixed(1)} ms each`);
    assert.ok(result.passed >= 1_000, `it came by ${result.passed} messages`);
    assert.ok(result.rowsMost <= ROWS_MOST, `${result.rowsMost} rows at once`);
    // 60 frames a second leave 16.7 ms for each. It takes 9 on a machine of today; those that test may be slower.
    assert.ok(frame < 25, `a frame took ${frame} ms of the processor`);
    const { nodes } = await inPage();
    assert.ok(nodes <= NODES_MOST, `${nodes} nodes`);
  });

  it("goes back to the end, from wherever one is", async () => {
    await person.page.getByRole("button", { name: "Jump to latest" }).click();
    await inView(MESSAGES);
  });

  for (const number of [1, 50_000, MESSAGES - 3]) {
    it(`shows message ${number} by its address, without loading what is between`, async () => {
      const pages = [];
      const count = (request) => request.url().includes("/messages?") && pages.push(request.url());
      person.page.on("request", count);
      await person.goto(`/c/${conversationId}?m=${number}`);
      await inView(number);
      person.page.off("request", count);
      assert.ok(pages.length <= 3, pages.join("\n"));
      const { rows } = await inPage();
      assert.ok(rows <= ROWS_MOST, `${rows} rows`);
    });
  }

  it("reads on in both directions from the middle, without a gap", async () => {
    await person.goto(`/c/${conversationId}?m=50000`);
    await inView(50_000);
    for (const [direction, target] of [[-1, 49_900], [1, 50_100]]) {
      const seen = new Set();
      await eventually(`message ${target} comes`, async () => {
        const numbers = await person.page.evaluate(async (by) => {
          const scroller = document.querySelector('[role="log"] [data-virtuoso-scroller]');
          const found = [];
          for (let step = 0; step < 5; step += 1) {
            scroller.scrollBy({ top: by * 200, behavior: "instant" });
            // A busy machine draws later than it scrolls: nobody reads on before there is something to read. What is left free
            // at either end is the line that says that more is coming.
            const drawn = () => {
              const view = scroller.getBoundingClientRect();
              const rows = [...document.querySelectorAll('[role="log"] article')].map((it) => it.getBoundingClientRect());
              return rows.length > 0 && rows[0].top <= view.top + 80 && rows.at(-1).bottom >= view.bottom - 80;
            };
            for (let frame = 0; frame < 2 || (frame < 120 && !drawn()); frame += 1) await new Promise(requestAnimationFrame);
            for (const it of document.querySelectorAll('[role="log"] article')) found.push(Number(/#(\d+)#/.exec(it.textContent)[1]));
          }
          return found;
        }, direction);
        for (const number of numbers) seen.add(number);
        return seen.has(target);
      }, 60_000);
      const [from, to] = direction < 0 ? [target, 50_000] : [50_000, target];
      const missing = [];
      for (let number = from; number <= to; number += 1) if (!seen.has(number)) missing.push(number);
      assert.deepEqual(missing, []);
    }
  });
});
