// Being told while no page is open: the page subscribes where the person wants it, and the worker shows what comes. Headless
// Chromium has no push service of its own: the address is that of one that stands in, and what it gets is handed to the worker.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { Device, PushService } from "../harness/push.js";
import { setStage } from "./stage.js";

/** In each page: the browser's own push service, as far as a page sees it. */
function standIn(json) {
  const state = (change) => {
    if (change !== undefined) localStorage.setItem("test.subscribed", change);
    return localStorage.getItem("test.subscribed");
  };
  const subscription = (key) => ({
    endpoint: json.endpoint,
    options: { applicationServerKey: key },
    toJSON: () => json,
    unsubscribe: async () => {
      state("");
      return true;
    },
  });
  const bytes = (text) => Uint8Array.from(text.split(","), Number).buffer;
  PushManager.prototype.getSubscription = async () => (state() ? subscription(bytes(state())) : null);
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    state(String(new Uint8Array(applicationServerKey)));
    return subscription(bytes(state()));
  };
}

describe("push", () => {
  let service;
  const stage = setStage({ showing: true, size: { serviceWorkers: "allow" }, env: { LINNET_PUSH_PRIVATE_ENDPOINTS: "allow" } });
  before(async () => {
    service = await PushService.start();
  });
  after(() => service?.stop());

  /** Alice has a browser that may show notifications, with the worker in it; Bob writes to her. */
  async function friends() {
    const alice = await stage.person("Alice");
    const device = new Device(service, `/${alice.username}`);
    service.devices.set(device.path, device);
    await alice.context.grantPermissions(["notifications"], { origin: stage.linnet.url });
    await alice.context.addInitScript(standIn, device.subscription());
    await alice.goto("/signup");
    await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await alice.join();
    const bob = await stage.linnet.signUp("Bob");
    await bob.befriend(alice);
    const b = await bob.connect();
    const { body } = await bob.http("GET", "/push/key");
    /** The worker is woken with what the push service got, as the browser would do it. */
    const wake = await waker(alice);
    device.on("push", (push) => wake(device.open(push, body.key)).catch(() => {}));
    const say = (msg) => b.get("sendMsg", { toUserId: alice.id, msg });
    return { alice, bob, device, say, wake };
  }

  async function waker(person) {
    const session = await person.context.newCDPSession(person.page);
    const found = new Promise((resolve) => session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    }));
    await session.send("ServiceWorker.enable");
    const registrationId = await found;
    const origin = stage.linnet.url;
    return (told) => session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(told) });
  }
  /** What the system shows, as the worker knows it: there is no page to be asked. */
  const shown = async (person) => {
    const [worker] = person.context.serviceWorkers();
    return worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`));
  };
  /** Closes the page; the window stays. The worker hears of it a little later: until then somebody looks, and nothing is shown. */
  const away = async (person) => {
    await person.page.goto("about:blank");
    const [worker] = person.context.serviceWorkers();
    const pages = () => worker.evaluate(async () => (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).length);
    await eventually("no page is open to the worker", async () => (await pages()) === 0);
  };

  it("tells with the page closed, and leads to the message", async () => {
    const { alice, device, say } = await friends();
    await alice.goto("/settings");
    await alice.page.getByText("while no page of Linnet is open, too").waitFor();
    await away(alice);
    await say("are you **there**?");
    await eventually("the push service is told", async () => device.all.length === 1);
    await eventually("the worker shows it", async () => (await shown(alice)).length === 1);
    assert.deepEqual(await shown(alice), ["Bob: are you there?"]);
    await say("hello?");
    await eventually("the later one takes its place", async () => (await shown(alice)).join() === "Bob: hello?");
    // A click leads to the message in the tab that is there; what is read is taken back.
    await alice.goto("/people");
    await alice.ready();
    const [worker] = alice.context.serviceWorkers();
    await worker.evaluate(async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    });
    await alice.page.getByRole("log").getByText("hello?").waitFor();
    await eventually("nothing is shown any more", async () => (await shown(alice)).length === 0);
  });

  it("takes back what was read on another device, with the next that it tells", async () => {
    const { alice, wake } = await friends();
    await away(alice);
    const told = (conversationId, sequence, waiting) =>
      wake({ conversationId, sequence, title: "Garden", sender: "Bob", text: "", files: true, waiting });
    await told("one", 1, ["one"]);
    await told("two", 1, null);
    await eventually("both are shown", async () => (await shown(alice)).length === 2);
    assert.deepEqual(await shown(alice), ["Garden: Bob: 📎", "Garden: Bob: 📎"]);
    await told("two", 2, ["two"]);
    await eventually("what was read is not", async () => (await shown(alice)).length === 1);
  });

  it("shows nothing while one looks", async () => {
    const { alice, wake } = await friends();
    await wake({ conversationId: "one", sequence: 1, title: null, sender: "Bob", text: "seen", files: false, waiting: ["one"] });
    await away(alice);
    await wake({ conversationId: "two", sequence: 1, title: null, sender: "Bob", text: "not seen", files: false, waiting: null });
    await eventually("what came later is shown", async () => (await shown(alice)).length > 0);
    assert.deepEqual(await shown(alice), ["Bob: not seen"]);
  });

  it("ends at sign-out, and where it is switched off", async () => {
    const { alice, device, say } = await friends();
    await alice.goto("/settings");
    await alice.page.getByText("while no page of Linnet is open, too").waitFor();
    await alice.page.getByRole("switch", { name: "Show notifications" }).click();
    await eventually("the browser is not subscribed", () => alice.page.evaluate(() => localStorage.getItem("test.subscribed") === ""));
    await away(alice);
    await say("one");
    const other = await friends();
    await away(other.alice);
    await other.say("later");
    await eventually("somebody else is told later", async () => other.device.all.length === 1);
    assert.equal(device.all.length, 0);
    await other.alice.goto("/settings");
    await other.alice.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await eventually("neither is this one", () => other.alice.page.evaluate(() => localStorage.getItem("test.subscribed") === ""));
  });
});
