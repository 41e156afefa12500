/** Which of the texts tells about a refused request: the key of a data attribute of #toasts. */
export function failureWord(status: number): string {
  if (status === 0) return "offline";
  if (status === 401 || status === 403) return "refused";
  if (status === 404) return "gone";
  if (status === 409) return "changed";
  if (status === 413) return "large";
  if (status === 429) return "often";
  return status >= 500 ? "broken" : "failed";
}

/** Whether an answer is a whole page: the session ended and the sign-in page came, not the fragment that was asked. */
export function isWholePage(body: string): boolean {
  return /^\s*<!doctype html/i.test(body);
}
