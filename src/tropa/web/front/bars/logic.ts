/** What a bar's data- attributes say as CSS properties: `--v` and `--t` are shares of 100, `--c` is a token's colour,
 * `left`, `width` and `height` are percentages. Anything that is no number or no token is left out. */
export function properties(data: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ["v", "t"] as const) {
    const value = share(data[name]);
    if (value !== undefined) found[`--${name}`] = String(value);
  }
  for (const [name, property] of [["x", "left"], ["w", "width"], ["h", "height"]] as const) {
    const value = share(data[name]);
    if (value !== undefined) found[property] = `${value}%`;
  }
  const token = data["c"];
  if (token && /^[a-z][a-z0-9-]*$/.test(token)) found["--c"] = `var(--${token})`;
  return found;
}

/** A number as templates write it: `12.5`, or `12,5` where the page's language has a decimal comma. */
function share(written: string | undefined): number | undefined {
  if (!written?.trim()) return undefined;
  const value = Number(written.replace(",", ".").replace(/\s/g, ""));
  return Number.isFinite(value) ? Math.max(0, value) : undefined;
}
