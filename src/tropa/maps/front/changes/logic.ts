// Changes on their way to the server: one at a time, in order, none twice. Without a network they wait; one that may
// have arrived is looked for among the changes of the map before it is sent again.

export type Fields = Record<string, string>;

export interface Change {
  fields: Fields;
  /** The name by which later changes call the card that this one makes. */
  makes?: string;
}

export type Outcome<Answer> =
  | { kind: "done"; answer: Answer; made?: string }
  | { kind: "refused"; text: string; status: number }
  /** No answer came, or one that says nothing of the change. */
  | { kind: "lost" };

export type Found<Answer> = { kind: "arrived"; answer: Answer; made?: string } | { kind: "absent" } | { kind: "lost" };

export interface Ports<Item extends Change, Answer> {
  send(item: Item): Promise<Outcome<Answer>>;
  /** Whether a change that was sent without an answer is among those of the map. */
  find(item: Item): Promise<Found<Answer>>;
  /** Waits before the next try, or until there is a reason to hurry. */
  pause(failures: number): Promise<void>;
  done(item: Item, answer: Answer, made: string | undefined): void;
  refused(item: Item, text: string, status: number): void;
  told(state: State): void;
}

export interface State {
  waiting: number;
  isOffline: boolean;
}

/** Seconds of waiting: one at first, five at most: a server that was restarted soon has everything. */
export function patience(failures: number): number {
  return Math.min(5, 2 ** Math.max(0, failures - 1));
}

export class Line<Item extends Change, Answer> {
  readonly #ports: Ports<Item, Answer>;
  #items: Item[] = [];
  #unsure: Item | undefined;
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(ports: Ports<Item, Answer>) {
    this.#ports = ports;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  get isOffline(): boolean {
    return this.#failures > 0;
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#tell();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Takes back a change that has not been sent; false when it is too late for that. */
  cancel(item: Item): boolean {
    const at = this.#items.indexOf(item);
    const isSending = at === 0 && (this.#unsure === item || this.#failures === 0);
    if (at < 0 || isSending) return false;
    this.#items.splice(at, 1);
    this.#tell();
    return true;
  }

  async #run(): Promise<void> {
    for (let item = this.#items[0]; item; item = this.#items[0]) {
      const outcome = this.#unsure === item ? await this.#found(item) : await this.#ports.send(item);
      if (outcome.kind === "absent") this.#unsure = undefined;
      else if (outcome.kind === "lost") await this.#failed(item);
      else this.#settled(item, outcome);
    }
  }

  async #found(item: Item): Promise<Outcome<Answer> | { kind: "absent" }> {
    const found = await this.#ports.find(item);
    return found.kind === "arrived" ? { ...found, kind: "done" } : found;
  }

  async #failed(item: Item): Promise<void> {
    this.#unsure = item;
    this.#failures += 1;
    this.#tell();
    await this.#ports.pause(this.#failures);
  }

  #settled(item: Item, outcome: Exclude<Outcome<Answer>, { kind: "lost" }>): void {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#unsure = undefined;
    this.#failures = 0;
    if (outcome.kind === "done") {
      if (item.makes && outcome.made) this.#name(item.makes, outcome.made);
      this.#ports.done(item, outcome.answer, outcome.made);
    } else {
      const orphans = item.makes ? this.#items.filter((each) => speaksOf(each, item.makes ?? "")) : [];
      this.#items = this.#items.filter((each) => !orphans.includes(each));
      this.#ports.refused(item, outcome.text, outcome.status);
    }
    this.#tell();
  }

  /** Changes that wait call the new card by its number from now on. */
  #name(name: string, id: string): void {
    for (const { fields } of this.#items) {
      for (const [key, value] of Object.entries(fields)) if (value === name) fields[key] = id;
    }
  }

  #tell(): void {
    this.#ports.told({ waiting: this.#items.length, isOffline: this.#failures > 0 });
  }
}

function speaksOf({ fields }: Change, name: string): boolean {
  return Object.values(fields).includes(name);
}

/** What a cell holds, as the server has it. */
export interface Standing {
  card: string;
  text: string;
}

/** Whether a change is done already, judged by what the server says of its cells: of all that it changed since the
 * change was made. known: cards that stood on the board before. Returns the card it is about, "" when it is not done. */
export function landed(fields: Fields, cells: Readonly<Record<string, readonly Standing[]>>, known: ReadonlySet<string>): string {
  const card = fields["card"] ?? "";
  const target = cells[`${fields["lane"]}|${fields["column"]}`] ?? [];
  switch (fields["do"]) {
    case "add":
      return target.find((each) => !known.has(each.card) && each.text === fields["text"]?.replace(/\s+/g, " ").trim())?.card ?? "";
    case "move":
      return target.some((each) => each.card === card) ? card : "";
    case "remove": {
      const stands = Object.values(cells).some((cell) => cell.some((each) => each.card === card));
      return Object.keys(cells).length > 0 && !stands ? card : "";
    }
    default:
      // Saying the same once more changes nothing.
      return "";
  }
}
