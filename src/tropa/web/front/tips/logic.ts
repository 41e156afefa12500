const EDGE = 8;
const ABOVE = 10;
const BELOW = 18;

/** Left and top of a tooltip over a point, under it where there is no room above, never outside of the window. */
export function place(
  point: { x: number; top: number; bottom: number },
  tip: { width: number; height: number },
  windowWidth: number,
): { left: number; top: number } {
  const left = Math.max(EDGE, Math.min(point.x - tip.width / 2, windowWidth - tip.width - EDGE));
  const above = point.top - tip.height - ABOVE;
  return { left, top: above < EDGE ? point.bottom + BELOW - ABOVE : above };
}
