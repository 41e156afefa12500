/** Where among the cards of a cell a card is dropped: the index of the first one whose middle is below the pointer. */
export function slot(cards: readonly { top: number; bottom: number }[], y: number): number {
  const at = cards.findIndex(({ top, bottom }) => y < (top + bottom) / 2);
  return at < 0 ? cards.length : at;
}

const ZONE = 64;
const FASTEST = 18;

/** How many pixels the board scrolls in a frame while something is held near its edge: further out, faster. */
export function push(at: number, start: number, end: number): number {
  const zone = Math.min(ZONE, (end - start) / 4);
  if (at < start || at > end || zone <= 0) return 0;
  if (at < start + zone) return -Math.ceil(((start + zone - at) / zone) * FASTEST);
  if (at > end - zone) return Math.ceil(((at - end + zone) / zone) * FASTEST);
  return 0;
}
