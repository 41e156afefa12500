// Points of the curve are changed by dragging, and by the keyboard: Enter begins and ends, arrows change, Esc returns.
// A finger first taps a point, then drags it: until then it scrolls the board.
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { idOf } from "../board/dom";
import { word } from "../board/words";
import { nudged, under, type Point } from "./logic";
import { read, told, write } from "./point";

export interface Hooks {
  save(point: HTMLElement, before: Point, after: Point): void;
  open(point: HTMLElement): void;
}

const CLICK = 4;

interface Edit {
  point: HTMLElement;
  before: Point;
  release: () => void;
}

export class Points {
  readonly #board: Board;
  readonly #hooks: Hooks;
  #edit: Edit | undefined;

  constructor(board: Board, hooks: Hooks) {
    this.#board = board;
    this.#hooks = hooks;
    board.on(board.grid, "pointerdown", (event) => this.#pressed(event));
    board.on(board.grid, "keydown", (event) => this.#key(event), { capture: true });
    board.on(board.grid, "focusout", (event) => {
      if (event.target === this.#edit?.point) this.#end("saved");
    });
  }

  /** Enter on a point. */
  toggle(point: HTMLElement): void {
    if (this.#edit?.point === point) this.#end("saved");
    else this.#begin(point);
  }

  #begin(point: HTMLElement): void {
    this.#end("saved");
    this.#edit = { point, before: read(point), release: this.#board.hold() };
    point.classList.add("is-edit");
    announce(word("editing"));
  }

  #end(how: "saved" | "cancelled"): void {
    const edit = this.#edit;
    if (!edit) return;
    this.#edit = undefined;
    const { point, before, release } = edit;
    const after = read(point);
    point.classList.remove("is-edit");
    if (how === "cancelled") write(point, before);
    this.#board.redraw();
    const isChanged = how === "saved" && differ(before, after);
    announce(isChanged ? word("pointKept", { value: told(point, after) }) : word("pointSame"));
    if (isChanged) this.#hooks.save(point, before, after);
    release();
  }

  #key(event: KeyboardEvent): void {
    const edit = this.#edit;
    if (!edit || event.target !== edit.point || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nudged(read(edit.point), event.key);
    if (next) {
      write(edit.point, next);
      this.#board.redraw();
    } else if (event.key === "Escape") this.#end("cancelled");
    else if (event.key === "Enter") this.#end("saved");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #pressed(event: PointerEvent): void {
    const point = (event.target as Element).closest<HTMLElement>(".ep");
    if (!point || event.button !== 0) return;
    const isEdited = this.#edit?.point === point;
    if (!this.#board.isEditable || (event.pointerType === "touch" && !isEdited)) {
      this.#onTap(point, event);
      return;
    }
    this.#drag(point, event);
  }

  /** A tap that did not become a scroll. */
  #onTap(point: HTMLElement, down: PointerEvent): void {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#board.signal]);
    addEventListener("pointercancel", () => over.abort(), { signal });
    addEventListener(
      "pointerup",
      (up) => {
        over.abort();
        if (Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) > CLICK * 2) return;
        if (down.pointerType === "touch" && this.#board.isEditable) this.#begin(point);
        else this.#hooks.open(point);
      },
      { signal },
    );
  }

  #drag(point: HTMLElement, down: PointerEvent): void {
    const cell = point.closest<HTMLElement>("[data-cell]");
    if (!cell) return;
    const edit = this.#edit;
    const before = edit?.point === point ? edit.before : read(point);
    const box = cell.getBoundingClientRect();
    const release = this.#board.hold();
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#board.signal]);
    let isMoved = false;
    point.setPointerCapture(down.pointerId);
    const stop = (keep: boolean) => {
      over.abort();
      point.classList.remove("is-drag");
      if (!keep) write(point, before);
      this.#board.redraw();
      if (isMoved && keep) this.#moved(point, before);
      else if (keep) this.#tapped(point);
      release();
    };
    point.addEventListener(
      "pointermove",
      (move) => {
        isMoved ||= Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) > CLICK;
        if (!isMoved) return;
        point.classList.add("is-drag");
        write(point, under(move.clientX - box.left, move.clientY - box.top, box.width, box.height));
        this.#board.redraw();
      },
      { signal },
    );
    point.addEventListener("pointerup", () => stop(true), { signal });
    point.addEventListener("pointercancel", () => stop(false), { signal });
    addEventListener(
      "keydown",
      (key) => {
        if (key.key !== "Escape") return;
        key.stopPropagation();
        stop(false);
      },
      { signal, capture: true },
    );
  }

  #tapped(point: HTMLElement): void {
    if (this.#edit?.point === point) this.#end("saved");
    this.#hooks.open(point);
  }

  #moved(point: HTMLElement, before: Point): void {
    const after = read(point);
    if (this.#edit?.point === point) this.#end("saved");
    else if (differ(before, after)) this.#hooks.save(point, before, after);
  }
}

export function differ(one: Point, other: Point): boolean {
  return one.emotion !== other.emotion || one.offset !== other.offset;
}

/** What a changed point says to the server. */
export function fieldsOf(point: HTMLElement, { emotion, offset }: Point): Record<string, string> {
  return { do: "edit", card: idOf(point), emotion: String(emotion), offset: String(offset) };
}
