import { expect, test } from "vitest";
import { failureWord, isWholePage } from "./logic";

test("every refusal has a text of its own or the general one", () => {
  const words = [0, 403, 404, 409, 413, 429, 500, 503, 418].map(failureWord);
  expect(words).toEqual(["offline", "refused", "gone", "changed", "large", "often", "broken", "broken", "failed"]);
});

test("a whole page is told from a fragment", () => {
  expect(isWholePage("\n<!DOCTYPE html><html>")).toBe(true);
  expect(isWholePage("<div>…<!doctype html></div>")).toBe(false);
});
