// The curve of emotions as numbers: where points stand, the line through them, which labels fit. Emotion goes from -2
// to 2, offset from 0 to 100 across the column.

export interface Spot {
  x: number;
  y: number;
}

export interface Point {
  emotion: number;
  offset: number;
}

/** The part of the height that lies between the middle and an emotion of 2. */
const REACH = 0.35;
const EDGE = 6;
const DIGITS = 1;

export function height(emotion: number, full: number): number {
  return full * (0.5 - (emotion / 2) * REACH);
}

/** The emotion and the offset under a pointer, in a cell of the given size. */
export function under(x: number, y: number, width: number, full: number): Point {
  return tidy({ emotion: ((0.5 - y / full) * 2) / REACH, offset: (x / width) * 100 });
}

/** On the scale, in its steps, and not on the border of the column where nobody could take hold of it. */
export function tidy({ emotion, offset }: Point): Point {
  return {
    emotion: Math.max(-2, Math.min(2, Math.round(emotion * 10) / 10)) + 0,
    offset: Math.max(EDGE, Math.min(100 - EDGE, Math.round(offset))),
  };
}

/** What a key does to a point that is being edited; undefined: nothing. */
export function nudged({ emotion, offset }: Point, key: string): Point | undefined {
  const step = STEPS[key];
  return step && tidy({ emotion: emotion + step[0], offset: offset + step[1] });
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowUp: [0.1, 0],
  ArrowDown: [-0.1, 0],
  ArrowLeft: [0, -3],
  ArrowRight: [0, 3],
  PageUp: [1, 0],
  PageDown: [-1, 0],
};

/** Where a new point of a column goes: in its widest free place, on the line that is there. columns: the points of each
 * column from left to right. */
export function newcomer(columns: readonly (readonly Point[])[], column: number): Point {
  const offsets = [0, ...(columns[column] ?? []).map(({ offset }) => offset).sort((one, other) => one - other), 100];
  const gaps = offsets.slice(1).map((to, at) => to - (offsets[at] ?? 0));
  const at = gaps.indexOf(Math.max(...gaps));
  const offset = ((offsets[at] ?? 0) + (offsets[at + 1] ?? 100)) / 2;
  const spots = columns.flatMap((points, place) => points.map(({ emotion, offset: x }) => ({ x: place * 100 + x, y: emotion })));
  return tidy({ emotion: heightAt(spots, column * 100 + offset), offset });
}

/** Which face an emotion has: the name in the sprite and in the classes. */
export function face(emotion: number): "n2" | "n1" | "0" | "p1" | "p2" {
  if (emotion < -1.3) return "n2";
  if (emotion < -0.3) return "n1";
  if (emotion < 0.3) return "0";
  return emotion < 1.3 ? "p1" : "p2";
}

/** "+0,6", "−1,2", "0": as the pages write numbers. */
export function signed(emotion: number, decimal: string): string {
  const size = String(Math.abs(emotion)).replace(".", decimal);
  if (emotion === 0) return size;
  return (emotion > 0 ? "+" : "−") + size;
}

/** A smooth line that never goes higher or lower than the points it joins: monotone cubic pieces. */
export function line(points: readonly Spot[]): string {
  const spots = apart(points);
  const [first] = spots;
  if (!first) return "";
  const slopes = tangents(spots);
  let path = `M${pair(first)}`;
  for (const [at, from] of spots.entries()) {
    const to = spots[at + 1];
    if (!to) break;
    const third = (to.x - from.x) / 3;
    const leaving = { x: from.x + third, y: from.y + (slopes[at] ?? 0) * third };
    const arriving = { x: to.x - third, y: to.y - (slopes[at + 1] ?? 0) * third };
    path += `C${pair(leaving)},${pair(arriving)},${pair(to)}`;
  }
  return path;
}

/** The height of that line over a place, as the pieces above go. */
export function heightAt(points: readonly Spot[], x: number): number {
  const spots = apart(points);
  const at = spots.findIndex((spot) => spot.x >= x);
  const to = spots[at];
  const from = spots[at - 1];
  if (!to || !from) return (to ?? spots[spots.length - 1])?.y ?? 0;
  const slopes = tangents(spots);
  const wide = to.x - from.x;
  const t = (x - from.x) / wide;
  const s = 1 - t;
  const leaving = (slopes[at - 1] ?? 0) * wide;
  const arriving = (slopes[at] ?? 0) * wide;
  return from.y * s * s * (1 + 2 * t) + leaving * s * s * t + to.y * t * t * (1 + 2 * s) - arriving * t * t * s;
}

