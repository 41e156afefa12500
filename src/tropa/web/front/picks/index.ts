// A list whose rows can be picked (form[data-picks]): a box for all (data-pick-all), Shift for many, and a bar of
// actions (data-pick-bar) that shows while something is picked and says how much (data-pick-count).
import { onArrival } from "../swap/arrival";
import { span, stateOf } from "./logic";

let last: { form: HTMLFormElement; index: number } | undefined;

function boxes(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox][data-pick]")];
}

function show(form: HTMLFormElement): void {
  const all = boxes(form);
  const picked = all.filter((box) => box.checked).length;
  const state = stateOf(picked, all.length);
  const head = form.querySelector<HTMLInputElement>("[data-pick-all]");
  if (head) {
    head.checked = state === "all";
    head.indeterminate = state === "some";
  }
  for (const bar of form.querySelectorAll<HTMLElement>("[data-pick-bar]")) bar.hidden = picked === 0;
  for (const count of form.querySelectorAll<HTMLElement>("[data-pick-count]")) count.textContent = String(picked);
}

document.addEventListener("click", (event) => {
  const box = event.target;
  const form = (box as Element).closest<HTMLFormElement>("form[data-picks]");
  if (!form || !(box instanceof HTMLInputElement)) return;
  const all = boxes(form);
  if (box.hasAttribute("data-pick-all")) for (const each of all) each.checked = box.checked;
  const now = all.indexOf(box);
  if (now >= 0) {
    const from = event.shiftKey && last?.form === form ? last.index : undefined;
    for (const index of span(from, now)) all[index]!.checked = box.checked;
    last = { form, index: now };
  }
  show(form);
});
onArrival("form[data-picks]", (form) => show(form as HTMLFormElement));
