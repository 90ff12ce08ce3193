// The page as an installed app: what the system needs to install it, what opens without a network, and a new version, which
// waits until the person agrees.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { eventually } from "../harness/deadline.js";
import { setStage } from "./stage.js";

/** Passes everything on to the server, and changes the worker on its way: another build of the page. */
async function publish(linnet) {
  let build = "";
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(linnet.url);
    const headers = { ...incoming.headers, "accept-encoding": "identity" };
    const passed = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      if (incoming.url !== "/worker.js") {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const { "content-type": type, "cache-control": cache } = answer.headers;
        outgoing.writeHead(200, { "content-type": type, "cache-control": cache });
        outgoing.end(Buffer.concat(chunks).toString().replace(/const BUILD = "/, `const BUILD = "${build}`));
      });
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on("upgrade", (incoming, socket) => {
    const { hostname, port } = new URL(linnet.url);
    const through = connect(port, hostname, () => {
      const lines = incoming.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
      through.write([`GET ${incoming.url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
      through.pipe(socket).pipe(through);
    });
    for (const one of [through, socket]) one.on("error", () => [through, socket].forEach((it) => it.destroy()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    newBuild: () => {
      build = "next-";
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("the installed app", () => {
  const stage = setStage({ size: { serviceWorkers: "allow" } });
  let published;
  before(async () => {
    published = await publish(stage.linnet);
  });
  after(() => published?.stop());

  async function join(name, at = stage.linnet) {
    const person = await stage.person(name, { at });
    await person.goto("/signup");
    await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    return person.signUp();
  }
  const cached = (person) =>
    person.page.evaluate(async () => {
      const found = [];
      for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
      }
      return found;
    });

  it("can be installed: a manifest, its icons, and a worker", async () => {
    const alice = await join("Alice");
    const client = await alice.context.newCDPSession(alice.page);
    const { errors, url } = await client.send("Page.getAppManifest");
    assert.deepEqual([errors, new URL(url).pathname], [[], "/manifest.webmanifest"]);
    const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
    // A window of its own kind, which the browser under test always is, is no fault of the page.
    assert.deepEqual(installabilityErrors.map((it) => it.errorId).filter((it) => it !== "in-incognito"), []);
    const icons = await alice.page.evaluate(async () => {
      const manifest = await (await fetch("/manifest.webmanifest")).json();
      return Promise.all(
        manifest.icons.map(async ({ src, sizes, type }) => {
          const answer = await fetch(src);
          const picture = await createImageBitmap(await answer.blob()).catch(() => ({}));
          return [answer.headers.get("content-type") === type, type.includes("svg") || `${picture.width}x${picture.height}` === sizes];
        }),
      );
    });
    assert.ok(icons.length >= 3);
    for (const right of icons) assert.deepEqual(right, [true, true]);
  });

  it("opens without a network, and keeps nothing of what the server answered", async () => {
    const alice = await join("Alice");
    await alice.api("PATCH", "/users/me", { displayName: "Alice Secret" });
    await alice.goto("/people");
    await alice.ready();
    await alice.goto("/settings");
    await alice.ready();
    const kept = await cached(alice);
    assert.ok(kept.includes("/"), "the page is kept");
    assert.ok(kept.some((it) => it.startsWith("/assets/") && it.endsWith(".js")));
    assert.deepEqual(kept.filter((it) => it !== "/" && !it.startsWith("/assets/") && !["/favicon.svg", "/theme.js"].includes(it)), []);
    await alice.context.setOffline(true);
    await alice.goto("/chat");
    await alice.page.locator("#root > *").first().waitFor();
    await eventually("the page is Linnet's own, not the browser's", async () => (await alice.page.title()).includes("Linnet"));
    // What the API says is never the worker's to say.
    const asked = await alice.page.evaluate(() => fetch("/api/v1/server").then(() => "answered", () => "no network"));
    assert.equal(asked, "no network");
    await alice.context.setOffline(false);
    await alice.ready();
  });

  it("a new version waits until the person agrees, and then it is the one in use, in every tab", async () => {
    const alice = await join("Alice", published);
    const first = await alice.page.evaluate(() => caches.keys());
    assert.equal(first.length, 1);
    const second = await alice.context.newPage();
    await second.goto(`${published.url}/people`);
    published.newBuild();
    // What the page does every hour.
    await alice.page.evaluate(() => navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => undefined));
    const offer = alice.page.getByText("A new version of Linnet is there.");
    await offer.waitFor();
    await alice.page.getByRole("button", { name: "Later" }).click();
    await offer.waitFor({ state: "detached" });
    await alice.page.reload();
    await alice.ready();
    assert.ok((await alice.page.evaluate(() => caches.keys())).includes(first[0]), "the old one is still in use");
    await alice.page.evaluate(() => {
      window.before = true;
    });
    await second.evaluate(() => {
      window.before = true;
    });
    await alice.page.getByRole("button", { name: "Update" }).click();
    for (const page of [alice.page, second]) await page.waitForFunction(() => window.before === undefined);
    await alice.ready();
    const now = await alice.page.evaluate(() => caches.keys());
    assert.equal(now.length, 1);
    assert.match(now[0], /next-/);
    assert.equal(await offer.count(), 0);
  });
});
