import { expect, test } from "vitest";
import { staysFor } from "./logic";

test("a message with «Вернуть» stays ten seconds, another one four, a failure until it is closed", () => {
  expect(staysFor({ undo: true, bad: false })).toBe(10_000);
  expect(staysFor({ undo: false, bad: false })).toBe(4_000);
  expect(staysFor({ undo: true, bad: true })).toBeUndefined();
});
