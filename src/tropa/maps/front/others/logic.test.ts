import { expect, test } from "vitest";
import { initials, pace } from "./logic";

test("every second; failures slow it down, to five seconds at most", () => {
  expect([0, 1, 2, 5, 50].map(pace)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
});

test("initials", () => {
  expect(["Key Account", "маркетинг", "", "отдел внедрения, Тверь"].map(initials)).toEqual(["KA", "М", "", "ОВ"]);
});
