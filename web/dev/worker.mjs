// Writes dist/worker.js: the service worker with the files of this build in it, so that each build has a worker of its own.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { transformWithOxc } from "vite";

const folder = process.argv[2] ?? "dist";
/** What the page is made of. Icons are the system's to fetch, and the worker does not keep itself. */
const SHELL = /\.(html|js|css|svg|woff2)$/;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && SHELL.test(entry.name) && entry.name !== "worker.js")
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
  .sort();
// What the page makes of a text, the worker does as well.
const plainText = readFileSync(new URL("../src/ui/plain-text.ts", import.meta.url), "utf8");
const { code } = await transformWithOxc(plainText, "plain-text.ts");
const hash = createHash("sha256");
for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
const source = readFileSync(new URL("./worker-source.js", import.meta.url), "utf8");
hash.update(source).update(code);
// The page is asked for as `/`; as a file its name is never in the address.
const addresses = files.map((file) => (file === "index.html" ? "/" : `/${file}`));
const worker = source
  .replace('"BUILD"', () => JSON.stringify(hash.digest("hex").slice(0, 16)))
  .replace('["FILES"]', () => JSON.stringify(addresses))
  .concat(code.replaceAll("export function", "function"));
if (worker === source) throw new Error("the worker's source has no place for the build");
writeFileSync(join(folder, "worker.js"), worker);
