// Holds the direction of imports: app -> features -> ui, http, socket. A feature may use another feature's slice (its
// actions and selectors), never its components or its other files. ui, http and socket know no feature. Everything may
// speak the user's language: i18n.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const IMPORT = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;
const PUBLIC_FILES = new Set(["slice"]);

/** Names the layer of a path below src: "app", "ui", "features/messages", ... */
function layerOf(path) {
  const [first, second] = path.split("/");
  return first === "features" ? `features/${second}` : first;
}

function refusal(from, to) {
  const source = layerOf(from);
  const target = layerOf(to);
  if (source === target || source === "app" || source === "test" || /\.test\.tsx?$/.test(from)) return null;
  if (target === "contract" || target === "contract.ts") return null;
  if (target === "i18n") return null;
  if (target === "app") return "only app may combine features";
  if (target === "test") return "shipped code does not use test code";
  if (source.startsWith("features/")) {
    if (!target.startsWith("features/")) return null;
    const file = to.split("/")[2]?.replace(/\.tsx?$/, "");
    return PUBLIC_FILES.has(file) ? null : `a feature may only use another feature's slice, not ${file}`;
  }
  if (target.startsWith("features/")) return `${source} knows no feature`;
  return source === "ui" ? `ui knows no ${target}` : null;
}

/** Every import of one file that goes the wrong way, as sentences. */
export function violations(path, text) {
  const found = [];
  for (const [, specifier] of text.matchAll(IMPORT)) {
    let to = null;
    if (specifier.startsWith("~/")) to = specifier.slice(2);
    else if (specifier.startsWith("."))
      to = normalize(join(dirname(path), specifier))
        .split(sep)
        .join("/");
    if (to === null) continue;
    const reason = refusal(path, to);
    if (reason) found.push(`src/${path} imports ${specifier}: ${reason}`);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? "src";
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const found = files.flatMap((file) =>
    violations(relative(root, file).split(sep).join("/"), readFileSync(file, "utf8")),
  );
  for (const sentence of found) console.error(sentence);
  if (files.length === 0) throw new Error(`no source files under ${root}`);
  process.exit(found.length === 0 ? 0 : 1);
}
