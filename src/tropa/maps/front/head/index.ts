// What the head and the bars of a board need besides <tropa-board>: a form of targets closes once they are set, the
// poster is printed.
document.addEventListener("targets", () => {
  for (const form of document.querySelectorAll<HTMLElement>(".b-target:popover-open")) form.hidePopover();
});

/** The field of the figure whose target was pressed has the focus: `goal-days-…` opens at the days. */
document.addEventListener("toggle", ({ target }) => {
  if (!(target instanceof HTMLElement) || !target.matches(".b-target:popover-open")) return;
  const figure = /^goal-(\w+)-/.exec(document.activeElement?.id ?? "")?.[1];
  const fields = [...target.querySelectorAll<HTMLInputElement>("input:not([type=hidden])")];
  const field = fields.find(({ name }) => name === figure) ?? fields[0];
  field?.focus();
  field?.select();
}, true);

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
