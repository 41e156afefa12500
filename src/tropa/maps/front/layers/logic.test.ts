import { expect, test } from "vitest";
import { closed, fitting, remembered, zoomed } from "./logic";

test("zoom goes by steps, from between them too, and stops at the ends", () => {
  expect([zoomed(1, 1), zoomed(1, -1), zoomed(0.93, 1), zoomed(0.93, -1), zoomed(1.5, 1), zoomed(0.6, -1)]).toEqual([
    1.15, 0.85, 1, 0.85, 1.5, 0.6,
  ]);
});

test("the board fits its room, within what can be read", () => {
  expect(fitting(900, 1000)).toBe(0.9);
  expect(fitting(100, 1000)).toBe(0.5);
  expect(fitting(5000, 1000)).toBe(1.3);
  expect(fitting(0, 0)).toBe(1);
});

test("what was remembered is believed only when it makes sense", () => {
  expect([remembered("0.75"), remembered(null), remembered("9"), remembered("x")]).toEqual([0.75, 1, 1, 1]);
  expect([...closed("client exp")]).toEqual(["client", "exp"]);
  expect(closed(null).size).toBe(0);
});
