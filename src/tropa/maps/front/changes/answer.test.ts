import { expect, test } from "vitest";
import { read, reason } from "./answer";

test("an answer is read as it comes", () => {
  const answer = read({
    number: 12,
    cells: { "pain|s1": "<div></div>" },
    lanes: false,
    columns: false,
    by: [{ name: "Key Account", member: 3, card: 7, number: 12 }, { name: "Key Account", card: null }],
    coverage: "<b>1</b>",
    change: { number: 12, kind: "evidence", target: 90, card: 7, fields: ["text"] },
    overwritten: { text: "Боится" },
    warning: "w",
    message: "Сохранено",
    can_undo: true,
    can_redo: false,
  });
  expect(answer).toMatchObject({ number: 12, target: "7", overwritten: { text: "Боится" }, canUndo: true, canRedo: false });
  expect(answer?.by).toEqual([{ card: "7", who: "Key Account" }, { card: "", who: "Key Account" }]);
});

test("nothing changed, and no answer at all", () => {
  expect(read({ number: 3, cells: {}, change: null })).toMatchObject({ isChanged: false, target: "" });
  expect(read("<!doctype html>")).toBeUndefined();
  expect(read(undefined)).toBeUndefined();
  expect([reason({ error: "Напишите текст" }), reason(null)]).toEqual(["Напишите текст", ""]);
});
