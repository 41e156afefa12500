import { expect, test } from "vitest";
import { push, slot } from "./logic";

test("a card goes before the first one whose middle is below the pointer", () => {
  const cards = [{ top: 0, bottom: 20 }, { top: 24, bottom: 64 }];
  expect([5, 15, 43, 45].map((y) => slot(cards, y))).toEqual([0, 1, 1, 2]);
  expect(slot([], 7)).toBe(0);
});

test("the board scrolls near its edges only, faster further out", () => {
  expect(push(500, 100, 900)).toBe(0);
  expect(push(100, 100, 900)).toBe(-18);
  expect(push(899, 100, 900)).toBe(18);
  expect(push(160, 100, 900)).toBe(-2);
  expect(push(90, 100, 900)).toBe(0);
});
