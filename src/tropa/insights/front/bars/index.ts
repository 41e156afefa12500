// <tropa-bars data-bins="…">: a histogram drawn by the server. The pointer and the arrow keys read single bars out; the
// figure as a whole is told by its label and by its tooltip.
import { hide, show } from "../tips";
import { type Bar, barAt, read, step } from "./logic";

class TropaBars extends HTMLElement {
  #bars: Bar[] = [];
  #now: number | undefined;
  #mark = document.createElement("span");

  connectedCallback(): void {
    this.#bars = read(this.dataset["bins"]);
    this.#mark.className = "bar-mark";
    this.#mark.hidden = true;
    this.append(this.#mark);
    this.addEventListener("pointermove", this.#follow);
    this.addEventListener("pointerleave", this.#leave);
    this.addEventListener("blur", this.#leave);
    this.addEventListener("keydown", this.#walk);
  }

  disconnectedCallback(): void {
    this.#mark.remove();
  }

  #follow = (event: PointerEvent): void => {
    const box = this.getBoundingClientRect();
    const found = barAt(this.#bars, (event.clientX - box.left) / box.width);
    if (found === undefined) {
      this.#unmark();
      show(this.dataset["figureTip"] ?? "", event.clientX, event.clientY);
    } else {
      this.#tell(found, event.clientX, event.clientY);
    }
  };

  #walk = (event: KeyboardEvent): void => {
    const next = step(event.key, this.#now, this.#bars.length);
    if (next === undefined) return;
    event.preventDefault();
    const box = this.getBoundingClientRect();
    const [start, end, said] = this.#bars[next] ?? [0, 0, ""];
    this.#tell(next, box.left + (box.width * (start + end)) / 2, box.top + box.height / 2);
    const announce = document.getElementById("announce");
    if (announce) announce.textContent = said.replace("\t", ": ");
  };

  #tell(place: number, x: number, y: number): void {
    const bar = this.#bars[place];
    if (!bar) return;
    this.#now = place;
    this.#mark.hidden = false;
    this.#mark.style.left = `${bar[0] * 100}%`;
    this.#mark.style.width = `${(bar[1] - bar[0]) * 100}%`;
    const [title = ""] = (this.dataset["figureTip"] ?? "").split("\n");
    show(`${title}\n${bar[2]}`, x, y);
  }

  #leave = (): void => {
    this.#unmark();
    hide();
  };

  #unmark(): void {
    this.#now = undefined;
    this.#mark.hidden = true;
  }
}

customElements.define("tropa-bars", TropaBars);
