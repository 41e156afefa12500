// A cell is replaced by what the server says it is now; cards that did not change stay the elements that they are, so
// that the focus, a new card being written and an open menu survive.

const PASSING = ["tabindex", "style", "draggable", "aria-current", "aria-busy", "aria-describedby"];
const PASSING_CLASSES = ["is-remote", "is-drag", "is-edit", "is-fresh", "up", "dn", "none"];

export function parsed(html: string): HTMLElement | null {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild as HTMLElement | null;
}

/** Brings the children of a cell in line with the fresh one. Returns the elements that are new. */
export function patch(cell: HTMLElement, fresh: HTMLElement): HTMLElement[] {
  const kept = new Map(children(cell).map((child) => [keyOf(child), child]));
  const written = cell.querySelector<HTMLElement>(":scope > .jc-new");
  const wanted = children(fresh).map((child) => {
    const old = kept.get(keyOf(child));
    return old && print(old) === print(child) ? old : child;
  });
  const isNew = wanted.filter((child) => child.parentElement !== cell);
  for (const child of children(cell)) if (!wanted.includes(child)) child.remove();
  arrange(cell, wanted, written);
  for (const name of ["class", "aria-label", "data-count"]) copy(name, fresh, cell);
  return isNew;
}

function children(cell: HTMLElement): HTMLElement[] {
  return [...cell.children].filter((child): child is HTMLElement => !child.classList.contains("jc-new") && "dataset" in child);
}

/** Moves only what is in the wrong place: moving the focused element would take its focus. */
function arrange(cell: HTMLElement, wanted: readonly HTMLElement[], written: HTMLElement | null): void {
  let next = cell.firstElementChild;
  for (const child of wanted) {
    if (next === written && written) next = written.nextElementSibling;
    if (child === next) next = next.nextElementSibling;
    else cell.insertBefore(child, next);
  }
  const plus = cell.querySelector(":scope > .b-plus");
  if (written && plus && written.nextElementSibling !== plus) cell.insertBefore(plus, written.nextElementSibling);
}

function copy(name: string, from: HTMLElement, to: HTMLElement): void {
  const isAll = to.classList.contains("is-all");
  const value = from.getAttribute(name);
  if (value === null) to.removeAttribute(name);
  else if (to.getAttribute(name) !== value) to.setAttribute(name, value);
  if (name === "class" && isAll) to.classList.add("is-all");
}

/** A card by its number, its label by the card it follows, other things by their kind. */
function keyOf(child: HTMLElement): string {
  const card = child.dataset["card"];
  if (card) return card;
  const before = (child.previousElementSibling as HTMLElement | null)?.dataset["card"] ?? "";
  return `${before} ${child.classList[0] ?? child.localName}`;
}

/** What the server said of an element, without what scripts have added since. */
function print(element: HTMLElement): string {
  const copied = element.cloneNode(true) as HTMLElement;
  for (const each of [copied, ...copied.querySelectorAll("*")]) {
    for (const name of PASSING) each.removeAttribute(name);
    for (const name of each.getAttributeNames()) if (name.startsWith("data-drop-target")) each.removeAttribute(name);
    each.classList.remove(...PASSING_CLASSES);
  }
  return copied.outerHTML;
}
