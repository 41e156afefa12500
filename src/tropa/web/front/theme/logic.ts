export type Choice = "auto" | "light" | "dark";
export type Shown = "light" | "dark";

/** What is written down, or `auto` for anything else. */
export function choiceOf(written: string | null | undefined): Choice {
  return written === "light" || written === "dark" ? written : "auto";
}

export function shownFor(choice: Choice, systemIsDark: boolean): Shown {
  if (choice !== "auto") return choice;
  return systemIsDark ? "dark" : "light";
}

export function opposite(shown: Shown): Shown {
  return shown === "dark" ? "light" : "dark";
}
