// Two people wrote into the same field: the later one was kept, both are shown, and whoever wrote last decides.
import type { Board } from "../board/board";
import { word } from "../board/words";
import type { Fields } from "./logic";

/** Fields that hold words; of the others a note is enough. */
const WORDS = ["text", "details", "quote", "source", "label"] as const;

export interface Choice {
  keepMine(): void;
  takeTheirs(fields: Fields): void;
  both?(theirs: string): void;
}

/** The field in which both wrote words, if there is one. */
export function inWords(overwritten: Readonly<Record<string, string>>): string | undefined {
  return WORDS.find((field) => overwritten[field] !== undefined);
}

export function ask(board: Board, field: string, mine: string, theirs: string, choice: Choice): void {
  const dialog = document.createElement("dialog");
  dialog.id = "dlg-conflict";
  dialog.setAttribute("aria-labelledby", "dlg-conflict-t");
  const title = made("h2", "", word("conflictTitle"));
  title.id = "dlg-conflict-t";
  const head = made("div", "dlg-h");
  head.append(title);
  const body = made("div", "dlg-b col g-6");
  body.append(quote("evq evq-theirs", theirs, word("conflictTheirs")), quote("evq evq-mine", mine, word("conflictMine")));
  const foot = made("div", "dlg-f");
  const decide = (name: string, css: string, act: () => void) => {
    const button = made("button", css, word(name)) as HTMLButtonElement;
    button.type = "button";
    button.addEventListener("click", () => {
      dialog.close();
      act();
    });
    foot.append(button);
    return button;
  };
  if (choice.both) decide("conflictBoth", "btn btn-q", () => choice.both?.(theirs));
  decide("conflictTakeTheirs", "btn", () => choice.takeTheirs({ [field]: theirs }));
  const first = decide("conflictKeepMine", "btn btn-p", choice.keepMine);
  dialog.append(head, body, foot);
  dialog.addEventListener("close", () => dialog.remove());
  board.signal.addEventListener("abort", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  first.focus();
}

function quote(css: string, text: string, from: string): HTMLElement {
  const said = made("p", css, text ? `«${text}»` : "—");
  said.append(made("cite", "", from));
  return said;
}

function made(name: string, css: string, text = ""): HTMLElement {
  const element = document.createElement(name);
  if (css) element.className = css;
  element.textContent = text;
  return element;
}
