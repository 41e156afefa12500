/** What a form holds, as one text that is equal only for equal content. The token of the page does not count. */
export function content(entries: Iterable<[string, FormDataEntryValue]>): string {
  const parts = [...entries].filter(([name]) => name !== "csrfmiddlewaretoken");
  return JSON.stringify(parts.map(([name, value]) => [name, typeof value === "string" ? value : fileOf(value)]));
}

function fileOf(file: File): string {
  return `${file.name}:${file.size}`;
}
