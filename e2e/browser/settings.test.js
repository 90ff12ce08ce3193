// What people change about themselves: seen everywhere at once, by themselves and by others.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIZES, setStage } from "./stage.js";

for (const [where, size] of Object.entries(SIZES)) {
  describe(`settings ${where}`, () => {
    const { join, friends, anotherDevice } = setStage({ size });

    const button = (person, name) => person.page.getByRole("button", { name, exact: true });

    /** A picture that is wider than high: red in the middle, blue at both ends. */
    const picture = (person) =>
      person.page.evaluate(async () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [900, 300];
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#0000ff";
        pen.fillRect(0, 0, 900, 300);
        pen.fillStyle = "#ff0000";
        pen.fillRect(300, 0, 300, 300);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
        return [...new Uint8Array(await blob.arrayBuffer())];
      });

    /** The colour of a shown picture at a place between 0 and 1. */
    const colourAt = (locator, x) =>
      locator.evaluate(async (image, at) => {
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0);
        const [red, , blue] = pen.getImageData(Math.floor((canvas.width - 1) * at), canvas.height / 2, 1, 1).data;
        return red > 200 && blue < 60 ? "red" : blue > 200 && red < 60 ? "blue" : `${red},${blue}`;
      }, x);

    it("a group's picture is chosen in its details, and seen by everyone in it", async () => {
      const [alice, bob] = await friends("Alice", "Bob");
      const made = await alice.api("POST", "/conversations", { kind: "group", title: "Garden", memberIds: [bob.id] });
      await alice.goto(`/c/${made.id}/details`);
      const chooser = alice.page.waitForEvent("filechooser");
      await button(alice, "Choose a picture").click();
      await (await chooser).setFiles({ name: "wide.png", mimeType: "image/png", buffer: Buffer.from(await picture(alice)) });
      await button(alice, "Use this picture").click();
      await alice.page.getByRole("dialog").waitFor({ state: "detached" });
      for (const shown of [alice.page.getByRole("complementary").locator("img"), bob.chats().locator("img")]) {
        await shown.first().waitFor();
        assert.equal(await colourAt(shown.first(), 0.02), "red");
      }
      await bob.goto(`/c/${made.id}`);
      await bob.page.getByText("Alice changed the picture").filter({ visible: true }).first().waitFor();
      await button(alice, "Remove picture").click();
      await bob.chats().locator("img").waitFor({ state: "detached" });
    });

    it("a name and a picture are seen by everyone at once, and in one's other tabs", async () => {
      const [alice, bob] = await friends("Alice", "Bob");
      await alice.find(bob);
      await alice.write("hello #1#");
      await bob.chats().getByRole("link", { name: "Alice" }).waitFor();
      const phone = await anotherDevice(alice);
      await phone.goto("/settings");
      await alice.goto("/settings");
      await alice.page.getByLabel("Display name").fill("Alice Liddell");
      await button(alice, "Save").click();
      await bob.chats().getByRole("link", { name: "Alice Liddell" }).waitFor();
      await phone.page.getByText("Alice Liddell").first().waitFor();
      assert.equal(await phone.page.getByLabel("Display name").inputValue(), "Alice Liddell");

      const buffer = Buffer.from(await picture(alice));
      const chooser = alice.page.waitForEvent("filechooser");
      await button(alice, "Choose a picture").click();
      await (await chooser).setFiles({ name: "wide.png", mimeType: "image/png", buffer });
      const preview = alice.page.getByRole("dialog").locator("img");
      await preview.waitFor();
      assert.deepEqual([await colourAt(preview, 0), await colourAt(preview, 1)], ["red", "red"], "the middle of it");
      await button(alice, "Use this picture").click();
      await alice.page.getByRole("dialog").waitFor({ state: "detached" });
      for (const shown of [alice.page.locator("main img"), phone.page.locator("main img"), bob.chats().locator("img")]) {
        await shown.first().waitFor();
        assert.equal(await colourAt(shown.first(), 0.02), "red");
      }
      await button(alice, "Remove picture").click();
      await bob.chats().locator("img").waitFor({ state: "detached" });
      await phone.page.locator("main img").waitFor({ state: "detached" });
    });

    it("what is no picture is said to be none", async () => {
      const alice = await join("Alice");
      await alice.goto("/settings");
      const chooser = alice.page.waitForEvent("filechooser");
      await button(alice, "Choose a picture").click();
      await (await chooser).setFiles({ name: "evil.png", mimeType: "image/png", buffer: Buffer.from("<svg onload=alert(1)>") });
      await alice.page.getByText("not a picture that the browser can open").waitFor();
      assert.equal(await alice.page.getByRole("dialog").count(), 0);
    });

    it("another password signs out the other devices, which say so", async () => {
      const alice = await join("Alice");
      const phone = await anotherDevice(alice);
      await alice.goto("/settings");
      const type = async (current, next) => {
        await alice.page.getByLabel("Current password").fill(current);
        await alice.page.getByLabel("New password").fill(next);
        await button(alice, "Change password").click();
      };
      await type("not this one", "a better password");
      await alice.page.getByText("The current password is wrong.").waitFor();
      assert.ok(await phone.page.getByRole("searchbox").first().isVisible(), "nothing has happened yet");
      await type(alice.password, "a better password");
      await alice.page.getByText("your other devices are signed out").waitFor();
      await phone.page.waitForURL(/\/login/);
      await phone.page.getByText("This device was signed out").waitFor();
      await eventually("this device is the only one", async () => (await alice.page.getByRole("button", { name: /^Sign out .+/ }).count()) === 0);
      Object.assign(phone, { password: "a better password" });
      await phone.signIn();
    });

    it("all other devices are signed out at once, this one stays", async () => {
      const alice = await join("Alice");
      const others = [await anotherDevice(alice), await anotherDevice(alice)];
      await alice.goto("/settings");
      await button(alice, "Sign out all other devices").click();
      for (const other of others) await other.page.waitForURL(/\/login/);
      await alice.page.getByText("All other devices are signed out.").waitFor();
      await alice.page.reload();
      await alice.page.getByText("This device").waitFor();
      assert.equal(await button(alice, "Sign out all other devices").count(), 0);
    });

    it("receipts that one keeps to oneself are not seen, and the choice holds on every device", async () => {
      const [alice, bob] = await friends("Alice", "Bob");
      const phone = await anotherDevice(bob);
      await phone.goto("/settings");
      const shown = phone.page.getByRole("switch", { name: "Show when I have read messages" });
      await shown.waitFor();
      assert.equal(await shown.isChecked(), true);
      await bob.goto("/settings");
      await bob.page.getByRole("switch", { name: "Show when I have read messages" }).click();
      await eventually("the other device knows", async () => !(await shown.isChecked()));
      await alice.find(bob);
      await alice.write("do you read me #1#");
      await bob.goto("/chat");
      await bob.open("Alice");
      await bob.sees(["#1#"]);
      // Heard after whatever reading would have told.
      await bob.api("PATCH", "/users/me", { displayName: "Bobby" });
      await alice.page.getByRole("heading", { level: 1, name: "Bobby" }).waitFor();
      await alice.progress("#1#", "sent");
    });
  });
}
