// From reports of single runs to medians, ratios and a table.
import { BARS, FIGURES, SHOWN } from "./bars.js";
import { SERVERS } from "./servers.js";
import { WORKS } from "./works.js";

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function figure(report, name) {
  const { path } = FIGURES[name];
  const value = typeof path === "function" ? path(report) : path.reduce((part, key) => part?.[key], report);
  return Number.isFinite(value) ? value : undefined;
}

/** Median, least and most of a figure, if it was measured. */
function spread(results, work, server, name) {
  const values = (results[work]?.[server] ?? []).map((report) => figure(report, name)).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Medians of everything that a later work asks for. */
export function medians(results) {
  const rates = Object.entries(results).map(([work, servers]) => [
    work,
    Object.fromEntries(
      Object.keys(servers).map((server) => [server, { messages_per_second: spread(results, work, server, "rate")?.median }]),
    ),
  ]);
  return Object.fromEntries(rates);
}

/** Every bar with what was measured; `met` is undefined where something is missing. */
export function judge(results) {
  return BARS.map((bar) => {
    const ours = spread(results, bar.work, bar.server, bar.figure)?.median;
    const [work, server] = Array.isArray(bar.against) ? bar.against : [bar.work, bar.against];
    const theirs = bar.against ? spread(results, work, server, bar.figure)?.median : 1;
    if (ours === undefined || theirs === undefined) return { ...bar, met: undefined };
    const measured = ours / theirs;
    return { ...bar, measured, met: bar.kind === "most" ? measured <= bar.factor : measured >= bar.factor };
  });
}

function named(bar) {
  if (!bar.against) return "";
  const [work, server] = Array.isArray(bar.against) ? bar.against : [undefined, bar.against];
  return work ? ` of: ${WORKS[work].title}` : ` ${SERVERS[server].title}`;
}

export function markdown({ machine, results }) {
  const lines = [
    `Measured ${machine.date} on ${machine.cpu} (${machine.cores} cores), Linux ${machine.kernel}, ${machine.rustc}, Node ${machine.node}, socket.io ${machine.socketio}, commit ${machine.commit}; `
      + `median of ${machine.runs} runs of ${machine.seconds} s with the least and the most; load of the machine ${machine.load}.`,
    "",
    "| work | figure | server | median | least to most |",
    "| --- | --- | --- | ---: | ---: |",
  ];
  for (const [work, names] of Object.entries(SHOWN)) {
    for (const name of names) {
      for (const server of WORKS[work].servers) {
        const found = spread(results, work, server, name);
        if (!found) continue;
        const { show, title } = FIGURES[name];
        const title_ = `${WORKS[work].title} | ${title} | ${SERVERS[server].title}`;
        lines.push(`| ${title_} | ${show(found.median)} | ${show(found.low)} to ${show(found.high)} |`);
      }
    }
  }
  lines.push("", "| work | figure | bar | measured | |", "| --- | --- | --- | ---: | --- |");
  for (const bar of judge(results)) {
    if (bar.met === undefined) continue;
    const { show, title } = FIGURES[bar.figure];
    const write = (value) => (bar.against ? value.toFixed(2) : show(value));
    const sign = bar.kind === "most" ? "≤" : "≥";
    lines.push(
      `| ${WORKS[bar.work].title} | ${SERVERS[bar.server].title}: ${title} | ${sign} ${write(bar.factor)}${named(bar)} | ${write(bar.measured)} | ${bar.met ? "met" : "**missed**"} |`,
    );
  }
  return `${lines.join("\n")}\n`;
}
