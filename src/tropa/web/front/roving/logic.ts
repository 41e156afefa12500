/** Where the focus goes in a row or column of things: arrows go round, Home and End to the ends. */
export function nextIndex(key: string, index: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return (index + 1) % count;
    case "ArrowUp":
    case "ArrowLeft":
      return (index <= 0 ? count : index) - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

/** The next of the labels, after the current one, that begins with the letter; goes round. */
export function byLetter(labels: readonly string[], index: number, letter: string): number | undefined {
  const wanted = letter.toLocaleLowerCase();
  for (let step = 1; step <= labels.length; step += 1) {
    const at = (index + step) % labels.length;
    if (labels[at]?.trim().toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return undefined;
}
