// The kinds of work, in the order of the table: which servers do it, and how.
import { readFileSync } from "node:fs";
import { database, launch, measure, program, SERVER_CORE } from "./servers.js";

const LIMIT_MS = 180_000;

/** A run of the generator against a fresh server. */
async function generate(name, work, options, mode = work.mode) {
  const server = await launch(name, { seed: work.seed, settings: work.settings });
  const seconds = options.asked ? options.seconds : (work.seconds ?? options.seconds);
  const spans = ["--seconds", String(seconds), "--warm-up", String(options.warmUp)];
  try {
    const more = work.characters ? ["--characters", String(work.characters)] : [];
    return await measure([program("loadgen"), ...server.generator, ...spans, ...more, ...mode], work.limitMs ?? LIMIT_MS);
  } finally {
    await server.stop();
  }
}

/** From the start of the process until it answers, and what it holds then. */
async function startUp(name, work) {
  const server = await launch(name, { seed: work.seed });
  try {
    const answer = await fetch(`http://${server.address}/readyz`);
    if (!answer.ok) throw new Error(`/readyz says ${answer.status}`);
    const start_ms = Number(process.hrtime.bigint() - server.began) / 1e6;
    await new Promise((done) => setTimeout(done, 2_000));
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return { start_ms, resident: Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024 };
  } finally {
    await server.stop();
  }
}

/** The same messages written to the database alone, in batches as large as those that the pairs make. */
async function append(_, work, options) {
  const { file, people, remove } = await database(work.seed);
  try {
    const batches = ["--batch", String(work.batch), "--seconds", String(options.seconds)];
    return await measure([program("append"), "--database", file, "--people", people, ...batches], LIMIT_MS, SERVER_CORE);
  } finally {
    remove();
  }
}

const PAIRS = { kind: "pairs", people: 1_000 };
const ROOM = { kind: "room", people: 1_000 };
const LARGE_ROOM = { kind: "room", people: 5_000 };

export const WORKS = {
  idle: {
    title: "10,000 connections come in and stay",
    servers: ["n", "nd", "r", "engine", "linnet"],
    seed: { kind: "pairs", people: 10_100 },
    mode: ["idle", "--clients", "10000"],
  },
  room: {
    title: "room of 1,000, one message at a time",
    servers: ["n", "r", "engine", "linnet"],
    seed: ROOM,
    mode: ["fanout", "--members", "1000"],
  },
  room8: {
    title: "room of 1,000, eight outstanding",
    servers: ["n", "rb", "engine", "linnet"],
    seed: ROOM,
    mode: ["fanout", "--members", "1000", "--outstanding", "8"],
  },
  large: {
    title: "room of 5,000, one message at a time",
    servers: ["n", "r", "engine", "linnet"],
    seed: LARGE_ROOM,
    mode: ["fanout", "--members", "5000"],
  },
  pairs: {
    title: "500 pairs, each waits for its acknowledgement",
    servers: ["n", "r", "nd", "ndg", "engine", "linnet"],
    seed: PAIRS,
    mode: ["pairs", "--pairs", "500"],
  },
  append: {
    title: "batches of 500 written to the database alone",
    servers: ["linnet"],
    seed: PAIRS,
    batch: 500,
    run: append,
  },
  open: {
    title: "500 pairs, 1,000 messages a second",
    servers: ["nd", "ndg", "linnet"],
    seed: PAIRS,
    mode: ["open", "--pairs", "500", "--rate", "1000"],
  },
  half: {
    title: "500 pairs, half of what it can do",
    servers: ["linnet"],
    seed: PAIRS,
    run: (name, work, options, medians) => {
      const most = medians.pairs?.linnet?.messages_per_second;
      if (!most) throw new Error("the work `pairs` has to be measured before");
      return generate(name, work, options, ["open", "--pairs", "500", "--rate", (most / 2).toFixed(0)]);
    },
  },
  storm: {
    title: "5,000 reconnect at once and sync",
    servers: ["linnet"],
    seed: LARGE_ROOM,
    mode: ["storm", "--clients", "5000"],
  },
  slow: {
    title: "one of 1,000 stops reading",
    servers: ["linnet"],
    seed: ROOM,
    characters: 8_000,
    mode: ["slow", "--members", "1000", "--rate", "25"],
  },
  flood: {
    title: "one socket floods",
    servers: ["linnet"],
    seed: PAIRS,
    // The default, which is what slows it.
    settings: { LINNET_EVENTS_PER_SECOND: "50" },
    mode: ["flood", "--pairs", "500", "--rate", "500"],
  },
  history: {
    title: "a page of 50 from 1,000 messages",
    servers: ["linnet"],
    seed: { kind: "room", people: 2, messages: 1_000 },
    mode: ["history"],
  },
  deep: {
    title: "a page of 50 from 1,000,000 messages",
    servers: ["linnet"],
    seed: { kind: "room", people: 2, messages: 1_000_000 },
    mode: ["history"],
  },
  start: {
    title: "start with 1,000,000 messages",
    servers: ["linnet"],
    seed: { kind: "room", people: 2, messages: 1_000_000 },
    run: startUp,
  },
  soak: {
    title: "ten minutes of mixed load",
    servers: ["linnet"],
    seed: PAIRS,
    once: true,
    seconds: 600,
    limitMs: 700_000,
    mode: ["soak", "--pairs", "500", "--rate", "1000", "--churn", "20"],
  },
};

export const run = (name, work, options, medians) =>
  work.run ? work.run(name, work, options, medians) : generate(name, work, options);
