// Buttons with data-theme-switch go from light to dark and back; radios with data-theme-set choose, `auto` too.
// The choice is kept in this browser and, for somebody signed in, with the person (data-theme-url of <html>).
import { post } from "../swap/post";
import { choiceOf, opposite, shownFor, type Choice } from "./logic";

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function kept(): string | null {
  try {
    return localStorage.getItem("tropa-theme");
  } catch {
    return null; // Storage is switched off.
  }
}

function keep(choice: Choice): void {
  try {
    localStorage.setItem("tropa-theme", choice);
  } catch {
    // The server keeps it all the same.
  }
  const url = root.dataset["themeUrl"];
  if (url) void post(url, { theme: choice });
}

function show(choice: Choice): void {
  const shown = shownFor(choice, system.matches);
  root.dataset["theme"] = shown;
  root.dataset["themeChoice"] = choice;
  for (const label of document.querySelectorAll<HTMLElement>("[data-theme-label]")) {
    label.textContent = label.dataset[opposite(shown)] ?? label.textContent;
  }
  document.dispatchEvent(new CustomEvent("theme", { detail: shown }));
}

function choose(choice: Choice): void {
  show(choice);
  keep(choice);
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-theme-switch]");
  if (button) choose(opposite(shownFor(choiceOf(root.dataset["theme"]), system.matches)));
});
document.addEventListener("change", (event) => {
  const given = (event.target as HTMLElement).dataset["themeSet"];
  if (given !== undefined) choose(choiceOf(given));
});
system.addEventListener("change", () => {
  if (choiceOf(root.dataset["themeChoice"]) === "auto") show("auto");
});
show(choiceOf(root.dataset["themeChoice"] || kept()));
