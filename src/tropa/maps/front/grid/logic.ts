// Where the focus goes on the board. shape: for each row the number of things in each of its cells; an empty cell is one
// thing itself.

export interface Place {
  row: number;
  column: number;
  item: number;
}

export type Shape = readonly (readonly number[])[];

/** wanted: the column to come back to behind a row with fewer cells. */
export function step(shape: Shape, { row, column, item }: Place, key: string, wanted = column): Place | undefined {
  const cells = shape[row];
  if (!cells) return undefined;
  switch (key) {
    case "ArrowDown":
      return item + 1 < count(cells[column]) ? { row, column, item: item + 1 } : first(shape, row + 1, wanted);
    case "ArrowUp":
      return item > 0 ? { row, column, item: item - 1 } : last(shape, row - 1, wanted);
    case "ArrowRight":
      return beside(cells, row, column + 1, item);
    case "ArrowLeft":
      return beside(cells, row, column - 1, item);
    case "Home":
      return { row, column: 0, item: 0 };
    case "End":
      return { row, column: cells.length - 1, item: 0 };
    default:
      return undefined;
  }
}

function count(items: number | undefined): number {
  return Math.max(1, items ?? 0);
}

function beside(cells: readonly number[], row: number, column: number, item: number): Place | undefined {
  if (column < 0 || column >= cells.length) return undefined;
  return { row, column, item: Math.min(item, count(cells[column]) - 1) };
}

function first(shape: Shape, row: number, column: number): Place | undefined {
  const cells = shape[row];
  return cells && { row, column: Math.min(column, cells.length - 1), item: 0 };
}

function last(shape: Shape, row: number, column: number): Place | undefined {
  const cells = shape[row];
  if (!cells) return undefined;
  const at = Math.min(column, cells.length - 1);
  return { row, column: at, item: count(cells[at]) - 1 };
}

/** Where a card goes by Alt and an arrow. rows: whether each row takes the card (lanes of the same kind of value). */
export interface Target {
  row: number;
  column: number;
  /** The place among the other cards of the cell. */
  index: number;
}

export function shifted(shape: Shape, takes: readonly boolean[], { row, column, item }: Place, key: string): Target | undefined {
  const cells = shape[row];
  if (!cells) return undefined;
  const inCell = cells[column] ?? 0;
  switch (key) {
    case "ArrowRight":
      return column + 1 < cells.length ? { row, column: column + 1, index: cells[column + 1] ?? 0 } : undefined;
    case "ArrowLeft":
      return column > 0 ? { row, column: column - 1, index: cells[column - 1] ?? 0 } : undefined;
    case "ArrowUp":
      return item > 0 ? { row, column, index: item - 1 } : otherRow(shape, takes, row, column, -1);
    case "ArrowDown":
      return item + 1 < inCell ? { row, column, index: item + 1 } : otherRow(shape, takes, row, column, 1);
    default:
      return undefined;
  }
}

function otherRow(shape: Shape, takes: readonly boolean[], row: number, column: number, direction: 1 | -1): Target | undefined {
  for (let at = row + direction; at >= 0 && at < shape.length; at += direction) {
    if (takes[at]) return { row: at, column, index: direction < 0 ? (shape[at]?.[column] ?? 0) : 0 };
  }
  return undefined;
}

/** What has the focus after the thing at `index` of `total` was taken out: the next one, else the one before. */
export function heir(index: number, total: number): number | undefined {
  if (index + 1 < total) return index + 1;
  return index > 0 ? index - 1 : undefined;
}
