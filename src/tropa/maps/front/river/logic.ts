// The trail that narrows: its width is the square root of how many reached a stage, those who left go down.

export interface Stage {
  left: number;
  right: number;
  n: number;
}

export interface River {
  flow: string;
  drops: string[];
}

const TOP = 0.12;
const DEPTH = 0.36;
const THIN = 1.5;
/** How far before the border of a stage the trail begins to narrow, and how far behind it is narrow. */
const BEFORE = 34;
const AFTER = 18;
const SEEN = 0.6;

export function widths(counts: readonly number[], full: number): number[] {
  const most = Math.max(1, ...counts.map((n) => n || 0));
  return counts.map((n) => Math.max(THIN, Math.sqrt(Math.max(0, n || 0)) * ((full * DEPTH) / Math.sqrt(most))));
}

/** scale: 1 at the usual size of letters; the bends grow with the board. */
export function river(stages: readonly Stage[], full: number, scale = 1): River {
  const first = stages[0];
  const last = stages[stages.length - 1];
  if (!first || !last) return { flow: "", drops: [] };
  const wide = widths(stages.map(({ n }) => n), full);
  const top = full * TOP;
  const bottom = (at: number) => top + (wide[at] ?? THIN);
  let flow = `M${fixed(first.left, top)}H${round(last.right)}V${round(bottom(stages.length - 1))}`;
  const drops: string[] = [];
  for (let at = stages.length - 2; at >= 0; at -= 1) {
    const border = stages[at]?.right ?? 0;
    flow += `L${fixed(border + AFTER * scale, bottom(at + 1))}`;
    flow += `C${fixed(border - 2 * scale, bottom(at + 1))} ${fixed(border - 14 * scale, bottom(at))} ${fixed(border - BEFORE * scale, bottom(at))}`;
    const lost = bottom(at) - bottom(at + 1);
    if (lost >= SEEN) drops.unshift(drop({ x: border - 48 * scale, from: bottom(at + 1), to: bottom(at), full, scale }));
  }
  return { flow: `${flow}L${fixed(first.left, bottom(0))}Z`, drops };
}

function drop({ x, from, to, full, scale }: { x: number; from: number; to: number; full: number; scale: number }): string {
  const lost = to - from;
  const right = x + 22 * scale;
  return (
    `M${fixed(x - 10 * scale, from)}C${fixed(x + 16 * scale, from)} ${fixed(right, from + 6 * scale)} ${fixed(right + Math.min(lost, 12 * scale), full)}` +
    `H${round(right)}C${fixed(x + 20 * scale - lost * 0.2, to + 5 * scale)} ${fixed(x + 4 * scale, to)} ${fixed(x - 16 * scale, to)}Z`
  );
}

function fixed(x: number, y: number): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): string {
  return value.toFixed(1);
}
