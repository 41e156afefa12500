// Every change of the board goes through here: it shows at once, goes to the server in its turn, and what the server
// says of its cells comes back. A refusal puts everything back and says why.
import type { Board } from "../board/board";
import { cardsIn, idOf, plain, textOf } from "../board/dom";
import { tell } from "../board/said";
import { word } from "../board/words";
import { parsed } from "../cells/patch";
import { Truth, type Pending } from "../cells/truth";
import type { Answer } from "./answer";
import { landed, Line, patience, type Fields, type Found, type Standing, type State } from "./logic";
import { news, post } from "./server";

export interface Change extends Pending {
  fields: Fields;
  makes?: string;
  /** Cards of its cells when it was made, to tell a new one from them. */
  known: ReadonlySet<string>;
  /** The number it has in the log, once it has one. */
  number?: number;
  /** Called when the server has done it. */
  onDone?: (answer: Answer) => void;
  onRefused?: () => void;
}

export type Draft = Omit<Change, "known" | "number">;

export class Sender {
  readonly truth: Truth;
  /** Numbers that new cards got, by the names they had before. */
  readonly names: Record<string, string> = {};
  readonly #board: Board;
  readonly #line: Line<Change, Answer>;
  #hurry = (): void => undefined;
  #lastOwn = 0;
  onLanes = (): void => undefined;
  onState = (_: State): void => undefined;
  onAnswer = (_: Answer): void => undefined;
  onConflict = (_: Change, __: Answer): void => undefined;

  constructor(board: Board) {
    this.#board = board;
    this.truth = new Truth(board);
    this.#line = new Line<Change, Answer>({
      send: (change) => post(board.address("change"), { ...change.fields }),
      find: (change) => this.#find(change),
      pause: (failures) => this.#pause(failures),
      done: (change, answer, made) => this.#done(change, answer, made),
      refused: (change, text) => this.#refused(change, text),
      told: (state) => this.onState(state),
    });
    addEventListener("online", () => this.#hurry(), { signal: board.signal });
    addEventListener("beforeunload", (event) => {
      if (this.#line.items.length > 0) event.preventDefault();
    }, { signal: board.signal });
  }

  /** Shows a change and sends it. */
  send(draft: Draft): Change {
    const known = new Set(cardsIn(this.#board.grid).map(idOf));
    const fields = { seen: String(this.#board.seen), ...draft.fields };
    const change: Change = { ...draft, fields, known };
    this.truth.begin(change);
    this.#line.add(change);
    return change;
  }

  /** «Вернуть»: a change that waits is dropped, the last one is undone, an older one is answered by its opposite. */
  async takeBack(change: Change, opposite: () => void): Promise<void> {
    if (this.#line.cancel(change)) {
      this.truth.end(change);
      return;
    }
    await this.#line.idle();
    if (change.number === undefined) return;
    if (change.number === this.#lastOwn) await this.history("undo");
    else opposite();
  }

  get isBusy(): boolean {
    return this.#line.items.length > 0;
  }

  /** Undo or redo, after all that waits; a change that has not been sent is dropped. Without a network it is not queued:
   * who knows what the last change will be. */
  async history(what: "undo" | "redo"): Promise<void> {
    const last = this.#line.items[this.#line.items.length - 1];
    if (what === "undo" && last && this.#line.cancel(last)) {
      this.#board.whenFree(() => this.truth.end(last));
      tell({ text: word("undone") });
      return;
    }
    if (this.#line.isOffline) {
      tell({ text: word("offlineNow"), bad: true });
      return;
    }
    await this.#line.idle();
    const outcome = await post(this.#board.address(what), { seen: String(this.#board.seen) });
    if (outcome.kind === "lost") tell({ text: word("offlineNow"), bad: true });
    else if (outcome.kind === "refused") tell({ text: outcome.text, bad: true });
    else {
      this.#lastOwn = 0;
      this.accept(outcome.answer);
      tell({ text: outcome.answer.message || word(what === "undo" ? "undone" : "redone") });
    }
  }

  /** Takes in what the server says, when nothing is in somebody's hand. */
  accept(answer: Answer, ended?: Change): void {
    this.#board.whenFree(() => {
      if (answer.number < this.#board.seen && !ended) return;
      this.#board.seen = Math.max(this.#board.seen, answer.number);
      this.truth.learn(this.#board.isCompared ? {} : answer.cells, ended, this.names);
      this.onAnswer(answer);
      if (answer.lanes || answer.columns || this.#board.isCompared) this.onLanes();
    });
  }

  async #find(change: Change): Promise<Found<Answer>> {
    const seen = Number(change.fields["seen"]);
    const found = await news(this.#board.address("changes"), seen, "", this.#board.signal);
    if (found.kind === "same" || found.kind === "gone") return { kind: "absent" };
    if (found.kind === "lost") return { kind: "lost" };
    const made = landed(change.fields, standing(found.answer.cells), change.known);
    return made ? { kind: "arrived", answer: found.answer, made } : { kind: "absent" };
  }

  #pause(failures: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience(failures) * 1000);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #done(change: Change, answer: Answer, made: string | undefined): void {
    if (change.makes && made) this.names[change.makes] = made;
    if (answer.isChanged) {
      change.number = answer.number;
      this.#lastOwn = answer.number;
    }
    this.accept(answer, change);
    this.#board.whenFree(() => {
      change.onDone?.(answer);
      if (Object.keys(answer.overwritten).length > 0) this.onConflict(change, answer);
    });
  }

  #refused(change: Change, text: string): void {
    this.#board.whenFree(() => {
      this.truth.end(change);
      const waiting = new Set<Pending>(this.#line.items);
      for (const lost of this.truth.pending) if (!waiting.has(lost)) this.truth.end(lost);
    });
    change.onRefused?.();
    tell({ text: word("refusedChange", { reason: text }), bad: true });
  }
}

function standing(cells: Readonly<Record<string, string>>): Record<string, Standing[]> {
  return Object.fromEntries(
    Object.entries(cells).map(([key, html]) => {
      const cell = parsed(html);
      return [key, cell ? cardsIn(cell).map((card) => ({ card: idOf(card), text: plain(textOf(card)) })) : []];
    }),
  );
}
