// What the server answers to a change, and to the question what has changed since.

export interface By {
  card: string;
  who: string;
}

export interface Answer {
  number: number;
  cells: Record<string, string>;
  /** Lanes or columns are other now: the rows have to be fetched. */
  lanes: boolean;
  columns: boolean;
  by: By[];
  coverage: string;
  /** The card or the other row that was changed. */
  target: string;
  /** What somebody else had written into the same fields: theirs was replaced by this change. */
  overwritten: Record<string, string>;
  warning: string;
  /** What a toast says of it. */
  message: string;
  isChanged: boolean;
  canUndo?: boolean;
  canRedo?: boolean;
}

type Json = Record<string, unknown>;

export function read(data: unknown): Answer | undefined {
  if (!isObject(data) || typeof data["number"] !== "number") return undefined;
  const change = isObject(data["change"]) ? data["change"] : {};
  return {
    number: data["number"],
    cells: texts(data["cells"]),
    lanes: data["lanes"] === true,
    columns: data["columns"] === true,
    by: Array.isArray(data["by"]) ? data["by"].filter(isObject).map(by) : [],
    coverage: text(data["coverage"]),
    target: text(change["card"] ?? change["target"]),
    overwritten: texts(data["overwritten"]),
    warning: text(data["warning"]),
    message: text(data["message"]),
    isChanged: isObject(data["change"]),
    ...(typeof data["can_undo"] === "boolean" ? { canUndo: data["can_undo"] } : {}),
    ...(typeof data["can_redo"] === "boolean" ? { canRedo: data["can_redo"] } : {}),
  };
}

function by(each: Json): By {
  return { card: text(each["card"]), who: text(each["name"]) };
}

/** Why a change was refused, in the server's words. */
export function reason(data: unknown): string {
  return isObject(data) ? text(data["error"]) : "";
}

function texts(data: unknown): Record<string, string> {
  if (!isObject(data)) return {};
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, text(value)]));
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
