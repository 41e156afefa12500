// The board of deals ([data-deal-board]): cards are dragged between columns, or moved by Alt and an arrow; M opens the
// dialog. The server decides: what it refuses comes back as a dialog and the card stays where it was.
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import htmx from "htmx.org";
import { onArrival } from "../../../web/front/swap/arrival";
import { beside, opensMove, step } from "./logic";
import "./board.css";

type Board = HTMLElement;

function columns(board: Board): HTMLElement[] {
  return [...board.querySelectorAll<HTMLElement>("[data-stage][data-name]")];
}

function cards(column: ParentNode): HTMLElement[] {
  return [...column.querySelectorAll<HTMLElement>("[data-deal]")];
}

function move(board: Board, card: HTMLElement, stage: string): void {
  const { url = "", stage: seen = "" } = card.dataset;
  if (stage === seen) return;
  card.setAttribute("aria-busy", "true");
  const query = board.dataset["query"];
  void htmx
    .ajax("post", query ? `${url}?${query}` : url, { source: card, target: "#board-dialog", values: { stage, seen, board: "1" } })
    .finally(() => card.removeAttribute("aria-busy"));
}

function dragging(board: Board): void {
  for (const column of columns(board)) {
    dropTargetForElements({
      element: column,
      canDrop: ({ source }) => source.data["deal"] !== undefined,
      onDragEnter: () => column.classList.add("is-over"),
      onDragLeave: () => column.classList.remove("is-over"),
      onDrop: ({ source }) => {
        column.classList.remove("is-over");
        move(board, source.element, column.dataset["stage"] ?? "");
      },
    });
  }
}

onArrival("[data-deal-board][data-movable] [data-deal]", (card) => {
  draggable({
    element: card,
    getInitialData: () => ({ deal: card.dataset["deal"] }),
    onDragStart: () => card.classList.add("is-dragging"),
    onDrop: () => card.classList.remove("is-dragging"),
  });
});

/** One Tab stop for the whole board: the card that had the focus last. */
function stop(board: Board, card: HTMLElement | undefined): void {
  for (const each of cards(board)) each.tabIndex = each === card ? 0 : -1;
}

function keys(board: Board): void {
  board.addEventListener("focusin", (event) => {
    const card = (event.target as Element).closest<HTMLElement>("[data-deal]");
    if (card) stop(board, card);
  });
  board.addEventListener("keydown", (event) => {
    const card = event.target;
    if (!(card instanceof HTMLElement) || !card.matches("[data-deal]")) return;
    if (pressed(board, card, event)) event.preventDefault();
  });
}

function pressed(board: Board, card: HTMLElement, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return false;
  const movable = board.hasAttribute("data-movable");
  if (event.altKey) {
    const stages = columns(board).map((column) => column.dataset["stage"] ?? "");
    const stage = beside(stages, card.dataset["stage"] ?? "", event.key);
    if (stage !== undefined && movable) move(board, card, stage);
    return stage !== undefined;
  }
  if (opensMove(event.key) && movable) {
    card.querySelector<HTMLElement>(".deal-move")?.click();
    return true;
  }
  if (event.key === "Enter") {
    card.querySelector<HTMLElement>("a")?.click();
    return true;
  }
  return go(board, card, event.key);
}

function go(board: Board, card: HTMLElement, key: string): boolean {
  const places = columns(board).map((column) => cards(column).map((each) => each.dataset["deal"] ?? ""));
  const next = step(places, card.dataset["deal"] ?? "", key);
  if (next === undefined) return false;
  board.querySelector<HTMLElement>(`[data-deal="${next}"]`)?.focus();
  return true;
}

onArrival("[data-deal-board]", (board) => {
  dragging(board);
  keys(board);
  const moved = board.dataset["moved"];
  const card = moved ? board.querySelector<HTMLElement>(`[data-deal="${moved}"]`) : null;
  stop(board, card ?? cards(board)[0]);
  if (!card) return;
  // The dialog that asked has had its answer; the focus follows the card, and its new place is said.
  document.getElementById("board-dialog")?.replaceChildren();
  card.focus();
  const column = card.closest<HTMLElement>("[data-name]");
  const said = document.getElementById("board-said");
  if (said) {
    const title = card.querySelector("a")?.textContent ?? "";
    said.textContent = (board.dataset["said"] ?? "").replace("{deal}", title).replace("{stage}", column?.dataset["name"] ?? "");
  }
});

/** The form of an entry fact shows only the fields that its kind needs. */
const NEEDED: Record<string, readonly string[]> = {
  touch: ["types", "within_days"],
  field: ["field"],
  amount: ["amount"],
  role: ["role"],
  spoken: ["people"],
};

onArrival("[data-fact-form]", (form) => {
  const kind = form.querySelector<HTMLSelectElement>("[name=kind]");
  const show = () => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-for-kind]")) {
      const name = part.dataset["forKind"] ?? "";
      part.hidden = !["label", "kind", ...(NEEDED[kind?.value ?? ""] ?? [])].includes(name);
    }
  };
  kind?.addEventListener("change", show);
  show();
});
