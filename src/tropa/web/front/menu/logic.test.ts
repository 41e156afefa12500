import { expect, test } from "vitest";
import { place } from "./logic";

const screen = { width: 1000, height: 800 };
const menu = { width: 200, height: 300 };

test("a menu hangs under its button", () => {
  expect(place({ left: 100, top: 50, right: 180, bottom: 80 }, menu, screen)).toEqual({ left: 100, top: 84 });
});

test("it stands above where there is no room below", () => {
  expect(place({ left: 100, top: 700, right: 180, bottom: 730 }, menu, screen)).toEqual({ left: 100, top: 396 });
});

test("it never leaves the window", () => {
  expect(place({ left: 950, top: 50, right: 990, bottom: 80 }, menu, screen).left).toBe(792);
  expect(place({ left: -50, top: 790, right: 0, bottom: 800 }, { width: 200, height: 900 }, screen)).toEqual({
    left: 8,
    top: 8,
  });
});
