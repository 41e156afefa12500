// Forms of the panel and of the dialogs are plain forms; here they go the way of every other change: in their turn,
// waiting for the network, with the answer swapped in and no page loaded.
import type { Board } from "../board/board";
import { cardBy, cellOf, keyOf } from "../board/dom";
import { tell } from "../board/said";
import { word } from "../board/words";
import type { Fields } from "../changes/logic";
import type { Change, Sender } from "../changes/sender";
import type { Panel } from "./panel";

export function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): Fields {
  const fields: Fields = {};
  for (const [key, value] of new FormData(form, submitter)) {
    if (key !== "csrfmiddlewaretoken" && typeof value === "string") fields[key] = value;
  }
  return fields;
}

/** A form of the panel. Its card shows the new text at once. */
export function sendForm(board: Board, sender: Sender, panel: Panel, form: HTMLFormElement, submitter: HTMLElement | null): Change {
  const fields = fieldsOf(form, submitter);
  const id = fields["card"] ?? "";
  const card = cardBy(board.grid, id);
  const cell = card && cellOf(card);
  const text = fields["do"] === "edit" ? fields["text"]?.trim() : undefined;
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("button")];
  const busy = (on: boolean) => buttons.forEach((button) => button.toggleAttribute("aria-busy", on));
  busy(true);
  return sender.send({
    fields: { ...fields, seen: fields["seen"] ?? String(board.seen) },
    cells: cell ? [keyOf(cell)] : [],
    show: () => {
      const said = text && cardBy(board.grid, id)?.querySelector(".jc-t");
      if (said) said.textContent = text;
    },
    onDone: () => {
      busy(false);
      if (fields["do"] === "edit" && text !== undefined && card && cardBy(board.grid, id)?.dataset["ev"] === "0" && card.dataset["ev"] !== "0") {
        tell({ text: word("textChanged") });
      }
      isSaved(form, fields);
      panel.drafts.saved(id, fields);
      // What somebody has begun to write meanwhile is not lost to fresher words.
      if (panel.card === id && !panel.isTouched) panel.refresh();
    },
    onRefused: () => busy(false),
  });
}

/** What was posted is what the server has; only what was written since is unsaved. */
function isSaved(form: HTMLFormElement, fields: Fields): void {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) {
    if (field.value === fields[field.name] && field.type !== "checkbox" && field.type !== "radio") field.defaultValue = field.value;
  }
}
