import { expect, test } from "vitest";
import { isTooBig, size } from "./logic";

test("sizes are short and follow the language", () => {
  expect(size(900, "ru")).toBe("900 Б");
  expect(size(1_234_567, "ru")).toBe("1,2 МБ");
  expect(size(199_000_000, "en")).toBe("199 MB");
});

test("the limit of a workbook is lower", () => {
  expect(isTooBig("a.csv", 200_000_000)).toBe(false);
  expect(isTooBig("a.csv", 200_000_001)).toBe(true);
  expect(isTooBig("A.XLSX", 20_000_001)).toBe(true);
});
