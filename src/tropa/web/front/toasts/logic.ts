export const SHORT_MS = 4_000;
export const UNDO_MS = 10_000;
export const AGAIN_MS = 3_000;

/** How long a message stays: with something to undo it gives time to think, what went wrong waits to be closed. */
export function staysFor(toast: { undo: boolean; bad: boolean }): number | undefined {
  if (toast.bad) return undefined;
  return toast.undo ? UNDO_MS : SHORT_MS;
}
