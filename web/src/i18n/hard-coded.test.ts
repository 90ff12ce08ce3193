//! Everything that people read comes from a catalogue: no component and no slice has a sentence of its own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { expect, it } from "vitest";

/** Attributes that are read or heard by people, ours among them. */
const SPOKEN = new Set([
  "alt",
  "aria-label",
  "aria-description",
  "hint",
  "label",
  "placeholder",
  "sentence",
  "title",
]);
/** The product's own name is the same in every language. */
const NAMES = new Set(["Linnet"]);
const WORD = /\p{L}{2}/u;
const SENTENCE = /^\p{Lu}\p{Ll}*['’]?\p{Ll}*,? \p{L}/u;

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

/** The texts that an expression may become: not what it compares, not what it hands to a function. */
function textsOf(node: Node): string[] {
  if (node.type === "Literal") return typeof node.value === "string" ? [node.value] : [];
  if (node.type === "TemplateElement") return [(node.value as { cooked: string }).cooked];
  if (
    /^(CallExpression|BinaryExpression|JSXElement|JSXFragment|MemberExpression|.*Function.*)$/.test(node.type)
  )
    return [];
  return childrenOf(node).flatMap(textsOf);
}

function spokenIn(node: Node, found: string[] = []): string[] {
  if (node.type === "JSXText") found.push((node.value as string).trim());
  if (node.type === "JSXAttribute" && SPOKEN.has((node.name as { name: string }).name))
    found.push(...textsOf(node.value as Node));
  if (node.type === "JSXElement" || node.type === "JSXFragment") {
    for (const child of node.children as Node[]) {
      if (child.type === "JSXExpressionContainer") found.push(...textsOf(child));
    }
  }
  // A sentence is for people wherever it stands, unless it is matched against what the protocol says.
  if (node.type === "Literal" && typeof node.value === "string" && SENTENCE.test(node.value))
    found.push(node.value);
  if (node.type === "TemplateElement" && SENTENCE.test((node.value as { cooked: string }).cooked))
    found.push((node.value as { cooked: string }).cooked);
  for (const child of childrenOf(node)) spokenIn(child, found);
  return found;
}

function hardCoded(source: string): string[] {
  const spoken = spokenIn(parseAst(source, { lang: "tsx" }) as unknown as Node);
  return [...new Set(spoken.filter((text) => WORD.test(text) && !NAMES.has(text)))];
}

/** What the server says on the wire and is compared with, never shown. */
const PROTOCOL = new Set(["Authentication failed"]);

it("finds what is hard-coded, however it is written", () => {
  expect(hardCoded("<p>Hello</p>")).toEqual(["Hello"]);
  expect(hardCoded('<p>{late ? "Late" : t("on.time")}</p>')).toEqual(["Late"]);
  expect(hardCoded(["<p>{`$", "{count} left`}</p>"].join(""))).toEqual([" left"]);
  expect(hardCoded('<input aria-label="Name" className="input w-full" />')).toEqual(["Name"]);
  expect(hardCoded('const ENDED = { expired: "Your session has ended." };')).toEqual([
    "Your session has ended.",
  ]);
  expect(hardCoded('<p className="a b">{t("people.title")}{state === "sent" && <b>@{name}</b>}</p>')).toEqual(
    [],
  );
});

it("nothing that people read is hard-coded", () => {
  const files = readdirSync("src", { recursive: true, withFileTypes: true })
    .filter((entry) => /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith("src/test/") && file !== "src/contract.ts");
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((file) =>
    hardCoded(readFileSync(file, "utf8"))
      .filter((text) => !PROTOCOL.has(text))
      .map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
