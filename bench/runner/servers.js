// The servers under test, and how each is started: a fresh process for every run, on core 0, on a free port of this machine.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
export const program = (name) => join(TARGET, "release", name);

const NODE = join(ROOT, "bench/node");
const JWT_SECRET = "a secret for the benchmark alone, 32 bytes or more";
const START_MS = 30_000;
const STOP_MS = 15_000;
export const SERVER_CORE = "0";
const GENERATOR_CORE = "1";

/** What all runs are told of the world around them; nothing else of the caller's environment reaches a server. */
const environment = { PATH: process.env.PATH, NODE_ENV: "production", JWT_SECRET };

// What the product's limits protect from, one person on one machine being ten thousand people, is what happens here. Every
// limit stays on, only further out; these are ordinary settings.
const LINNET_LIMITS = {
  LINNET_MESSAGES_PER_MINUTE: "10000000",
  LINNET_EVENTS_PER_SECOND: "1000000",
  LINNET_MAX_CONNECTIONS_PER_ADDRESS: "100000",
  LINNET_MESSAGE_MAX_CHARS: "20000",
  // Its people have never met.
  LINNET_DIRECT_MESSAGES: "anyone",
};

/** Name on the command line -> what it is called in tables, how it is started, and whom it lets in. */
export const SERVERS = {
  n: { title: "N", dialect: "reference", command: () => ["node", join(NODE, "plain.js")] },
  nd: { title: "ND", dialect: "reference", data: "durable", command: () => ["node", join(NODE, "durable.js")] },
  ndg: { title: "NDG", dialect: "reference", data: "durable", command: () => ["node", join(NODE, "durable.js"), "--group"] },
  r: { title: "R", dialect: "reference", command: () => [program("bare")] },
  rb: { title: "R-batch", dialect: "reference", command: () => [program("bare"), "--batch"] },
  engine: { title: "engine", dialect: "reference", command: () => [program("examples/bench_chat")] },
  linnet: { title: "linnet", dialect: "linnet", data: "linnet", command: () => [program("linnet"), "serve"] },
};

mkdirSync(join(TARGET, "bench-data"), { recursive: true });
/** On the same disk as the sources: a file system in memory would make commits free. */
const scratch = mkdtempSync(join(TARGET, "bench-data", "run-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

function start(command, env) {
  const began = process.hrtime.bigint();
  const child = spawn("taskset", ["-c", SERVER_CORE, ...command], {
    cwd: scratch,
    env: { ...environment, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ready = new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`${command} did not start:\n${said}`)), START_MS);
    const listen = (chunk) => {
      said = (said + chunk).slice(-10_000);
      const address = /(127\.0\.0\.1:\d+)/.exec(said);
      if (!address) return;
      clearTimeout(timer);
      found({ address: address[1], began });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => {
      clearTimeout(timer);
      failed(new Error(`${command} ended with ${code}:\n${said}`));
    });
  });
  // Whoever is stopped later has been waited for already.
  ready.catch(() => {});
  const over = new Promise((done) => child.on("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await over;
    clearTimeout(timer);
  };
  return { child, ready, stop, said: () => said };
}

const linnetEnvironment = (folder) => ({ PORT: "0", LINNET_DATA_DIR: folder, ...LINNET_LIMITS });
const templates = new Map();

/** A folder with databases and a file of people, made once for all runs with the same. */
async function template({ kind, people, messages = 0 }) {
  const name = `${kind}-${people}-${messages}`;
  if (!templates.has(name)) {
    const folder = join(scratch, name);
    const data = join(folder, "linnet");
    mkdirSync(data, { recursive: true });
    // The program makes its own tables, then goes.
    const linnet = start(SERVERS.linnet.command(), linnetEnvironment(data));
    await linnet.ready;
    await linnet.stop();
    const seeded = spawnSync(
      "node",
      [
        join(NODE, "seed.js"),
        ...["--kind", kind, "--people", String(people), "--messages", String(messages)],
        ...["--people-file", join(folder, "people.json")],
        ...["--linnet", join(data, "linnet.db"), "--durable", join(folder, "durable.db")],
      ],
      { env: environment, encoding: "utf8" },
    );
    if (seeded.status !== 0) throw new Error(`seeding failed:\n${seeded.stderr}`);
    templates.set(name, folder);
  }
  return templates.get(name);
}

/** Starts a server on a copy of what was seeded. `settings` are further environment variables of `linnet`. */
export async function launch(name, { seed, settings = {} }) {
  const server = SERVERS[name];
  const env = {};
  let people = [];
  let copy;
  if (server.data) {
    const folder = await template(seed);
    copy = mkdtempSync(join(scratch, "copy-"));
    people = ["--people", join(folder, "people.json")];
    if (server.data === "linnet") {
      cpSync(join(folder, "linnet"), copy, { recursive: true });
      Object.assign(env, linnetEnvironment(copy), settings);
    } else {
      for (const end of ["", "-wal", "-shm"]) {
        const file = join(folder, `durable.db${end}`);
        if (existsSync(file)) cpSync(file, join(copy, `durable.db${end}`));
      }
      env.BENCH_DATABASE = join(copy, "durable.db");
    }
  }
  const running = start(server.command(), env);
  const { address, began } = await running.ready;
  return {
    address,
    began,
    pid: running.child.pid,
    data: copy,
    generator: ["--address", address, "--pid", String(running.child.pid), "--dialect", server.dialect, ...people],
    stop: async () => {
      await running.stop();
      if (copy) rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** A database that was seeded, for whoever writes to it without a server. */
export async function database(seed) {
  const folder = await template(seed);
  const copy = mkdtempSync(join(scratch, "copy-"));
  cpSync(join(folder, "linnet"), copy, { recursive: true });
  return { file: join(copy, "linnet.db"), people: join(folder, "people.json"), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Runs a program that prints one line of JSON: the generator on a core of its own, or `core` if it is what is measured. */
export function measure(command, limitMs, core = GENERATOR_CORE) {
  return new Promise((done, failed) => {
    const child = spawn("taskset", ["-c", core, ...command], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (code === 0) done(JSON.parse(out));
      else failed(new Error(err.trim().split("\n\nStack")[0] || `ended with ${code} after at most ${limitMs} ms`));
    });
  });
}
