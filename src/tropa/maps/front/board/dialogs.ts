// The dialog «Перенести…»: the same as dragging, for whoever does not drag.
import { spotOf, takes, type Moving } from "../cards/moving";
import type { Board } from "./board";
import { cardBy, cellBy, cellOf, idOf, laneOf, lanes, place } from "./dom";

let asking = "";

export function openMoveDialog(board: Board, card: HTMLElement, moving: Moving): void {
  const dialog = document.getElementById("dlg-move");
  const form = dialog?.querySelector("form");
  const cell = cellOf(card);
  if (!(dialog instanceof HTMLDialogElement) || !form || !cell) return;
  asking = idOf(card);
  const now = place(cell);
  const lane = form.querySelector<HTMLSelectElement>("[name=lane]");
  const column = form.querySelector<HTMLSelectElement>("[name=column]");
  const card_ = form.querySelector<HTMLInputElement>("[name=card]");
  if (card_) card_.value = asking;
  if (column) column.value = now.column;
  if (lane) {
    const fit = new Set(lanes(board.grid).filter((each) => takes(each, laneOf(card))).map((each) => each.dataset["lane"]));
    for (const option of lane.options) option.hidden = option.disabled = !fit.has(option.value);
    lane.value = now.lane;
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    event.stopPropagation();
    dialog.close();
    chosen(board, moving, lane?.value ?? now.lane, column?.value ?? now.column);
  };
  dialog.addEventListener("close", () => cardBy(board.grid, asking)?.focus(), { once: true });
  dialog.showModal();
  column?.focus();
}

function chosen(board: Board, moving: Moving, lane: string, column: string): void {
  const key = `${lane}|${column}`;
  const card = cardBy(board.grid, asking);
  const from = card && spotOf(card);
  if (!from || from.cell === key || !cellBy(board.grid, key)) return;
  moving.move(asking, { cell: key, before: "" });
  const moved = cardBy(board.grid, asking);
  moved?.focus();
  moved?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
