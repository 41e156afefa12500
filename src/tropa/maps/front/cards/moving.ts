// Cards change their place: at once on the screen, then on the server, with «Вернуть».
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { cardBy, cardsIn, cellBy, cellOf, idOf, insert, keyOf, laneName, laneOf, place, stageName, textOf } from "../board/dom";
import { tell } from "../board/said";
import { word } from "../board/words";
import type { Sender } from "../changes/sender";

export interface Spot {
  cell: string;
  /** The card that it is put before; "" at the end. */
  before: string;
}

/** Whether a lane takes a card that comes from another one: cards do not become points of the curve, or back. */
export function takes(lane: HTMLElement | null, from: HTMLElement | null): boolean {
  return lane !== null && from !== null && lane.dataset["kind"] === from.dataset["kind"];
}

export function spotOf(card: HTMLElement): Spot | undefined {
  const cell = cellOf(card);
  if (!cell) return undefined;
  const all = cardsIn(cell);
  const next = all[all.indexOf(card) + 1];
  return { cell: keyOf(cell), before: next ? idOf(next) : "" };
}

export class Moving {
  readonly #board: Board;
  readonly #sender: Sender;

  constructor(board: Board, sender: Sender) {
    this.#board = board;
    this.#sender = sender;
  }

  move(id: string, to: Spot, { quietly = false } = {}): void {
    const grid = this.#board.grid;
    const card = cardBy(grid, id);
    const from = card ? spotOf(card) : undefined;
    const cell = cellBy(grid, to.cell);
    if (!card || !from || !cell || to.before === id || (from.cell === to.cell && from.before === to.before)) return;
    const names = this.#sender.names;
    const fields = { do: "move", card: id, ...place(cell), before: to.before };
    const change = this.#sender.send({
      fields,
      cells: [from.cell, to.cell],
      show: () => put(this.#board, names[id] ?? id, { ...to, before: names[to.before] ?? to.before }),
    });
    const words = { card: textOf(card), lane: laneName(laneOf(cell)), stage: stageName(grid, place(cell).column) };
    announce(word("moved", words));
    if (quietly) return;
    const back = () => this.move(names[id] ?? id, from, { quietly: true });
    tell({ text: word(from.cell === to.cell ? "reordered" : "movedToast", words), undo: () => void this.#sender.takeBack(change, back) });
  }
}

function put(board: Board, id: string, to: Spot): void {
  const card = cardBy(board.grid, id);
  const cell = cellBy(board.grid, to.cell);
  if (!card || !cell) return;
  const label = card.nextElementSibling;
  insert(cell, card, cardBy(cell, to.before));
  if (label?.matches(".ep-l")) card.after(label);
}
