// How people come to write to each other, as a new server has it: one asks, the other accepts. And how it ends.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIGNED_OUT, SIZES, setStage } from "./stage.js";

for (const [where, size] of Object.entries(SIZES)) {
  describe(`people ${where}`, () => {
    const stage = setStage({ size });
    const { join, friends } = stage;

    /** What the link to the people says of requests that wait. On a phone it is hidden while a chat is open. */
    const badge = (person, said) => {
      const words = person.page.locator('#chats-and-people header a[href="/people"] .badge .sr-only');
      return eventually(`${person.name} hears "${said}"`, async () => (await words.allTextContents()).join() === said);
    };
    const button = (person, name) => person.page.getByRole("button", { name });
    const gone = (locator) => locator.waitFor({ state: "detached" });
    const inMenu = async (person, other, item) => {
      await button(person, `More about ${other.name}`).click();
      await person.page.getByRole("menuitem", { name: item }).click();
    };
    const inDialog = (person, name) => person.page.getByRole("dialog").getByRole("button", { name }).click();

    it("sign up, find each other, ask, see the badge, accept, and chat", async () => {
      const [alice, bob] = [await (await stage.person("Alice")).signUp(), await (await stage.person("Bob")).signUp()];
      // Whoever is new is shown where to begin.
      await alice.page.getByRole("link", { name: "Find people" }).last().click();
      await alice.page.getByRole("searchbox", { name: "Find people by name" }).fill(bob.username);
      await button(alice, "Send request Bob").click();
      await button(alice, "Cancel request Bob").waitFor();
      // Bob is told at once, by a notice that goes and by a badge that stays, in every tab.
      await bob.page.getByText("Alice wants to connect").waitFor();
      await badge(bob, "1 open request");
      const tab = await bob.context.newPage();
      await tab.goto(`${stage.linnet.url}/people`);
      const received = tab.getByRole("region", { name: "Requests for you" });
      await received.getByRole("link", { name: "Alice" }).waitFor();
      // Alice's chat with him says what it waits for, and is open while he accepts.
      await alice.page.getByRole("link", { name: bob.username }).click();
      await alice.page.getByText("as soon as it is accepted").waitFor();
      assert.equal(await alice.composer().isVisible(), false);
      await received.getByRole("button", { name: "Accept Alice" }).click();
      await gone(received);
      await badge(bob, "");
      await tab.close();
      await alice.page.getByText("Bob accepted your request").waitFor();
      await alice.composer().waitFor();
      await alice.write("there you are #1#");
      await alice.progress("#1#", "delivered");
      await bob.goto("/chat");
      await bob.open("Alice");
      await bob.write("here I am #2#");
      assert.deepEqual(await alice.sees(["#1#", "#2#"]), ["#1#", "#2#"]);
      alice.clean(SIGNED_OUT);
      bob.clean(SIGNED_OUT);
    });

    it("decline, take back, and find out while a chat is open", async () => {
      const [alice, bob] = await Promise.all([join("Alice"), join("Bob")]);
      await alice.find(bob);
      await alice.page.getByText("You and Bob are not connected yet").waitFor();
      await button(alice, "Send request Bob").click();
      await bob.goto("/people");
      await button(bob, "Decline Alice").click();
      // Whoever was declined sees the state before, not a reproach.
      await button(alice, "Send request Bob").click();
      await button(bob, "Accept Alice").waitFor();
      await button(alice, "Cancel request Bob").click();
      await gone(button(bob, "Accept Alice"));
      await badge(bob, "");
      // The keyboard is not lost with the button.
      assert.notEqual(await alice.page.evaluate(() => document.activeElement?.tagName), "BODY");
      // Both ask: that is an answer.
      await button(alice, "Send request Bob").click();
      await bob.goto(`/people`);
      await bob.page.getByRole("region", { name: "Requests for you" }).getByRole("link", { name: "Alice" }).click();
      await button(bob, "Accept Alice").click();
      await bob.composer().waitFor();
      await alice.composer().waitFor();
    });

    it("hear after a time without a network what was asked meanwhile", async () => {
      const [alice, bob] = await Promise.all([join("Alice"), join("Bob")]);
      await bob.context.setOffline(true);
      await bob.connection("offline");
      await alice.find(bob);
      await button(alice, "Send request Bob").click();
      await button(alice, "Cancel request Bob").waitFor();
      await bob.context.setOffline(false);
      await bob.connection("connected");
      await badge(bob, "1 open request");
      await bob.context.setOffline(true);
      await bob.connection("offline");
      await button(alice, "Cancel request Bob").click();
      await button(alice, "Send request Bob").waitFor();
      await bob.context.setOffline(false);
      await bob.connection("connected");
      await badge(bob, "");
    });

    it("end a connection: the chat stays readable, and what could not be sent says why", async () => {
      const [alice, bob] = await friends("Alice", "Bob");
      await alice.find(bob);
      await alice.write("before #1#");
      await alice.progress("#1#", "delivered");
      // Alice writes without a network, and Bob ends it meanwhile.
      await alice.context.setOffline(true);
      await alice.connection("offline");
      await alice.write("too late #2#");
      await bob.open("Alice");
      await inMenu(bob, alice, "End connection");
      await inDialog(bob, "End connection");
      await bob.page.getByText("You and Alice are not connected yet").waitFor();
      await alice.context.setOffline(false);
      await alice.connection("connected");
      await alice.log().getByText("You can only message connected users").waitFor();
      await button(alice, "Send request Bob").waitFor();
      assert.equal(await alice.composer().isVisible(), false);
      await alice.sees(["#1#", "#2#"]);
      await bob.sees(["#1#"]);
      // Connected again, the message can be sent after all.
      await button(alice, "Send request Bob").click();
      await button(bob, "Accept Alice").click();
      await alice.composer().waitFor();
      await button(alice, "Retry").click();
      await bob.sees(["#1#", "#2#"]);
    });

    it("block: nobody writes, the one who is blocked is not told, and the settings undo it", async () => {
      const [alice, bob] = await friends("Alice", "Bob");
      await alice.find(bob);
      await alice.write("hello #1#");
      await bob.open("Alice");
      await inMenu(bob, alice, "Block");
      await inDialog(bob, "Cancel");
      await inMenu(bob, alice, "Block");
      await inDialog(bob, "Block");
      await bob.page.getByText("You blocked Alice").waitFor();
      assert.equal(await bob.composer().isVisible(), false);
      // For Alice it looks as if he had ended it; what she asks now is heard by nobody.
      await button(alice, "Send request Bob").click();
      await alice.page.getByText("as soon as it is accepted").waitFor();
      assert.equal(await alice.page.getByText(/block/i).count(), 0);
      await badge(bob, "");
      await bob.goto("/settings");
      const blocked = bob.page.getByRole("region", { name: "Blocked people" });
      await blocked.getByRole("button", { name: "Unblock Alice" }).click();
      await blocked.getByText("You have blocked nobody.").waitFor();
      // Her request was there all the time.
      await bob.goto("/people");
      await button(bob, "Accept Alice").click();
      await alice.composer().waitFor();
    });
  });
}
