import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "./i18n";

const folder = "src/i18n";
const read = (language: string): unknown =>
  JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8"));
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Every text of a catalogue under its whole key. */
function textsOf(value: unknown, path = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  const found = Object.entries(value as object).flatMap(([key, inner]) => [
    ...textsOf(inner, path === "" ? key : `${path}.${key}`),
  ]);
  return new Map(found);
}

const variablesOf = (text: string) => new Set(text.match(/{{\w+}}/g) ?? []);
const english = textsOf(read("en"));
const plurals = new Set(
  [...english.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
);

it("each language has a catalogue, and each catalogue a language", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  expect(files.sort()).toEqual(
    Object.keys(LANGUAGES)
      .map((language) => `${language}.json`)
      .sort(),
  );
});

describe.each(Object.keys(LANGUAGES))("%s", (language) => {
  const texts = textsOf(read(language));

  it("has every key of English, every plural of its own, and nothing else", () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const wanted = [...english.keys()].filter((key) => !PLURAL.test(key));
    for (const key of plurals) wanted.push(...pluralCategories.map((category) => `${key}_${category}`));
    expect([...texts.keys()].sort()).toEqual(wanted.sort());
  });

  it("has a text everywhere, and uses the variables of the English one", () => {
    for (const [key, text] of texts) {
      expect(text.trim(), key).not.toBe("");
      const model = english.get(key) ?? english.get(key.replace(PLURAL, "_other")) ?? "";
      const wanted = variablesOf(model);
      // "One message" may name its number in a word.
      if (PLURAL.test(key) && !key.endsWith("_other")) wanted.delete("{{count}}");
      for (const variable of wanted) expect(text, key).toContain(variable);
      for (const variable of variablesOf(text)) expect(model, key).toContain(variable);
    }
  });
});

it("no catalogue is a copy of another", () => {
  for (const language of Object.keys(LANGUAGES).filter((it) => it !== "en")) {
    const same = [...textsOf(read(language))].filter(([key, text]) => english.get(key) === text);
    expect(same.length, `${language}: ${same.map(([key]) => key).join(", ")}`).toBeLessThan(10);
  }
});
