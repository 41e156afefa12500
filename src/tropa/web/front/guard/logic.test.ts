import { expect, test } from "vitest";
import { content } from "./logic";

test("equal content is equal, the token does not count", () => {
  expect(content([["name", "a"], ["csrfmiddlewaretoken", "1"]])).toBe(content([["name", "a"], ["csrfmiddlewaretoken", "2"]]));
});

test("a changed field, another file and another order of values show", () => {
  expect(content([["name", "a"]])).not.toBe(content([["name", "b"]]));
  expect(content([["file", new File([""], "")]])).not.toBe(content([["file", new File(["x"], "log.csv")]]));
  expect(content([["a", "b,c"]])).not.toBe(content([["a", "b"], ["a", "c"]]));
});
