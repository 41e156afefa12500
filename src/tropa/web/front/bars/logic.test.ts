import { expect, test } from "vitest";
import { properties } from "./logic";

test("shares, places and colours become properties", () => {
  expect(properties({ v: "82", t: "55.5" })).toEqual({ "--v": "82", "--t": "55.5" });
  expect(properties({ x: "36", w: "26", h: "5" })).toEqual({ left: "36%", width: "26%", height: "5%" });
  expect(properties({ c: "chart-bar" })).toEqual({ "--c": "var(--chart-bar)" });
});

test("a number of a Russian template is a number", () => {
  expect(properties({ v: "27,7" })).toEqual({ "--v": "27.7" });
  expect(properties({ v: "1\u00a0200" })).toEqual({ "--v": "1200" });
});

test("what is no number and no token is left out", () => {
  expect(properties({ v: "—", t: "", w: undefined, c: "red;x:y" })).toEqual({});
  expect(properties({ v: "-4" })).toEqual({ "--v": "0" });
});
