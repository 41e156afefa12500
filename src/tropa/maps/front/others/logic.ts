/** Milliseconds until the next question what has changed: every second, less often while the server does not answer. */
export function pace(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(failures, 5));
}
