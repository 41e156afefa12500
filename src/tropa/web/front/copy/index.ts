// data-copy="text", or data-copy="#id" for the text or value of an element; data-copied: what the toast says.
import { toast } from "../toasts";

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  const given = button.dataset["copy"] ?? "";
  const source = given.startsWith("#") ? document.getElementById(given.slice(1)) : null;
  const text = source instanceof HTMLInputElement ? source.value : (source?.textContent?.trim() ?? given);
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: button.dataset["copied"] ?? text });
  } catch {
    // Without HTTPS browsers give no clipboard: select it, so that Ctrl C does the rest.
    if (source) getSelection()?.selectAllChildren(source);
    if (source instanceof HTMLInputElement) source.select();
  }
});
