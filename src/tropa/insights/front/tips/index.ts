// data-figure-tip: what a figure of a chart says, over it on hover and on focus. A title and rows, built as text.
import { beside, read } from "./logic";

const tip = document.createElement("div");
tip.className = "tip figure-tip";
tip.setAttribute("aria-hidden", "true"); // its words are the label of the figure
let over: Element | undefined;

/** Show a text by a point of the window. */
export function show(text: string, x: number, y: number): void {
  if (!tip.isConnected) document.body.append(tip);
  const said = read(text);
  const title = document.createElement("b");
  title.textContent = said.title;
  const table = document.createElement("table");
  for (const [name, value] of said.rows) {
    const row = table.insertRow();
    const label = row.insertCell();
    label.className = "k";
    label.textContent = name;
    row.insertCell().textContent = value;
  }
  tip.replaceChildren(title, ...(said.rows.length ? [table] : []));
  move(x, y);
  tip.classList.add("is-on");
}

function move(x: number, y: number): void {
  const at = beside({ x, y }, { width: tip.offsetWidth, height: tip.offsetHeight }, { width: innerWidth, height: innerHeight });
  tip.style.left = `${at.left}px`;
  tip.style.top = `${at.top}px`;
}

export function hide(): void {
  tip.classList.remove("is-on");
  over = undefined;
}

function told(event: Event): Element | null {
  return (event.target as Element | null)?.closest?.("[data-figure-tip]") ?? null;
}

document.addEventListener("mousemove", (event) => {
  const element = told(event);
  if (!element) {
    if (over) hide();
  } else if (element.tagName !== "TROPA-BARS") {
    // Bars tell of the one under the pointer themselves.
    if (element !== over) show(element.getAttribute("data-figure-tip") ?? "", event.clientX, event.clientY);
    else move(event.clientX, event.clientY);
    over = element;
  }
});
document.addEventListener("focusin", (event) => {
  const element = told(event);
  if (!element?.matches(":focus-visible")) return;
  const box = element.getBoundingClientRect();
  show(element.getAttribute("data-figure-tip") ?? "", box.left + Math.min(box.width / 2, 240), box.top + box.height / 2);
  over = element;
});
document.addEventListener("focusout", hide);
document.addEventListener("scroll", hide, true);
document.addEventListener("htmx:beforeSwap", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
