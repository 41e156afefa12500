import { expect, test } from "vitest";
import { fits } from "./logic";

test("every word counts, in any order and case", () => {
  expect(fits("Заявка на демо", "ДЕМО заявка")).toBe(true);
  expect(fits("Заявка на демо", "")).toBe(true);
  expect(fits("Заявка на демо", "договор")).toBe(false);
});
