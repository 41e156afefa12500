export const ZOOMS: readonly number[] = [0.6, 0.75, 0.85, 1, 1.15, 1.3, 1.5];
const SMALLEST = 0.5;
const FITTING = 1.3;

/** The next zoom in a direction, from wherever the board is now. */
export function zoomed(now: number, direction: 1 | -1): number {
  const beyond = direction > 0 ? ZOOMS.find((each) => each > now + 0.001) : ZOOMS.findLast((each) => each < now - 0.001);
  return beyond ?? now;
}

/** The zoom at which a board of `content` pixels (at zoom 1) fills `room`. */
export function fitting(room: number, content: number): number {
  if (!(room > 0) || !(content > 0)) return 1;
  return Math.min(FITTING, Math.max(SMALLEST, Math.floor((room / content) * 100) / 100));
}

/** What was remembered, if it is a zoom. */
export function remembered(text: string | null): number {
  const value = Number(text);
  return Number.isFinite(value) && value >= SMALLEST && value <= 1.5 ? value : 1;
}

/** Names of closed groups, remembered as one text. */
export function closed(text: string | null): Set<string> {
  return new Set((text ?? "").split(" ").filter(Boolean));
}
