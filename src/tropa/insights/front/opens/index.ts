// details.opens: lists and forms that open under a button of the top line, without a script too. With it one is open at
// a time, Escape and a press beside close it, and it stays inside of the window.
import { nudge } from "./logic";

function opened(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.opens[open]")];
}

document.addEventListener(
  "toggle",
  (event) => {
    const drop = event.target as HTMLDetailsElement;
    if (!drop.matches?.("details.opens") || !drop.open) return;
    for (const other of opened()) if (other !== drop) other.open = false;
    const list = drop.querySelector<HTMLElement>(".pop");
    if (!list) return;
    list.style.translate = "";
    const by = nudge(list.getBoundingClientRect(), document.documentElement.clientWidth);
    if (by) list.style.translate = `${by}px 0`;
  },
  true,
);
document.addEventListener("click", (event) => {
  for (const drop of opened()) if (!drop.contains(event.target as Node)) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of opened()) {
    const inside = drop.contains(document.activeElement);
    drop.open = false;
    if (inside) drop.querySelector("summary")?.focus();
  }
});

// What was chosen in a list or a form replaces the top line: the focus goes on from the button it was under.
let pressed: number | undefined;
const buttons = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#dash-actions summary")];
document.addEventListener("htmx:beforeRequest", (event) => {
  const drop = (event.target as Element).closest("details.opens");
  pressed = drop ? buttons().findIndex((button) => button.parentElement === drop) : undefined;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const dash = document.getElementById("dash");
  if ((event as CustomEvent<{ target: Element }>).detail.target.id !== "dash" || !dash) return;
  const announce = document.getElementById("announce");
  if (announce) announce.textContent = dash.dataset["said"] ?? "";
  if (pressed !== undefined && document.activeElement === document.body) buttons()[pressed]?.focus();
  pressed = undefined;
});
