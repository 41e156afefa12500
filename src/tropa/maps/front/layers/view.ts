// What is shown of the board and how large: live figures, only hypotheses, groups, lanes, zoom. Remembered in the
// browser of the person, not on the server: how somebody looks at a map is no change of it.
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { keep, recall } from "../board/kept";
import { word } from "../board/words";
import { closed, fitting, remembered, zoomed } from "./logic";

const ZOOM = "tropa.map.zoom";
const GROUPS = "tropa.map.closed";

export class Layers {
  readonly #board: Board;
  #zoom = 1;

  constructor(board: Board) {
    this.#board = board;
    this.#zoomTo(remembered(recall(ZOOM)), { quietly: true });
    this.#closeGroups();
    board.on(document.body, "click", (event) => this.#clicked(event));
    document.getElementById("sw-live")?.addEventListener("switch", (event) => this.#live((event as CustomEvent<boolean>).detail), { signal: board.signal });
  }

  live(): void {
    const button = document.getElementById("sw-live");
    if (!button) return;
    const on = button.getAttribute("aria-checked") !== "true";
    button.setAttribute("aria-checked", String(on));
    this.#live(on);
  }

  hypotheses(): void {
    const button = document.getElementById("b-hyp");
    const on = !this.#board.grid.classList.contains("only-hyp");
    button?.setAttribute("aria-pressed", String(on));
    this.#board.grid.classList.toggle("only-hyp", on);
    announce(word(on ? "onlyHypotheses" : "allCards"));
  }

  zoom(direction: -1 | 0 | 1): void {
    this.#zoomTo(direction === 0 ? this.#fit() : zoomed(this.#zoom, direction));
  }

  /** As it is now or compared with the other map: links or buttons of the page. */
  mode(number: 1 | 2 | 3): boolean {
    const all = document.querySelectorAll<HTMLElement>("[data-board-mode]");
    all[number - 1]?.click();
    return all.length >= number;
  }

  #live(on: boolean): void {
    this.#board.grid.classList.toggle("no-live", !on);
    announce(word(on ? "liveOn" : "liveOff"));
    this.#board.redraw();
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const zoom = target.closest<HTMLElement>("[data-zoom]");
    if (zoom) this.zoom(Math.sign(Number(zoom.dataset["zoom"])) as -1 | 0 | 1);
    else if (target.closest("#b-hyp")) {
      event.preventDefault();
      this.hypotheses();
    }
    const group = target.closest<HTMLElement>(".b-grp-t");
    if (group && this.#board.grid.contains(group)) this.#toggle(group);
  }

  #toggle(button: HTMLElement): void {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isOpen));
    button.closest(".b-group")?.classList.toggle("is-closed", !isOpen);
    const names = [...this.#board.grid.querySelectorAll<HTMLElement>(".b-group.is-closed")].map((each) => each.dataset["group"] ?? "");
    keep(this.#groupsKey(), names.join(" "));
    this.#board.redraw();
  }

  #closeGroups(): void {
    const names = closed(recall(this.#groupsKey()));
    for (const group of this.#board.grid.querySelectorAll<HTMLElement>(".b-group")) {
      if (!names.has(group.dataset["group"] ?? "")) continue;
      group.classList.add("is-closed");
      group.querySelector(".b-grp-t")?.setAttribute("aria-expanded", "false");
    }
  }

  /** Groups that arrive again stay as they were. */
  again(): void {
    this.#closeGroups();
  }

  #groupsKey(): string {
    return `${GROUPS}:${location.pathname}`;
  }

  #fit(): number {
    const { scroll, grid } = this.#board;
    // The board is never narrower than its room: only at its own size it tells how much it needs.
    grid.style.setProperty("--z", "1");
    const content = grid.scrollWidth;
    const fits = fitting(scroll.clientWidth, content);
    return fits >= 1 ? 1 : fits;
  }

  #zoomTo(value: number, { quietly = false } = {}): void {
    this.#zoom = value;
    for (const each of [this.#board.scroll, this.#board.grid]) each.style.setProperty("--z", String(value));
    const shown = document.getElementById("zoom-v");
    if (shown) shown.textContent = `${Math.round(value * 100)}\u00a0%`;
    this.#board.grid.classList.toggle("is-far", value < 0.6);
    this.#board.redraw();
    if (quietly) return;
    keep(ZOOM, String(value));
    announce(word("zoomed", { n: Math.round(value * 100) }));
  }
}
