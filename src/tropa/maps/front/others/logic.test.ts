import { expect, test } from "vitest";
import { pace } from "./logic";

test("every second; failures slow it down, to half a minute at most", () => {
  expect([0, 1, 2, 5, 50].map(pace)).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
});
