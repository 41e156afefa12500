// The focus survives what is replaced: it is remembered by what it is on, not by the element.
import type { Board } from "../board/board";
import { bringOut, cardBy, cardsIn, cellBy, cellOf, idOf, keyOf } from "../board/dom";
import { heir } from "../grid/logic";

export function keepingFocus(board: Board, act: () => void, renamed: Readonly<Record<string, string>> = {}): void {
  const now = document.activeElement;
  const cell = now && board.grid.contains(now) ? cellOf(now) : null;
  const card = now?.closest<HTMLElement>("[data-card]") ?? null;
  const around = cell && card ? cardsIn(cell).map(idOf) : [];
  act();
  if (!cell || (now?.isConnected && document.activeElement === now)) return;
  const key = keyOf(cell);
  const id = card ? idOf(card) : "";
  const at = around.indexOf(id);
  const next = heir(at, around.length);
  const wanted =
    bringOut(cardBy(board.grid, renamed[id] ?? id)) ??
    (card && next !== undefined ? cardBy(board.grid, around[next] ?? "") : null) ??
    cellBy(board.grid, key);
  wanted?.focus({ preventScroll: true });
}
