/** The size of a file as people read it: `1,2 МБ` where the page has a decimal comma. */
export function size(bytes: number, language: string): string {
  const units = language.startsWith("en") ? ["B", "KB", "MB"] : ["Б", "КБ", "МБ"];
  const step = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const value = bytes / 1_000 ** step;
  return `${value.toLocaleString(language, { maximumFractionDigits: step && value < 10 ? 1 : 0 })} ${units[step]}`;
}

/** Whether a file is beyond what the server takes, so that nobody waits for nothing. */
export function isTooBig(name: string, bytes: number): boolean {
  return bytes > (name.toLowerCase().endsWith(".xlsx") ? 20_000_000 : 200_000_000);
}
