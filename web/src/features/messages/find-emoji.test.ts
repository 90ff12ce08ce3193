import { expect, it } from "vitest";
import { GROUPS } from "./emoji";
import de from "./emoji-names/de.json";
import en from "./emoji-names/en.json";
import es from "./emoji-names/es.json";
import ja from "./emoji-names/ja.json";
import { findEmoji, nameOf } from "./find-emoji";

const ALL = Object.values(GROUPS).flat();

it("emoji are found by name in the reader's language, without accents and in any case", () => {
  expect(findEmoji("party popper", ALL, en)).toEqual(["🎉"]);
  expect(findEmoji("Corazon rojo", ALL, es)).toEqual(["❤️"]);
  expect(findEmoji("TRÄNEN", ALL, de)).toContain("😂");
  expect(findEmoji("乾杯", ALL, ja)).toContain("🍻");
  expect(findEmoji("no such thing", ALL, en)).toEqual([]);
});

it("those whose name begins with what is typed come before those that only have it inside", () => {
  const found = findEmoji("art", ALL, en);
  expect(found.indexOf("🎨")).toBeLessThan(found.indexOf("❤️"));
  expect(found).toContain("❤️");
});

it("each of them has a name in every language", () => {
  for (const names of [en, de, es, ja]) {
    expect(ALL.filter((emoji) => nameOf(emoji, names) === emoji)).toEqual([]);
  }
});
