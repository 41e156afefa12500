// What the head and the bars of a board need besides <tropa-board>: a form of targets closes once they are set, the
// poster is printed.
document.addEventListener("targets", () => {
  for (const form of document.querySelectorAll<HTMLElement>(".b-target:popover-open")) form.hidePopover();
});

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
