// What the server says of the cells, and what has been changed here since but not answered yet. A cell on the screen is
// always the first with the second done over it, so that a refusal leaves exactly what the server has.
import type { Board } from "../board/board";
import { cellBy } from "../board/dom";
import { keepingFocus } from "./focus";
import { parsed, patch } from "./patch";

export interface Pending {
  /** Keys of the cells that it changes. */
  cells: readonly string[];
  /** Does it on the screen, over whatever the server says; may be called many times. */
  show(): void;
}

export class Truth {
  readonly #board: Board;
  readonly #known = new Map<string, HTMLElement>();
  #pending: Pending[] = [];

  constructor(board: Board) {
    this.#board = board;
  }

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  begin(pending: Pending): void {
    for (const key of pending.cells) this.#remember(key);
    this.#pending.push(pending);
    keepingFocus(this.#board, () => pending.show());
    this.#board.redraw();
  }

  /** A change was answered or given up: its cells are what the server says, the other changes are done over it again. */
  end(pending: Pending, renamed: Readonly<Record<string, string>> = {}): void {
    this.#pending = this.#pending.filter((each) => each !== pending);
    this.#show(pending.cells, renamed);
  }

  /** Cells as the server has them now. */
  learn(html: Readonly<Record<string, string>>, ended?: Pending, renamed: Readonly<Record<string, string>> = {}): void {
    const keys = new Set(Object.keys(html));
    for (const [key, text] of Object.entries(html)) {
      const fresh = parsed(text);
      if (fresh) this.#known.set(key, fresh);
    }
    if (ended) {
      this.#pending = this.#pending.filter((each) => each !== ended);
      ended.cells.forEach((key) => keys.add(key));
    }
    this.#show([...keys], renamed);
  }

  #remember(key: string): void {
    if (this.#known.has(key)) return;
    const cell = cellBy(this.#board.grid, key);
    if (!cell) return;
    const copy = cell.cloneNode(true) as HTMLElement;
    copy.querySelectorAll(".jc-new").forEach((each) => each.remove());
    this.#known.set(key, copy);
  }

  #show(keys: readonly string[], renamed: Readonly<Record<string, string>>): void {
    const all = new Set([...keys, ...this.#pending.flatMap((each) => each.cells)]);
    keepingFocus(
      this.#board,
      () => {
        for (const key of all) this.#render(key);
        for (const each of this.#pending) each.show();
      },
      renamed,
    );
    const busy = new Set(this.#pending.flatMap((each) => each.cells));
    for (const key of this.#known.keys()) if (!busy.has(key)) this.#known.delete(key);
    this.#board.redraw();
  }

  #render(key: string): void {
    const cell = cellBy(this.#board.grid, key);
    const fresh = this.#known.get(key);
    if (!cell || !fresh) return;
    for (const part of patch(cell, fresh.cloneNode(true) as HTMLElement)) this.#board.adopt(part);
  }
}
