// <tropa-board>: the behaviour of a board that the server rendered. It owns no markup: templates/maps/board.html says
// what it rests on.
import { Adding } from "../cards/adding";
import { dragging } from "../cards/dragging";
import { Moving } from "../cards/moving";
import type { Answer } from "../changes/answer";
import { ask, inWords } from "../changes/conflict";
import { Sender, type Change } from "../changes/sender";
import { status } from "../changes/status";
import { differ, fieldsOf, Points } from "../curve/editing";
import { read, stand, write } from "../curve/point";
import type { Point } from "../curve/logic";
import { drawCurves } from "../curve/view";
import { Grid } from "../grid/view";
import { letters } from "../keys/letters";
import { Layers } from "../layers/view";
import { watch } from "../others/watching";
import { Panel } from "../panel/panel";
import { drawRiver } from "../river/view";
import { Board } from "./board";
import { listen, type Parts } from "./commands";
import { cardBy, cellBy, cellOf, idOf, keyOf, place } from "./dom";
import { fill } from "./fill";
import { sendFrom } from "./forms";
import { fetchRows } from "./rows";
import { tell } from "./said";
import { word } from "./words";
import "./board.css";

class TropaBoard extends HTMLElement {
  #life: AbortController | undefined;

  connectedCallback(): void {
    const grid = this.querySelector<HTMLElement>("#board");
    if (!grid) return;
    this.#life = new AbortController();
    start(new Board(this, grid, this.#life.signal));
  }

  disconnectedCallback(): void {
    this.#life?.abort();
  }
}

function start(board: Board): void {
  const sender = new Sender(board);
  const panel = board.panel && board.address("cardUrl") ? new Panel(board, board.panel) : undefined;
  const moving = new Moving(board, sender);
  const adding = new Adding(board, sender);
  const layers = new Layers(board);
  const points = new Points(board, {
    save: (point, before, after) => savePoint(board, sender, point, { before, after }),
    open: (point) => panel?.open(idOf(point)),
  });
  board.adopts((part) => {
    const points = ".ep[data-v], .ef[data-v], .csat[data-v]";
    for (const point of [part, ...part.querySelectorAll<HTMLElement>(points)]) if (point.matches(points)) stand(point, read(point));
  });
  board.adopt(board.grid);
  const parts: Parts = { grid: new Grid(board), sender, moving, adding, points, layers, panel };
  pictures(board);
  listen(board, parts);
  letters(board);
  clicks(board, parts);
  dragging(board, moving);
  sendFrom(board, parts);
  answers(board, parts);
  watch(board, sender, (by) => {
    if (panel?.isOpen && by.some((each) => each.card === panel.card) && !panel.isTouched) panel.refresh();
  });
  board.host.setAttribute("data-ready", "");
}

function pictures(board: Board): void {
  board.draws(() => drawCurves(board));
  board.draws(() => drawRiver(board));
  const size = new ResizeObserver(() => board.redraw());
  size.observe(board.grid);
  size.observe(board.scroll);
  board.signal.addEventListener("abort", () => size.disconnect());
  board.on(board.grid, "htmx:afterSettle" as keyof HTMLElementEventMap, (event) => {
    const part = event.target as HTMLElement;
    board.adopt(part.isConnected ? part : board.grid);
    board.redraw();
  });
  void document.fonts?.ready.then(() => board.redraw());
  board.redraw();
}

function clicks(board: Board, { adding, panel }: Parts): void {
  board.on(board.grid, "click", (event) => {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const card = target.closest<HTMLElement>("[data-card]");
    const plus = target.closest<HTMLElement>(".b-plus");
    const more = target.closest<HTMLElement>(".b-more");
    if (card) {
      // A point is opened by its pointer, which knows whether it was dragged; here by the keyboard only.
      if (card.matches(".jc") || event.detail === 0) panel?.open(idOf(card));
    } else if (plus && board.isEditable) adding.write(plus.closest<HTMLElement>("[data-cell]") ?? plus);
    else if (more) {
      const cell = cellOf(more);
      cell?.classList.add("is-all");
      cell?.querySelector<HTMLElement>(".is-rest")?.focus({ preventScroll: true });
      board.redraw();
    } else return;
    event.preventDefault();
  });
}

function savePoint(board: Board, sender: Sender, point: HTMLElement, { before, after }: { before: Point; after: Point }): void {
  const id = idOf(point);
  const cell = cellOf(point);
  if (!cell) return;
  const set = (to: Point) => {
    const now = cardBy(board.grid, sender.names[id] ?? id);
    if (now && differ(read(now), to)) write(now, to);
  };
  // What the server has is told by the attributes, which show the new place already.
  write(point, before);
  const change = sender.send({ fields: fieldsOf(point, after), cells: [keyOf(cell)], show: () => set(after) });
  const back = () => {
    sender.send({ fields: fieldsOf(point, before), cells: [keyOf(cell)], show: () => set(before) });
  };
  const text = point.dataset["ev"] === "0" ? word("pointMoved") : word("pointHypothesis");
  tell({ text, undo: () => void sender.takeBack(change, back) });
}

function answers(board: Board, { sender, layers, panel }: Parts): void {
  sender.onState = status(board);
  sender.onLanes = () => void fetchRows(board, () => layers.again());
  sender.onConflict = (change, answer) => conflict(board, sender, change, answer, () => panel?.refresh());
  sender.onAnswer = (answer) => {
    const coverage = document.getElementById("b-cov");
    if (coverage && answer.coverage) fill(coverage, answer.coverage);
    able("b-undo", answer.canUndo);
    able("b-redo", answer.canRedo);
  };
}

function able(id: string, can: boolean | undefined): void {
  const button = document.getElementById(id);
  if (can !== undefined && button instanceof HTMLButtonElement) button.disabled = !can;
}

function conflict(board: Board, sender: Sender, change: Change, answer: Answer, then: () => void): void {
  const field = inWords(answer.overwritten);
  if (!field) {
    if (answer.warning) tell({ text: answer.warning });
    return;
  }
  const { card = "" } = change.fields;
  const element = cardBy(board.grid, card);
  const cell = element && cellOf(element);
  const isCardText = field === "text" && cell !== null;
  ask(board, field, change.fields[field] ?? "", answer.overwritten[field] ?? "", {
    keepMine: () => element?.focus(),
    takeTheirs: (fields) => {
      const { do: verb = "edit", evidence } = change.fields;
      sender.send({
        fields: { do: verb, card, ...(evidence ? { evidence } : {}), ...fields },
        cells: cell ? [keyOf(cell)] : [],
        show: () => undefined,
        onDone: then,
      });
    },
    ...(isCardText ? { both: (theirs: string) => addBeside(board, sender, cell, theirs) } : {}),
  });
}

function addBeside(board: Board, sender: Sender, cell: HTMLElement, text: string): void {
  const now = cellBy(board.grid, keyOf(cell)) ?? cell;
  sender.send({ fields: { do: "add", ...place(now), text }, cells: [keyOf(now)], show: () => undefined });
}

if (!customElements.get("tropa-board")) customElements.define("tropa-board", TropaBoard);
