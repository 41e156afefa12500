// Messages at the edge of the page. Those of the server stand in the page already (web/_toasts.html) or come with a
// fragment as the event "toasts"; scripts call toast(). Under the pointer and under the focus they wait.
import { csrf } from "../swap/post";
import { onArrival } from "../swap/arrival";
import { AGAIN_MS, staysFor } from "./logic";

export interface Toast {
  text: string;
  bad?: boolean;
  /** Where «Вернуть» posts to, or what it does. */
  undo?: string | (() => void);
}

function box(): HTMLElement | null {
  return document.getElementById("toasts");
}

/** A text of the page's language for scripts: data-… of #toasts. */
export function word(name: string): string {
  return box()?.dataset[name] ?? "";
}

export function toast({ text, bad = false, undo }: Toast): void {
  const element = document.createElement("div");
  element.className = bad ? "toast toast-bad" : "toast";
  const said = document.createElement("span");
  said.textContent = text;
  element.append(said);
  if (undo) element.append(typeof undo === "string" ? undoForm(undo) : undoButton(undo, element));
  box()?.append(element);
  keep(element);
}

function undoButton(act: () => void, element: HTMLElement): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("undo");
  button.addEventListener("click", () => {
    element.remove();
    act();
  });
  return button;
}

function undoForm(url: string): HTMLElement {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = "csrfmiddlewaretoken";
  token.value = csrf();
  const button = document.createElement("button");
  button.textContent = word("undo");
  form.append(token, button);
  return form;
}

function keep(element: HTMLElement): void {
  const bad = element.classList.contains("toast-bad");
  const time = staysFor({ undo: element.querySelector("button") !== null, bad });
  if (bad) element.append(closeButton(element));
  if (time === undefined) return;
  let timer = setTimeout(() => element.remove(), time);
  const wait = () => clearTimeout(timer);
  const goOn = () => {
    clearTimeout(timer);
    timer = setTimeout(() => element.remove(), AGAIN_MS);
  };
  element.addEventListener("mouseenter", wait);
  element.addEventListener("focusin", wait);
  element.addEventListener("mouseleave", goOn);
  element.addEventListener("focusout", goOn);
}

function closeButton(element: HTMLElement): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("close");
  button.addEventListener("click", () => element.remove());
  return button;
}

onArrival("#toasts > .toast", keep);
document.addEventListener("toasts", (event) => {
  for (const each of (event as CustomEvent<{ messages: Toast[] }>).detail.messages) toast(each);
});
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-toast]");
  if (button) toast({ text: button.dataset["toast"] ?? "", ...(button.dataset["toastUndo"] ? { undo: () => undefined } : {}) });
});
