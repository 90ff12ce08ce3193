// Files in the browser: picked, pasted, dropped; on their way, refused, tried again; in a message.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { bubble, check, inTray, isThere, opener, pick, picture, send, talking, text, transfer, tray } from "./choosing.js";
import { SIZES, setStage } from "./stage.js";

for (const [where, size] of Object.entries(SIZES)) {
  describe(`files, ${where}`, () => {
    const stage = setStage({ size });
    let alice;
    let bob;
    before(async () => {
      ({ alice, bob } = await talking(stage));
    });

    it("are picked, several at once, and go with words", async () => {
      const [chooser] = await Promise.all([alice.page.waitForEvent("filechooser"), alice.page.getByRole("button", { name: "Add files" }).click()]);
      assert.ok(chooser.isMultiple());
      await chooser.setFiles([text("plan.txt"), text("写真 のこと.txt")]);
      for (const name of ["plan.txt", "写真 のこと.txt"]) await isThere(alice, name);
      assert.match(await inTray(alice, "plan.txt").innerText(), /16 bytes/);
      await alice.page.getByText("写真 のこと.txt is uploaded").waitFor({ state: "attached" });
      await alice.write("both of them");
      assert.equal(await tray(alice).count(), 0);
      for (const person of [alice, bob]) {
        const message = bubble(person, "both of them");
        await message.getByRole("link", { name: /写真 のこと\.txt/ }).waitFor();
        assert.equal(await message.getByRole("link").count(), 2);
      }
      const [download] = await Promise.all([bob.page.waitForEvent("download"), bubble(bob, "both of them").getByRole("link", { name: /plan/ }).click()]);
      assert.equal(download.suggestedFilename(), "plan.txt");
      assert.equal(await readFile(await download.path(), "utf8"), "this is plan.txt");
    });

    it("go without words, and show themselves before the server has answered, where they stay", async () => {
      await pick(alice, await picture(alice, "wide.png"));
      await isThere(alice, "wide.png");
      // What is shown is what this page knows: the server is not reached until later.
      await alice.context.setOffline(true);
      await alice.connection("offline");
      await send(alice).click();
      const shown = alice.log().locator("article").filter({ has: alice.page.getByRole("button", { name: "Open the picture wide.png" }) });
      await shown.waitFor();
      assert.equal(await shown.getAttribute("data-progress"), "sending");
      const pictureOf = () => opener(alice, "wide.png").boundingBox();
      const before = await pictureOf();
      assert.ok(before.width > 100 && before.height > 60, "the picture has its place before it is there");
      await alice.context.setOffline(false);
      await alice.log().locator('article:is([data-progress="delivered"], [data-progress="read"])').filter({ has: alice.page.getByRole("button", { name: "Open the picture wide.png" }) }).waitFor();
      const after = await pictureOf();
      assert.deepEqual([after.width, after.height], [before.width, before.height]);
      for (const person of [alice, bob]) {
        const pixels = opener(person, "wide.png").locator("img");
        await eventually("the pixels are there", () => pixels.evaluate((it) => it.complete && it.naturalWidth > 0));
      }
    });

    it("are removed, and the focus goes to what is next", async () => {
      await pick(alice, text("one.txt"), text("two.txt"), text("three.txt"));
      for (const name of ["one.txt", "two.txt", "three.txt"]) await isThere(alice, name);
      await alice.page.getByRole("button", { name: "Remove two.txt" }).focus();
      await alice.page.keyboard.press("Enter");
      const focused = () => alice.page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
      assert.equal(await focused(), "Remove three.txt");
      await alice.page.keyboard.press("Enter");
      assert.equal(await focused(), "Remove one.txt");
      await alice.page.keyboard.press("Enter");
      assert.equal(await focused(), "Message to Bob");
      assert.equal(await tray(alice).count(), 0);
    });

    it("are as many as a message may have; the others are named", async () => {
      await pick(alice, ...Array.from({ length: 12 }, (_, at) => text(`${at + 1}.txt`)));
      await alice.page.getByRole("alert").filter({ hasText: "at most 10 files: 2 files were left out" }).waitFor();
      assert.equal(await tray(alice).getByRole("listitem").count(), 10);
      await eventually("all are there", async () => (await alice.page.locator('[data-upload="done"]').count()) === 10);
      await check(alice, "a full tray");
      await alice.write("ten of them");
      await eventually("bob has ten", async () => (await bubble(bob, "ten of them").getByRole("link").count()) === 10);
    });
  });
}

