import { expect, test } from "vitest";
import { nudge } from "./logic";

test("a list stays inside of the window", () => {
  expect(nudge({ left: 100, right: 300 }, 390)).toBe(0);
  expect(nudge({ left: -40, right: 200 }, 390)).toBe(48);
  expect(nudge({ left: 200, right: 420 }, 390)).toBe(-38);
  expect(nudge({ left: 20, right: 600 }, 390)).toBe(-12);
});
