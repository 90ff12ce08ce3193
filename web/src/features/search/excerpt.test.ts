import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Highlight } from "~/contract";
import { excerpt } from "./excerpt";

/** Where the words stand in the text, as the server says it. */
function found(text: string, ...words: string[]): Highlight[] {
  return words.map((word) => ({ from: text.indexOf(word), to: text.indexOf(word) + word.length }));
}
const brackets = (text: string, highlights: Highlight[]) =>
  excerpt(text, highlights)
    .map((part) => (part.found ? `[${part.text}]` : part.text))
    .join("");

describe("a message in short", () => {
  it("has what was found marked, in any script", () => {
    const text = "👍 Crème brûlée, tonight";
    expect(brackets(text, found(text, "Crème", "brûlée"))).toBe("👍 [Crème] [brûlée], tonight");
    expect(brackets("明日は東京都庁で", found("明日は東京都庁で", "東京"))).toBe("明日は[東京]都庁で");
    expect(brackets("nothing of it", [])).toBe("nothing of it");
    expect(excerpt("", [])).toEqual([]);
  });

  it("is plain, whatever was found between the signs of markdown", () => {
    const bold = "# The **old mill** and [a page](https://a.example/mill)";
    expect(brackets(bold, found(bold, "mill", "page"))).toBe("The old [mill] and a [page]");
    const across = "say *hello* you";
    expect(brackets(across, [{ from: 0, to: 10 }])).toBe("[say hello] you");
    // In an address that is not shown, there is nothing to mark, and nothing after it is marked instead.
    expect(brackets(bold, [{ from: bold.lastIndexOf("mill"), to: bold.length }])).toBe(
      "The old mill and a page",
    );
  });

  it("begins near what was found, and ends before the screen does", () => {
    const text = `${"before ".repeat(200)}needle ${"after ".repeat(200)}`;
    const short = brackets(text, found(text, "needle"));
    expect(short).toMatch(/^…before .*before \[needle\] after .*…$/);
    expect(short.indexOf("needle")).toBeLessThan(80);
    expect(short.length).toBeLessThan(500);
  });

  it("cuts no letter in two", () => {
    const family = "👩🏽‍🚀".repeat(60);
    const text = `${family}needle${family}${family}`;
    const short = brackets(text, found(text, "needle"));
    expect(short).toContain("[needle]");
    expect(short.isWellFormed()).toBe(true);
  });

  it("marks what was found and nothing else, in whatever is written", () => {
    const words = fc.array(
      fc.constantFrom("mill", "a", "**", "`", "\n", "```", "](", "[", "\u{E000}", "\u{E001}", "👍", "_"),
    );
    fc.assert(
      fc.property(words, (written) => {
        const text = written.join(" ");
        const highlights = [...text.matchAll(/mill/g)].map(({ index }) => ({ from: index, to: index + 4 }));
        const parts = excerpt(text, highlights);
        expect(parts.filter((part) => part.found).every(({ text: it }) => it === "mill")).toBe(true);
        expect(parts.map(({ text: it }) => it).join("")).not.toMatch(/[\u{E000}\u{E001}]/u);
      }),
    );
  });
});
