import { expect, test } from "vitest";
import { choiceOf, opposite, shownFor } from "./logic";

test("without a choice the page follows the system", () => {
  expect(shownFor(choiceOf(null), true)).toBe("dark");
  expect(shownFor(choiceOf("something else"), false)).toBe("light");
});

test("a choice holds whatever the system says", () => {
  expect(shownFor(choiceOf("light"), true)).toBe("light");
  expect(shownFor(choiceOf("dark"), false)).toBe("dark");
});

test("the switch goes to the other one", () => {
  expect(opposite("dark")).toBe("light");
  expect(opposite("light")).toBe("dark");
});
