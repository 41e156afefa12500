// Lanes were shown, hidden, added or moved by somebody: the rows come again from the page, the rest stays.
import { toast } from "../../../web/front/toasts";
import type { Board } from "./board";
import { word } from "./words";

export async function fetchRows(board: Board, then: () => void): Promise<void> {
  const response = await fetch(location.href).catch(() => undefined);
  const html = response?.ok ? await response.text() : "";
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const grid = fresh.querySelector<HTMLElement>("#board");
  if (!grid) {
    toast({ text: word("panelFailed"), bad: true });
    return;
  }
  board.whenFree(() => {
    if (columns(grid) !== columns(board.grid)) {
      location.reload();
      return;
    }
    const old = [...board.grid.querySelectorAll<HTMLElement>(":scope > .b-group")];
    const groups = [...grid.querySelectorAll<HTMLElement>(":scope > .b-group")].map((each) => document.adoptNode(each));
    const after = old[old.length - 1]?.nextElementSibling ?? null;
    for (const group of groups) board.grid.insertBefore(group, after);
    for (const group of old) group.remove();
    board.seen = Math.max(board.seen, Number(grid.dataset["seen"] ?? 0));
    const menu = document.getElementById("m-lanes");
    const items = fresh.getElementById("m-lanes");
    if (menu && items) menu.replaceChildren(...items.children);
    for (const group of groups) board.adopt(group);
    then();
    board.redraw();
  });
}

function columns(grid: HTMLElement): string {
  return [...grid.querySelectorAll<HTMLElement>(".b-stage[data-stage]")].map((head) => head.dataset["stage"]).join(" ");
}
