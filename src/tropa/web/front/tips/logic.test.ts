import { expect, test } from "vitest";
import { place } from "./logic";

test("a tooltip stands over the middle of its element", () => {
  expect(place({ x: 300, top: 200, bottom: 220 }, { width: 100, height: 30 }, 1000)).toEqual({ left: 250, top: 160 });
});

test("under it at the upper edge, and never outside of the window", () => {
  expect(place({ x: 10, top: 20, bottom: 40 }, { width: 100, height: 30 }, 1000)).toEqual({ left: 8, top: 48 });
  expect(place({ x: 990, top: 200, bottom: 220 }, { width: 100, height: 30 }, 1000).left).toBe(892);
});
