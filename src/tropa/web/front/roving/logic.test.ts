import { expect, test } from "vitest";
import { byLetter, nextIndex } from "./logic";

test("arrows go round, Home and End to the ends", () => {
  expect(nextIndex("ArrowDown", 0, 3)).toBe(1);
  expect(nextIndex("ArrowRight", 2, 3)).toBe(0);
  expect(nextIndex("ArrowUp", 0, 3)).toBe(2);
  expect(nextIndex("ArrowLeft", -1, 3)).toBe(2);
  expect(nextIndex("Home", 2, 3)).toBe(0);
  expect(nextIndex("End", 0, 3)).toBe(2);
});

test("other keys and empty rows move nothing", () => {
  expect(nextIndex("Enter", 0, 3)).toBeUndefined();
  expect(nextIndex("ArrowDown", 0, 0)).toBeUndefined();
});

test("a letter finds the next label that begins with it, Russian ones too", () => {
  const labels = ["Дублировать", "Перенести", "  Удалить", "Печать"];
  expect(byLetter(labels, 0, "п")).toBe(1);
  expect(byLetter(labels, 1, "П")).toBe(3);
  expect(byLetter(labels, 3, "п")).toBe(1);
  expect(byLetter(labels, 0, "у")).toBe(2);
  expect(byLetter(labels, 0, "я")).toBeUndefined();
});