describe("files by hand", () => {
  const stage = setStage();
  let alice;
  before(async () => {
    ({ alice } = await talking(stage));
  });

  it("are dropped over the conversation, which says that they can be", async () => {
    const data = await transfer(alice, [text("dropped.txt"), text("too.txt")]);
    await alice.log().dispatchEvent("dragenter", { dataTransfer: data });
    await alice.log().dispatchEvent("dragover", { dataTransfer: data });
    await alice.page.getByRole("status").filter({ hasText: "Drop files here to add them to the message to Bob" }).waitFor();
    await alice.log().dispatchEvent("drop", { dataTransfer: data });
    for (const name of ["dropped.txt", "too.txt"]) await isThere(alice, name);
    assert.equal(await alice.page.getByText("Drop files here").count(), 0);
    // Beside it the page stays where it is.
    await alice.chats().dispatchEvent("drop", { dataTransfer: data });
    assert.equal(await tray(alice).getByRole("listitem").count(), 2);
    await send(alice).click();
    await alice.log().getByRole("link", { name: /dropped\.txt/ }).waitFor();
  });

  it("are pasted; of a piece of a document the text is", async () => {
    const paste = (clipboardData) =>
      alice.composer().evaluate((box, data) => {
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      }, clipboardData);
    await paste(await transfer(alice, [text("pasted.txt")]));
    await isThere(alice, "pasted.txt");
    const both = await transfer(alice, [text("picture-of-the-text.txt")]);
    await both.evaluate((data) => data.setData("text/plain", "words"));
    await paste(both);
    assert.equal(await tray(alice).getByRole("listitem").count(), 1);
    await alice.page.getByRole("button", { name: "Remove pasted.txt" }).click();
  });

  it("stay with their conversation, wait while a message is edited, and survive a reload", async () => {
    await pick(alice, text("kept.txt"));
    await isThere(alice, "kept.txt");
    await alice.composer().press("ArrowUp");
    assert.equal(await tray(alice).count(), 0);
    await alice.composer().press("Escape");
    await isThere(alice, "kept.txt");
    const stored = () =>
      alice.page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const opening = indexedDB.open("linnet");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
              const all = opening.result.transaction("uploads").objectStore("uploads").getAll();
              all.onsuccess = () => {
                opening.result.close();
                resolve(all.result.some((it) => it.file));
              };
            };
          }),
      );
    await eventually("it is stored", stored);
    await alice.page.reload();
    await isThere(alice, "kept.txt");
    await send(alice).click();
    await alice.log().getByRole("link", { name: /kept\.txt/ }).waitFor();
    await alice.page.reload();
    await alice.log().getByRole("link", { name: /kept\.txt/ }).waitFor();
    assert.equal(await tray(alice).count(), 0, "it is in the message and not in the tray");
  });
});

describe("files that do not get there", () => {
  const stage = setStage({ serverForEach: true, env: { LINNET_FILE_MAX_MIB: "1", LINNET_FILE_QUOTA_MIB: "2" } });
  let alice;

  it("tell how far they have come, are cancelled, and hold the message back meanwhile", async () => {
    ({ alice } = await talking(stage));
    // So slow that the middle is seen.
    const line = await alice.context.newCDPSession(alice.page);
    await line.send("Network.enable");
    await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 60_000 });
    await pick(alice, text("slow.txt", "slow ".repeat(150_000)));
    const bar = alice.page.getByRole("progressbar", { name: "Uploading slow.txt" });
    await eventually("some of it is there", async () => {
      const value = await bar.evaluate((it) => it.value);
      return value > 0 && value < 1;
    });
    await alice.composer().fill("with words");
    assert.ok(await send(alice).isDisabled());
    await alice.composer().press("Enter");
    await alice.page.getByText("The message can be sent as soon as the files are uploaded").waitFor();
    await alice.page.getByRole("button", { name: "Remove slow.txt" }).click();
    assert.equal(await tray(alice).count(), 0);
    await send(alice).click();
    await alice.progress("with words", "sent").catch(() => alice.progress("with words", "delivered"));
    assert.equal(await bubble(alice, "with words").getByRole("link").count(), 0);
  });

  it("go on by themselves when the server is back", async () => {
    ({ alice } = await talking(stage));
    await stage.linnet.kill();
    await alice.connection("reconnecting");
    await pick(alice, text("patient.txt"));
    await inTray(alice, "patient.txt").getByText(/cannot be reached/).waitFor();
    await alice.composer().fill("at last");
    assert.ok(await send(alice).isDisabled());
    await stage.linnet.again();
    await alice.connection("connected");
    await isThere(alice, "patient.txt");
    await send(alice).click();
    await bubble(alice, "at last").getByRole("link", { name: /patient/ }).waitFor();
  });

  it("are tried again by hand where only the upload broke", async () => {
    ({ alice } = await talking(stage));
    await alice.page.route("**/api/v1/files", (route) => route.abort());
    await pick(alice, text("broken.txt"));
    await inTray(alice, "broken.txt").getByText(/cannot be reached/).waitFor();
    await alice.page.unroute("**/api/v1/files");
    await alice.page.getByRole("button", { name: "Retry broken.txt" }).click();
    await isThere(alice, "broken.txt");
  });

  it("are too large, and do not go there; have no room, and say so in the language of the page", async () => {
    ({ alice } = await talking(stage));
    let asked = 0;
    alice.page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/files")) asked += 1;
    });
    await pick(alice, text("large.txt", "x".repeat(1024 * 1024 + 1)));
    await inTray(alice, "large.txt").getByText("Too large: at most 1 MB.").waitFor();
    assert.equal(asked, 0);
    assert.equal(await alice.page.getByRole("button", { name: "Retry large.txt" }).count(), 0);
    await alice.page.getByRole("button", { name: "Remove large.txt" }).click();
    await pick(alice, ...["a", "b", "c"].map((name) => text(`${name}.txt`, name.repeat(900_000))));
    await tray(alice).getByText(/no room left/).waitFor();
    assert.equal(await alice.page.locator('[data-upload="done"]').count(), 2);
    await check(alice, "a refused file");
  });
});
