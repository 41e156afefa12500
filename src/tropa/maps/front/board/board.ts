// The board as its parts see it: its elements, what has to be drawn again, and whether it may be changed right now.

export class Board {
  readonly host: HTMLElement;
  readonly grid: HTMLElement;
  readonly scroll: HTMLElement;
  readonly panel: HTMLElement | null;
  readonly signal: AbortSignal;
  /** The number of the last change that is on the board. */
  seen: number;
  #drawing = false;
  #held = 0;
  #later: (() => void)[] = [];
  readonly #pictures: (() => void)[] = [];
  readonly #adopters: ((part: HTMLElement) => void)[] = [];

  constructor(host: HTMLElement, grid: HTMLElement, signal: AbortSignal) {
    this.host = host;
    this.grid = grid;
    this.scroll = host.querySelector<HTMLElement>("#b-scroll") ?? grid;
    this.panel = document.getElementById("panel");
    this.signal = signal;
    this.seen = Number(grid.dataset["seen"] ?? 0);
  }

  get isEditable(): boolean {
    return this.host.hasAttribute("data-editable") && !this.isCompared;
  }

  /** With another map beside it, which cells that arrive alone know nothing of. */
  get isCompared(): boolean {
    return this.grid.dataset["mode"] === "compare";
  }

  address(name: string): string {
    return this.host.dataset[name] ?? "";
  }

  on<Name extends keyof HTMLElementEventMap>(
    target: EventTarget,
    name: Name,
    act: (event: HTMLElementEventMap[Name]) => void,
    options: AddEventListenerOptions = {},
  ): void {
    target.addEventListener(name, act as EventListener, { signal: this.signal, ...options });
  }

  /** Something that is drawn from where things are: again whenever that changes. */
  draws(picture: () => void): void {
    this.#pictures.push(picture);
  }

  redraw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (this.signal.aborted) return;
      for (const picture of this.#pictures) picture();
    });
  }

  /** What each part of the board that is there or arrives needs. */
  adopts(adopter: (part: HTMLElement) => void): void {
    this.#adopters.push(adopter);
  }

  adopt(part: HTMLElement): void {
    for (const adopter of this.#adopters) adopter(part);
  }

  /** Until the answer is called nothing on the board is replaced: something of it is being dragged or edited. */
  hold(): () => void {
    this.#held += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#held -= 1;
      if (this.#held > 0) return;
      for (const act of this.#later.splice(0)) act();
    };
  }

  whenFree(act: () => void): void {
    if (this.#held > 0) this.#later.push(act);
    else act();
  }
}
