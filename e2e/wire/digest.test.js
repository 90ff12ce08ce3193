// Who is told by mail of what they left unread, through a real mail server: who asked for it, once, without a word of a message,
// and no more after one click.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { onEachDatabase } from "../harness/databases.js";
import { Linnet } from "../harness/linnet.js";
import { MailServer } from "../harness/mail.js";

/** What a person without a session gets from a link in a mail. */
async function follow(linnet, link, method = "GET", headers = {}) {
  const url = new URL(link);
  assert.equal(url.origin, "https://chat.example.org");
  const body = method === "POST" ? "List-Unsubscribe=One-Click" : undefined;
  const type = body ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const response = await fetch(linnet.url + url.pathname, { method, body, headers: { ...type, ...headers } });
  return { status: response.status, text: await response.text() };
}

/** The link that a mail unsubscribes by. */
const unsubscribes = (mail) => /^<(https:.+)>$/.exec(mail.headers["list-unsubscribe"])[1];

onEachDatabase("digest", (database) => {
  let linnet;
  let mail;
  before(async () => {
    mail = await MailServer.start();
    linnet = await Linnet.start({ database, env: mail.env });
  });
  after(async () => {
    await linnet?.stop();
    await mail?.stop();
  });

  /** Alice writes in a group with the others. */
  async function group(title, ...names) {
    const [alice, ...others] = await linnet.friends("alice", ...names);
    const made = await alice.http("POST", "/conversations", { kind: "group", title, memberIds: others.map((one) => one.id) });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const a = await alice.connect();
    const conversationId = made.body.id;
    return { alice, others, a, conversationId, say: (msg) => a.get("sendMsg", { conversationId, msg }) };
  }

  /** Somebody who is surely told later than whoever was due before. */
  async function later() {
    const { say, others } = await group("Later", "zoe");
    const address = await mail.optIn(others[0]);
    await say("later");
    await mail.next(address, 2);
  }

  it("tells who is away and asked for it, of how much and of whom, and nobody else", async () => {
    const { alice, others, conversationId, say } = await group("Garden", "bob", "carol", "dora", "erin", "frank", "grace");
    const [bob, carol, dora, erin, frank, grace] = others;
    for (const person of [bob, carol, dora, erin, grace]) await mail.optIn(person);
    const unconfirmed = `${frank.username}@example.org`;
    await frank.http("PUT", "/users/me/digest/address", { address: unconfirmed, language: "en" });
    const muted = await carol.http("PATCH", `/conversations/${conversationId}/settings`, { mutedUntil: "2999-01-01T00:00:00Z" });
    assert.equal(muted.status, 200, JSON.stringify(muted.body));
    assert.equal((await dora.http("PUT", `/blocks/${alice.id}`)).status, 204);
    // Erin reads it on another device, and is gone again; Grace has her page open.
    const phone = await erin.anotherDevice();
    await grace.connect();
    await say("the roses are in bloom");
    const { sequence } = await say("and the tulips");
    const e = await phone.connect();
    await e.get("markRead", { conversationId, sequence });
    e.disconnect();

    const told = await mail.next(`${bob.username}@example.org`, 2);
    assert.equal(told.subject, "Unread messages on chat.example.org: 2");
    assert.deepEqual([told.from.name, told.from.address], ["Our chat", "chat@example.org"]);
    assert.match(told.text, /Garden\u2069 \(2\): \u2068alice/);
    assert.match(told.html, /<bdi>Garden<\/bdi> \(2\): <bdi>alice/);
    assert.ok(!/roses|tulips/.test(told.raw + told.text + told.html), "no word of a message");
    assert.equal(told.headers["auto-submitted"], "auto-generated");
    await later();
    for (const person of [bob, carol, dora, erin, frank, grace]) {
      const count = mail.to(`${person.username}@example.org`).length;
      assert.equal(count, person === bob ? 2 : 1, `${person.displayName} got ${count}, the code included`);
    }
  });

  it("ends by one click without a session, and not by opening the link or with another's", async () => {
    const { others, say } = await group("Garden", "bob", "carol");
    const [bob, carol] = others;
    const [bobs, carols] = [await mail.optIn(bob), await mail.optIn(carol, { language: "ar" })];
    await say("hello");
    const [told, hers] = [await mail.next(bobs, 2), await mail.next(carols, 2)];
    assert.match(hers.subject, /رسائل غير مقروءة/);
    assert.match(hers.html, /<html lang="ar" dir="rtl">/);
    const on = async (person) => (await person.http("GET", "/users/me/digest")).body.on;

    assert.equal(told.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    const link = unsubscribes(told);
    assert.ok(told.text.includes(link) && told.html.includes(link), "people find it as well");
    const page = await follow(linnet, link);
    assert.equal(page.status, 200);
    assert.match(page.text, /<form method="post">.*Unsubscribe<\/button>/);
    assert.ok(await on(bob), "a program that opens every link has changed nothing");

    const forged = link.replace(/.{43}$/, (token) => (token[0] === "A" ? "B" : "A") + token.slice(1));
    for (const method of ["GET", "POST"]) assert.equal((await follow(linnet, forged, method)).status, 404);
    assert.match((await follow(linnet, forged, "GET", { "accept-language": "de" })).text, /nicht mehr gültig/);
    assert.equal((await follow(linnet, link, "POST", { origin: "https://evil.example" })).status, 403, "not by a page of another site");
    assert.deepEqual([await on(bob), await on(carol)], [true, true]);

    assert.equal((await follow(linnet, link, "POST")).status, 200);
    assert.equal((await follow(linnet, link, "POST")).status, 200);
    assert.deepEqual([await on(bob), await on(carol)], [false, true]);
  });

  it("is not told what to do by the names in it", async () => {
    const { alice, others, say, conversationId } = await group("x", "bob");
    const address = await mail.optIn(others[0]);
    const title = '<img src="https://evil.example/x"> &amp;';
    const renamed = await alice.http("PATCH", `/conversations/${conversationId}`, { title });
    const name = "https://evil.example Bcc: x@evil.example";
    const called = await alice.http("PATCH", "/users/me", { displayName: name });
    assert.deepEqual([renamed.status, called.status], [200, 200]);
    await say("hello");
    const told = await mail.next(address, 2);
    assert.deepEqual(told.to, [address]);
    assert.deepEqual(Object.keys(told.headers).filter((key) => /bcc|^cc/.test(key)), []);
    assert.ok(told.html.includes("&lt;img src=&quot;") && told.html.includes("&amp;amp;"), told.html);
    assert.ok(!told.html.includes("<img"));
    assert.ok(!told.text.includes("https://evil") && !told.text.includes("evil.example"), "nothing to click on");
    const links = [...told.html.matchAll(/href="([^"]+)"/g)].map(([, href]) => new URL(href).origin);
    assert.deepEqual(new Set(links), new Set(["https://chat.example.org"]));
  });

  it("does not tell the same again after it was killed", async () => {
    const { others, say } = await group("Garden", "bob");
    const address = await mail.optIn(others[0]);
    await say("hello");
    await mail.next(address, 2);
    await linnet.kill();
    await linnet.again();
    await later();
    assert.equal(mail.to(address).length, 2);
  });
});

it("digest: says nothing before STARTTLS, and its password to nobody else", async () => {
  const mail = await MailServer.start({ tls: true });
  const linnet = await Linnet.start({ env: { ...mail.env, SSL_CERT_FILE: mail.certificate } });
  try {
    const bob = await linnet.signUp("bob");
    const address = await mail.optIn(bob);
    assert.ok(mail.to(address)[0].secure);
    const refused = await bob.http("PUT", "/users/me/digest/address", { address: "nobody@example.org", language: "en" });
    assert.equal(refused.body.code, "malformed", JSON.stringify(refused.body));
    assert.equal((await bob.http("GET", "/users/me/digest")).body.address, address, "what there was is still there");
    assert.ok(!/p@ss|p%40ss|p@ss\/word/.test(linnet.program.output));
  } finally {
    await linnet.stop();
    await mail.stop();
  }
});

it("digest: does not go on with a mail server that offers no TLS, or that nobody vouches for", async () => {
  const [plain, unknown] = [await MailServer.start(), await MailServer.start({ tls: true })];
  const asStartTls = plain.env.LINNET_SMTP_URL.replace("smtp+plain://", "smtp://linnet:secret@");
  for (const env of [{ ...plain.env, LINNET_SMTP_URL: asStartTls }, unknown.env]) {
    const linnet = await Linnet.start({ env });
    try {
      const bob = await linnet.signUp("bob");
      const { status } = await bob.http("PUT", "/users/me/digest/address", { address: "bob@example.org", language: "en" });
      assert.equal(status, 503);
    } finally {
      await linnet.stop();
    }
  }
  assert.deepEqual([plain.all.length, unknown.all.length], [0, 0]);
  await Promise.all([plain.stop(), unknown.stop()]);
});
