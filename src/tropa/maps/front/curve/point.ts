// A point of the curve on the page: where it says that it stands, and how it looks there.
import { decimal, word } from "../board/words";
import { face, signed, type Point } from "./logic";

export function read(element: HTMLElement): Point {
  return { emotion: number(element.dataset["v"]), offset: number(element.dataset["x"] ?? "50") };
}

/** Templates write numbers as the page's language does. */
function number(text: string | undefined): number {
  const value = Number((text ?? "").replace(",", ".").replace("−", "-"));
  return Number.isFinite(value) ? value : 0;
}

export function stand(element: HTMLElement, { emotion, offset }: Point): void {
  for (const each of [element, element.matches(".ep") ? element.nextElementSibling : null]) {
    if (!(each instanceof HTMLElement) || (each !== element && !each.matches(".ep-l"))) continue;
    each.style.setProperty("--y", String(emotion));
    each.style.setProperty("--x", String(offset));
    // Bars write places straight into these; here they follow from the two above.
    each.style.removeProperty("left");
  }
}

export function write(element: HTMLElement, point: Point): void {
  element.dataset["v"] = String(point.emotion);
  element.dataset["x"] = String(point.offset);
  const now = face(point.emotion);
  for (const each of [...element.classList]) if (each.startsWith("f-")) element.classList.remove(each);
  element.classList.add(`f-${now}`);
  const use = element.querySelector("use");
  const sprite = use?.getAttribute("href")?.split("#")[0] ?? "";
  use?.setAttribute("href", `${sprite}#i-face-${now}`);
  const said = element.nextElementSibling?.matches(".ep-l") ? element.nextElementSibling.querySelector(".ep-v") : null;
  if (said) said.textContent = signed(point.emotion, decimal());
  element.setAttribute("aria-valuenow", String(point.emotion));
  element.setAttribute("aria-valuetext", told(element, point));
  stand(element, point);
}

export function told(element: HTMLElement, { emotion }: Point): string {
  return word("scale", { name: element.dataset["name"] ?? "", value: signed(emotion, decimal()) });
}
