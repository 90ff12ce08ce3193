// People in browsers: each has a browser context of their own, and does what a person does, by role and by name.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { eventually } from "../harness/deadline.js";
import { newFolder, removeFolder } from "../harness/folder.js";
import { befriend } from "../harness/personas.js";

const OUT = fileURLToPath(new URL("../out", import.meta.url));

/** The one without windows does the same for half of the processor's time. */
const EXECUTABLE = process.env.CHROMIUM ?? ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find(existsSync);

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The one that can show notifications, though nobody sees them. */
const SHOWING = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A Chromium. */
export class Browser {
  static async start({ showing = false } = {}) {
    const browser = new Browser();
    // Nobody's own profile: whatever Chromium keeps goes with the test.
    browser.folder = await newFolder("linnet-chromium-");
    browser.chromium = await chromium.launch({
      executablePath: showing ? SHOWING : EXECUTABLE,
      headless: true,
      args: FLAGS,
      env: { ...process.env, HOME: browser.folder, XDG_CONFIG_HOME: browser.folder, XDG_CACHE_HOME: browser.folder, TMPDIR: browser.folder },
    });
    return browser;
  }

  /** Somebody who opens a browser of their own. The tests of the installed app let its worker in; the others need none. */
  async person(linnet, name, options = {}) {
    const context = await this.chromium.newContext({ viewport: { width: 1280, height: 1600 }, serviceWorkers: "block", ...options });
    context.setDefaultTimeout(30_000);
    return new Person(linnet, name, context, await context.newPage());
  }

  async stop() {
    await this.chromium.close();
    await removeFolder(this.folder);
  }
}

let people = 0;

export class Person {
  constructor(linnet, name, context, page) {
    people += 1;
    Object.assign(this, { linnet, name, context, page, username: `${name.toLowerCase().replace(/[^a-z]/g, "")}-${people}`, password: "correct horse battery" });
    /** What the browser complained about, and whom it asked for something. */
    this.complaints = [];
    this.hosts = new Set();
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== "data:" && protocol !== "blob:") this.hosts.add(host);
    });
    this.sockets = [];
    page.on("websocket", (socket) => this.sockets.push(socket));
  }

  goto(path) {
    return this.page.goto(`${this.linnet.url}${path}`);
  }

  /** Has an account and is signed in: by the API, whose cookies are the browser's. The form is what a few tests are about. */
  async join() {
    const { username, name: displayName, password } = this;
    return this.enter("register", { username, displayName, password });
  }

  /** Is signed in on this device as well. */
  async comeBack() {
    const { username, password } = this;
    return this.enter("login", { username, password });
  }

  async enter(how, account) {
    const { user } = await this.api("POST", `/auth/${how}`, account);
    this.id = user.id;
    await this.goto("/chat");
    await this.ready();
    return this;
  }

  async signUp() {
    await this.goto("/signup");
    await this.page.getByLabel("Your name").fill(this.name);
    await this.page.getByLabel("Username").fill(this.username);
    await this.page.getByLabel("Password", { exact: true }).fill(this.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
    await this.ready();
    this.id = (await this.api("GET", "/users/me")).id;
    return this;
  }

  async signIn() {
    await this.goto("/login");
    await this.page.getByLabel("Username").fill(this.username);
    await this.page.getByLabel("Password", { exact: true }).fill(this.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.ready();
  }

  /** The app is there and its socket is connected. */
  async ready() {
    await this.page.getByRole("searchbox", { name: "Search people and chats" }).waitFor();
    await this.connection("connected");
  }

  connection(phase, timeout = 40_000) {
    return this.page.locator(`[data-connection="${phase}"]`).waitFor({ state: "attached", timeout });
  }

  /** Finds somebody by their username and opens the chat with them. */
  async find(other) {
    await this.page.getByRole("searchbox", { name: "Search people and chats" }).fill(other.username);
    await this.page.getByRole("region", { name: "People" }).getByRole("link", { name: other.username }).click();
    await this.page.getByRole("heading", { level: 1, name: other.name, exact: true }).waitFor();
  }

  /** What this person's browser asks of the server beside its page: the answer, as a `Persona` gives it. */
  async http(method, path, body) {
    const answer = await this.context.request.fetch(`${this.linnet.url}/api/v1${path}`, { method, data: body });
    const text = await answer.text();
    return { status: answer.status(), body: text ? JSON.parse(text) : undefined };
  }

  /** The same, for what must be answered well. */
  async api(method, path, body) {
    const answer = await this.http(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Is connected with somebody, as if one had asked and the other accepted. */
  befriend(other) {
    return befriend(this, other);
  }

  /** Opens the chat with somebody to whom one may write. */
  async meet(other) {
    await this.befriend(other);
    await this.find(other);
  }

  /** Opens a chat that is in the list. */
  async open(title) {
    await this.chats().getByRole("link", { name: title }).click();
    await this.page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
  }

  chats() {
    return this.page.getByRole("navigation", { name: "Chats" });
  }

  composer() {
    return this.page.getByRole("textbox", { name: /^Message to / });
  }

  async write(text) {
    await this.composer().fill(text);
    await this.composer().press("Enter");
  }

  log() {
    return this.page.getByRole("log");
  }

  /** What stands in the log, in the order in which it stands there: markers such as `#a1#` of the messages shown. */
  async markers() {
    return this.log().evaluate((log) => [...log.querySelectorAll("article")].flatMap((it) => it.textContent.match(/#[a-z0-9-]+#/g) ?? []));
  }

  /** Waits until exactly these markers are shown, in any order, and gives them as they stand. */
  async sees(markers, ms = 40_000) {
    const wanted = [...markers].sort().join();
    let shown;
    try {
      await eventually("the messages are shown", async () => {
        shown = await this.markers();
        return [...shown].sort().join() === wanted;
      }, ms);
    } catch {
      await this.picture();
      assert.fail(`${this.name} sees ${shown?.join(" ")} and not ${[...markers].join(" ")}`);
    }
    return shown;
  }

  /** The state that is shown beside one of the person's own messages. */
  progress(marker, state, timeout = 40_000) {
    return this.log().locator(`article[data-progress="${state}"]`, { hasText: marker }).waitFor({ timeout });
  }

  /** For whoever looks into a failure: e2e/out/. */
  async picture() {
    await mkdir(OUT, { recursive: true });
    await this.page.screenshot({ path: `${OUT}/${this.username}-${Date.now()}.png` }).catch(() => {});
  }

  /** Nothing was asked of anybody but the server, and the browser had nothing to complain about. */
  clean(expected = []) {
    assert.deepEqual([...this.hosts], [new URL(this.linnet.url).host]);
    const others = this.complaints.filter((it) => !expected.some((pattern) => pattern.test(it)));
    assert.deepEqual(others, []);
  }

  close() {
    return this.context.close();
  }
}
