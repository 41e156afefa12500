// Stages in order ([data-stage-order]): Alt with an arrow moves the row in which the focus is, as its buttons do, and the
// focus follows it.
import { direction } from "./logic";

let following: { name: string; way: string } | undefined;

document.addEventListener("keydown", (event) => {
  const row = (event.target as Element).closest<HTMLElement>("[data-stage-order] [data-stage]");
  const way = direction(event.key, event.altKey);
  if (!row || !way) return;
  const form = row.querySelector<HTMLFormElement>(`form[data-move="${way}"]`);
  const button = form?.querySelector<HTMLButtonElement>("button:not([disabled])");
  if (!form || !button) return;
  event.preventDefault();
  following = { name: row.dataset["stage"] ?? "", way };
  form.requestSubmit(button);
});

document.addEventListener("htmx:afterSettle", () => {
  if (!following) return;
  const row = document.querySelector<HTMLElement>(`[data-stage="${CSS.escape(following.name)}"]`);
  const forms = [following.way, "earlier", "later"].map((way) => `form[data-move="${way}"] button:not([disabled])`);
  const button = forms.map((one) => row?.querySelector<HTMLElement>(one)).find((found) => found);
  following = undefined;
  button?.focus();
});
