// What stands where on the board, as the server rendered it (templates/maps/board.html says what may be relied on).

export const CARDS = ".jc:not(.jc-new), .ep";

export function cellOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>("[data-cell]");
}

export function keyOf(cell: HTMLElement): string {
  return cell.dataset["cell"] ?? "";
}

export function cellBy(grid: ParentNode, key: string): HTMLElement | null {
  return grid.querySelector<HTMLElement>(`[data-cell="${CSS.escape(key)}"]`);
}

export function laneOf(element: Element): HTMLElement | null {
  return element.closest<HTMLElement>(".lane");
}

export function lanes(grid: ParentNode): HTMLElement[] {
  return [...grid.querySelectorAll<HTMLElement>(".lane")];
}

/** Lanes that can be seen: neither hidden nor in a closed group. */
export function openLanes(grid: ParentNode): HTMLElement[] {
  return lanes(grid).filter((lane) => !lane.hidden && !lane.closest(".is-closed"));
}

export function isCurve(lane: Element | null): boolean {
  return (lane as HTMLElement | null)?.dataset["kind"] === "emotion_curve";
}

export function laneName(lane: Element | null): string {
  return lane?.querySelector(".b-name")?.textContent?.trim() ?? "";
}

export function stageName(grid: ParentNode, column: string): string {
  return grid.querySelector(`.b-stage[data-stage="${CSS.escape(column)}"] b`)?.textContent?.trim() ?? "";
}

export function cells(lane: ParentNode): HTMLElement[] {
  return [...lane.querySelectorAll<HTMLElement>("[data-cell]")];
}

export function cardsIn(cell: ParentNode): HTMLElement[] {
  return [...cell.querySelectorAll<HTMLElement>(CARDS)];
}

/** Cards of a cell that can be seen: those behind «ещё» can not. */
export function shownCards(cell: HTMLElement): HTMLElement[] {
  const all = cardsIn(cell);
  return cell.classList.contains("is-all") ? all : all.filter((card) => !card.matches(".is-rest"));
}

/** The card that one put at a place among the shown ones goes before: "" at the end of the cell. */
export function cardAt(cell: HTMLElement, index: number, moved: HTMLElement): string {
  const shown = shownCards(cell).filter((card) => card !== moved);
  const next = shown[index] ?? cardsIn(cell).find((card) => card !== moved && !shown.includes(card));
  return next ? idOf(next) : "";
}

/** A card behind «ещё» cannot have the focus: it is brought out. */
export function bringOut(card: HTMLElement | null): HTMLElement | null {
  if (card?.matches(".is-rest")) cellOf(card)?.classList.add("is-all");
  return card;
}

export function cardBy(grid: ParentNode, id: string): HTMLElement | null {
  return id ? grid.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`) : null;
}

export function idOf(card: Element): string {
  return (card as HTMLElement).dataset["card"] ?? "";
}

export function textOf(card: HTMLElement): string {
  return plain(card.querySelector(".jc-t")?.textContent ?? card.dataset["name"] ?? card.textContent ?? "");
}

/** As it was typed: without the places to break a word and the spaces not to break a line at. */
export function plain(text: string): string {
  return text.replace(/\u00ad/g, "").replace(/\s+/g, " ").trim();
}

/** The lane and the column of a cell. */
export function place(cell: HTMLElement): { lane: string; column: string } {
  return { lane: laneOf(cell)?.dataset["lane"] ?? "", column: cell.dataset["stage"] ?? "" };
}

/** Where new cards go in: before the button that makes them. */
export function insert(cell: HTMLElement, card: HTMLElement, before: HTMLElement | null): void {
  const end = before ?? cell.querySelector<HTMLElement>(":scope > .b-more, :scope > .b-plus");
  cell.insertBefore(card, end?.parentElement === cell ? end : null);
}
