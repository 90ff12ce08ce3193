import { expect, it } from "vitest";
import { moved, pinched, type Sizes, WHOLE, zoomed } from "./zoom";

const sizes: Sizes = { picture: { width: 800, height: 400 }, frame: { width: 800, height: 600 } };
const middle = { x: 0, y: 0 };

it("keeps what is under the pointer there", () => {
  const at = { x: 200, y: 100 };
  const twice = zoomed(WHOLE, 2, at, sizes);
  expect(twice.scale).toBe(2);
  // The same place of the picture: its offset from the picture's middle, made twice as large.
  expect((at.x - twice.x) / twice.scale).toBeCloseTo(at.x);
  expect((at.y - twice.y) / twice.scale).toBeCloseTo(at.y);
});

it("goes no further than the whole picture and ten times of it", () => {
  expect(zoomed(WHOLE, 0.1, middle, sizes)).toEqual(WHOLE);
  expect(zoomed(WHOLE, 1_000, middle, sizes).scale).toBe(10);
  const back = zoomed(zoomed(WHOLE, 4, { x: 300, y: 100 }, sizes), 0.01, { x: -300, y: 0 }, sizes);
  expect([back.scale, Math.abs(back.x), Math.abs(back.y)]).toEqual([1, 0, 0]);
});

it("leaves no gap at the edges, and a side that fits in the middle", () => {
  expect(moved(WHOLE, { x: 500, y: 500 }, sizes)).toEqual({ scale: 1, x: 0, y: 0 });
  const twice = zoomed(WHOLE, 2, middle, sizes);
  expect(moved(twice, { x: 5_000, y: -5_000 }, sizes)).toEqual({ scale: 2, x: 400, y: -100 });
});

it("follows two fingers", () => {
  const before = [
    { x: -50, y: 0 },
    { x: 50, y: 0 },
  ] as const;
  const after = [
    { x: -100, y: 0 },
    { x: 200, y: 0 },
  ] as const;
  const { scale, x } = pinched(WHOLE, before, after, sizes);
  expect(scale).toBe(3);
  expect(x).toBe(50);
});
