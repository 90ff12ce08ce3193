import { expect, it } from "vitest";
import { pixelsOf } from "./thumb-hash";

/** What the reference implementation makes of them: the size, and the pixels at the beginning, in the middle and at the end. */
const KNOWN = [
  ["1QcSHQRnh493V4dIh4eXh1h4kJUI", 23, 32, [64, 77, 113, 255], [140, 109, 88, 255], [0, 4, 39, 255]],
  ["oIQKM5pwd4d0iIiIgHQHt4g=", 32, 14, [21, 14, 220, 255], [130, 62, 199, 255], [243, 95, 193, 255]],
  ["0CgJMhp1cIiIh4iHjYB3+Ig=", 9, 32, [54, 15, 19, 255], [12, 145, 48, 255], [25, 232, 80, 255]],
  ["WSqDBQA3f3h4d3d3d39393d3cHd3eId4dw==", 32, 32, [201, 51, 49, 0], [201, 51, 49, 130], [201, 51, 49, 187]],
] as const;

it.each(KNOWN)("draws %s as the reference does", (hash, width, height, first, middle, last) => {
  const pixels = pixelsOf(hash);
  expect([pixels?.width, pixels?.height]).toEqual([width, height]);
  const at = (x: number, y: number) => [
    ...(pixels?.data.slice((y * width + x) * 4, (y * width + x) * 4 + 4) ?? []),
  ];
  const drawn = [at(0, 0), at(width >> 1, height >> 1), at(width - 1, height - 1)];
  for (const [index, pixel] of [first, middle, last].entries()) {
    // The reference cuts where the browser rounds.
    for (const [channel, value] of pixel.entries()) {
      expect(Math.abs((drawn[index]?.[channel] ?? -9) - value)).toBeLessThanOrEqual(1);
    }
  }
});

it("makes nothing of what is none, and something of any other bytes", () => {
  for (const none of ["", "AA==", "no base64 %"]) expect(pixelsOf(none)).toBeUndefined();
  for (const odd of ["AAAAAAAA", "////////"]) expect(pixelsOf(odd)?.data.length).toBeGreaterThan(0);
});
