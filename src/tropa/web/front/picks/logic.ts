export type State = "none" | "some" | "all";

export function stateOf(picked: number, total: number): State {
  if (picked === 0) return "none";
  return picked === total ? "all" : "some";
}

/** The boxes between the last click and this one, both included: what Shift picks in one go. */
export function span(last: number | undefined, now: number): number[] {
  if (last === undefined || last < 0) return [now];
  const [from, to] = last < now ? [last, now] : [now, last];
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}
