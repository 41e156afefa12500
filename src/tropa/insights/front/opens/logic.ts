/** How far a list that opens under its button has to move to the right (negative: left) to stay in the window. */
export function nudge(box: { left: number; right: number }, width: number, edge = 8): number {
  if (box.left < edge) return edge - box.left;
  return box.right > width - edge ? Math.max(width - edge - box.right, edge - box.left) : 0;
}
