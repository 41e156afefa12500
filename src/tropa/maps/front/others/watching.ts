// What others change comes here within a second or two: a conditional question every second while the page is seen.
import { announce } from "../../../web/front/announce";
import type { Board } from "../board/board";
import { cardBy } from "../board/dom";
import { word } from "../board/words";
import type { By } from "../changes/answer";
import type { Sender } from "../changes/sender";
import { news } from "../changes/server";
import { initials, pace } from "./logic";

const FRAME_MS = 4_000;
/** Who changed something so long ago counts as being here. */
const HERE_MS = 60_000;

export function watch(board: Board, sender: Sender, onOthers: (by: readonly By[]) => void): void {
  const url = board.address("changes");
  if (!url) return;
  let tag = "";
  let tagOf = -1;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  const ask = async () => {
    if (isAsking || document.hidden || board.signal.aborted) return;
    isAsking = true;
    const after = board.seen;
    const found = await news(url, after, tagOf === after ? tag : "", board.signal);
    isAsking = false;
    if (board.signal.aborted) return;
    if (found.kind === "gone") {
      // Asked again when somebody comes back to this page, who may have signed in elsewhere.
      tellGone(found.text);
      return;
    }
    failures = found.kind === "lost" ? failures + 1 : 0;
    // What a change of one's own brings back holds this too; before it, a new card would be here twice.
    if (found.kind === "news" && !sender.isBusy) {
      tag = found.tag;
      tagOf = found.answer.number;
      const isNew = found.answer.number > board.seen;
      if (isNew) {
        sender.accept(found.answer);
        board.whenFree(() => frame(board, found.answer.by));
        onOthers(found.answer.by);
      }
    }
    later();
  };
  const later = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(() => void ask(), pace(failures));
  };
  const now = () => {
    clearTimeout(timer);
    failures = 0;
    void ask();
  };
  document.addEventListener("visibilitychange", now, { signal: board.signal });
  addEventListener("online", now, { signal: board.signal });
  board.signal.addEventListener("abort", () => clearTimeout(timer));
  later();
}

function tellGone(text: string): void {
  const line = document.getElementById("b-saved");
  (line?.querySelector("span") ?? line)?.replaceChildren(text);
  announce(text);
}

/** Who changed a card, shown on it for a moment. */
function frame(board: Board, by: readonly By[]): void {
  const seen = new Set<string>();
  for (const { card, who } of by) {
    const element = cardBy(board.grid, card);
    if (!element || seen.has(card)) continue;
    seen.add(card);
    element.dataset["who"] = who;
    element.classList.add("is-remote");
    setTimeout(() => cardBy(board.grid, card)?.classList.remove("is-remote"), FRAME_MS);
  }
  const names = [...new Set(by.map(({ who }) => who).filter(Boolean))];
  here(names);
  if (names.length > 0) announce(word("changedBy", { who: names.join(", ") }));
}

const present = new Map<string, ReturnType<typeof setTimeout>>();

/** Who works on the map now, at its head. */
function here(names: readonly string[]): void {
  for (const name of names) {
    clearTimeout(present.get(name));
    present.set(name, setTimeout(() => {
      present.delete(name);
      show();
    }, HERE_MS));
  }
  show();
}

function show(): void {
  const box = document.getElementById("b-others");
  if (!box) return;
  const shown = [...present.keys()].map((name) => {
    const made = document.createElement("span");
    made.className = "av";
    made.title = name;
    made.textContent = initials(name);
    return made;
  });
  box.replaceChildren(...shown);
}
