import { expect, test } from "vitest";
import { type Bar, barAt, read, step } from "./logic";

const BARS: Bar[] = [
  [0, 0.1, "0–4 дн.\t12 прохождений"],
  [0.1, 0.2, "4–8 дн.\t9 прохождений"],
  [0.5, 1, "> 180 дней\t2 прохождения"],
];

test("bars are read as they are written, anything else is none", () => {
  expect(read(JSON.stringify(BARS))).toEqual(BARS);
  expect(read('[[0, "a", 1], [0, 1, "x"]]')).toEqual([[0, 1, "x"]]);
  expect(read("{}")).toEqual([]);
  expect(read("no list")).toEqual([]);
  expect(read(undefined)).toEqual([]);
});

test("the bar under the pointer, none between bars", () => {
  expect(barAt(BARS, 0)).toBe(0);
  expect(barAt(BARS, 0.1)).toBe(1);
  expect(barAt(BARS, 0.3)).toBeUndefined();
  expect(barAt(BARS, 0.99)).toBe(2);
});

test("arrows walk along the bars and stop at the ends", () => {
  expect(step("ArrowRight", undefined, 3)).toBe(0);
  expect(step("ArrowRight", 2, 3)).toBe(2);
  expect(step("ArrowLeft", undefined, 3)).toBe(2);
  expect(step("ArrowLeft", 0, 3)).toBe(0);
  expect(step("Home", 2, 3)).toBe(0);
  expect(step("End", 0, 3)).toBe(2);
  expect(step("Enter", 0, 3)).toBeUndefined();
  expect(step("ArrowRight", undefined, 0)).toBeUndefined();
});
