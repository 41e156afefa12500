import { describe, expect, it, test } from "vitest";
import { heir, shifted, step } from "./logic";

const shape = [
  [2, 0, 1],
  [0, 3, 1],
];
const at = (row: number, column: number, item: number) => ({ row, column, item });

describe("step", () => {
  it("goes through the cards of a cell, then to the next row", () => {
    expect(step(shape, at(0, 0, 0), "ArrowDown")).toEqual(at(0, 0, 1));
    expect(step(shape, at(0, 0, 1), "ArrowDown")).toEqual(at(1, 0, 0));
    expect(step(shape, at(1, 0, 0), "ArrowDown")).toBeUndefined();
  });
  it("comes up to the last card of the row above", () => {
    expect(step(shape, at(1, 0, 0), "ArrowUp")).toEqual(at(0, 0, 1));
    expect(step(shape, at(1, 1, 2), "ArrowUp")).toEqual(at(1, 1, 1));
    expect(step(shape, at(0, 0, 0), "ArrowUp")).toBeUndefined();
  });
  it("goes sideways at the same height, empty cells too", () => {
    expect(step(shape, at(0, 0, 1), "ArrowRight")).toEqual(at(0, 1, 0));
    expect(step(shape, at(1, 1, 2), "ArrowRight")).toEqual(at(1, 2, 0));
    expect(step(shape, at(0, 0, 0), "ArrowLeft")).toBeUndefined();
  });
  it("goes to the first and the last stage", () => {
    expect(step(shape, at(0, 1, 0), "Home")).toEqual(at(0, 0, 0));
    expect(step(shape, at(0, 1, 0), "End")).toEqual(at(0, 2, 0));
    expect(step(shape, at(0, 1, 0), "x")).toBeUndefined();
  });
  it("lands on the last cell where the next row is shorter", () => {
    expect(step([[1], [1, 1, 1]], at(1, 2, 0), "ArrowUp")).toEqual(at(0, 0, 0));
    expect(step([[1, 1, 1], [1]], at(1, 0, 0), "ArrowUp", 2)).toEqual(at(0, 2, 0));
  });
});

describe("shifted", () => {
  const takes = [true, true];
  it("puts the card behind those of the next stage", () => {
    expect(shifted(shape, takes, at(1, 0, 0), "ArrowRight")).toEqual({ row: 1, column: 1, index: 3 });
    expect(shifted(shape, takes, at(0, 2, 0), "ArrowRight")).toBeUndefined();
  });
  it("moves it within the cell, then to the lane beside", () => {
    expect(shifted(shape, takes, at(1, 1, 1), "ArrowUp")).toEqual({ row: 1, column: 1, index: 0 });
    expect(shifted(shape, takes, at(1, 1, 1), "ArrowDown")).toEqual({ row: 1, column: 1, index: 2 });
    expect(shifted(shape, takes, at(1, 1, 0), "ArrowUp")).toEqual({ row: 0, column: 1, index: 0 });
    expect(shifted(shape, takes, at(0, 0, 1), "ArrowDown")).toEqual({ row: 1, column: 0, index: 0 });
  });
  it("passes lanes that take no such card", () => {
    expect(shifted([[1], [1], [2]], [true, false, true], at(0, 0, 0), "ArrowDown")).toEqual({ row: 2, column: 0, index: 0 });
    expect(shifted([[1], [1]], [true, false], at(0, 0, 0), "ArrowDown")).toBeUndefined();
  });
});

test("the focus goes to the next card, at the end to the one before, and nowhere in an empty cell", () => {
  expect([heir(0, 3), heir(2, 3), heir(0, 1)]).toEqual([1, 1, undefined]);
});
