// Pictures, sounds and films of messages: in their place, and pictures large.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { check, isThere, opener, pick, picture, send, talking } from "./choosing.js";
import { SIZES, setStage } from "./stage.js";

const viewer = (person) => person.page.getByRole("dialog");
const scale = (person) => viewer(person).locator("[data-zoomed]").getAttribute("data-zoomed").then(Number);
const titled = (person, name) => viewer(person).getByRole("heading", { name }).waitFor();

for (const [where, size] of Object.entries(SIZES)) {
  describe(`pictures, ${where}`, () => {
    const stage = setStage({ size });
    let alice;
    let bob;
    before(async () => {
      ({ alice, bob } = await talking(stage));
      await pick(alice, await picture(alice, "first.png", { colour: "crimson" }), await picture(alice, "second.jpg", { type: "image/jpeg", width: 1800, height: 1200 }));
      for (const name of ["first.png", "second.jpg"]) await isThere(alice, name);
      await alice.write("two pictures");
      await pick(alice, await picture(alice, "third.webp", { type: "image/webp", width: 300, height: 900, colour: "navy" }));
      await isThere(alice, "third.webp");
      await send(alice).click();
      await opener(bob, "third.webp").waitFor();
    });

    it("are opened and looked through with the keyboard, which gives the focus back", async () => {
      await opener(bob, "first.png").focus();
      await bob.page.keyboard.press("Enter");
      await titled(bob, "first.png");
      await viewer(bob).getByText("1 of 3").waitFor();
      await eventually("it is there, whole", () => viewer(bob).getByRole("img", { name: "first.png" }).evaluate((it) => it.complete && it.naturalWidth === 600));
      await check(bob, "the viewer");
      await bob.page.keyboard.press("ArrowRight");
      await titled(bob, "second.jpg");
      await bob.page.keyboard.press("ArrowRight");
      await titled(bob, "third.webp");
      await bob.page.keyboard.press("ArrowRight");
      await titled(bob, "third.webp");
      await bob.page.keyboard.press("ArrowLeft");
      await titled(bob, "second.jpg");
      await bob.page.keyboard.press("Escape");
      await viewer(bob).waitFor({ state: "detached" });
      assert.match(await bob.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""), /^Open the picture/);
    });

    it("are made larger and looked around in: by keys, wheel, double click", async () => {
      await opener(bob, "second.jpg").click();
      await titled(bob, "second.jpg");
      const inside = async () => {
        const box = await viewer(bob).locator("[data-zoomed]").boundingBox();
        const { width, height } = bob.page.viewportSize();
        return box.width <= width + 1 && box.height <= height + 1;
      };
      assert.ok(await inside(), "the whole of it is seen first");
      await bob.page.keyboard.press("+");
      await bob.page.keyboard.press("+");
      assert.equal(await scale(bob), 2.25);
      const left = () => viewer(bob).locator("[data-zoomed]").boundingBox().then(({ x }) => x);
      const before = await left();
      await bob.page.keyboard.press("ArrowRight");
      assert.ok((await left()) < before, "looking to the right moves the picture to the left");
      await titled(bob, "second.jpg");
      await bob.page.keyboard.press("-");
      assert.equal(await scale(bob), 1.5);
      await bob.page.keyboard.press("0");
      assert.equal(await scale(bob), 1);
      const box = await viewer(bob).locator("[data-zoomed]").boundingBox();
      await bob.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
      assert.equal(await scale(bob), 2.5);
      await bob.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
      assert.equal(await scale(bob), 1);
      await viewer(bob).locator("[data-zoomed]").evaluate((it) => it.dispatchEvent(new WheelEvent("wheel", { deltaY: -200, bubbles: true, cancelable: true, clientX: 200, clientY: 300 })));
      await eventually("the wheel zooms", async () => (await scale(bob)) > 1.2);
      await viewer(bob).getByRole("button", { name: "Show the whole picture" }).click();
      assert.equal(await scale(bob), 1);
      await viewer(bob).getByRole("button", { name: "Close" }).click();
      await viewer(bob).waitFor({ state: "detached" });
    });

    it("follow two fingers, and one that goes sideways", async () => {
      await opener(bob, "second.jpg").click();
      await titled(bob, "second.jpg");
      const finger = (type, pointerId, x, y) =>
        viewer(bob)
          .locator("[data-zoomed]")
          .evaluate(
            (it, { type, ...init }) => {
              // There is no finger that could be captured.
              it.closest(".touch-none").setPointerCapture = () => {};
              it.dispatchEvent(new PointerEvent(type, { ...init, bubbles: true, pointerType: "touch", button: 0 }));
            },
            { type, pointerId, clientX: x, clientY: y },
          );
      await finger("pointerdown", 1, 150, 300);
      await finger("pointerdown", 2, 200, 300);
      await finger("pointermove", 2, 300, 300);
      await eventually("it is three times as large", async () => Math.abs((await scale(bob)) - 3) < 0.01);
      await finger("pointerup", 2, 300, 300);
      await finger("pointerup", 1, 150, 300);
      await bob.page.keyboard.press("0");
      await finger("pointerdown", 3, 300, 300);
      await finger("pointerup", 3, 150, 310);
      await titled(bob, "third.webp");
      await bob.page.keyboard.press("Escape");
    });

    it("are downloaded under their name, and go when their message is deleted, also while one looks", async () => {
      await opener(bob, "third.webp").click();
      await titled(bob, "third.webp");
      const [download] = await Promise.all([bob.page.waitForEvent("download"), viewer(bob).getByRole("link", { name: "Download" }).click()]);
      assert.equal(download.suggestedFilename(), "third.webp");
      const { conversations } = await alice.api("GET", "/conversations");
      const { messages } = await alice.api("GET", `/conversations/${conversations[0].id}/messages`);
      const [third] = messages.at(-1).files;
      await alice.log().locator("article").last().focus();
      await alice.page.keyboard.press("Enter");
      await alice.page.getByRole("menuitem", { name: "Delete", exact: true }).click();
      await alice.page.getByRole("dialog", { name: "Delete this message?" }).getByRole("button", { name: "Delete" }).click();
      await viewer(bob).waitFor({ state: "detached" });
      await opener(bob, "third.webp").waitFor({ state: "detached" });
      assert.equal((await bob.http("GET", `/files/${third.id}`)).status, 404);
      await opener(bob, "second.jpg").waitFor();
    });
  });
}

