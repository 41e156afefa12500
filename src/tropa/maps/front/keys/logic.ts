// Which command a key is. Letters are told by what they type, and where that is no Latin letter by the place of the
// key: «Т» lies where N is.

export type Command =
  | "new" | "open" | "move" | "comment" | "remove" | "close"
  | "live" | "hypotheses" | "current" | "future" | "compare"
  | "larger" | "smaller" | "fit" | "help" | "undo" | "redo"
  | { go: string }
  | { shift: string };

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const LETTERS: Record<string, Command> = {
  n: "new",
  m: "move",
  c: "comment",
  l: "live",
  g: "hypotheses",
};
const DIGITS: Record<string, Command> = { "1": "current", "2": "future", "3": "compare", "0": "fit" };
const SIGNS: Record<string, Command> = { "?": "help", "+": "larger", "=": "larger", "-": "smaller", "−": "smaller" };
const NAMED: Record<string, Command> = { Enter: "open", Delete: "remove", Escape: "close" };
const MOVES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]);

/** onBoard: the focus is on something of the board; typing: it is where text is written; letters: whether commands of
 * one character are wanted at all (WCAG 2.1.4). */
export function command(
  pressed: Pressed,
  { onBoard, typing, letters }: { onBoard: boolean; typing: boolean; letters: boolean },
): Command | undefined {
  if (typing) return undefined;
  if (pressed.ctrlKey || pressed.metaKey) return history(pressed);
  if (pressed.altKey) return onBoard && pressed.key.startsWith("Arrow") ? { shift: pressed.key } : undefined;
  if (NAMED[pressed.key] === "close") return "close";
  if (onBoard && MOVES.has(pressed.key)) return { go: pressed.key };
  if (onBoard && NAMED[pressed.key]) return NAMED[pressed.key];
  return letters ? single(pressed, onBoard) : undefined;
}

function single(pressed: Pressed, onBoard: boolean): Command | undefined {
  const sign = SIGNS[pressed.key] ?? (pressed.shiftKey && pressed.code === "Slash" ? "help" : undefined);
  if (sign) return sign;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(pressed.code)?.[1] ?? pressed.key;
  if (!pressed.shiftKey && DIGITS[digit]) return DIGITS[digit];
  const found = LETTERS[letter(pressed)];
  const needsCard = found === "new" || found === "move" || found === "comment";
  return needsCard && !onBoard ? undefined : found;
}

function history(pressed: Pressed): Command | undefined {
  if (pressed.altKey) return undefined;
  const typed = letter(pressed);
  if (typed === "z") return pressed.shiftKey ? "redo" : "undo";
  return typed === "y" && !pressed.shiftKey ? "redo" : undefined;
}

function letter({ key, code }: Pressed): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? "";
}
