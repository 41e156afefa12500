// Forms of the page that change the board: of the panel, of the menu of lanes, undo and redo.
import { remove } from "../cards/removing";
import { fieldsOf, sendForm } from "../panel/forms";
import type { Board } from "./board";
import type { Parts } from "./commands";

export function sendFrom(board: Board, parts: Parts): void {
  board.on(document.body, "submit", (event) => {
    const form = event.target as HTMLFormElement;
    const submitter = event.submitter;
    if (event.defaultPrevented || form.closest("#dlg-move")) return;
    if (submitter?.closest("#b-undo")) void parts.sender.history("undo");
    else if (submitter?.closest("#b-redo")) void parts.sender.history("redo");
    else if (submitter?.closest("[data-toggle-lane]")) toggle(board, parts, form, submitter);
    else if (form.hasAttribute("data-change") && parts.panel && board.panel?.contains(form)) change(board, parts, form, submitter);
    else return;
    event.preventDefault();
  });
  // Whoever may only read shows and hides lanes for themselves.
  board.on(document.body, "click", (event) => {
    const item = (event.target as Element).closest<HTMLElement>("[data-toggle-lane]");
    if (item && !item.matches("[type=submit]")) set(board, item);
  });
}

function change(board: Board, { sender, panel, moving }: Parts, form: HTMLFormElement, submitter: HTMLElement | null): void {
  if (!panel) return;
  const { do: verb, card = "", lane, column } = fieldsOf(form, submitter);
  if (verb === "move") {
    moving.move(card, { cell: `${lane}|${column}`, before: "" });
    return;
  }
  if (verb === "remove") {
    panel.close();
    panel.drafts.drop(card);
    remove(board, sender, card);
    return;
  }
  sendForm(board, sender, panel, form, submitter);
}

function toggle(board: Board, { sender }: Parts, form: HTMLFormElement, item: HTMLElement): void {
  set(board, item);
  sender.send({
    fields: fieldsOf(form, item),
    cells: [],
    show: () => undefined,
    onRefused: () => set(board, item),
  });
}

function set(board: Board, button: HTMLElement): void {
  const item = button.closest<HTMLElement>("[data-toggle-lane]") ?? button;
  const key = item.dataset["toggleLane"] ?? "";
  const lane = board.grid.querySelector<HTMLElement>(`.lane[data-lane="${CSS.escape(key)}"]`);
  const on = item.getAttribute("aria-checked") !== "true";
  item.setAttribute("aria-checked", String(on));
  if (lane) lane.hidden = !on;
  board.redraw();
}
