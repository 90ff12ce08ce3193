// The bars: what each figure is compared with, and how far it may go. A bar is a ratio of medians of one run, or a figure.
const MIB = 1024 * 1024;
const us = (value) => `${value.toFixed(value < 10 ? 2 : 0)} µs`;
const ms = (value) => `${(value / 1000).toFixed(1)} ms`;
const bytes = (value) => (value < MIB ? `${(value / 1024).toFixed(1)} KiB` : `${(value / MIB).toFixed(1)} MiB`);
const rate = (value) => `${Math.round(value).toLocaleString("en")}/s`;
const seconds = (value) => `${value.toFixed(2)} s`;
const count = (value) => String(value);

/** Figures by name: where they stand in the generator's report, and how they are written. */
export const FIGURES = {
  cpu: { title: "CPU per delivery", path: ["cpu_us_per_delivery"], show: us },
  rate: { title: "acknowledged messages", path: ["messages_per_second"], show: rate },
  ack: { title: "p99 of the acknowledgement", path: ["ack_us", "p99"], show: ms },
  delivery: { title: "p99 of the delivery", path: ["delivery_us", "p99"], show: ms },
  setup: { title: "CPU per set-up", path: ["cpu_us_per_setup"], show: us },
  memory: { title: "memory per connection", path: ["bytes_per_connection"], show: bytes },
  back: { title: "all back after", path: ["back_seconds"], show: seconds },
  missing: { title: "messages missing", path: ["messages_still_missing"], show: count },
  page: { title: "one page, median", path: ["page_us", "p50"], show: us },
  ready: { title: "start to ready", path: ["start_ms"], show: (value) => `${value.toFixed(0)} ms` },
  most: { title: "most memory it took", path: ["memory", "peak"], show: bytes },
  rest: { title: "memory at rest", path: ["resident"], show: bytes },
  grown: { title: "memory after, to before", path: (r) => r.resident_after / r.resident_before, show: (v) => v.toFixed(2) },
  noticed: {
    title: "p99 of the others while one is slow, to before",
    path: (r) => r.p99_while_stopped_us / r.p99_before_us,
    show: (v) => v.toFixed(2),
  },
  gap: { title: "messages missing once it is back", path: ["missed_after_sync"], show: count },
  disturbed: {
    title: "p99 of the others while one floods, to before",
    path: (r) => r.p99_while_flooding_us / r.p99_before_us,
    show: (v) => v.toFixed(2),
  },
  drift: { title: "memory at the end, to its plateau", path: (r) => r.resident_at_end / r.resident_plateau, show: (v) => v.toFixed(3) },
};

/** Which figures the table shows for a work. */
export const SHOWN = {
  idle: ["memory", "setup", "most"],
  room: ["cpu", "delivery", "most"],
  room8: ["cpu", "most"],
  large: ["cpu", "most"],
  pairs: ["cpu", "rate", "ack", "most"],
  append: ["rate"],
  open: ["ack", "cpu", "most"],
  half: ["ack", "most"],
  storm: ["back", "missing", "grown", "most"],
  slow: ["noticed", "gap", "most"],
  flood: ["disturbed", "most"],
  history: ["page"],
  deep: ["page"],
  start: ["ready", "rest"],
  soak: ["drift", "most"],
};

const most = (work, figure, server, factor, against) => ({ work, figure, server, factor, against, kind: "most" });
const least = (work, figure, server, factor, against) => ({ work, figure, server, factor, against, kind: "least" });

/** `against` is a server of the same work, `[work, server]` of another, or nothing for a plain figure. */
export const BARS = [
  most("room", "cpu", "engine", 1.2, "r"),
  most("room", "cpu", "engine", 0.45, "n"),
  most("room", "cpu", "linnet", 1.4, "r"),
  most("room", "cpu", "linnet", 0.55, "n"),
  most("room8", "cpu", "engine", 1.3, "rb"),
  most("room8", "cpu", "linnet", 1.6, "rb"),
  most("room8", "cpu", "linnet", 0.25, "n"),
  most("large", "cpu", "engine", 1.2, "r"),
  most("large", "cpu", "linnet", 1.4, "r"),
  most("pairs", "cpu", "engine", 1.3, "r"),
  most("pairs", "cpu", "linnet", 1.0, "n"),
  most("pairs", "cpu", "linnet", 0.5, "ndg"),
  most("pairs", "cpu", "linnet", 0.2, "nd"),
  least("pairs", "rate", "linnet", 6, "nd"),
  least("pairs", "rate", "linnet", 2, "ndg"),
  least("pairs", "rate", "linnet", 0.6, ["append", "linnet"]),
  most("open", "ack", "linnet", 1, "nd"),
  most("half", "ack", "linnet", 25_000),
  most("idle", "memory", "engine", 5 * 1024),
  most("idle", "memory", "engine", 0.35, "n"),
  most("idle", "memory", "linnet", 7 * 1024),
  most("idle", "memory", "linnet", 0.45, "n"),
  most("idle", "setup", "engine", 0.35, "n"),
  most("idle", "setup", "linnet", 0.6, "n"),
  most("idle", "setup", "linnet", 0.25, "nd"),
  most("storm", "back", "linnet", 10),
  most("storm", "missing", "linnet", 0),
  most("storm", "grown", "linnet", 1.1),
  // Within noise, which for a median of some hundred requests is a tenth.
  most("deep", "page", "linnet", 1.1, ["history", "linnet"]),
  most("start", "ready", "linnet", 500),
  most("start", "rest", "linnet", 40 * MIB),
  most("slow", "noticed", "linnet", 1.5),
  most("slow", "gap", "linnet", 0),
  most("flood", "disturbed", "linnet", 1.5),
  most("soak", "drift", "linnet", 1.1),
];
