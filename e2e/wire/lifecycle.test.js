// The program itself: how it starts, what it says when it cannot, and how it stops.

import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DATABASES } from "../harness/databases.js";
import { eventually, within } from "../harness/deadline.js";
import { newFolder, removeFolder } from "../harness/folder.js";
import { once } from "../harness/inbox.js";
import { BINARY, Linnet } from "../harness/linnet.js";
import { Program } from "../harness/process.js";

describe("linnet", () => {
  let folder;
  before(async () => {
    folder = await newFolder("linnet-lifecycle-");
  });
  after(() => removeFolder(folder));

  /** Runs the program to its end. */
  async function run(args, env = {}) {
    const program = new Program(BINARY, args, { LINNET_DATA_DIR: folder, PORT: "0", DATABASE_URL: "", ...env });
    try {
      const { code } = await within(30_000, `${args} ends`, program.exited);
      return { code, output: program.output };
    } finally {
      await program.kill();
    }
  }

  it("explains itself", async () => {
    const help = await run(["--help"]);
    assert.equal(help.code, 0);
    assert.match(help.output, /serve/);
    assert.match((await run(["--version"])).output, /^linnet \d+\.\d+\.\d+/);
    const config = await run(["config"]);
    assert.equal(config.code, 0);
    for (const name of ["PORT", "FRONTEND_URL", "JWT_SECRET", "DATABASE_URL", "LINNET_DATA_DIR", "LINNET_REGISTRATION"]) {
      assert.match(config.output, new RegExp(`\\b${name}\\b`));
    }
  });

  for (const [name, value] of [
    ["PORT", "seventy"],
    ["PORT", "70000"],
    ["LINNET_REGISTRATION", "sometimes"],
    ["LINNET_DIRECT_MESSAGES", "maybe"],
    ["LINNET_MESSAGES_PER_MINUTE", "-1"],
    ["FRONTEND_URL", "not a url"],
    ["JWT_SECRET", "short"],
    ["DATABASE_URL", "mysql://localhost/linnet"],
    ["LINNET_BIND", "nowhere"],
  ]) {
    it(`refuses ${name}=${value} in one sentence that names it`, async () => {
      const { code, output } = await run(["serve"], { [name]: value });
      assert.equal(code, 2);
      assert.match(output, new RegExp(name));
      assert.ok(!/panicked|stack backtrace|RUST_BACKTRACE/.test(output), output);
      if (name === "JWT_SECRET") assert.ok(!output.includes(value), "a secret is not printed");
    });
  }

  it("refuses a setting that it does not know, in a file", async () => {
    const file = join(folder, "wrong.toml");
    await writeFile(file, "[server]\nprot = 3000\n");
    const { code, output } = await run(["serve", "--config", file]);
    assert.equal(code, 2);
    assert.match(output, /prot/);
    assert.match(output, /port/);
  });

  it("says so when the port is taken", async () => {
    const taken = createServer();
    await new Promise((resolve) => taken.listen(0, "127.0.0.1", resolve));
    try {
      const { code, output } = await run(["serve"], { PORT: String(taken.address().port) });
      assert.notEqual(code, 0);
      assert.match(output, new RegExp(String(taken.address().port)));
      assert.ok(!/panicked/.test(output), output);
    } finally {
      taken.close();
    }
  });

  it("says so when there is no database", async () => {
    const { code, output } = await run(["serve"], { DATABASE_URL: "postgres://nobody:a-password@127.0.0.1:1/nowhere" });
    assert.notEqual(code, 0);
    assert.ok(!/panicked|a-password/.test(output), output);
    assert.ok(!output.includes("Linnet is listening"), "database first, then listening");
  });

  it("keeps its key and its data to itself", async () => {
    const own = join(folder, "own");
    const program = new Program(BINARY, ["serve"], { LINNET_DATA_DIR: own, PORT: "0", DATABASE_URL: "", JWT_SECRET: "" });
    await program.says(/listening/);
    await program.stop();
    for (const name of await readdir(own)) {
      const { mode } = await stat(join(own, name));
      assert.equal(mode & 0o077, 0, `others can read ${name}`);
    }
  });

  it("shows a demonstration, and leaves nothing behind", async () => {
    const before = await readdir(folder);
    const program = new Program(BINARY, ["serve", "--demo"], { PORT: "0", TMPDIR: folder, DATABASE_URL: "", LINNET_DATA_DIR: "" });
    const [, url] = await program.says(/Linnet is listening on (http:\/\/\S+)/, 60_000);
    assert.equal((await (await fetch(`${url}/api/v1/server`)).json()).empty, false);
    await program.stop();
    assert.deepEqual(await readdir(folder), before);
  });
});

for (const database of DATABASES) {
  describe(`stopping on ${database}`, () => {
    it("answers what it began, tells everyone, and ends in good order", async () => {
      const linnet = await Linnet.start({ database });
      const [alice, bob] = await linnet.friends("alice", "bob");
      const [a, b, c] = [await alice.connect(), await bob.connect(), await bob.connect({ transports: ["polling"] })];
      const ready = await fetch(`${linnet.url}/readyz`);
      assert.equal(ready.status, 200);
      assert.equal((await fetch(`${linnet.url}/healthz`)).status, 200);
      const acknowledged = [];
      for (let n = 0; n < 200; n += 1) {
        a.emit("sendMsg", { toUserId: bob.id, msg: `${n}`, tempId: `t${n}` }, (ack) => ack.success && acknowledged.push(ack));
      }
      await eventually("some are acknowledged", () => acknowledged.length > 0);
      const gone = [a, b, c].map((socket) => once(socket, "disconnect", 12_000));
      const began = Date.now();
      const { code } = await linnet.program.stop(12_000);
      assert.equal(code, 0);
      assert.ok(Date.now() - began < 10_000);
      await Promise.all(gone);
      await linnet.again();
      const { body } = await bob.http("GET", `/conversations/${acknowledged[0].conversationId}/messages?limit=100`);
      const { body: conversation } = await bob.http("GET", `/conversations/${acknowledged[0].conversationId}`);
      assert.ok(conversation.lastSequence >= acknowledged.length, `${conversation.lastSequence} of ${acknowledged.length}`);
      assert.ok(body.messages.length > 0);
      await linnet.stop();
    });
  });
}
