/** Which way a key moves a row: Alt with an arrow up or down. */
export function direction(key: string, alt: boolean): "earlier" | "later" | undefined {
  if (!alt) return undefined;
  return key === "ArrowUp" ? "earlier" : key === "ArrowDown" ? "later" : undefined;
}
