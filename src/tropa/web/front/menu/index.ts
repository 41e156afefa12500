// A button with data-menu="id" opens the menu of that id. Arrows and letters move, Escape closes and goes back.
import { byLetter, nextIndex } from "../roving/logic";
import { place } from "./logic";

let open: { button: HTMLElement; menu: HTMLElement } | undefined;

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([disabled])')];
}

function close(goBack = false): void {
  if (!open) return;
  open.menu.hidden = true;
  open.button.setAttribute("aria-expanded", "false");
  if (goBack) open.button.focus();
  open = undefined;
}

function show(button: HTMLElement): void {
  close();
  const menu = document.getElementById(button.dataset["menu"] ?? "");
  if (!menu) return;
  menu.hidden = false;
  menu.style.position = "fixed";
  const at = place(
    button.getBoundingClientRect(),
    { width: menu.offsetWidth, height: menu.offsetHeight },
    { width: innerWidth, height: innerHeight },
  );
  menu.style.left = `${at.left}px`;
  menu.style.top = `${at.top}px`;
  button.setAttribute("aria-expanded", "true");
  open = { button, menu };
  items(menu)[0]?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>("[data-menu]");
  if (button) {
    event.preventDefault();
    if (open?.button === button) close();
    else show(button);
  } else if (open && (!open.menu.contains(target) || target.closest('[role="menuitem"]'))) {
    close();
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!open) return;
    const all = items(open.menu);
    const now = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    } else if (event.key === "Tab") {
      close();
    } else {
      const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
      const next = letter
        ? byLetter(all.map((item) => item.textContent ?? ""), now, event.key)
        : nextIndex(event.key, now, all.length);
      if (next === undefined) return;
      event.preventDefault();
      all[next]?.focus();
    }
  },
  true,
);
document.addEventListener("keydown", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-menu]");
  if (button && event.key === "ArrowDown" && !open) {
    event.preventDefault();
    show(button);
  }
});
addEventListener("resize", () => close());
document.addEventListener("htmx:beforeSwap", () => close());
