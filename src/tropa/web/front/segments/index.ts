// One of several (.seg of buttons) and on or off (role="switch"). Both tell what was chosen by an event that bubbles:
// "segment" with the button's data-value, "switch" with true or false. Links and submit buttons are left alone.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const segment = target.closest<HTMLButtonElement>(".seg > button[type=button]");
  if (segment?.parentElement) {
    for (const each of segment.parentElement.children) each.setAttribute("aria-pressed", String(each === segment));
    segment.dispatchEvent(new CustomEvent("segment", { bubbles: true, detail: segment.dataset["value"] }));
  }
  const toggle = target.closest<HTMLButtonElement>('.switch[role="switch"][type=button]');
  if (toggle) {
    const on = toggle.getAttribute("aria-checked") !== "true";
    toggle.setAttribute("aria-checked", String(on));
    toggle.dispatchEvent(new CustomEvent("switch", { bubbles: true, detail: on }));
  }
});