describe("files that are shown", () => {
  const stage = setStage();

  it("hold a picture's place with a blurred idea of it until it is there", async () => {
    const { alice, bob } = await talking(stage);
    await pick(alice, await picture(alice, "red.png", { colour: "red", width: 900, height: 600 }));
    await isThere(alice, "red.png");
    let letGo;
    const held = new Promise((resolve) => {
      letGo = resolve;
    });
    await bob.page.route("**/thumbnail", async (route) => {
      await held;
      await route.continue();
    });
    await send(alice).click();
    const placeholder = opener(bob, "red.png").locator("canvas");
    await placeholder.waitFor();
    const [red, , blue] = await placeholder.evaluate((canvas) => [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data]);
    assert.ok(red > 180 && blue < 80, `it is as red as the picture: ${red}, ${blue}`);
    const before = await opener(bob, "red.png").boundingBox();
    letGo();
    await placeholder.waitFor({ state: "detached" });
    assert.deepEqual(await opener(bob, "red.png").boundingBox(), before);
  });

  it("play where they stand", async () => {
    const { alice, bob } = await talking(stage);
    // A tenth of a second of silence.
    const samples = 800;
    const sound = Buffer.alloc(44 + samples, 128);
    sound.write("RIFF", 0);
    sound.writeUInt32LE(36 + samples, 4);
    sound.write("WAVEfmt ", 8);
    for (const [at, value] of [[16, 16], [24, 8000], [28, 8000], [40, samples]]) sound.writeUInt32LE(value, at);
    for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) sound.writeUInt16LE(value, at);
    sound.write("data", 36);
    await pick(alice, { name: "silence.wav", mimeType: "audio/wav", buffer: sound });
    await isThere(alice, "silence.wav");
    await send(alice).click();
    const player = bob.log().locator('audio[aria-label="silence.wav"]');
    await player.waitFor();
    const played = await player.evaluate((it) => {
      const over = new Promise((resolve, reject) => {
        it.onended = () => resolve("played");
        it.onerror = () => reject(it.error);
      });
      return it.play().then(() => over);
    });
    assert.equal(played, "played");
    await bob.log().getByRole("link", { name: /silence\.wav/ }).waitFor();
  });
});
