// Commands of one character can be turned off (WCAG 2.1.4): whoever dictates text types letters too.
import type { Board } from "../board/board";
import { keep, recall } from "../board/kept";

const KEY = "tropa.map.keys";

export function letters(board: Board): void {
  const box = document.querySelector<HTMLInputElement>("#b-letters");
  if (!box) return;
  const set = (on: boolean) => {
    board.host.dataset["keys"] = on ? "on" : "off";
  };
  box.checked = recall(KEY) !== "off";
  set(box.checked);
  board.on(box, "change", () => {
    keep(KEY, box.checked ? "on" : "off");
    set(box.checked);
  });
}
