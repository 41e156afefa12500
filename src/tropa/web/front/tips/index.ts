// data-tip="text": shown over the element on hover and on focus; Escape and scrolling hide it. Text, never markup.
import { place } from "./logic";

const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.setAttribute("role", "tooltip");
let over: HTMLElement | undefined;

function show(element: HTMLElement): void {
  hide();
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = element.dataset["tip"] ?? "";
  const box = element.getBoundingClientRect();
  const point = { x: box.left + box.width / 2, top: box.top, bottom: box.bottom };
  const at = place(point, { width: tip.offsetWidth, height: tip.offsetHeight }, innerWidth);
  tip.style.left = `${at.left}px`;
  tip.style.top = `${at.top}px`;
  tip.classList.add("is-on");
  element.setAttribute("aria-describedby", "tip");
  over = element;
}

export function hide(): void {
  tip.classList.remove("is-on");
  if (over?.getAttribute("aria-describedby") === "tip") over.removeAttribute("aria-describedby");
  over = undefined;
}

function follow(event: Event): void {
  const element = (event.target as Element | null)?.closest?.<HTMLElement>("[data-tip]");
  if (!element) hide();
  else if (element !== over) show(element);
}

document.addEventListener("mouseover", follow);
document.addEventListener("focusin", follow);
document.addEventListener("focusout", hide);
document.addEventListener("scroll", hide, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
