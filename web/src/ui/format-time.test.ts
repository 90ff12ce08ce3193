import { describe, expect, it } from "vitest";
import { initialsOf } from "./Avatar";
import { ago, dayTitle, sameDay, shortTime } from "./format-time";

const now = new Date(2026, 4, 13, 15, 30);
const at = (...date: [number, number, number, number?, number?]) => new Date(...date).toISOString();

describe("times", () => {
  it("of days are said as people say them", () => {
    expect(dayTitle(at(2026, 4, 13, 0, 1), now)).toBe("Today");
    expect(dayTitle(at(2026, 4, 12, 23, 59), now)).toBe("Yesterday");
    expect(dayTitle(at(2026, 4, 9), now)).toBe("Saturday");
    expect(dayTitle(at(2026, 1, 3), now)).toContain("February");
    expect(dayTitle(at(2024, 1, 3), now)).toContain("2024");
  });

  it("in a list are short", () => {
    expect(shortTime(at(2026, 4, 13, 9, 5), now)).toMatch(/9:05/);
    expect(shortTime(at(2026, 4, 9), now)).toBe("Sat");
    expect(shortTime(at(2024, 1, 3), now)).toContain("24");
  });

  it("are compared by the local day, and told by their distance", () => {
    expect(sameDay(at(2026, 4, 13, 0, 1), at(2026, 4, 13, 23, 59))).toBe(true);
    expect(sameDay(at(2026, 4, 13, 23, 59), at(2026, 4, 14, 0, 1))).toBe(false);
    expect(ago(at(2026, 4, 13, 15, 25), now)).toBe("5 minutes ago");
    expect(ago(at(2026, 4, 12, 15, 25), now)).toBe("yesterday");
  });
});

it("initials are those of the first and the last word, in any script", () => {
  expect(["Alice Finch", "bob", "Ada de la Cruz", "Милана Соколова", "  ", "👍 ok"].map(initialsOf)).toEqual([
    "AF",
    "B",
    "AC",
    "МС",
    "?",
    "👍O",
  ]);
});
