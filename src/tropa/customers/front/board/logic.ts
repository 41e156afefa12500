/** The stage beside the given one, for Alt and an arrow; undefined at the ends. */
export function beside(stages: readonly string[], stage: string, key: string): string | undefined {
  const at = stages.indexOf(stage);
  if (at < 0) return undefined;
  if (key === "ArrowRight") return stages[at + 1];
  if (key === "ArrowLeft") return stages[at - 1];
  return undefined;
}

/** Where the focus goes among cards that stand in columns: up and down in a column, left and right between them. */
export function step(
  columns: readonly (readonly string[])[],
  card: string,
  key: string,
): string | undefined {
  const column = columns.findIndex((cards) => cards.includes(card));
  const cards = columns[column];
  if (!cards) return undefined;
  const row = cards.indexOf(card);
  switch (key) {
    case "ArrowDown":
      return cards[row + 1];
    case "ArrowUp":
      return cards[row - 1];
    case "Home":
      return cards[0];
    case "End":
      return cards[cards.length - 1];
    case "ArrowRight":
      return sideways(columns, column, row, 1);
    case "ArrowLeft":
      return sideways(columns, column, row, -1);
    default:
      return undefined;
  }
}

function sideways(
  columns: readonly (readonly string[])[],
  column: number,
  row: number,
  direction: 1 | -1,
): string | undefined {
  for (let at = column + direction; at >= 0 && at < columns.length; at += direction) {
    const cards = columns[at];
    if (cards && cards.length > 0) return cards[Math.min(row, cards.length - 1)];
  }
  return undefined;
}

/** The key that opens the dialog of moving, on both keyboards: M lies where Russian has Ь. */
export function opensMove(key: string): boolean {
  return ["m", "M", "ь", "Ь"].includes(key);
}
