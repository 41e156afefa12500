// Whether everything is saved: in the line under the board, and without a network over it.
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { word } from "../board/words";
import type { State } from "./logic";

export function status(board: Board): (state: State) => void {
  let banner: HTMLElement | undefined;
  let wasOffline = false;
  return ({ waiting, isOffline }) => {
    const text = isOffline ? word("waiting", { n: waiting }) : word(waiting > 0 ? "saving" : "saved");
    const line = document.getElementById("b-saved");
    const said = line?.querySelector("span") ?? line;
    if (said && said.textContent !== text) said.textContent = text;
    line?.classList.toggle("is-waiting", waiting > 0);
    if (isOffline) {
      banner ??= lay(board);
      if (banner.textContent !== text) banner.textContent = text;
      if (!wasOffline) announce(text);
    } else if (banner && waiting === 0) {
      banner.remove();
      banner = undefined;
      announce(word("saved"));
    }
    wasOffline = isOffline;
  };
}

function lay(board: Board): HTMLElement {
  const made = document.createElement("p");
  made.className = "b-offline";
  board.scroll.before(made);
  return made;
}
