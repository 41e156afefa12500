/** Say to screen readers what has happened on the page: a card moved, a filter applied. Nothing is shown. */
export function announce(text: string): void {
  const region = document.getElementById("announce");
  if (!region) return;
  // Emptied first: the same words twice are two announcements.
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