/** From edge to edge: before the first point and after the last one the line keeps their height. */
export function reaching(points: readonly Spot[], width: number): Spot[] {
  const spots = apart(points);
  const first = spots[0];
  const last = spots[spots.length - 1];
  if (!first || !last) return [];
  return [...(first.x > 0 ? [{ x: 0, y: first.y }] : []), ...spots, ...(last.x < width ? [{ x: width, y: last.y }] : [])];
}

/** Two points over each other would have no slope between them. */
function apart(points: readonly Spot[]): Spot[] {
  const sorted = [...points].sort((one, other) => one.x - other.x);
  let last = -Infinity;
  return sorted.map(({ x, y }) => {
    last = Math.max(x, last + 0.5);
    return { x: last, y };
  });
}

function tangents(spots: readonly Spot[]): number[] {
  const rises = spots.slice(1).map((to, at) => {
    const from = spots[at] ?? to;
    return (to.y - from.y) / (to.x - from.x);
  });
  return spots.map((_, at) => {
    const before = rises[at - 1];
    const after = rises[at];
    if (before === undefined || after === undefined) return before ?? after ?? 0;
    // At a peak, in a dip and beside a flat stretch the line is level; elsewhere the harmonic mean of both slopes.
    return before * after <= 0 ? 0 : 2 / (1 / before + 1 / after);
  });
}

function pair({ x, y }: Spot): string {
  return `${x.toFixed(DIGITS)},${y.toFixed(DIGITS)}`;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Label {
  /** The middle of the point that the label belongs to. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Above the point by preference, else below. */
  isUp: boolean;
}

export type Side = "up" | "dn" | "none";

/** Where labels stand so that none lies on another one or on something else: on their side, on the other one, or
 * nowhere; off the line too, when there is such a side. away: how far the middle of a label is from that of its point. */
export function sides(labels: readonly Label[], others: readonly Box[], away: number, curve: readonly Spot[] = []): Side[] {
  const taken: Box[] = [...others];
  return labels.map((label) => {
    const order: Side[] = label.isUp ? ["up", "dn"] : ["dn", "up"];
    const free = order.filter((side) => !taken.some((each) => overlap(each, boxOf(label, side, away))));
    const side = free.find((each) => !isCrossed(boxOf(label, each, away), curve)) ?? free[0] ?? "none";
    if (side !== "none") taken.push(boxOf(label, side, away));
    return side;
  });
}

/** How far labels slide along their sides so that the line does not go through their words: a part of their width, to the
 * left first; nothing where that would put them over something else or beyond the edge. */
export function slides(labels: readonly Label[], placed: readonly Side[], others: readonly Box[], away: number, curve: readonly Spot[]): number[] {
  const edge = curve[curve.length - 1]?.x ?? 0;
  const box = (at: number, slide = 0) => {
    const label = labels[at];
    const side = placed[at] ?? "none";
    return label && side !== "none" ? boxOf({ ...label, x: label.x + slide }, side, away) : undefined;
  };
  return labels.map(({ width }, at) => {
    const stands = box(at);
    if (!stands || !isCrossed(stands, curve)) return 0;
    const taken = [...others, ...labels.map((_, other) => (other === at ? undefined : box(other)))];
    const isFree = (found: Box) => found.left >= 0 && found.right <= edge && !taken.some((each) => each && overlap(each, found));
    return [-0.25, 0.25, -0.5, 0.5].map((part) => part * width).find((slide) => {
      const found = box(at, slide);
      return found && isFree(found) && !isCrossed(found, curve);
    }) ?? 0;
  });
}

function isCrossed({ left, right, top, bottom }: Box, curve: readonly Spot[]): boolean {
  if (curve.length === 0) return false;
  return [0, 0.25, 0.5, 0.75, 1].some((part) => {
    const y = heightAt(curve, left + (right - left) * part);
    return y > top && y < bottom;
  });
}

function boxOf({ x, y, width, height: tall }: Label, side: Side, away: number): Box {
  const middle = side === "up" ? y - away : y + away;
  return { left: x - width / 2, right: x + width / 2, top: middle - tall / 2, bottom: middle + tall / 2 };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
