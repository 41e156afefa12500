// What has been written in the panel and not saved is there again when its card is opened again.

import type { Fields } from "../changes/logic";

type Field = HTMLInputElement | HTMLTextAreaElement;

export class Drafts {
  /** Of every card, what is written in its fields. */
  readonly #cards = new Map<string, Map<string, string>>();

  get some(): boolean {
    return this.#cards.size > 0;
  }

  /** Remembers what is unsaved in the panel of a card, with what its writer saw of the map. */
  keep(panel: HTMLElement, card: string): void {
    const written = new Map<string, string>();
    for (const field of fields(panel)) {
      if (!isChanged(field)) continue;
      written.set(nameOf(field), field.value);
      const seen = seenOf(field);
      if (seen) written.set(nameOf(seen), seen.value);
    }
    if (written.size > 0) this.#cards.set(card, written);
    else this.#cards.delete(card);
  }

  /** Puts it back into a panel that came anew. */
  give(panel: HTMLElement, card: string): void {
    const written = this.#cards.get(card);
    if (!written) return;
    for (const field of fields(panel)) {
      const text = written.get(nameOf(field));
      if (text === undefined || text === field.defaultValue) continue;
      field.value = text;
      field.closest("details")?.setAttribute("open", "");
      const seen = seenOf(field);
      if (seen) seen.value = written.get(nameOf(seen)) ?? seen.value;
    }
    this.keep(panel, card);
  }

  /** What was posted is on the server now. */
  saved(card: string, posted: Fields): void {
    const written = this.#cards.get(card);
    for (const [name, value] of Object.entries(posted)) {
      const field = `${posted["do"]} ${name}`;
      if (name === "seen" || written?.get(field) === value) written?.delete(field);
    }
    if (written?.size === 0) this.#cards.delete(card);
  }

  drop(card: string): void {
    this.#cards.delete(card);
  }
}

export function isChanged(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  return field instanceof HTMLInputElement && /^(text|date|number|search)$/.test(field.type) && field.value !== field.defaultValue;
}

function fields(panel: HTMLElement): Field[] {
  return [...panel.querySelectorAll<Field>("form textarea, form input")];
}

function seenOf(field: Field): HTMLInputElement | null {
  return field.form?.querySelector<HTMLInputElement>("input[name=seen]") ?? null;
}

/** A field of the panel goes by the verb of its form and by its own name. */
function nameOf(field: Field): string {
  return `${field.form?.querySelector<HTMLInputElement>("input[name=do]")?.value ?? ""} ${field.name}`;
}
