// Groups and channels as people meet them: made, joined, changed, left; invitations, announcements, and who may what.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { SIGNED_OUT, SIZES, setStage } from "./stage.js";

const REFUSED = [...SIGNED_OUT, /40[349] \((?:Forbidden|Not Found|Conflict)\)/];

for (const [where, size] of Object.entries(SIZES)) {
  describe(`groups ${where}`, () => {
    const stage = setStage({ size });
    const { join } = stage;
    const phone = size.isMobile === true;
    let admin;
    before(async () => {
      admin = await stage.join("Ada");
    });

    /** Alice, and others who are connected with her. */
    const friends = (...names) => stage.friends("Alice", ...names);
    const make = async (alice, others, more = {}) =>
      (await alice.api("POST", "/conversations", { kind: "group", title: "Garden", memberIds: others.map((it) => it.id), ...more })).id;
    const button = (person, name) => person.page.getByRole("button", { name });
    const dialog = (person) => person.page.getByRole("dialog");
    const confirm = (person, name) => dialog(person).getByRole("button", { name, exact: true }).click();
    const heading = (person, name) => person.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
    const says = (person, text) => person.log().getByText(text, { exact: true }).waitFor();
    const list = async (person) => {
      if (phone) await person.page.goto(`${stage.linnet.url}/chat`);
    };
    const details = async (person, id) => {
      await person.goto(`/c/${id}/details`);
      await person.page.getByRole("heading", { name: /^About this/ }).waitFor();
      await person.connection("connected");
    };
    const member = (person, name) => person.page.getByRole("region", { name: "Members" }).getByRole("listitem").filter({ hasText: name });
    async function about(person, name, item) {
      await button(person, `What to do about ${name}`).click();
      if (item) await person.page.getByRole("menuitem", { name: item, exact: true }).click();
    }
    const offered = async (person, name) => {
      await about(person, name);
      const items = await person.page.getByRole("menuitem").allTextContents();
      await person.page.keyboard.press("Escape");
      return items;
    };

    it("make a group with the keyboard alone, and write in it", async () => {
      const [alice, bob, carol] = await friends("Bob", "Carol");
      const stranger = await join("Stranger");
      await list(alice);
      await button(alice, "New chat").focus();
      await alice.page.keyboard.press("Enter");
      await alice.page.keyboard.press("Enter");
      await heading(alice, "New group");
      // Nothing is made without a title.
      await alice.page.getByLabel("Title").press("Enter");
      await alice.page.getByText("Enter a title.").waitFor();
      await alice.page.getByLabel("Title").fill(" Garden ");
      await alice.page.getByLabel("Topic").fill("Tomatoes");
      const people = alice.page.getByRole("combobox", { name: "People" });
      await people.focus();
      // Connections are there without a search.
      await alice.page.getByRole("option", { name: /Carol/ }).waitFor();
      await people.fill(stranger.username);
      await alice.page.getByRole("option", { name: /not connected with you/ }).waitFor();
      await people.press("Enter");
      assert.equal(await alice.page.getByRole("list", { name: "Chosen people" }).count(), 0, "who would be refused cannot be chosen");
      for (const other of [bob, carol]) {
        await people.fill(other.username);
        await alice.page.getByRole("option", { name: new RegExp(`@${other.username}`) }).waitFor();
        await people.press("Enter");
        await button(alice, `Take ${other.name} out`).waitFor();
      }
      await people.press("Backspace");
      await button(alice, "Take Carol out").waitFor({ state: "detached" });
      await button(alice, "Create group").focus();
      await alice.page.keyboard.press("Enter");
      await heading(alice, "Garden");
      await says(alice, "You created “Garden”");
      await alice.page.getByText("2 members · Tomatoes").first().waitFor();

      await list(bob);
      await bob.chats().getByRole("link", { name: /Garden.*Alice created “Garden”/ }).waitFor();
      await bob.open("Garden");
      await says(bob, "Alice created “Garden”");
      await alice.write("who waters them? #a1#");
      await bob.sees(["#a1#"]);
      await bob.write("I do #b1#");
      await bob.write("every day #b2#");
      await alice.sees(["#a1#", "#b1#", "#b2#"]);
      // Of several messages in a row, the first names who wrote them, and everybody else hears it with each.
      const writers = await alice.log().locator("article").evaluateAll((articles) =>
        articles.map((article) => {
          const name = [...article.querySelectorAll("span")].find((it) => /^(?:Bob|You): $/.test(it.textContent));
          return `${name?.textContent}${name?.getBoundingClientRect().width > 1 ? "seen" : "heard"}`;
        }),
      );
      assert.deepEqual(writers, ["You: heard", "Bob: seen", "Bob: heard"]);
      await list(carol);
      assert.equal(await carol.chats().count(), 0, "who was not chosen hears nothing");
      for (const person of [alice, bob, carol]) person.clean(SIGNED_OUT);
    });

    it("show how far a message has come with each of the others", async () => {
      const [alice, bob, carol] = await friends("Bob", "Carol");
      const id = await make(alice, [bob, carol]);
      await carol.page.goto("about:blank");
      await alice.goto(`/c/${id}`);
      await alice.write("read this #r#");
      await bob.goto(`/c/${id}`);
      await bob.sees(["#r#"]);
      const read = dialog(alice).getByRole("region", { name: "Read" });
      await alice.log().getByRole("button", { name: /Who has read this/ }).click();
      await read.getByText("Bob").waitFor();
      await dialog(alice).getByRole("region", { name: "Not delivered yet" }).getByText("Carol").waitFor();
      await carol.goto(`/c/${id}`);
      await carol.sees(["#r#"]);
      // It follows while it is looked at.
      await read.getByText("Carol").waitFor();
      await confirm(alice, "Close");
      await alice.progress("#r#", "read");
    });

    it("offer each role what it may do, and nothing else", async () => {
      const [alice, bob, carol] = await friends("Bob", "Carol");
      const id = await make(alice, [bob, carol]);
      await alice.api("PATCH", `/conversations/${id}/members/${bob.id}`, { role: "admin" });
      await Promise.all([alice, bob, carol].map((person) => details(person, id)));
      assert.deepEqual(await offered(alice, "Bob"), ["Message", "Make member", "Make owner", "Remove"]);
      assert.deepEqual(await offered(alice, "Carol"), ["Message", "Make admin", "Make owner", "Remove"]);
      assert.deepEqual(await offered(alice, "Alice"), ["Stop being owner"]);
      assert.deepEqual(await offered(bob, "Carol"), ["Message", "Remove"]);
      assert.deepEqual(await offered(bob, "Alice"), ["Message"]);
      assert.equal(await button(bob, "What to do about Bob").count(), 0);
      assert.deepEqual(await offered(carol, "Bob"), ["Message"]);
      const seen = async (person) => {
        const names = ["Edit", "Add people", "New invite link", "Leave", "Delete"];
        const counts = await Promise.all(names.map((name) => person.page.getByRole("button", { name, exact: true }).count()));
        return names.filter((_, at) => counts[at] > 0);
      };
      assert.deepEqual(await seen(alice), ["Edit", "Add people", "New invite link", "Leave", "Delete"]);
      assert.deepEqual(await seen(bob), ["Edit", "Add people", "New invite link", "Leave"]);
      assert.deepEqual(await seen(carol), ["Add people", "Leave"]);
      // What one may changes with the role, at once.
      await about(alice, "Carol", "Make admin");
      await member(alice, "Carol").getByText("Admin", { exact: true }).waitFor();
      await button(carol, "New invite link").waitFor();
      await about(alice, "Bob", "Make member");
      await button(bob, "New invite link").waitFor({ state: "detached" });
    });

    it("change title, topic and who may write, and all see it", async () => {
      const [alice, bob] = await friends("Bob");
      const id = await make(alice, [bob]);
      await bob.goto(`/c/${id}`);
      await bob.composer().waitFor();
      await details(alice, id);
      await button(alice, "Edit").click();
      await dialog(alice).getByLabel("Title").fill("");
      await dialog(alice).getByText("Enter a title.").waitFor();
      assert.ok(await dialog(alice).getByRole("button", { name: "Save" }).isDisabled());
      await dialog(alice).getByLabel("Title").fill("Balcony");
      await dialog(alice).getByLabel("Topic").fill("Herbs");
      await dialog(alice).getByLabel("Only owners and admins").check();
      await confirm(alice, "Save");
      await dialog(alice).waitFor({ state: "detached" });
      await heading(bob, "Balcony");
      await bob.page.getByText("2 members · Herbs").waitFor();
      await says(bob, "Alice changed the title to “Balcony”");
      await says(bob, "Alice changed the topic to “Herbs”");
      await says(bob, "Alice let only owners and admins write here");
      await bob.page.getByText("Only owners and admins write here.", { exact: true }).waitFor();
      assert.equal(await bob.composer().count(), 0);
      await alice.api("PATCH", `/conversations/${id}`, { posting: "all", topic: "" });
      await bob.composer().waitFor();
      await says(bob, "Alice removed the topic");
    });

    it("add people and remove them; who is removed is told calmly, and keeps what could not be sent", async () => {
      const [alice, bob, carol] = await friends("Bob", "Carol");
      const id = await make(alice, [bob]);
      await details(alice, id);
      await button(alice, "Add people").click();
      const people = dialog(alice).getByRole("combobox", { name: "People" });
      await people.fill(bob.username);
      await dialog(alice).getByRole("option", { name: /already in/ }).waitFor();
      await people.fill(carol.username);
      await dialog(alice).getByRole("option", { name: new RegExp(`@${carol.username}`) }).click();
      await confirm(alice, "Add 1 person");
      await dialog(alice).waitFor({ state: "detached" });
      await member(alice, "Carol").waitFor();
      await carol.goto(`/c/${id}`);
      await says(carol, "Alice added you");
      await carol.write("thank you #c1#");

      // Carol writes without a network and is removed meanwhile.
      await carol.sees(["#c1#"]);
      await carol.context.setOffline(true);
      await carol.connection("offline");
      await carol.write("never sent #c2#");
      await about(alice, "Carol", "Remove");
      await dialog(alice).getByText("Carol no longer sees “Garden”").waitFor();
      await confirm(alice, "Remove");
      await member(alice, "Carol").waitFor({ state: "detached" });
      await carol.context.setOffline(false);
      await carol.page.getByRole("heading", { name: "You are no longer in the group “Garden”" }).waitFor();
      await carol.page.getByText("You are no longer in this conversation.", { exact: true }).waitFor();
      assert.deepEqual(await carol.markers(), ["#c2#"], "only one's own text is left");
      assert.equal(await carol.composer().count(), 0);
      await carol.log().getByRole("button", { name: "Delete" }).click();
      await carol.page.getByText("Somebody removed you").waitFor();
      await carol.page.getByRole("link", { name: "Back to chats" }).last().click();
      await carol.page.waitForURL(`${stage.linnet.url}/chat`);
      assert.equal(await carol.page.getByRole("link", { name: /Garden/ }).count(), 0);
    });

    it("have an owner for as long as they have members: hand over, then leave", async () => {
      const [alice, bob] = await friends("Bob");
      const id = await make(alice, [bob]);
      await bob.goto(`/c/${id}`);
      await details(alice, id);
      await button(alice, "Leave").click();
      await confirm(alice, "Leave");
      await dialog(alice).getByText("You are its last owner. Make somebody else an owner first.").waitFor();
      await confirm(alice, "Cancel");
      await about(alice, "Alice", "Stop being owner");
      await confirm(alice, "Stop being owner");
      await dialog(alice).getByText("You are its last owner.").waitFor();
      await confirm(alice, "Cancel");
      await about(alice, "Bob", "Make owner");
      await confirm(alice, "Make owner");
      await member(alice, "Bob").getByText("Owner", { exact: true }).waitFor();
      await says(bob, "Alice made you an owner");
      await button(alice, "Leave").click();
      await confirm(alice, "Leave");
      await alice.page.waitForURL(`${stage.linnet.url}/chat`);
      await says(bob, "Alice left");
      await details(bob, id);
      await button(bob, "Delete").click();
      await confirm(bob, "Delete");
      await bob.page.waitForURL(`${stage.linnet.url}/chat`);
      assert.equal(await bob.chats().count(), 0);
      alice.clean(REFUSED);
      bob.clean(SIGNED_OUT);
    });

    it("take in by a link who has it, also somebody who has no account yet", async () => {
      const [alice] = await friends();
      const id = await make(alice, [], { topic: "Tomatoes" });
      await details(alice, id);
      await alice.page.getByText("There is no invite link.").waitFor();
      await button(alice, "New invite link").click();
      await dialog(alice).getByLabel("Valid for").selectOption("1 day");
      await dialog(alice).getByLabel("How many people").fill("0");
      await dialog(alice).getByText("A number from 1 to 100000, or nothing.").waitFor();
      assert.ok(await dialog(alice).getByRole("button", { name: "Create link" }).isDisabled());
      await dialog(alice).getByLabel("How many people").fill("1");
      await confirm(alice, "Create link");
      const link = await alice.page.getByRole("textbox", { name: "Invite link" }).inputValue();
      await alice.page.getByText(/used by 0 of 1/).waitFor();
      await alice.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: stage.linnet.url });
      await button(alice, "Copy link").click();
      await alice.page.getByText("Copied").waitFor({ state: "attached" });
      assert.equal(await alice.page.evaluate(() => navigator.clipboard.readText()), link);

      const guest = await stage.person("Gustav");
      await guest.page.goto(link);
      await guest.page.getByText("You have an invitation.").waitFor();
      await guest.page.getByRole("link", { name: "Create an account" }).click();
      await guest.page.getByLabel("Your name").fill(guest.name);
      await guest.page.getByLabel("Username").fill(guest.username);
      await guest.page.getByLabel("Password", { exact: true }).fill(guest.password);
      await button(guest, "Create account").click();
      await guest.page.getByRole("heading", { name: "Garden" }).waitFor();
      await guest.page.getByText("1 member", { exact: true }).waitFor();
      await button(guest, "Join").click();
      await heading(guest, "Garden");
      await says(guest, "You joined by an invite link");
      await member(alice, "Gustav").waitFor();
      // It was for one, and is no link any more.
      await alice.page.getByText("There is no invite link.").waitFor();
      // Who is in is told so, as long as the link lives; whoever comes later, that it does not.
      const late = await join("Late");
      await late.page.goto(link);
      await late.page.getByRole("heading", { name: "This invite link is not valid" }).waitFor();
      await late.page.goto(`${stage.linnet.url}/invite/nonsense`);
      await late.page.getByRole("heading", { name: "This invite link is not valid" }).waitFor();

      await button(alice, "New invite link").click();
      await confirm(alice, "Create link");
      const second = await alice.page.getByRole("textbox", { name: "Invite link" }).inputValue();
      assert.notEqual(second, link);
      await guest.page.goto(second);
      await guest.page.getByText("You are already in.").waitFor();
      // It is taken back while somebody looks at it.
      await late.page.goto(second);
      await button(late, "Join").waitFor();
      await button(alice, "Take back").click();
      await confirm(alice, "Take back");
      await alice.page.getByText("There is no invite link.").waitFor();
      await button(late, "Join").click();
      await late.page.getByRole("heading", { name: "This invite link is not valid" }).waitFor();
      late.clean(REFUSED);
    });

    it("are found and joined where they are channels", async () => {
      const [alice, bob] = await friends("Bob");
      await alice.goto("/new/channel");
      await alice.page.getByLabel("Title").fill("Books");
      await alice.page.getByLabel("Only owners and admins").check();
      await button(alice, "Create channel").click();
      await heading(alice, "Books");
      for (let number = 0; number < 55; number += 1) {
        await alice.api("POST", "/conversations", { kind: "channel", title: `Shelf ${String(number).padStart(2, "0")}` });
      }
      await list(bob);
      await button(bob, "New chat").click();
      await bob.page.getByRole("menuitem", { name: "Browse channels" }).click();
      await heading(bob, "Channels");
      await bob.page.getByRole("heading", { level: 2, name: "Shelf 10" }).waitFor();
      assert.equal(await bob.page.getByRole("heading", { level: 2 }).count(), 50);
      await button(bob, "Show more").click();
      await bob.page.getByRole("heading", { level: 2, name: "Shelf 54" }).waitFor();
      await bob.page.getByRole("searchbox", { name: "Find channels by title" }).fill("no such thing");
      await bob.page.getByText("No channel has that in its title.").waitFor();
      await bob.page.getByRole("searchbox", { name: "Find channels by title" }).fill("book");
      await button(bob, "Join Books").click();
      await heading(bob, "Books");
      await says(bob, "You joined");
      await bob.page.getByText("Only owners and admins write here.", { exact: true }).waitFor();
      await alice.write("read more #m#");
      await bob.sees(["#m#"]);
      await bob.goto("/channels");
      await bob.page.getByRole("link", { name: "Open Books" }).waitFor();
      bob.clean(SIGNED_OUT);
    });

    it("hear what the server's admin announces, until they put it away", async () => {
      const [alice, bob] = await friends("Bob");
      assert.equal(await alice.page.getByRole("link", { name: "Server" }).count(), 0);
      await alice.goto("/admin");
      await alice.page.waitForURL(`${stage.linnet.url}/chat`);
      await alice.connection("connected");
      await list(admin);
      await admin.page.getByRole("link", { name: "Server", exact: true }).click();
      const box = admin.page.getByRole("textbox", { name: "What everybody should know" });
      await box.fill("x".repeat(2_001));
      await admin.page.getByText("1 character too many").waitFor();
      assert.ok(await button(admin, "Tell everybody").isDisabled());
      await box.fill("Back at one.\nBring cake.");
      await button(admin, "Tell everybody").click();
      await confirm(admin, "Tell everybody");
      await admin.page.getByText("Told", { exact: true }).waitFor();
      for (const person of [alice, bob]) {
        const banner = person.page.getByRole("region", { name: "Announcements" });
        await banner.getByText("Bring cake.").waitFor();
        assert.equal(await banner.getAttribute("aria-live"), "polite");
        await banner.getByRole("button", { name: "Put this announcement away" }).click();
        await banner.getByText("Bring cake.").waitFor({ state: "detached" });
      }
    });
  });
}
