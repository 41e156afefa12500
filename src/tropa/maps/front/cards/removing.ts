import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { cardBy, cellBy, cellOf, keyOf } from "../board/dom";
import { tell } from "../board/said";
import { word } from "../board/words";
import type { Sender } from "../changes/sender";

/** Takes a card out at once; «Вернуть» brings it back. */
export function remove(board: Board, sender: Sender, id: string): void {
  const card = cardBy(board.grid, id);
  const cell = card && cellOf(card);
  if (!card || !cell) return;
  const key = keyOf(cell);
  const change = sender.send({
    fields: { do: "remove", card: id },
    cells: [key],
    show: () => {
      const now = cardBy(board.grid, sender.names[id] ?? id);
      if (now?.nextElementSibling?.matches(".ep-l")) now.nextElementSibling.remove();
      now?.remove();
    },
  });
  announce(word("removed"));
  const bringBack = () => {
    sender.send({ fields: { do: "restore", card: sender.names[id] ?? id }, cells: [key], show: () => undefined });
  };
  tell({
    text: word("removed"),
    undo: () => {
      const focused = document.activeElement;
      void sender.takeBack(change, bringBack).then(() => {
        // The button that was pressed is gone; the card that came back is what was meant.
        const back = cardBy(board.grid, sender.names[id] ?? id) ?? cellBy(board.grid, key);
        if (!focused?.isConnected || focused === document.body) back?.focus();
      });
    },
  });
}
