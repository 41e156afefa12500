import htmx from "htmx.org";
import { arrived } from "../../../web/front/swap/arrival";

/** Puts a fragment of the server into an element, with everything that its attributes ask for. */
export function fill(element: HTMLElement, html: string): void {
  element.innerHTML = html;
  htmx.process(element);
  arrived(element);
}
