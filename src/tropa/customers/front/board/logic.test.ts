import { describe, expect, it } from "vitest";
import { beside, opensMove, step } from "./logic";

const columns = [["a", "b", "c"], [], ["d"]];

describe("beside", () => {
  it("is the next stage, and none at the ends", () => {
    expect(beside(["1", "2", "3"], "2", "ArrowRight")).toBe("3");
    expect(beside(["1", "2", "3"], "2", "ArrowLeft")).toBe("1");
    expect(beside(["1", "2", "3"], "3", "ArrowRight")).toBeUndefined();
    expect(beside(["1"], "9", "ArrowRight")).toBeUndefined();
  });
});

describe("step", () => {
  it("goes along a column and stops at its ends", () => {
    expect(step(columns, "a", "ArrowDown")).toBe("b");
    expect(step(columns, "a", "ArrowUp")).toBeUndefined();
    expect(step(columns, "b", "End")).toBe("c");
    expect(step(columns, "b", "Home")).toBe("a");
  });
  it("passes empty columns and lands on the nearest row", () => {
    expect(step(columns, "c", "ArrowRight")).toBe("d");
    expect(step(columns, "d", "ArrowLeft")).toBe("a");
    expect(step(columns, "d", "ArrowRight")).toBeUndefined();
  });
});

describe("opensMove", () => {
  it("answers to both keyboards", () => {
    expect(opensMove("m")).toBe(true);
    expect(opensMove("ь")).toBe(true);
    expect(opensMove("n")).toBe(false);
  });
});
