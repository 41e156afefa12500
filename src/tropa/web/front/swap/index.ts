// htmx: fragments of the same templates. No eval, no scripts in fragments, the CSRF token with every change, failures
// told in a toast, the focus never lost.
import htmx from "htmx.org";
import { toast, word } from "../toasts";
import { arrived } from "./arrival";
import { failureWord, isWholePage } from "./logic";
import { csrf } from "./post";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
// A page of a tenant is not left in the browser's storage.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "auto";
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  // A form comes back with what is wrong in it.
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

interface Detail {
  elt: HTMLElement;
  target: HTMLElement;
  xhr: XMLHttpRequest;
  headers: Record<string, string>;
  shouldSwap: boolean;
  boosted?: boolean;
}

function on(name: string, act: (detail: Detail, event: Event) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Detail>).detail, event));
}

on("htmx:configRequest", ({ headers }) => {
  headers["X-CSRFToken"] = csrf();
});
let focusWasInside = false;
on("htmx:beforeSwap", (detail) => {
  focusWasInside = detail.target.contains(document.activeElement) && document.activeElement !== document.body;
  if (detail.boosted || detail.target === document.body || !isWholePage(detail.xhr.responseText)) return;
  // The page of an error is a whole page as well; loading the page again would bring the same error, for ever.
  if (detail.xhr.status >= 400) return;
  detail.shouldSwap = false;
  location.reload();
});
on("htmx:responseError", ({ xhr }) => toast({ text: word(failureWord(xhr.status)), bad: true }));
on("htmx:sendError", () => toast({ text: word(failureWord(0)), bad: true }));
on("htmx:beforeRequest", ({ target }) => target.setAttribute("aria-busy", "true"));
on("htmx:afterRequest", ({ target }) => target.removeAttribute("aria-busy"));
on("htmx:load", ({ elt }) => arrived(elt));
on("htmx:afterSettle", ({ target }) => {
  // Only where the swap took the focused element away: a fragment that refreshes itself must not pull anybody to it.
  if (!focusWasInside || document.activeElement !== document.body) return;
  focusWasInside = false;
  const place = target.isConnected ? target : document.getElementById(target.id);
  const wanted = place?.querySelector<HTMLElement>("[autofocus], [aria-invalid=true], h1, h2, h3") ?? place;
  if (!wanted) return;
  if (wanted.tabIndex < 0) wanted.tabIndex = -1;
  wanted.focus({ preventScroll: true });
});
