import { expect, test } from "vitest";
import { direction } from "./logic";

test("Alt with an arrow moves, anything else does not", () => {
  expect(direction("ArrowUp", true)).toBe("earlier");
  expect(direction("ArrowDown", true)).toBe("later");
  expect(direction("ArrowUp", false)).toBeUndefined();
  expect(direction("Enter", true)).toBeUndefined();
});
