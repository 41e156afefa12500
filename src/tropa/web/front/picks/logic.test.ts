import { expect, test } from "vitest";
import { span, stateOf } from "./logic";

test("none, some, all", () => {
  expect([stateOf(0, 3), stateOf(1, 3), stateOf(3, 3), stateOf(0, 0)]).toEqual(["none", "some", "all", "none"]);
});

test("Shift picks everything between, in both directions", () => {
  expect(span(1, 3)).toEqual([1, 2, 3]);
  expect(span(3, 1)).toEqual([1, 2, 3]);
  expect(span(undefined, 2)).toEqual([2]);
});
