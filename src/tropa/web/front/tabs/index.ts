// role="tablist" of buttons: arrows move, Tab leaves. A tab shows the panel named by its aria-controls. The address
// opens a tab: ?tab=name for the tab with the id "tab-name".
import { nextIndex } from "../roving/logic";
import { onArrival } from "../swap/arrival";

function tabs(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
}

function choose(list: Element, chosen: HTMLElement): void {
  for (const tab of tabs(list)) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !on;
  }
}

document.addEventListener("click", (event) => {
  const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
  const list = tab?.closest('[role="tablist"]');
  if (tab && list) choose(list, tab);
});

document.addEventListener("keydown", (event) => {
  const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
  const list = tab?.closest('[role="tablist"]');
  if (!tab || !list || event.key === "ArrowUp" || event.key === "ArrowDown") return;
  const all = tabs(list);
  const next = all[nextIndex(event.key, all.indexOf(tab), all.length) ?? -1];
  if (!next) return;
  event.preventDefault();
  choose(list, next);
  next.focus();
});

onArrival('[role="tablist"]', (list) => {
  const wanted = new URLSearchParams(location.search).get("tab");
  const tab = wanted ? tabs(list).find((each) => each.id === `tab-${wanted}`) : undefined;
  if (tab) choose(list, tab);
});
