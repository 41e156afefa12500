type Mount = (element: HTMLElement) => void;

const mounts: { selector: string; mount: Mount }[] = [];

/** Run once for every such element that is there now, and for those that arrive with a fragment later. */
export function onArrival(selector: string, act: Mount): void {
  const known = new WeakSet<HTMLElement>();
  const mount = (element: HTMLElement) => {
    if (known.has(element)) return;
    known.add(element);
    act(element);
  };
  mounts.push({ selector, mount });
  document.querySelectorAll<HTMLElement>(selector).forEach(mount);
}

/** Called for each piece of the page that has arrived. */
export function arrived(piece: HTMLElement): void {
  for (const { selector, mount } of mounts) {
    if (piece.matches(selector)) mount(piece);
    piece.querySelectorAll<HTMLElement>(selector).forEach(mount);
  }
}
