/** Milliseconds until the next question what has changed: every second, less often while the server does not answer. */
export function pace(failures: number): number {
  return Math.min(5_000, 1_000 * 2 ** Math.min(failures, 5));
}

/** Two letters for somebody: "Key Account" → "KA", "Маркетинг" → "М". */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => (word[0] ?? "").toLocaleUpperCase()).join("");
}
