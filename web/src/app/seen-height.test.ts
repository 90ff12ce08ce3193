import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followSeenHeight } from "./seen-height";

const height = () => document.documentElement.style.getPropertyValue("--seen-height");
let seen: EventTarget & { height: number; scale: number; offsetTop: number };

beforeEach(() => {
  seen = Object.assign(new EventTarget(), { height: 800, scale: 1, offsetTop: 0 });
  vi.stubGlobal("visualViewport", seen);
  vi.stubGlobal("scrollTo", vi.fn());
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.documentElement.removeAttribute("style");
});

it("gives a keyboard that lies over the page its room, and takes it back", () => {
  followSeenHeight();
  expect(height()).toBe("");
  Object.assign(seen, { height: 420, offsetTop: 380 });
  seen.dispatchEvent(new Event("resize"));
  expect(height()).toBe("420px");
  expect(window.scrollTo).toHaveBeenCalledWith(0, 0);
  Object.assign(seen, { height: 800, offsetTop: 0 });
  seen.dispatchEvent(new Event("resize"));
  expect(height()).toBe("800px");
});

it("leaves the page as it is for whoever zooms in", () => {
  followSeenHeight();
  Object.assign(seen, { height: 400, scale: 2 });
  seen.dispatchEvent(new Event("resize"));
  expect(height()).toBe("");
});
