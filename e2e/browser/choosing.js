// What tests of files have in common: files, how somebody chooses them, and two people who talk.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const text = (name, content = `this is ${name}`) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
export const tray = (person) => person.page.getByRole("list", { name: "Files for this message" });
export const inTray = (person, name) => tray(person).getByRole("listitem").filter({ hasText: name });
/** The file is on the server. */
export const isThere = (person, name) => person.page.locator('[data-upload="done"]', { hasText: name }).waitFor();
export const pick = (person, ...files) => person.page.locator("input[data-files]").setInputFiles(files);
export const send = (person) => person.page.getByRole("button", { name: "Send", exact: true });
/** A picture in a message, which opens it. */
export const opener = (person, name) => person.log().getByRole("button", { name: `Open the picture ${name}` });
export const bubble = (person, words) => person.log().locator("article").filter({ hasText: words });

/** A picture of one colour, as this browser makes it. */
export async function picture(person, name, { width = 600, height = 400, colour = "teal", type = "image/png" } = {}) {
  const bytes = await person.page.evaluate(
    async ({ width, height, colour, type }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      const colours = context.createLinearGradient(0, 0, width, height);
      colours.addColorStop(0, colour);
      colours.addColorStop(1, "gold");
      context.fillStyle = colours;
      context.fillRect(0, 0, width, height);
      return [...new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())];
    },
    { width, height, colour, type },
  );
  return { name, mimeType: type, buffer: Buffer.from(bytes) };
}

/** What a browser hands over when files are dragged or pasted. */
export const transfer = (person, files) =>
  person.page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, type, content } of list) data.items.add(new File([content], name, { type }));
    return data;
  }, files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, content: buffer.toString() })));

/** Two people who are looking at what they write to each other. */
export async function talking(stage) {
  const [alice, bob] = await stage.friends("Alice", "Bob");
  await alice.find(bob);
  await alice.write("hello");
  await bob.open("Alice");
  return { alice, bob };
}

/** axe finds nothing serious, and nothing is wider than the screen. */
export async function check(person, what) {
  const { violations } = await person.page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  const serious = violations.filter((it) => ["serious", "critical"].includes(it.impact));
  assert.deepEqual(serious.flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.target.join(" ")}: ${node.failureSummary}`)), [], what);
  const tooWide = await person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(tooWide <= 0, `${what} is ${tooWide} px wider than the screen`);
}
