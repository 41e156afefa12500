import { expect, test } from "vitest";
import { withCard } from "./logic";

test("the address keeps the card and everything else", () => {
  expect(withCard("http://h/maps/1/?mode=compare", "7")).toBe("http://h/maps/1/?mode=compare&card=7");
  expect(withCard("http://h/maps/1/?card=7&mode=compare#x", "")).toBe("http://h/maps/1/?mode=compare#x");
});
