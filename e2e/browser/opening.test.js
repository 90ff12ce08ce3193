// What it takes to open a page, and where one then is: what is loaded, how often the server is asked, what the title says,
// where the composer is when the keyboard comes.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { SIGNED_OUT, SIZES, setStage } from "./stage.js";

const MESSAGES = 120;

/** Two people who wrote each other a lot, of whom Bob has read everything and looks at his list. */
async function longChat(stage) {
  const [alice, bob] = await stage.linnet.friends("alice", "bob");
  const [a, b] = [await alice.connect(), await bob.connect()];
  const sends = Array.from({ length: MESSAGES }, (_, n) => a.get("sendMsg", { toUserId: bob.id, msg: `#${n + 1}# and so on` }));
  const [{ conversationId }] = await Promise.all(sends);
  await b.get("markRead", { conversationId, sequence: MESSAGES });
  const person = await stage.person("bob");
  Object.assign(person, { username: bob.username, password: bob.password });
  await person.comeBack();
  return { person, conversationId, sender: a, receiver: bob };
}

const inView = (person, marker) =>
  eventually(`${marker} is in view`, () =>
    person.log().evaluate((log, text) => {
      const row = [...log.querySelectorAll("article")].find((it) => it.textContent.includes(text));
      const [seen, place] = [log.getBoundingClientRect(), row?.getBoundingClientRect()];
      return place !== undefined && place.top >= seen.top - 1 && place.bottom <= Math.min(seen.bottom, innerHeight) + 1;
    }, marker),
  );

describe("opening a page", () => {
  const stage = setStage({ size: SIZES["on a wide screen"], serverForEach: true });

  it("loads what the admin works with only for whom it is, when they go there", async () => {
    const [admin, bob] = [await stage.join("Ada"), await stage.join("Bob")];
    const loaded = { admin: [], bob: [] };
    admin.page.on("request", (request) => loaded.admin.push(request.url()));
    bob.page.on("request", (request) => loaded.bob.push(request.url()));
    for (const person of [admin, bob]) {
      await person.page.reload();
      await person.ready();
      await person.goto("/settings");
      await person.page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    }
    const pages = (urls) => urls.filter((url) => url.includes("/AdminPage"));
    assert.ok(loaded.bob.some((url) => /\/assets\/.*\.js/.test(url)), "the page was loaded anew");
    assert.deepEqual([pages(loaded.admin), pages(loaded.bob)], [[], []]);
    await admin.goto("/admin");
    await admin.page.getByRole("heading", { level: 1, name: "Server" }).waitFor();
    assert.ok(pages(loaded.admin).length > 0);
    for (const person of [admin, bob]) person.clean(SIGNED_OUT);
  });

  it("asks the server once for the end of a conversation, and shows it from the cache before the answer", async () => {
    const { person, conversationId } = await longChat(stage);
    const asked = [];
    person.page.on("request", (request) => request.url().includes("/api/") && asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await person.chats().getByRole("link", { name: "alice" }).click();
    await inView(person, `#${MESSAGES}#`);
    const history = `GET /api/v1/conversations/${conversationId}/messages`;
    assert.deepEqual(asked.filter((it) => it.endsWith("/messages")), [history], "one round trip");

    // Loaded anew, with a server that takes its time: what was seen is there.
    await eventually("it is kept", () => person.page.evaluate(async () => {
      const [{ name }] = (await indexedDB.databases()).filter((it) => it.name.includes("linnet"));
      const open = indexedDB.open(name);
      await new Promise((done) => (open.onsuccess = done));
      const database = open.result;
      const counts = await Promise.all([...database.objectStoreNames].map((store) => new Promise((done) => {
        const counting = database.transaction(store).objectStore(store).getAll();
        counting.onsuccess = () => done(JSON.stringify(counting.result));
      })));
      database.close();
      return counts.some((it) => it.includes("#120#"));
    }));
    let answer;
    const held = new Promise((done) => (answer = done));
    let waiting = 0;
    await person.page.route("**/messages?*", async (route) => {
      waiting += 1;
      await held;
      await route.continue();
    });
    await person.page.reload();
    await inView(person, `#${MESSAGES}#`);
    assert.ok(waiting <= 1, `${waiting} questions`);
    answer();
    await person.page.unroute("**/messages?*", { behavior: "wait" });
    person.clean(SIGNED_OUT);
  });

  it("says in the title where one is, and how much is unread", async () => {
    const { person, conversationId, sender, receiver } = await longChat(stage);
    const title = (wanted) => eventually(`the title is ${wanted}`, async () => (await person.page.title()) === wanted).catch(async (error) => assert.fail(`${error.message}, and not ${await person.page.title()}`));
    await title("Linnet");
    await person.open("alice");
    await title("alice · Linnet");
    await person.page.getByRole("link", { name: "Settings" }).click();
    await title("Settings · Linnet");
    await person.goto("/c/00000000-0000-7000-8000-000000000000");
    await title("This conversation does not exist, or you are not in it. · Linnet");
    await person.page.goBack();
    await title("Settings · Linnet");
    await sender.get("sendMsg", { toUserId: receiver.id, msg: "one more" });
    await title("(1) Settings · Linnet");
    await person.goto(`/c/${conversationId}`);
    await title("alice · Linnet");
    const guest = await stage.person("Guest");
    await guest.goto("/signup");
    await guest.page.getByLabel("Username").waitFor();
    assert.equal(await guest.page.title(), "Create your account · Linnet");
  });
});

describe("opening a chat on a phone", () => {
  const stage = setStage({ size: SIZES["on a phone"] });

  it("keeps the composer above the keyboard, and the last message above the composer", async () => {
    const { person, conversationId } = await longChat(stage);
    await person.goto(`/c/${conversationId}`);
    await inView(person, `#${MESSAGES}#`);
    await person.composer().tap();
    // The keyboard takes its room from the page, as it does where `interactive-widget=resizes-content` is heeded.
    const { width, height } = person.page.viewportSize();
    const keyboard = 380;
    await person.page.setViewportSize({ width, height: height - keyboard });
    const bottomOf = async (locator) => {
      const box = await locator.boundingBox();
      return box.y + box.height;
    };
    await eventually("the composer is above it", async () => (await bottomOf(person.composer())) <= height - keyboard);
    await inView(person, `#${MESSAGES}#`);
    assert.ok((await person.page.getByRole("heading", { level: 1, name: "alice" }).boundingBox()).y >= 0, "with whom one chats is in view");
    await person.page.setViewportSize({ width, height });
    await inView(person, `#${MESSAGES}#`);

    // Where the keyboard lies over the page, what is seen of it shrinks alone.
    await person.page.evaluate((seen) => {
      Object.defineProperty(visualViewport, "height", { value: seen, configurable: true });
      visualViewport.dispatchEvent(new Event("resize"));
    }, height - keyboard);
    await eventually("the composer is above it", async () => (await bottomOf(person.composer())) <= height - keyboard);
    await inView(person, `#${MESSAGES}#`);
  });
});
