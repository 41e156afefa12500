/** A bar of a histogram: where it begins and ends (fractions of the width), and what it says: span, tab, count. */
export type Bar = readonly [start: number, end: number, said: string];

/** The bars as the server writes them; none when the text is no such list. */
export function read(text: string | undefined): Bar[] {
  try {
    const found: unknown = JSON.parse(text ?? "");
    return Array.isArray(found) ? found.filter(isBar) : [];
  } catch {
    return [];
  }
}

function isBar(each: unknown): each is Bar {
  return Array.isArray(each) && typeof each[0] === "number" && typeof each[1] === "number" && typeof each[2] === "string";
}

/** The bar under a place (fraction of the width); undefined between bars. */
export function barAt(bars: readonly Bar[], place: number): number | undefined {
  const found = bars.findIndex(([start, end]) => place >= start && place < end);
  return found < 0 ? undefined : found;
}

/** The bar that a key leads to; undefined for keys that mean nothing here. now: undefined before the first step. */
export function step(key: string, now: number | undefined, count: number): number | undefined {
  if (!count) return undefined;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowRight") return now === undefined ? 0 : Math.min(count - 1, now + 1);
  if (key === "ArrowLeft") return now === undefined ? count - 1 : Math.max(0, now - 1);
  return undefined;
}
