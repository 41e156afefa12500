// One Tab stop for the whole board; arrows go from there.
import type { Board } from "../board/board";
import { CARDS, openLanes } from "../board/dom";
import { step, type Place, type Shape } from "./logic";

/** Everything of a row that can have the focus, but the buttons that N replaces. */
const STOPS = `${CARDS}, a:not(.jc, .b-plus), button:not(.ep, .b-plus)`;
const ROVING = ".b-cell, .b-stage, .jc, .ep, .b-cell a, .b-cell button, .b-stage a, .b-stage button";

export class Grid {
  readonly #board: Board;
  /** Where the last arrow up or down led, and the column it came from: a row of one cell does not change it. */
  #landed: { at: HTMLElement; column: number } | undefined;

  constructor(board: Board) {
    this.#board = board;
    board.adopts((part) => quiet(part));
    board.on(board.grid, "focusin", (event) => {
      const target = event.target as HTMLElement;
      if (target.matches(ROVING)) this.#stopAt(target);
    });
    quiet(board.grid);
    this.#oneStop();
    board.draws(() => this.#oneStop());
  }

  /** When the stop was replaced, and after the start: the first card. */
  #oneStop(): void {
    const there = [...this.#board.grid.querySelectorAll<HTMLElement>('[tabindex="0"]')].some((each) => each.matches(ROVING));
    const first = this.#board.grid.querySelector<HTMLElement>(".lane:not([hidden]) .jc") ?? this.rows()[0]?.[0];
    if (!there && first) first.tabIndex = 0;
  }

  /** Cells of the rows that can be seen. */
  rows(): HTMLElement[][] {
    const isLive = !this.#board.grid.classList.contains("no-live");
    const heads = [...this.#board.grid.querySelectorAll<HTMLElement>(".b-head .b-row")].filter(
      (row) => !row.hidden && (isLive || !row.matches(".is-live")),
    );
    return [...heads, ...openLanes(this.#board.grid)]
      .map((row) => [...row.querySelectorAll<HTMLElement>(":scope > .b-cell, :scope > .b-stage")])
      .filter((cells) => cells.length > 0);
  }

  shape(rows: readonly HTMLElement[][]): Shape {
    return rows.map((cells) => cells.map((cell) => stops(cell).length));
  }

  placeOf(element: Element, rows: readonly HTMLElement[][]): Place | undefined {
    const cell = element.closest<HTMLElement>(".b-cell, .b-stage");
    if (!cell) return undefined;
    const row = rows.findIndex((cells) => cells.includes(cell));
    const cells = rows[row];
    if (!cells) return undefined;
    const stop = element.closest<HTMLElement>(STOPS);
    return { row, column: cells.indexOf(cell), item: Math.max(0, stop ? stops(cell).indexOf(stop) : 0) };
  }

  at(rows: readonly HTMLElement[][], { row, column, item }: Place): HTMLElement | undefined {
    const cell = rows[row]?.[column];
    return cell && (stops(cell)[item] ?? cell);
  }

  go(from: Element, key: string): boolean {
    const rows = this.rows();
    const place = this.placeOf(from, rows);
    const column = this.#landed?.at === from ? this.#landed.column : place?.column;
    const next = place && step(this.shape(rows), place, key, column);
    const wanted = next && this.at(rows, next);
    if (wanted) this.focus(wanted);
    const isUpright = key === "ArrowUp" || key === "ArrowDown";
    this.#landed = wanted && isUpright && column !== undefined ? { at: wanted, column } : undefined;
    return place !== undefined;
  }

  focus(element: HTMLElement): void {
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #stopAt(element: HTMLElement): void {
    for (const each of this.#board.grid.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
      if (each !== element && each.matches(ROVING)) each.tabIndex = -1;
    }
    element.tabIndex = 0;
  }
}

/** Cards that «ещё» hides are not there yet. */
export function stops(cell: HTMLElement): HTMLElement[] {
  const found = [...cell.querySelectorAll<HTMLElement>(STOPS)];
  return cell.classList.contains("is-all") ? found.filter((each) => !each.matches(".b-more")) : found.filter((each) => !each.matches(".is-rest"));
}

/** Nothing of the board is a stop of its own; what has the focus stays the one that is. */
function quiet(part: HTMLElement): void {
  for (const each of [part, ...part.querySelectorAll<HTMLElement>(ROVING)]) {
    if (each.matches(ROVING) && each !== document.activeElement) each.tabIndex = -1;
  }
}
