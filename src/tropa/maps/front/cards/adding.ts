// A new card is written in its cell: Enter or leaving it saves, Esc gives it up. It stands there before it is saved.
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { cardBy, cellBy, cells, insert, isCurve, keyOf, laneOf, place } from "../board/dom";
import { word } from "../board/words";
import type { Sender } from "../changes/sender";
import { newcomer, type Point } from "../curve/logic";
import { read, write } from "../curve/point";

const LONGEST = 300;
let made = 0;

export class Adding {
  readonly #board: Board;
  readonly #sender: Sender;

  constructor(board: Board, sender: Sender) {
    this.#board = board;
    this.#sender = sender;
  }

  write(cell: HTMLElement, begun = ""): void {
    const open = cell.querySelector<HTMLTextAreaElement>(".jc-new textarea");
    if (open) {
      open.focus();
      return;
    }
    const { box, area } = sheet(begun, isCurve(laneOf(cell)) ? "newPointHint" : "newCardHint");
    insert(cell, box, null);
    area.focus();
    area.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#board.redraw();
    let isOver = false;
    const end = (text: string, goBack: boolean) => {
      if (isOver) return;
      isOver = true;
      const home = cellBy(this.#board.grid, keyOf(cell)) ?? cell;
      box.remove();
      this.#board.redraw();
      const id = text && this.add(home, text);
      if (goBack) ((id && cardBy(this.#board.grid, id)) || home).focus({ preventScroll: true });
    };
    area.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") end("", true);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      end(area.value.trim(), true);
    });
    area.addEventListener("blur", () => end(area.value.trim(), false));
  }

  /** Returns the name by which the card goes until it has a number. */
  add(cell: HTMLElement, text: string): string {
    const id = `new-${(made += 1)}`;
    const key = keyOf(cell);
    const names = this.#sender.names;
    const at = isCurve(laneOf(cell)) ? free(cell) : undefined;
    this.#sender.send({
      fields: { do: "add", ...place(cell), text, ...(at ? { emotion: String(at.emotion), offset: String(at.offset) } : {}) },
      makes: id,
      cells: [key],
      show: () => {
        const now = cellBy(this.#board.grid, key);
        if (now && !cardBy(now, names[id] ?? id)) insert(now, at ? point(id, text, at) : card(now, id, text), null);
      },
      onRefused: () => {
        const now = cellBy(this.#board.grid, key);
        if (now) this.write(now, text);
      },
    });
    announce(word("added"));
    return id;
  }
}

function sheet(text: string, hint: string): { box: HTMLElement; area: HTMLTextAreaElement } {
  const box = document.createElement("div");
  box.className = "jc jc-new";
  const area = document.createElement("textarea");
  area.rows = 2;
  area.maxLength = LONGEST;
  area.value = text;
  area.setAttribute("aria-label", word("newCard"));
  area.placeholder = word(hint);
  box.append(area);
  return { box, area };
}

function card(cell: HTMLElement, id: string, text: string): HTMLElement {
  const made = document.createElement("a");
  const lane = laneOf(cell)?.dataset["lane"] ?? "";
  made.className = `jc jc-${lane} is-saving`;
  made.href = "#board";
  made.tabIndex = -1;
  made.dataset["card"] = id;
  made.dataset["ev"] = "0";
  const said = document.createElement("span");
  said.className = "jc-t hy";
  said.textContent = text;
  made.append(said);
  return made;
}

function point(id: string, text: string, at: Point): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ep is-saving";
  made.tabIndex = -1;
  Object.assign(made.dataset, { card: id, ev: "0", name: text });
  made.setAttribute("aria-label", text);
  write(made, at);
  return made;
}

/** Where a new point of the cell would stand. */
function free(cell: HTMLElement): Point {
  const lane = laneOf(cell);
  const all = lane ? cells(lane) : [cell];
  const points = all.map((each) => [...each.querySelectorAll<HTMLElement>(".ep")].map(read));
  return newcomer(points, all.indexOf(cell));
}
