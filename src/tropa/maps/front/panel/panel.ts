// The panel beside the board: it opens at a click or by Enter, shifts the board, and the address keeps which card it
// shows, so that it can be sent and the button «Back» works.
import { toast } from "../../../web/front/toasts";
import { isWholePage } from "../../../web/front/swap/logic";
import type { Board } from "../board/board";
import { bringOut, cardBy, cellBy, cellOf, keyOf } from "../board/dom";
import { fill } from "../board/fill";
import { word } from "../board/words";
import { Drafts, isChanged } from "./drafts";
import { withCard } from "./logic";

const PATIENT_MS = 300;

export class Panel {
  readonly #board: Board;
  readonly #panel: HTMLElement;
  #card = "";
  /** Where the card was, should it be gone when the panel closes. */
  #home = "";
  #asked: AbortController | undefined;
  readonly drafts = new Drafts();

  constructor(board: Board, panel: HTMLElement) {
    this.#board = board;
    this.#panel = panel;
    const open = panel.hidden ? "" : (new URL(location.href).searchParams.get("card") ?? "");
    if (open) {
      this.#mark(open);
      this.#bringIntoView();
    }
    board.on(panel, "click", (event) => {
      if (!(event.target as Element).closest("[data-panel-close]")) return;
      event.preventDefault();
      this.close();
    });
    board.on(panel, "input", () => this.drafts.keep(panel, this.#card));
    addEventListener("beforeunload", (event) => {
      if (this.drafts.some) event.preventDefault();
    }, { signal: board.signal });
    addEventListener("popstate", () => this.#follow(), { signal: board.signal });
    board.adopts(() => this.#mark(this.#card));
  }

  get card(): string {
    return this.#card;
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  /** Whether something in it has been written and not saved. */
  get isTouched(): boolean {
    return [...this.#panel.querySelectorAll<HTMLElement>("textarea, input")].some(isChanged);
  }

  /** focus: what gets the focus in it: nothing, its heading, or the field for what is said of the card. */
  open(id: string, focus: "none" | "heading" | "field" = "none"): void {
    if (this.#card !== id || this.#panel.hidden) history.pushState({}, "", withCard(location.href, id));
    this.#mark(id);
    void this.#load(id, focus);
  }

  /** Esc in the panel closes it; in a field with something unsaved it only leaves the field. */
  escape(target: HTMLElement): void {
    if (isChanged(target)) this.#focus(".pn-t");
    else this.close();
  }

  close(): void {
    if (this.#panel.hidden) return;
    history.pushState({}, "", withCard(location.href, ""));
    this.#hide();
  }

  /** Again from the server: the card has changed. */
  refresh(): void {
    if (this.isOpen && this.#card) void this.#load(this.#card, "none");
  }

  /** The card that is shown was taken out. */
  forget(id: string): void {
    this.drafts.drop(id);
    if (this.#card === id && this.isOpen) {
      history.replaceState({}, "", withCard(location.href, ""));
      this.#hide(false);
    }
  }

  #hide(goBack = true): void {
    this.#asked?.abort();
    const card = cardBy(this.#board.grid, this.#card);
    card?.removeAttribute("aria-current");
    this.#panel.hidden = true;
    this.#card = "";
    this.#board.redraw();
    if (goBack) (card ?? cellBy(this.#board.grid, this.#home))?.focus({ preventScroll: true });
  }

  #follow(): void {
    const id = new URL(location.href).searchParams.get("card") ?? "";
    if (!id) this.#hide();
    else if (id !== this.#card) {
      this.#mark(id);
      void this.#load(id, "none");
    }
  }

  #mark(id: string): void {
    this.#card = id;
    for (const old of this.#board.grid.querySelectorAll("[data-card][aria-current]")) old.removeAttribute("aria-current");
    const card = bringOut(cardBy(this.#board.grid, id));
    card?.setAttribute("aria-current", "true");
    const cell = card && cellOf(card);
    if (cell) this.#home = keyOf(cell);
  }

  async #load(id: string, focus: "none" | "heading" | "field"): Promise<void> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    const wait = setTimeout(() => this.#panel.setAttribute("aria-busy", "true"), PATIENT_MS);
    try {
      const url = this.#board.address("cardUrl").replace(/\/0(?=\/?(?:\?|$))/, `/${id}`);
      const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" }, signal: asked.signal });
      const html = await response.text();
      if (!response.ok || isWholePage(html)) throw new Error(String(response.status));
      this.#show(html, focus);
    } catch {
      if (!asked.signal.aborted) toast({ text: word("panelFailed"), bad: true });
    } finally {
      clearTimeout(wait);
      if (this.#asked === asked) this.#panel.removeAttribute("aria-busy");
    }
  }

  #show(html: string, focus: "none" | "heading" | "field"): void {
    const wasHidden = this.#panel.hidden;
    const top = this.#panel.querySelector(".panel-b")?.scrollTop ?? 0;
    const back = this.#panel.contains(document.activeElement) ? remembered() : undefined;
    fill(this.#panel, html);
    this.drafts.give(this.#panel, this.#card);
    this.#panel.hidden = false;
    const body = this.#panel.querySelector(".panel-b");
    if (body && !wasHidden && focus === "none") body.scrollTop = top;
    if (focus !== "none" || (back && !back(this.#panel))) this.#focus(focus === "field" ? "[data-focus]" : ".pn-t");
    this.#board.redraw();
    this.#bringIntoView();
  }

  #bringIntoView(): void {
    requestAnimationFrame(() => {
      cardBy(this.#board.grid, this.#card)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  #focus(selector: string): void {
    const field = selector === "[data-focus]" ? this.#panel.querySelector<HTMLElement>(selector) : null;
    const heading = this.#panel.querySelector<HTMLElement>(".pn-t") ?? this.#panel.querySelector<HTMLElement>("h2");
    field?.closest("details")?.setAttribute("open", "");
    const wanted = field ?? heading;
    if (!wanted) return;
    if (wanted.tabIndex < 0 && !wanted.matches("input, textarea, select, button, a")) wanted.tabIndex = -1;
    wanted.focus({ preventScroll: true });
  }
}

/** Finds again what has the focus after the panel came anew, and the place in the text; false when it is gone. */
function remembered(): (panel: HTMLElement) => boolean {
  const active = document.activeElement;
  const field = active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement ? active : undefined;
  const caret = field?.selectionStart ?? undefined;
  const verb = active?.closest("form")?.querySelector<HTMLInputElement>("[name=do]")?.value ?? "";
  return (panel) => {
    const same = active?.id ? panel.querySelector<HTMLElement>(`#${CSS.escape(active.id)}`) : null;
    const form = panel.querySelector(`input[name=do][value="${CSS.escape(verb)}"]`)?.closest("form");
    const wanted = same ?? (active?.matches("[type=submit]") ? form?.querySelector<HTMLElement>("[type=submit]") : null);
    wanted?.focus({ preventScroll: true });
    if (same instanceof HTMLTextAreaElement && caret !== undefined) same.setSelectionRange(caret, caret);
    return wanted !== null && wanted !== undefined && document.activeElement === wanted;
  };
}
