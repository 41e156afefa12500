import { describe, expect, it, test } from "vitest";
import { face, height, heightAt, line, newcomer, nudged, reaching, sides, signed, slides, tidy, under, type Spot } from "./logic";

/** Points along a path made of M and C with absolute numbers. */
function walk(path: string): Spot[] {
  const numbers = [...path.matchAll(/-?[\d.]+/g)].map(Number);
  let from = { x: numbers[0] ?? 0, y: numbers[1] ?? 0 };
  const found = [from];
  for (let at = 2; at + 5 < numbers.length + 0.5; at += 6) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers.slice(at, at + 6);
    for (let t = 0.05; t <= 1.001; t += 0.05) {
      const s = 1 - t;
      const mix = (a: number, b: number, c: number, d: number) =>
        a * s ** 3 + 3 * b * s * s * t + 3 * c * s * t * t + d * t ** 3;
      found.push({ x: mix(from.x, x1, x2, x3), y: mix(from.y, y1, y2, y3) });
    }
    from = { x: x3, y: y3 };
  }
  return found;
}

describe("line", () => {
  it("goes through its points", () => {
    expect(line([{ x: 0, y: 10 }, { x: 30, y: 40 }])).toBe("M0.0,10.0C10.0,20.0,20.0,30.0,30.0,40.0");
    expect(line([])).toBe("");
    expect(line([{ x: 5, y: 5 }])).toBe("M5.0,5.0");
  });
  it("never rises above or falls below the points that it joins", () => {
    const spots = [
      { x: 0, y: 50 }, { x: 40, y: 52 }, { x: 45, y: 5 }, { x: 160, y: 6 }, { x: 170, y: 90 }, { x: 300, y: 90 }, { x: 320, y: 20 },
    ];
    for (const { x, y } of walk(line(spots))) {
      const after = spots.findIndex((spot) => spot.x >= x - 0.01);
      const pair = [spots[Math.max(0, after - 1)], spots[after]].map((spot) => spot?.y ?? 0);
      expect(y).toBeGreaterThanOrEqual(Math.min(...pair) - 0.11);
      expect(y).toBeLessThanOrEqual(Math.max(...pair) + 0.11);
    }
  });
  it("takes points in any order and two over each other", () => {
    expect(line([{ x: 30, y: 40 }, { x: 0, y: 10 }])).toBe(line([{ x: 0, y: 10 }, { x: 30, y: 40 }]));
    expect(line([{ x: 10, y: 0 }, { x: 10, y: 90 }, { x: 20, y: 5 }])).not.toMatch(/NaN|Infinity/);
  });
});

test("the height over a place is that of the line", () => {
  const spots = [{ x: 0, y: 10 }, { x: 30, y: 40 }, { x: 90, y: 20 }, { x: 120, y: 25 }];
  for (const { x, y } of walk(line(spots))) expect(heightAt(spots, x)).toBeCloseTo(y, 0);
  expect([heightAt(spots, -5), heightAt(spots, 500), heightAt([], 3)]).toEqual([10, 25, 0]);
});

test("the line reaches the edges at the height of its ends", () => {
  expect(reaching([{ x: 20, y: 7 }, { x: 60, y: 9 }], 100)).toEqual([
    { x: 0, y: 7 }, { x: 20, y: 7 }, { x: 60, y: 9 }, { x: 100, y: 9 },
  ]);
  expect(reaching([], 100)).toEqual([]);
});

test("where a point stands and what is under a pointer agree", () => {
  for (const emotion of [-2, -1.1, 0, 0.6, 2]) {
    expect(under(30, height(emotion, 200), 100, 200)).toEqual({ emotion, offset: 30 });
  }
  expect(under(-500, -500, 100, 200)).toEqual({ emotion: 2, offset: 6 });
  expect(under(500, 500, 100, 200)).toEqual({ emotion: -2, offset: 94 });
});

test("keys move a point by their steps and stop at the ends", () => {
  const point = { emotion: 0.6, offset: 50 };
  expect(nudged(point, "ArrowUp")).toEqual({ emotion: 0.7, offset: 50 });
  expect(nudged(point, "ArrowDown")).toEqual({ emotion: 0.5, offset: 50 });
  expect(nudged(point, "PageDown")).toEqual({ emotion: -0.4, offset: 50 });
  expect(nudged(point, "ArrowLeft")).toEqual({ emotion: 0.6, offset: 47 });
  expect(nudged({ emotion: 1.9, offset: 93 }, "PageUp")).toEqual({ emotion: 2, offset: 93 });
  expect(nudged(point, "Enter")).toBeUndefined();
  expect(Object.is(tidy({ emotion: -0.02, offset: 50 }).emotion, 0)).toBe(true);
});

test("a new point stands in the widest free place, on the line", () => {
  expect(newcomer([[], []], 1)).toEqual({ emotion: 0, offset: 50 });
  const columns = [[{ emotion: 1, offset: 20 }], [], [{ emotion: -1, offset: 20 }]];
  expect(newcomer(columns, 0).offset).toBe(60);
  expect(newcomer(columns, 1)).toEqual({ emotion: -0.3, offset: 50 });
});

test("faces and signs", () => {
  expect([-2, -1, 0, 0.6, 2].map(face)).toEqual(["n2", "n1", "0", "p1", "p2"]);
  expect([-1.2, 0, 0.6].map((emotion) => signed(emotion, ","))).toEqual(["−1,2", "0", "+0,6"]);
});

describe("sides", () => {
  const label = { x: 50, y: 100, width: 60, height: 16, isUp: true };
  it("keeps labels on their side while nothing is there", () => {
    expect(sides([label, { ...label, isUp: false }], [], 25)).toEqual(["up", "dn"]);
  });
  it("turns a label to the other side, and hides it where both are taken", () => {
    const near = { ...label, x: 70 };
    expect(sides([label, near, near], [], 25)).toEqual(["up", "dn", "none"]);
  });
  it("goes where the line does not cross it", () => {
    const steep = [{ x: 0, y: 40 }, { x: 50, y: 100 }, { x: 100, y: 100 }];
    expect(sides([{ ...label, x: 50 }], [], 25, steep)).toEqual(["dn"]);
    expect(sides([{ ...label, x: 50 }], [{ left: 0, right: 100, top: 110, bottom: 140 }], 25, steep)).toEqual(["up"]);
  });
  it("leaves alone what stands there already", () => {
    expect(sides([label], [{ left: 0, right: 100, top: 70, bottom: 80 }], 25)).toEqual(["dn"]);
  });
});

describe("slides", () => {
  const label = { x: 100, y: 100, width: 60, height: 16, isUp: true };
  const rising = [{ x: 0, y: 100 }, { x: 100, y: 100 }, { x: 150, y: 50 }, { x: 300, y: 50 }];
  it("moves a label off the line that rises behind its point", () => {
    expect(slides([label], ["up"], [], 25, rising)).toEqual([-15]);
    expect(slides([label], ["none"], [], 25, rising)).toEqual([0]);
  });
  it("leaves it where it would lie on something else or beyond the edge", () => {
    const left = { left: 0, right: 60, top: 60, bottom: 90 };
    expect(slides([label], ["up"], [left], 25, rising)).toEqual([0]);
    expect(slides([{ ...label, x: 31 }], ["up"], [], 25, [{ x: 0, y: 75 }, { x: 62, y: 75 }])).toEqual([0]);
  });
});
