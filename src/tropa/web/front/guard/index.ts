// A form with data-guard: leaving the page with something unsaved asks first.
import { onArrival } from "../swap/arrival";
import { content } from "./logic";

const began = new Map<HTMLFormElement, string>();

onArrival("form[data-guard]", (form) => {
  if (form instanceof HTMLFormElement && !began.has(form)) began.set(form, content(new FormData(form)));
});
document.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement) began.delete(event.target);
});
addEventListener("beforeunload", (event) => {
  for (const [form, before] of began) {
    if (form.isConnected && content(new FormData(form)) !== before) event.preventDefault();
  }
});
