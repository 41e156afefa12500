/** A text of the page's language for the board's scripts: data-… of #board-words, {names} filled in. */
export function word(name: string, values: Readonly<Record<string, string | number>> = {}): string {
  const text = document.getElementById("board-words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
}

/** What stands between units and tenths in the page's language. */
export function decimal(): string {
  return document.documentElement.lang.startsWith("ru") ? "," : ".";
}
