// A search field (data-narrow) over a list of check boxes (data-narrowed): what does not fit is hidden, what is checked
// stays.
import { fits } from "./logic";

document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  if (!field.matches("input[data-narrow]")) return;
  event.stopPropagation();
  for (const label of field.closest("[data-narrowed]")?.querySelectorAll<HTMLElement>("label") ?? []) {
    const box = label.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (box) label.hidden = !box.checked && !fits(label.textContent ?? "", field.value);
  }
});
// Enter in the search field searches; it shall not save the form around it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.target as Element).matches("input[data-narrow]")) event.preventDefault();
});
