import { expect, test } from "vitest";
import { river, widths } from "./logic";

const stages = [14_200, 1_576, 437, 80, 77, 53].map((n, at) => ({ left: at * 200, right: at * 200 + 200, n }));

test("a quarter of the companies is half the width", () => {
  const [whole, half] = widths([400, 100], 100);
  expect(whole).toBeCloseTo(36);
  expect(half).toBeCloseTo(18);
});

test("a stage that nobody reached is a thread, and nothing breaks without figures", () => {
  expect(widths([100, 0], 100)[1]).toBe(1.5);
  expect(widths([Number.NaN, 5], 100)).toEqual([1.5, expect.closeTo(36)]);
  expect(river([], 50)).toEqual({ flow: "", drops: [] });
});

test("the trail goes from edge to edge, losses leave it where they are seen", () => {
  const { flow, drops } = river(stages, 50);
  expect(flow).toMatch(/^M0\.0,6\.0H1200\.0V/);
  expect(flow.endsWith("Z")).toBe(true);
  // From 80 to 77 companies the width changes by less than a pixel.
  expect(drops).toHaveLength(3);
  expect(flow + drops.join("")).not.toMatch(/NaN/);
});

test("a stage with more than the one before widens the trail and drops nothing", () => {
  expect(river([{ left: 0, right: 100, n: 10 }, { left: 100, right: 200, n: 90 }], 50).drops).toEqual([]);
});
