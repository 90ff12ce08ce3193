// The reference's own client, unchanged, in two browsers against the real program.

import assert from "node:assert/strict";
import { dirname, resolve } from "node:path";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Browser } from "../browser/people.js";
import { eventually, within } from "../harness/deadline.js";
import { Linnet } from "../harness/linnet.js";
import { Program } from "../harness/process.js";

const EXAMPLE = resolve(dirname(fileURLToPath(import.meta.url)), "../../examples/reference-client");

let linnet;
let page;
let browser;
let url;
before(async () => {
  linnet = await Linnet.start();
  page = new Program(process.execPath, [`${EXAMPLE}/node_modules/vite/bin/vite.js`, "preview", EXAMPLE, "--port", "0"], {
    LINNET_URL: linnet.url,
    // Colours would stand in the middle of the address.
    NO_COLOR: "1",
  });
  [, url] = await page.says(/Local: +(http:\/\/127\.0\.0\.1:\d+)/);
  browser = await Browser.start();
});
after(async () => {
  await browser?.stop();
  await page?.kill();
  await linnet?.stop();
});

/** Somebody who signs in on the reference's page and opens the chat with another. */
async function chatting(persona, other) {
  const person = await browser.person({ url }, persona.displayName);
  // A message that comes while the page is joining is sent twice, and the reference shows both: it knows no ids.
  const joined = new Promise((resolve) => {
    const look = (text) => String(text).includes("joinedRoom") && resolve();
    person.page.on("response", (answer) => answer.url().includes("/socket.io/") && answer.text().then(look, () => {}));
    person.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => look(payload)));
  });
  await person.goto(`/chat/${other.id}`);
  await person.page.getByLabel("Username").fill(persona.username);
  await person.page.getByLabel("Password").fill(persona.password);
  await person.page.getByRole("button", { name: "Sign in" }).click();
  await person.page.getByRole("heading", { name: `Chat of ${persona.displayName}` }).waitFor();
  await within(20_000, "joinedRoom", joined);
  person.say = async (text) => {
    await person.page.getByLabel("Message", { exact: true }).fill(text);
    await person.page.getByRole("button", { name: "Send" }).click();
  };
  // Its list is drawn in reverse: the last one in the document is the first one written.
  person.shown = () =>
    person.page.getByRole("log").evaluate((log) => [...log.children].reverse().map((it) => [it.textContent, it.dataset.mine === "true"]));
  person.sees = async (expected) => {
    let shown;
    try {
      await eventually("the messages are shown", async () => {
        shown = await person.shown();
        return JSON.stringify(shown) === JSON.stringify(expected);
      });
    } catch {
      assert.deepEqual(shown, expected);
    }
  };
  return person;
}

it("joins, sends, hears, leaves, and is told what it missed", async () => {
  const [alice, bob] = await linnet.friends("Alice", "Bob");
  const left = await chatting(alice, bob);
  const right = await chatting(bob, alice);
  await left.say("Hello Bob!");
  await right.sees([["Hello Bob!", false]]);
  await right.say("Hello Alice!");
  const both = [
    ["Hello Bob!", true],
    ["Hello Alice!", false],
  ];
  await left.sees(both);
  await right.sees(both.map(([text, mine]) => [text, !mine]));
  await right.close();
  await left.say("Are you still there?");
  await left.sees([...both, ["Are you still there?", true]]);
  // The reference loses this one; here it waits.
  const back = await chatting(bob, alice);
  await eventually("the message that was missed is shown", async () => (await back.shown()).some(([text]) => text === "Are you still there?"));
  await back.say("Yes.");
  await left.sees([...both, ["Are you still there?", true], ["Yes.", false]]);
  await left.close();
  await back.close();
});

it("hears nothing of other people's chats, and cannot speak for somebody else", async () => {
  const [alice, bob] = await linnet.friends("Alice", "Bob");
  const outsider = await linnet.signUp("Outsider");
  await outsider.befriend(bob);
  const left = await chatting(alice, bob);
  const stranger = await chatting(outsider, bob);
  await left.say("between us");
  await left.sees([["between us", true]]);
  await stranger.say("hello, this is the outsider");
  await stranger.sees([["hello, this is the outsider", true]]);
  await left.close();
  await stranger.close();
});

it("goes on beside people who edit, react and delete, and is not sent what was taken back", async () => {
  const [alice, bob] = await linnet.friends("Alice", "Bob");
  const right = await chatting(bob, alice);
  const socket = await alice.connect();
  const { messageId } = await socket.get("sendMsg", { toUserId: bob.id, msg: "helo" });
  await right.sees([["helo", false]]);
  // It knows none of this. What it shows stays as it was, and what comes next comes.
  await socket.get("reactMsg", { messageId, emoji: "👍", on: true });
  await socket.get("editMsg", { messageId, msg: "hello" });
  await socket.get("deleteMsg", { messageId });
  await socket.get("sendMsg", { toUserId: bob.id, msg: "second" });
  await right.sees([
    ["helo", false],
    ["second", false],
  ]);
  await right.close();
  const regretted = await socket.get("sendMsg", { toUserId: bob.id, msg: "regretted" });
  const reworded = await socket.get("sendMsg", { toUserId: bob.id, msg: "thrid" });
  await socket.get("deleteMsg", { messageId: regretted.messageId });
  await socket.get("editMsg", { messageId: reworded.messageId, msg: "third" });
  const back = await chatting(bob, alice);
  await eventually("the message that was missed is shown", async () => (await back.shown()).some(([text]) => text === "third"));
  const texts = (await back.shown()).map(([text]) => text);
  assert.ok(!texts.includes("regretted") && !texts.includes(""), texts.join());
  await back.close();
});
