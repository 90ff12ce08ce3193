// Runs every work on every server that does it, several times, and writes bench/results/.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg, cpus, release } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdown, medians } from "./report.js";
import { ROOT, SERVERS } from "./servers.js";
import { run, WORKS } from "./works.js";

const { values } = parseArgs({
  options: {
    help: { type: "boolean" },
    "no-build": { type: "boolean" },
    works: { type: "string" },
    servers: { type: "string" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string" },
    "warm-up": { type: "string", default: "1" },
    name: { type: "string", default: "latest" },
  },
});
if (values.help) {
  console.log(`bench/run [--works ${Object.keys(WORKS).join(",")}] [--servers ${Object.keys(SERVERS).join(",")}]
          [--runs 3] [--seconds 4] [--warm-up 1] [--name latest] [--no-build]

Without --works, all but soak, which takes ten minutes unless --seconds says otherwise. Results go to bench/results/<name>.json and .md.`);
  process.exit(0);
}
const known = (wanted, all) => {
  for (const name of wanted) if (!(name in all)) throw new Error(`${name} is not one of ${Object.keys(all).join(", ")}`);
  return wanted;
};
const works = known(values.works?.split(",") ?? Object.keys(WORKS).filter((name) => name !== "soak"), WORKS);
const servers = known(values.servers?.split(",") ?? Object.keys(SERVERS), SERVERS);
const SECONDS = 4;
const options = { seconds: Number(values.seconds ?? SECONDS), asked: values.seconds !== undefined, warmUp: Number(values["warm-up"]) };
const runs = Number(values.runs);

const said = (command, ...rest) => execFileSync(command, rest, { cwd: ROOT, encoding: "utf8" }).trim();
const socketio = JSON.parse(readFileSync(join(ROOT, "bench/node/node_modules/socket.io/package.json"), "utf8")).version;
const machine = {
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0].model,
  cores: cpus().length,
  kernel: release(),
  rustc: said("rustc", "--version"),
  node: process.version,
  socketio,
  commit: said("git", "rev-parse", "--short", "HEAD"),
  runs,
  seconds: options.seconds,
  load: "",
};

const results = {};
const errors = [];
const loads = [];
for (const work of works) {
  results[work] = {};
  // Turn by turn rather than one server after the other, so that what else happens on the machine happens to all.
  for (let turn = 0; turn < (WORKS[work].once ? 1 : runs); turn += 1) {
    for (const server of WORKS[work].servers.filter((name) => servers.includes(name))) {
      const load = loadavg()[0];
      loads.push(load);
      try {
        const report = await run(server, WORKS[work], options, medians(results));
        results[work][server] ??= [];
        results[work][server].push({ ...report, load });
        const { cpu_us_per_delivery: cpu, messages_per_second: rate } = report;
        const short = cpu === undefined ? JSON.stringify(report).slice(0, 160) : `${cpu.toFixed(2)} µs, ${rate.toFixed(0)}/s`;
        console.error(`${work} ${turn + 1}: ${SERVERS[server].title}: ${short} (load ${load.toFixed(1)})`);
      } catch (error) {
        errors.push(`${work}: ${SERVERS[server].title}: ${error.message}`);
        console.error(errors.at(-1));
      }
    }
  }
}
machine.load = loads.length ? `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}` : "";

const folder = join(ROOT, "bench/results");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, `${values.name}.json`), `${JSON.stringify({ machine, results, errors }, null, 1)}\n`);
const table = markdown({ machine, results });
writeFileSync(join(folder, `${values.name}.md`), table);
console.log(table);
// A run that failed is no result, whatever the others say.
process.exit(errors.length ? 1 : 0);
