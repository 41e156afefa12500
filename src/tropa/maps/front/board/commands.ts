// Keys of the board, each with what it does.
import { command, type Command } from "../keys/logic";
import { shifted } from "../grid/logic";
import type { Adding } from "../cards/adding";
import { takes, type Moving } from "../cards/moving";
import { remove } from "../cards/removing";
import type { Sender } from "../changes/sender";
import type { Points } from "../curve/editing";
import type { Grid } from "../grid/view";
import type { Layers } from "../layers/view";
import type { Panel } from "../panel/panel";
import type { Board } from "./board";
import { cardAt, cellOf, idOf, keyOf, laneOf, shownCards } from "./dom";
import { openMoveDialog } from "./dialogs";

export interface Parts {
  grid: Grid;
  sender: Sender;
  moving: Moving;
  adding: Adding;
  points: Points;
  layers: Layers;
  panel: Panel | undefined;
}

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

export function listen(board: Board, parts: Parts): void {
  board.on(document.body, "keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || isElsewhere(event, target)) return;
    const onBoard = board.grid.contains(target) && target !== board.grid;
    const found = command(event, { onBoard, typing: isTyping(target), letters: board.host.dataset["keys"] !== "off" });
    const escapes = event.key === "Escape" && board.panel?.contains(target);
    if (escapes) parts.panel?.escape(target);
    if (escapes || (found && run(board, parts, found, target))) event.preventDefault();
  });
}

/** A dialog, a menu or a form over the board has the keys; Esc closes it and nothing else. */
function isElsewhere(event: KeyboardEvent, target: HTMLElement): boolean {
  if (document.querySelector("dialog[open]") || target.closest('[role="menu"], [popover]')) return true;
  return event.key === "Escape" && document.querySelector(":popover-open") !== null;
}

function isTyping(target: HTMLElement): boolean {
  // A box that is ticked takes no letters; numbers, dates and lists do.
  return target.closest(TYPING) !== null && !target.matches("input[type=checkbox], input[type=radio]");
}

/** Returns whether the key was for the board. */
function run(board: Board, parts: Parts, what: Command, target: HTMLElement): boolean {
  if (typeof what === "object") return "go" in what ? parts.grid.go(target, what.go) : shift(board, parts, target, what.shift);
  return onCard(board, parts, what, target) ?? everywhere(board, parts, what);
}

function everywhere(board: Board, parts: Parts, what: Command): boolean {
  switch (what) {
    case "undo":
    case "redo":
      if (!board.isEditable) return false;
      void parts.sender.history(what);
      return true;
    case "close":
      if (!parts.panel?.isOpen) return false;
      parts.panel.close();
      return true;
    case "live":
      parts.layers.live();
      return true;
    case "hypotheses":
      parts.layers.hypotheses();
      return true;
    case "current":
      return parts.layers.mode(1);
    case "future":
      return parts.layers.mode(2);
    case "compare":
      return parts.layers.mode(3);
    case "larger":
      parts.layers.zoom(1);
      return true;
    case "smaller":
      parts.layers.zoom(-1);
      return true;
    case "fit":
      parts.layers.zoom(0);
      return true;
    case "help":
      (document.getElementById("dlg-help") as HTMLDialogElement | null)?.showModal();
      return true;
    default:
      return false;
  }
}

/** Commands that need a card or a cell; undefined: it is none of them. */
function onCard(board: Board, parts: Parts, what: Command, target: HTMLElement): boolean | undefined {
  const card = target.closest<HTMLElement>("[data-card]");
  const cell = cellOf(target);
  switch (what) {
    case "open":
      return open(board, parts, target, card, cell);
    case "new":
      if (!board.isEditable || !cell?.querySelector(":scope > .b-plus")) return false;
      parts.adding.write(cell);
      return true;
    case "move":
      if (!board.isEditable || !card) return false;
      openMoveDialog(board, card, parts.moving);
      return true;
    case "comment":
      if (!card || !parts.panel) return false;
      parts.panel.open(idOf(card), "field");
      return true;
    case "remove":
      if (!board.isEditable || !card) return false;
      remove(board, parts.sender, idOf(card));
      parts.panel?.forget(idOf(card));
      return true;
    default:
      return undefined;
  }
}

function open(board: Board, parts: Parts, target: HTMLElement, card: HTMLElement | null, cell: HTMLElement | null): boolean {
  if (card?.matches(".ep") && board.isEditable) parts.points.toggle(card);
  else if (card && parts.panel) parts.panel.open(idOf(card), "heading");
  else if (cell && target === cell && board.isEditable && cell.querySelector(":scope > .b-plus")) parts.adding.write(cell);
  else return false;
  return true;
}

/** Alt and an arrow. */
function shift(board: Board, parts: Parts, target: HTMLElement, key: string): boolean {
  const card = target.closest<HTMLElement>("[data-card]");
  const from = card && laneOf(card);
  if (!board.isEditable || !card || !from) return false;
  // The place of a point in its stage is its own, not its order among others.
  if (card.matches(".ep") && !/Left|Right/.test(key)) return true;
  const rows = parts.grid.rows();
  const place = parts.grid.placeOf(card, rows);
  const may = rows.map((cells) => takes(cells[0]?.closest<HTMLElement>(".lane") ?? null, from) && accepts(cells));
  const to = place && shifted(rows.map((cells) => cells.map((cell) => shownCards(cell).length)), may, place, key);
  const cell = to && rows[to.row]?.[to.column];
  if (!cell) return true;
  parts.moving.move(idOf(card), { cell: keyOf(cell), before: cardAt(cell, to.index, card) });
  board.grid.querySelector<HTMLElement>(`[data-card="${idOf(card)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/** Lanes that fill themselves take nothing. */
function accepts(cells: readonly HTMLElement[]): boolean {
  return cells.some((cell) => cell.querySelector(":scope > .b-plus"));
}
