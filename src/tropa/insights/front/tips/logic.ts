export interface Said {
  title: string;
  rows: [name: string, value: string][];
}

/** A tooltip as the server writes it: the title, then lines of name, tab, value. */
export function read(text: string): Said {
  const [title = "", ...lines] = text.split("\n");
  return {
    title,
    rows: lines.map((line) => {
      const [name = "", value = ""] = line.split("\t");
      return [name, value];
    }),
  };
}

const EDGE = 12;
const BESIDE = 14;
const BELOW = 18;
const ABOVE = 10;

/** Left and top of a tooltip beside a point: under it, above where there is no room, never outside of the window. */
export function beside(
  point: { x: number; y: number },
  tip: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  const left = Math.min(Math.max(EDGE, point.x + BESIDE), Math.max(EDGE, view.width - tip.width - EDGE));
  const under = point.y + BELOW;
  const top = under + tip.height > view.height ? Math.max(EDGE, point.y - tip.height - ABOVE) : under;
  return { left, top };
}
