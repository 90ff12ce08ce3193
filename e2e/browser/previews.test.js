// Links in the browser: what is behind them is shown, and taken away by who wrote them.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Pages } from "../harness/pages.js";
import { bubble, check, talking } from "./choosing.js";
import { SIZES, setStage } from "./stage.js";

const pages = await Pages.start();
after(() => pages.stop());

const cards = (person, words) => bubble(person, words).locator("[data-preview]");
const remover = (person, words) => bubble(person, words).getByRole("button", { name: "Remove the preview" });

for (const [where, size] of Object.entries(SIZES)) {
  describe(`links, ${where}`, () => {
    const stage = setStage({ size, env: pages.env });
    let alice;
    let bob;
    before(async () => {
      ({ alice, bob } = await talking(stage));
    });

    it("show what their page says of itself, and load nothing of it", async () => {
      const asked = [];
      for (const person of [alice, bob]) person.page.on("request", (request) => asked.push(request.url()));
      const title = `A title ${"of many words ".repeat(12)}`.trim();
      const html = `<title>${title}</title><meta name=description content="&lt;b&gt;About&lt;/b&gt; it"><meta property=og:site_name content="Garden">
        <meta property=og:image content="http://${pages.address}/picture.png">`;
      await alice.write(`first ${pages.put("/first", html)}`);
      for (const person of [alice, bob]) {
        const card = cards(person, "first");
        const link = card.getByRole("link");
        await link.filter({ hasText: title }).waitFor();
        const text = await link.innerText();
        assert.ok(text.startsWith(`${pages.address} · Garden`), text);
        assert.ok(text.includes("<b>About</b> it"), "text is text");
        const { href, rel, target } = await link.evaluate(({ href, rel, target }) => ({ href, rel, target }));
        assert.deepEqual([href, rel, target], [`http://${pages.address}/first`, "noopener noreferrer nofollow", "_blank"]);
        const [box, around] = [await card.boundingBox(), await person.log().boundingBox()];
        assert.ok(box.x >= around.x && box.x + box.width <= around.x + around.width, "it is not wider than the page");
        await check(person, "a preview");
      }
      assert.deepEqual(asked.filter((url) => url.includes(pages.address)), []);
      assert.equal(pages.times("/picture.png"), 0);
    });

    it("are there after a reload, and whoever wrote one takes it away, for everybody", async () => {
      await alice.write(`away ${pages.put("/away", "<title>Soon gone</title>")}`);
      for (const person of [alice, bob]) await cards(person, "away").getByText("Soon gone").waitFor();
      await bob.page.reload();
      await cards(bob, "away").getByText("Soon gone").waitFor();
      assert.equal(await remover(bob, "away").count(), 0, "it is not his");
      await remover(alice, "away").focus();
      await alice.page.keyboard.press("Enter");
      for (const person of [alice, bob]) await cards(person, "away").waitFor({ state: "detached" });
      await alice.page.reload();
      await bubble(alice, "away").waitFor();
      // What the browser kept may be from a moment before.
      await cards(alice, "away").waitFor({ state: "detached" });
      await alice.write("and on");
      await bubble(bob, "and on").waitFor();
      assert.equal(await cards(alice, "away").count(), 0, "it does not come back");
    });

    it("have it again where the server cannot be asked to take it away, and the page says so", async () => {
      await alice.write(`stays ${pages.put("/stays", "<title>Here to stay</title>")}`);
      await cards(alice, "stays").getByText("Here to stay").waitFor();
      await alice.context.setOffline(true);
      await alice.connection("offline");
      await remover(alice, "stays").click();
      await alice.page.getByText("The preview was not removed.").waitFor();
      await cards(alice, "stays").getByText("Here to stay").waitFor();
      await alice.context.setOffline(false);
    });
  });
}
