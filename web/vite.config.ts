import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.LINNET_URL ?? "http://127.0.0.1:3000";

// The server refuses cookies from foreign origins, so the proxy speaks as the server's own page.
const proxied = { target: server, changeOrigin: true, headers: { origin: server } };

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
/** Parts of packages that the page never uses, and would load all the same. */
const trimmed = Object.fromEntries(
  [
    "property-information",
    "mdast-util-to-markdown",
    "micromark-extension-gfm-footnote",
    "mdast-util-gfm-footnote",
    "@ungap/structured-clone",
    "style-to-object",
  ].map((name) => [name, source(`trimmed/${name}.ts`)]),
);

/** What only some pages say. It is a file of its own, `./en.json?apart`, so that a conversation opens without it. */
const APART = new Set(["settings", "session", "search", "shortcuts", "groups"]);
/** What the chats say nevertheless. */
const FIRST = new Set(
  ["new", "newGroup", "newChannel", "browse", "details", "adminsWrite", "readBy"].map(
    (key) => `groups.${key}`,
  ),
);

type Section = Record<string, unknown>;

/** One of the two parts of a section, if there is anything in it. */
function partOf([name, texts]: [string, Section], apart: boolean): [string, Section][] {
  const wanted = Object.entries(texts).filter(
    ([key]) => (APART.has(name) && !FIRST.has(`${name}.${key}`)) === apart,
  );
  return wanted.length === 0 ? [] : [[name, Object.fromEntries(wanted)]];
}

function catalogueParts(): Plugin {
  return {
    name: "catalogue-parts",
    enforce: "pre",
    load(id) {
      const [file = "", query] = id.split("?");
      if (!/\/src\/i18n\/\w+\.json$/.test(file)) return null;
      const whole = Object.entries<Section>(JSON.parse(readFileSync(file, "utf8")));
      const part = whole.flatMap((section) => partOf(section, query === "apart"));
      return { code: JSON.stringify(Object.fromEntries(part)), moduleType: "json" };
    },
  };
}

const SHARED =
  /node_modules\/(react|react-dom|scheduler|react-router|@reduxjs|immer|redux|redux-thunk|reselect|react-redux|use-sync-external-store|i18next|react-i18next|dexie|socket\.io[^/]*|engine\.io[^/]*|@socket\.io)\//;

/** Our own that every page needs, for the same reason. */
const BASE =
  /\/src\/((hooks|failure|random-id|permissions|contract|across-tabs)\.ts|(socket|http|storage)\/|i18n\/[^/]+\.ts|features\/[^/]+\/slice\.ts|ui\/(Avatar|Menu|Logo|SearchBox|Alert|format-\w+|plain-text|use-roving-focus)\.)|lucide-react\/dist\/esm\/(Icon|createLucideIcon|context|defaultAttributes|shared)/;

export default defineConfig({
  plugins: [catalogueParts(), react(), tailwindcss()],
  resolve: { alias: { "~": source("."), ...trimmed } },
  server: { proxy: { "/api": proxied, "/socket.io": { ...proxied, ws: true, rewriteWsOrigin: true } } },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    // What every page needs of packages is one file: it compresses better than several, and outlives a change of our own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "shared", test: SHARED },
            { name: "base", test: BASE },
            { name: "icons", test: /lucide-react/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  test: { environment: "jsdom", setupFiles: ["src/test/setup.ts"], restoreMocks: true, testTimeout: 30_000 },
});
