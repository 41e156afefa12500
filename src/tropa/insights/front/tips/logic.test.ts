import { expect, test } from "vitest";
import { beside, read } from "./logic";

test("a title and its lines", () => {
  expect(read("Решение\nМедиана\t47 дней\nЦель\t30 дней")).toEqual({
    title: "Решение",
    rows: [
      ["Медиана", "47 дней"],
      ["Цель", "30 дней"],
    ],
  });
  expect(read("Только название")).toEqual({ title: "Только название", rows: [] });
});

test("beside the point, above it at the lower edge, inside of the window", () => {
  const tip = { width: 100, height: 50 };
  const view = { width: 400, height: 300 };
  expect(beside({ x: 50, y: 40 }, tip, view)).toEqual({ left: 64, top: 58 });
  expect(beside({ x: 390, y: 290 }, tip, view)).toEqual({ left: 288, top: 230 });
  expect(beside({ x: 0, y: 0 }, { width: 900, height: 50 }, view).left).toBe(12);
});
